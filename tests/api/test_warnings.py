"""Firms and warnings over the API: a risk is reported (§4.2), bulletins are read and acknowledged (§4.3, 4.4)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from alerts.models import BulletinReceipt, Warning
from incidents.services.warning import warning_issuing, warning_reporting
from tests import cast as people
from tests.api.conftest import BASE, errors, firm_of, iso, problem
from tests.query_counts import pinned

pytestmark = pytest.mark.django_db


def a_risk(**changes) -> dict:
    return {
        "title": "分拣机电机过热",
        "event_class": "fire",
        "known_at": iso(timezone.now() - timedelta(minutes=20)),
        "place": "示范路1号分拨中心",
        "counties_affected": ["驿城区"],
        "risk": "电机连续过热报警",
        "may_follow": "可能起火",
        "measures_taken": "已断电",
    } | changes


@pytest.mark.clause("4.2")
def test_a_risk_is_reported_once_and_read_again(firm, other):
    first = firm.post("warning-information/", a_risk(), idempotency="r1")
    again = firm.post("warning-information/", a_risk(known_at=iso(timezone.now())), idempotency="r1")
    assert first.status_code == 201, first.content.decode()
    problem(again, 422, "idempotency_key_reused")
    told = first.json()
    (w1,) = told["deadlines"]
    assert (told["status"], told["enterprise"], w1["rule"], w1["state"]) == (
        "received",
        people.FIRM,
        "W1",
        "met",
    )
    warning = Warning.objects.get()
    assert warning.channel == "ENTERPRISE" and first["Location"] == f"{BASE}warnings/{told['number']}/"
    (row,) = firm.get("warning-information").json()["results"]
    assert (row["number"], row["risk"], row["counties_affected"]) == (
        warning.number,
        "电机连续过热报警",
        ["驿城区"],
    )
    one = firm.get(f"warnings/{warning.number}/")
    assert one.json()["information"]["may_follow"] == "可能起火" and one["ETag"]
    assert other.get("warning-information/").json()["results"] == []


@pytest.mark.clause("4.2")
def test_every_wrong_field_is_named_and_nothing_is_stored(firm):
    wrong = a_risk(risk="", known_at=iso(timezone.now() + timedelta(hours=1)), counties_affected=["郑州"])
    assert errors(firm.post("warning-information/", wrong)) == {
        "/risk": "required",
        "/known_at": "in_future",
        "/counties_affected/0": "not_found",
    }
    assert errors(firm.post("warning-information/", a_risk(place=1, channel="PUBLIC"))) == {
        "/place": "not_a_text",
        "/channel": "unknown_field",
    }
    assert errors(firm.post("warning-information/", a_risk(enterprise=people.OTHER_FIRM))) == {
        "/enterprise": "not_found"
    }
    assert not Warning.objects.exists()


def test_the_office_reports_on_its_pages_not_here(cast):
    desk = Client()
    desk.force_login(cast.duty_officer.person)
    answer = desk.post(f"{BASE}warning-information/", a_risk(), content_type="application/json")
    problem(answer, 403, "role")
    people.warn(cast)
    assert len(desk.get(f"{BASE}warning-information/").json()["results"]) == 1


@pytest.mark.clause("4.4")
def test_bulletins_in_force_are_read_and_acknowledged_for_the_firm_and_its_own(firm, cast):
    warning = people.issue(cast, addressees=[people.FIRM, "express-a-hub", people.OTHER_FIRM])
    (row,) = firm.get("warnings/").json()["results"]
    (bulletin,) = row["bulletins"]
    assert (row["level"], row["unread"], bulletin["cap"]) == ("III", True, f"{warning.number}-1")
    contents = people.bulletin()
    assert {name: bulletin[name] for name in ("area", "caution", "measures", "authority")} == {
        name: contents[name] for name in ("area", "caution", "measures", "authority")
    }
    assert {receipt["body"] for receipt in bulletin["receipts"]} == {people.FIRM, "express-a-hub"}, (
        "no other's"
    )
    path = f"warnings/{warning.number}/acknowledge/"
    problem(firm.post(path, **{"If-Match": '"0"'}), 412, "moved_on")
    done = firm.post(path, idempotency="a1")
    assert done.status_code == 200 and done.json()["acknowledged"] == [people.FIRM, "express-a-hub"]
    assert not done.json()["unread"] and firm.post(path, idempotency="a1")["Idempotent-Replayed"] == "true"
    problem(firm.post(path), 409, "already_done")
    assert BulletinReceipt.objects.filter(acknowledged_key=firm.key).count() == 2
    now = timezone.now()
    warning_issuing.lift(actor=cast.commander, number=warning.number, reason="雨停", now=now)
    assert firm.get("warnings/").json()["results"] == []
    (lifted,) = firm.get("warnings/?status=lifted").json()["results"]
    assert [each["kind"] for each in lifted["bulletins"]] == ["issue", "lift"] and lifted["unread"]


@pytest.mark.clause("4.3")
def test_a_notice_is_read_too_and_the_offices_facts_stay_with_the_office(firm, cast):
    warning = people.warn(cast, risk="只给应急办的情况")
    warning_reporting.tell(
        actor=cast.duty_officer, number=warning.number, to=[people.FIRM], words="注意防汛", now=timezone.now()
    )
    answer = firm.get(f"warnings/{warning.number}")
    assert [notice["words"] for notice in answer.json()["notices"]] == ["注意防汛"]
    assert answer.json()["information"] is None and "只给应急办" not in answer.content.decode()
    assert answer.json()["deadlines"] == [] and answer.json()["actions"][0]["code"] == "warning.acknowledge"


@pytest.mark.parametrize(("method", "path"), [("get", ""), ("post", "acknowledge/")])
def test_somebody_elses_warning_does_not_exist(cast, other, method, path):
    number = people.warn(cast, actor=cast.enterprise).number
    for name in (number, f"{number}9"):
        problem(getattr(other, method)(f"warnings/{name}/{path}"), 404, "not_found")
    assert other.get("warnings/?status=received").json()["results"] == []
    assert Client().get(f"{BASE}warnings/").status_code == 401
    problem(other.get("warnings/?status=odd"), 422, "invalid")


@pytest.mark.parametrize("rows", [1, 12])
def test_lists_ask_as_often_for_one_as_for_many(cast, rows):
    firm = firm_of(people.FIRM)
    firm.post("warning-information/", a_risk())
    for _ in range(rows):
        people.issue(cast, warning=people.warn(cast, actor=cast.enterprise))
    for path in ("warnings/", "warning-information/"):
        with pinned(f"api:GET {path}"):
            assert len(firm.get(path).json()["results"]) >= rows


@pytest.mark.clause("4.2")
def test_a_time_that_is_refused_names_the_clause_that_asks_for_it(firm):
    answer = firm.post("warning-information/", {"known_at": "2050-01-01T00:00:00+08:00", "risk": "x"})
    (refused,) = [error for error in answer.json()["errors"] if error["pointer"] == "/known_at"]
    assert (answer.status_code, refused["code"], refused["clause"]) == (422, "in_future", "4.2")
