"""The pulse of an open page: what is unread and overdue, and for what it rings."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alerts.models import Notification
from alerts.services import escalation
from tests import cast as people
from tests.query_counts import pinned
from tests.screens.stage import many_incidents, sign_in


def pulse(actor, **asked) -> dict:
    answer = sign_in(actor).get(reverse("pulse"), asked)
    return answer.json() if answer.status_code == 200 else {}


@pytest.fixture
def late(cast):
    """Three hours old: the firm's report and the office's grading and report upward are overdue."""
    long_ago = timezone.now() - timedelta(hours=3)
    return people.call_in(cast, now=long_ago, known_at=long_ago)


@pytest.mark.clause("5.2.1")
def test_each_counts_what_is_overdue_for_him(cast, late):
    counted = {
        who: pulse(getattr(cast, who))["overdue"]
        for who in ("duty_officer", "commander", "enterprise", "other_enterprise", "county", "administrator")
    }
    assert counted == {
        "duty_officer": 3,
        "commander": 3,
        "enterprise": 1,
        "other_enterprise": 0,
        "county": 0,
        "administrator": 0,
    }


def test_it_is_nobodys_without_a_session(client, db):
    assert client.get(reverse("pulse"), headers={"HX-Request": "true"}).status_code == 401


def test_what_has_not_changed_is_answered_with_nothing(cast, late):
    duty, other = cast.duty_officer, cast.other_enterprise
    marks = {who: pulse(who)["mark"] for who in (duty, other)}
    for who, mark in marks.items():
        assert pulse(who, mark=mark) == {}
    people.report(cast, late, "FOLLOW_UP")
    assert pulse(duty, mark=marks[duty])["mark"] != marks[duty]
    assert pulse(other, mark=marks[other]) == {}, "it is not his"


def send(person, kind: str, title: str = "消息", **about) -> int:
    at = about.pop("created_at", timezone.now())
    return Notification.objects.create(person=person, kind=kind, title=title, created_at=at, **about).pk


def test_tones_by_urgency(cast):
    duty = cast.duty_officer
    incident = people.call_in(cast)
    assert pulse(duty)["alarm"]["tone"] == "new"
    send(duty.person, "news", incident=incident)
    assert pulse(duty)["alarm"]["tone"] == "new", "other news does not ring"
    reminder = send(duty.person, "reminder", "还剩 10 分")
    assert pulse(duty)["alarm"] == {"id": reminder, "tone": "soft", "kind": "提醒", "title": "还剩 10 分"}
    breach = send(duty.person, "breach")
    send(duty.person, "reminder")
    assert (pulse(duty)["alarm"]["id"], pulse(duty)["alarm"]["tone"]) == (breach, "urgent")
    assert pulse(duty, after=breach)["alarm"]["tone"] == "soft", "what was stopped hides nothing newer"
    Notification.objects.update(read_at=timezone.now())
    assert pulse(duty)["alarm"] is None


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "²"])
def test_odd_questions_are_taken_for_none(cast, after):
    people.call_in(cast)
    assert pulse(cast.duty_officer, after=after)["alarm"]["tone"] == "new"


@pytest.mark.clause("5.2.1")
def test_a_firm_rings_for_its_own_breach(cast, late):
    escalation.sweep(now=timezone.now())
    assert pulse(cast.enterprise)["alarm"]["tone"] == "urgent"
    assert pulse(cast.other_enterprise)["alarm"] is None


FRAGMENTS = {"duty_officer": "desk-rows", "enterprise": "firm", "county": "home", "auditor": "inbox"}


@pytest.mark.parametrize("who", FRAGMENTS)
def test_a_live_part_asked_again_is_that_part_alone_and_nothing_when_nothing_changed(cast, late, who):
    client = sign_in(getattr(cast, who))
    url, asks = reverse(FRAGMENTS[who]), {"HX-Request": "true"}
    first = client.get(url, headers=asks)
    assert first.status_code == 200 and b"<html" not in first.content
    context = first.context
    mark = context["mark"] if "mark" in context else context["desk"].mark
    assert client.get(url, {"mark": mark}, headers=asks).status_code == 204
    send(getattr(cast, who).person, "news")
    assert client.get(url, {"mark": mark}, headers=asks).status_code == 200
    assert b"<html" in client.get(url).content or who == "duty_officer"


@pytest.mark.parametrize("rows", [1, 12])
def test_as_many_queries_for_a_dozen_as_for_one(cast, rows):
    many_incidents(cast, rows)
    client = sign_in(cast.duty_officer)
    client.get(reverse("pulse"))
    with pinned("screen:pulse"):
        assert client.get(reverse("pulse")).status_code == 200
