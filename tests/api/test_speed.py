"""What filing costs: as few round trips as there are things to ask, and the benchmark that measures it."""

import json
from datetime import UTC, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import DataError, connection, transaction
from django.db.models import Model, Q
from django.db.models.expressions import DatabaseDefault

from alerts.models import Deadline, Notification
from alerts.services.visibility import sees_debt, visible_debts
from benchmarks import api, inside
from benchmarks.bare import Filed, a_filed_report
from incidents.models import (
    IdempotentAnswer,
    Incident,
    LedgerEntry,
    LedgerHead,
    NumberSeries,
    OpenItem,
    Organization,
)
from incidents.models import Report as FiledReport
from incidents.prepared import Prepared, execute
from incidents.refusals import Invalid
from incidents.rows import insert, made, one_number, together
from incidents.services import numbers
from incidents.services.report import intake
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


AWKWARD = "“引号” 'a' \"b\" \\ %s %% $1 \t\n{x} 𠮷"


def test_what_is_inserted_is_read_back_as_it_was(db):
    """Every type of column that these tables have goes through JSON unharmed."""
    incident = Incident.objects.get(pk=cast.file_in(cast.assemble()).pk)
    incident.longitude, incident.latitude, incident.title = (
        Decimal("114.022000"),
        Decimal("32.980001"),
        AWKWARD,
    )
    report, debt, line = incident.reports.get(), incident.deadlines.first(), incident.timeline.first()
    report.unknown, report.impact, report.loss_yuan = ["source", AWKWARD[:20]], AWKWARD, 10**12
    debt.interval, debt.round = timedelta(days=2, minutes=-1, microseconds=7), 9
    debt.due_at = debt.due_at.astimezone(UTC) + timedelta(microseconds=3)
    line.data, line.seq = {"a": [1, 2.5, None, True, {"b": AWKWARD}]}, 900
    for number, row in enumerate((incident, report, debt, line)):
        row.pk = None
        if hasattr(row, "number"):
            row.number = f"copy-{number}"
        if isinstance(row, FiledReport):
            row.serial = 77
        insert([row])
        again = type(row)._base_manager.get(pk=row.pk)
        for field in row._meta.concrete_fields:
            if not field.generated:
                assert getattr(again, field.attname) == getattr(row, field.attname), field


def test_a_row_made_is_what_its_constructor_makes(db):
    incident = Incident(number="x", year=2026, serial=1)
    debtor = Organization(pk=5, code="c", name="n")
    about = {
        Deadline: {"incident": incident, "debtor": debtor, "creditor_id": 7, "met_by": None},
        Notification: {"incident": incident, "person_id": 3, "kind": "news", "title": "t"},
        LedgerEntry: {"chain": "c", "seq": 1, "data": {"a": 1}},
        LedgerHead: {"chain": "c"},
        OpenItem: {"incident": incident},
        IdempotentAnswer: {"key": "k"},
        FiledReport: {"incident": incident, "reporter": debtor},
        Incident: {"office": debtor, "title": "t"},
    }
    for model, values in about.items():
        row, usual = made(model, **values), model(**values)
        told = [field for field in model._meta.concrete_fields if not field.generated]
        for field in told:
            mine, theirs = getattr(row, field.attname), getattr(usual, field.attname)
            assert mine == theirs or type(mine) is type(theirs) is DatabaseDefault, field
        assert row._state.adding and row._state.db is None
        assert {
            name: row._state.fields_cache[name] for name in values if name in row._state.fields_cache
        } == {name: value for name, value in values.items() if isinstance(value, Model) or name == "met_by"}
    made(LedgerEntry).data["a"] = 1
    assert made(LedgerEntry).data == {}
    with pytest.raises(KeyError):
        made(LedgerHead, chian="c")


def test_a_number_comes_with_the_keys_that_are_expected(db, django_assert_num_queries):
    at = cast.timezone.now()
    numbers.next_serial("KEYS", at)
    with together({Organization: 2, OpenItem: 0}):
        with django_assert_num_queries(1):
            assert one_number(numbers.NEXT, ["KEYS", 1999]) == 1
        with django_assert_num_queries(0):
            bodies = insert([Organization(code=f"k{n}", name=f"k{n}", kind="MEMBER") for n in range(2)])
    assert Organization.objects.filter(pk__in=[body.pk for body in bodies]).count() == 2
    assert NumberSeries.objects.get(prefix="KEYS", year=1999).last == 1


def test_a_statement_that_failed_when_it_was_prepared_is_prepared_anew(db):
    """PREPARE outlives the rollback of what came with it."""
    halving = Prepared("halving", "SELECT 10 / $1", ["int"])
    for value, answer in ((0, None), (5, 2), (2, 5)):
        with connection.cursor() as cursor:
            if answer is None:
                with pytest.raises(DataError), transaction.atomic():
                    execute(cursor, (halving, [value]))
            else:
                execute(cursor, (halving, [value]))
                assert cursor.fetchone() == (answer,)


def test_a_reference_is_looked_up_by_the_index_of_those_that_are_given(db):
    """`where_given` leaves the empty ones out, which must not keep the planner from using it."""
    partial = [
        (model, index, index.fields[0])
        for model in apps.get_models()
        for index in model._meta.indexes
        if index.fields and index.condition == Q(**{f"{index.fields[0]}__isnull": False})
    ]
    references = [each for each in partial if each[0]._meta.get_field(each[2]).is_relation]
    assert len(references) > 10
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for model, index, name in references:
        assert index.name in model._base_manager.filter(**{name: 1}).order_by().explain(), index.name
