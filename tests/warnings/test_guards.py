"""What the database itself refuses about warnings, whoever asks."""

import pytest
from django.db import IntegrityError, connection, transaction

from alerts.models import (
    Bulletin,
    BulletinReceipt,
    DailyReport,
    NoticeReceipt,
    Warning,
    WarningNotice,
    WarningUpwardReport,
)
from incidents.services.warning import warning_acknowledging, warning_issuing, warning_reporting
from incidents.services.warning.warning_bulletin import Word
from tests import cast as people
from tests.warnings.conftest import T0

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(cast, clock):
    """A warning of which everything has been sent, filed and acknowledged."""
    warning = people.issue(cast, addressees=[people.FIRM, people.OTHER_FIRM])
    by_office = {"actor": cast.duty_officer, "number": warning.number, "now": T0}
    warning_reporting.tell(**by_office, to=[people.FIRM], words="注意防范")
    warning_reporting.report_up(**by_office, to="PROVINCE", person="值班员", words="报告")
    warning_reporting.file_daily(**by_office, day=T0.date(), contents="平稳")
    phone = Word("提高", None)
    warning_issuing.adjust(
        actor=cast.commander, number=warning.number, level=2, reason="x", now=T0, phone=phone
    )
    warning_issuing.record_document(**by_office, document_no="1号")
    warning_acknowledging.acknowledge(actor=cast.enterprise, number=warning.number, now=T0)
    return warning


def refused(sql: str, *values):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else TRUNCATE waits for them
        cursor.execute(sql, values)


@pytest.mark.parametrize(
    "table", ["bulletin", "bulletindocument", "warningnotice", "warningupwardreport", "dailyreport"]
)
def test_what_was_sent_and_filed_is_append_only(told, table):
    refused(f"UPDATE alerts_{table} SET id = id")
    refused(f"DELETE FROM alerts_{table}")
    refused(f"TRUNCATE alerts_{table} CASCADE")


@pytest.mark.parametrize("model", [BulletinReceipt, NoticeReceipt])
def test_an_acknowledgement_is_never_taken_back(told, model):
    table = model._meta.db_table
    refused(
        f"UPDATE {table} SET acknowledged_at = NULL, acknowledged_by_id = NULL WHERE acknowledged_at > 'epoch'"
    )
    refused(f"DELETE FROM {table}")


@pytest.mark.parametrize(
    ("status", "to"),
    [("received", "issued"), ("received", "candidate"), ("issued", "dismissed"), ("issued", "received")],
)
def test_a_state_change_that_the_machine_does_not_know(cast, clock, status, to):
    warning = people.issue(cast) if status == "issued" else people.warn(cast)
    level = {"level": 3, "issued_at": T0}
    with pytest.raises(IntegrityError), transaction.atomic():
        Warning.objects.filter(pk=warning.pk).update(status=to, **level)
    with pytest.raises(IntegrityError), transaction.atomic():
        Warning.objects.filter(pk=warning.pk).update(status="lifted", lifted_at=None, **level)


def test_a_bulletin_without_a_content_or_its_telephoned_words(told):
    bulletin = told.bulletins.get(version=1)
    for wrong in (
        {"area": ""},
        {"measures": ""},
        {"by_phone": True},
        {"phone_words": "同意"},
        {"version": 1},
    ):
        copy = Bulletin.objects.get(pk=bulletin.pk)
        copy.pk, copy.version = None, 9
        for name, value in wrong.items():
            setattr(copy, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            copy.save(force_insert=True)


def test_what_must_hold_between_times_and_names(told, cast):
    for changed in ({"known_at": told.received_at.replace(year=2027)}, {"level": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Warning.objects.filter(pk=told.pk).update(**changed)
    receipt = BulletinReceipt.objects.filter(acknowledged_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        receipt.update(acknowledged_at=T0)  # by nobody
    with pytest.raises(IntegrityError), transaction.atomic():
        BulletinReceipt.objects.create(
            bulletin=told.bulletins.get(version=1), organization=cast.firm, told_at=T0
        )


def test_models_and_tables_are_those_that_were_meant():
    meant = {"alerts_warningnotice", "alerts_warningupwardreport", "alerts_dailyreport"}
    assert {m._meta.db_table for m in (WarningNotice, WarningUpwardReport, DailyReport)} == meant
