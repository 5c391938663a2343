"""Somebody else's does not exist: what a key or a session sees is its own (domain §5).

Who may see what behind which path is walked through in tests/isolation; here stands what a list holds and how a refusal
reads.
"""

import pytest
from django.test import Client
from django.utils import timezone

from tests.api.conftest import BASE, firm_of, problem
from tests.cast import FIRM

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""),
        ("get", "reports/"),
        ("post", "reports/"),
        ("get", "timeline/"),
        ("post", "response/start/"),
        ("post", "response/end/"),
        ("post", "response/past/"),
        ("get", "support-requests/"),
        ("post", "support-requests/"),
        ("get", "attachments/"),
        ("post", "attachments/"),
        ("get", "own-plans/"),
        ("post", "own-plans/"),
        ("post", "own-plans/end/"),
        ("get", "guides/"),
        ("post", "guide-steps/1/tick/"),
        ("post", "guide-steps/1/untick/"),
    ],
)
def test_somebody_elses_incident_does_not_exist(firm, other, method, path):
    number = firm.files()
    theirs = getattr(other, method)(f"incidents/{number}/{path}")
    nobodys = getattr(other, method)(f"incidents/{number}9/{path}")
    told, told_of_none = (problem(answer, 404, "not_found") for answer in (theirs, nobodys))
    own = {"detail": "", "request_id": ""}
    assert told | own == told_of_none | own
    assert told["detail"].replace(number, "") == told_of_none["detail"].replace(f"{number}9", "")


def test_lists_hold_only_ones_own(firm, other):
    mine, theirs = firm.files(), other.files()
    for who, number in ((firm, mine), (other, theirs)):
        assert [row["number"] for row in who.get("incidents/").json()["results"]] == [number]
        assert {row["incident"] for row in who.get("deadlines/").json()["results"]} == {number}


def test_an_outlets_key_does_not_see_what_its_sister_or_parent_files(firm):
    firm.files(), firm.files(enterprise="express-a-shangcai")
    hub = firm_of("express-a-hub")
    assert hub.get("incidents/").json()["results"] == []
    assert hub.get("deadlines/").json()["results"] == []


@pytest.mark.clause("4.3")
def test_a_merged_incident_shows_of_the_common_one_only_what_a_firm_may_know(firm, other, cast):
    from incidents.services.response import grading, merging

    mine, common = firm.files(), other.files(report_changes={"unit": "快递企业乙"})
    director, now = cast.office_director, timezone.now()
    merging.merge(actor=director, number=mine, into=common, reason="同一起火灾", now=now)
    grading.grade(actor=director, number=common, level=4, now=now)
    seen = firm.get(f"incidents/{mine}/").json()
    assert seen["status"] == "merged" and seen["merged_into"] == {
        "number": common,
        "event_class": "fire",
        "level": "IV",
        "status": "graded",
    }
    assert len(seen["deadlines"]) == 2 and firm.get(f"incidents/{common}/").status_code == 404
    for path in ("reports/", "timeline/", ""):
        assert "企业乙" not in firm.get(f"incidents/{mine}/{path}").content.decode()
        assert "企业甲" not in other.get(f"incidents/{common}/{path}").content.decode()
    follow_up = firm.post(f"incidents/{mine}/reports/", {"kind": "follow_up", "development": "已扑灭"})
    assert follow_up.status_code == 201


@pytest.mark.clause("5.2.1")
def test_the_office_sees_every_debt_by_its_session(firm, cast):
    number = firm.files()
    desk = Client()
    desk.force_login(cast.duty_officer.person)
    seen = desk.get(f"{BASE}incidents/{number}/").json()
    assert {debt["rule"] for debt in seen["deadlines"]} == {"R3", "R4", "R10", "R11"}
    (filed,) = desk.get(f"{BASE}incidents/{number}/reports/").json()["results"]
    assert (filed["kind"], filed["channel"], filed["reporter"]) == ("written", "api", FIRM)
