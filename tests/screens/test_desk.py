"""值班台: what is open, sorted by what is due next; who may look; one number of queries whatever is open."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from incidents.models import Incident
from incidents.roles import Caller
from incidents.services.report import intake
from incidents.services.response import grading, responding
from incidents.services.response.merging import likely_duplicates
from incidents.web.situation.desk_rows import open_rows
from tests import cast as people
from tests.screens.stage import by_others, many_incidents, sign_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db):
    return people.assemble()


def rows_of(cast):
    return open_rows(Caller((cast.duty_officer,)), timezone.now())


def test_the_quiet_desk_says_so_and_when_it_looked(cast):
    words = text_of(sign_in(cast.duty_officer).get(reverse("desk")))
    assert "一切平静：没有在办事件" in words and "核对" in words


def test_rows_stand_in_the_order_of_what_is_due_next(cast):
    now = timezone.now()
    late = people.call_in(
        cast, now=now - timedelta(minutes=50), known_at=now - timedelta(minutes=55), county="西平县"
    )
    fresh = people.call_in(cast, now=now, county="上蔡县", title="刚接的")
    page = sign_in(cast.duty_officer).get(reverse("desk"))
    assert [row.incident for row in page.context["desk"].rows] == [late, fresh]
    words = text_of(page)
    assert "超时" in words and "已超 20 分" in words and "超内部时限" in words, "overdue is said in words"


def test_a_row_says_who_must_act_next(cast):
    people.call_in(cast)
    assert "市邮政业应急办 R10 核实并定级" in text_of(sign_in(cast.duty_officer).get(reverse("desk")))


@pytest.mark.parametrize("role", ["duty_officer", "office_director", "commander", "auditor"])
def test_the_office_reads_the_desk_and_commander_and_auditor_may_look(cast, role):
    people.call_in(cast)
    page = sign_in(getattr(cast, role)).get(reverse("desk"))
    assert page.status_code == 200
    assert ("电话接报" in text_of(page)) == (role in ("duty_officer", "office_director"))


@pytest.mark.parametrize("role", ["enterprise", "member", "county", "approver", "administrator"])
def test_for_everyone_else_there_is_no_desk(cast, role):
    client = sign_in(getattr(cast, role))
    assert client.get(reverse("desk")).status_code == 404
    assert client.get(reverse("desk-rows")).status_code == 404


def test_the_board_costs_the_same_for_one_row_and_for_a_dozen(cast):
    client = sign_in(cast.duty_officer)
    people.call_in(cast)
    client.get(reverse("desk"))
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("desk-rows"))
        counts.append(len(queries))
        many_incidents(cast, 12)
    assert counts[0] == counts[1] <= 20, counts


def test_marked_on_top_is_what_must_not_be_overlooked(cast):
    now = timezone.now()
    nameless = by_others(cast, county="正阳县")
    above = people.call_in(cast, county="西平县")
    grading.grade(actor=cast.office_director, number=above.number, level=4, now=now)
    intake.file_report(
        actor=cast.duty_officer,
        number=above.number,
        kind="FOLLOW_UP",
        arrival=intake.Arrival("PHONE", informant="POLICE"),
        contents={"deaths": 3},
        now=now,
    )
    claimed = people.file_in(cast, oral_at=now - timedelta(minutes=1))
    marked = {
        mark["kind"]: mark["rows"]
        for mark in sign_in(cast.duty_officer).get(reverse("desk")).context["desk"].marked
    }
    assert [row.incident for row in marked["above"]] == [above]
    assert [row.incident for row in marked["waits"]] == [nameless]
    assert [row.incident for row in marked["claims"]] == [claimed]
    assert {row.incident for row in marked["items"]} == {nameless, above, claimed}


def test_likely_duplicates_on_the_desk_are_those_of_the_merging_service(cast):
    now = timezone.now()
    people.call_in(cast)
    people.call_in(cast, firm=people.OTHER_FIRM)
    people.call_in(cast, firm=people.OTHER_FIRM, county="西平县")
    people.call_in(
        cast, firm=people.OTHER_FIRM, now=now - timedelta(hours=7), known_at=now - timedelta(hours=7)
    )
    by_others(cast)
    by_others(cast)
    for row in rows_of(cast):
        assert set(row.duplicates) == set(likely_duplicates(row.incident)), row.incident


def test_what_has_ended_waits_in_a_fold_to_be_closed(cast):
    now = timezone.now()
    incident = people.call_in(cast)
    grading.grade(actor=cast.office_director, number=incident.number, level=4, now=now)
    responding.start_four(actor=cast.enterprise, number=incident.number, measures="处置", now=now)
    responding.end_four(actor=cast.enterprise, number=incident.number, result="完毕", now=now)
    page = sign_in(cast.duty_officer).get(reverse("desk"))
    assert page.context["desk"].rows == [] and [row.incident for row in page.context["desk"].ended] == [
        incident
    ]


def test_a_merged_firms_debts_stand_in_the_row_of_the_common_incident(cast):
    from incidents.services.response import merging

    common, other = people.call_in(cast), people.call_in(cast, firm=people.OTHER_FIRM)
    merging.merge(
        actor=cast.office_director,
        number=other.number,
        into=common.number,
        reason="同一事件",
        now=timezone.now(),
    )
    (row,) = rows_of(cast)
    assert row.incident == common
    assert {debt.incident_id for debt in row.debts} == {common.pk, other.pk}


def test_a_fragment_without_a_session_is_401_not_a_login_page(cast, client):
    assert client.get(reverse("desk-rows"), headers={"HX-Request": "true"}).status_code == 401


@time_machine.travel("2026-03-02T02:25:00+08:00", tick=False)
def test_an_overdue_debt_reads_as_overdue_with_every_worker_dead(cast):
    now = timezone.now()
    people.call_in(cast, now=now - timedelta(hours=3), known_at=now - timedelta(hours=3))
    assert Incident.objects.get().deadlines.filter(met_at=None).exists()
    assert sign_in(cast.duty_officer).get(reverse("desk")).context["desk"].overdue == 3
