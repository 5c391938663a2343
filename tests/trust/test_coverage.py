"""Every change of every business model is told of in the ledger (domain §6).

The worked examples (`tests/scenarios`) and whole folders of tests (`WATCHED` in `tests/conftest.py`) are watched all the
time; here are what holds the tables complete, the demo, and the instrument itself.
"""

import pytest
from django.db import transaction
from django.utils import timezone

from incidents.models import Expert, Organization
from incidents.services.demo_city import demo
from incidents.services.response import grading
from tests.cast import call_in
from tests.trust.covered import NOT_TOLD, TOLD_BY
from tests.trust.covering import every_model, watching

pytestmark = pytest.mark.clause("6.4")


def test_every_model_is_classified():
    known = NOT_TOLD.keys() | TOLD_BY.keys()
    new, gone = every_model() - known, known - every_model()
    assert not new, f"say in tests/trust/covered.py by which acts the ledger tells of changes: {sorted(new)}"
    assert not gone, f"no model any more: {sorted(gone)}"
    assert not NOT_TOLD.keys() & TOLD_BY.keys() and all(NOT_TOLD.values())


def test_the_demo_changes_nothing_behind_the_ledgers_back(as_product, db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with watching() as watch:
        demo.load(now=timezone.now())
    assert watch.holes() == []
    seen = {table for unit in watch.units for table in unit.tables}
    assert len(seen) > 40, "the instrument sees what is written"


def test_the_instrument_finds_what_is_not_told(cast, monkeypatch):
    from incidents import ledger

    incident = call_in(cast)
    with watching() as watch:
        grading.verify(
            actor=cast.duty_officer, number=incident.number, with_whom="现场", how="电话", now=timezone.now()
        )
    assert watch.holes() == [] and len(watch.units) == 1
    monkeypatch.setattr(ledger, "append", lambda *args, **how: [])
    with watching() as watch:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            grading.dismiss(
                actor=cast.office_director, number=incident.number, reason="误报", now=timezone.now()
            )
            raise ZeroDivisionError
    assert [hole.split(";")[0] for hole in watch.holes()] == [
        "incidents.services.response.grading.dismiss changes alerts.Deadline",
        "incidents.services.response.grading.dismiss changes incidents.Incident",
    ]


def test_what_tests_write_themselves_is_none_of_the_products(db):
    with watching() as watch:
        Organization.objects.filter(code="express-a").update(short_name="甲")
        with transaction.atomic():
            Expert.objects.all().delete()
    assert watch.units == []
