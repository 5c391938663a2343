"""What filing costs: as few round trips as there are things to ask, and the benchmark that measures it."""

import json

import pytest

from alerts.models import Deadline
from alerts.services.visibility import sees_debt, visible_debts
from benchmarks import api, inside
from benchmarks.bare import Filed, a_filed_report
from incidents.models import IdempotentAnswer, Incident, LedgerEntry, Organization
from incidents.refusals import Invalid
from incidents.rows import insert, together
from incidents.services import intake
from tests import cast
from tests.api.conftest import filing
from tests.query_counts import pinned

pytestmark = pytest.mark.django_db


def test_where_the_time_goes_and_how_often_the_database_is_asked(firm):
    found = inside.where_time_goes(json.dumps(filing()), firm.secret, reports=2)
    turn = api.Turn([0.01, 0.02, 0.03], 1.0, 0.006)
    told = api.report([{name: turn for name in api.PATHS}] * 2, found)
    with pinned("api:POST incidents/ with Idempotency-Key") as captured:
        firm.post("incidents/", filing(), idempotency="one more")
    assert told["queries_per_report"] == len(captured)
    wanted = {"ratio_to_bare_drf", "ratio_to_same_rows", "ratio_to_bare_django", "p99_ms"}
    assert wanted < json.loads(json.dumps(told)).keys()
    assert told["ratio_to_bare_drf"] == 1.0 and told["contestants"]["same_rows"]["per_second"] == 3.0
    assert told["ratio_by_cpu_to_same_rows"] == 1.0 and told["contestants"]["real"]["cpu_ms"] == 2.0
    assert inside.SERVICE in api.table(told)


@pytest.mark.urls("benchmarks.bare")
def test_the_bare_views_write_what_they_are_measured_by(firm):
    firm.post("incidents/", filing(), idempotency="k")
    real = Filed()
    a_filed_report.cache_clear()
    for path, rows in (("/bare/drf/", 1), ("/bare/django/", 1), ("/bare/rows/", real.rows)):
        answer = firm.client.post(path, json.dumps(filing()), "application/json")
        assert answer.status_code == 201
        incident = Incident.objects.get(number=answer.json()["number"])
        about = [
            incident.reports,
            incident.open_items,
            incident.notifications,
            incident.deadlines,
            incident.timeline,
        ]
        chains = LedgerEntry.objects.filter(chain=incident.chain).exists()
        kept = IdempotentAnswer.objects.filter(key=incident.number).count()
        assert 1 + sum(each.count() for each in about) + chains + kept == rows


def test_who_sees_a_debt_in_hand_sees_it_in_a_list(db):
    people = cast.assemble()
    cast.file_in(people)
    cast.call_in(people, firm=cast.OTHER_FIRM)
    cast.warn(people)
    debts = list(Deadline.objects.all())
    for actor in vars(people).values():
        seen = {debt.pk for debt in debts if sees_debt(actor, debt)}
        assert seen == set(visible_debts([actor]).values_list("pk", flat=True)), actor


def test_rows_written_together_are_written_once_and_only_if_all_went_well(django_assert_num_queries):
    bodies = [Organization(code=f"body-{n}", name=f"单位{n}", kind="MEMBER") for n in range(3)]
    with django_assert_num_queries(2), together({Organization: 3}):  # their keys, and they
        insert(bodies[:2])
        insert(bodies[2:])
        assert all(body.pk for body in bodies)
    assert set(Organization.objects.filter(code__startswith="body-")) == set(bodies)
    with together():
        insert([Organization(code="asked", name="被问到", kind="MEMBER")])
        assert Organization.objects.filter(code="asked").exists()
    with pytest.raises(Invalid), together():
        insert([Organization(code="never", name="从未有过", kind="MEMBER")])
        raise Invalid
    insert([Organization(code="after", name="其后", kind="MEMBER")])
    assert list(Organization.objects.filter(code__in=["never", "after"]).values_list("code", flat=True)) == [
        "after"
    ]


def test_an_incident_that_touches_other_counties_is_told_there_too(db):
    people = cast.assemble()
    other = Organization.objects.filter(kind="COUNTY").exclude(short_name="驿城区").first()
    incident, _ = intake.open_incident(
        actor=people.enterprise,
        kind="WRITTEN",
        arrival=intake.Arrival("FORM"),
        facts=cast.facts(counties_affected=[other.code]),
        contents=cast.written(),
        now=cast.timezone.now(),
    )
    assert list(incident.counties_affected.all()) == [other]
