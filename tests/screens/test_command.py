"""指挥屏: the five numbers, the map's counties, what is due; who may see it; what it asks of the database."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents.models import Organization
from incidents.roles import Caller
from incidents.services import grading, intake, responding
from incidents.web.board import SHOWN_INCIDENTS, Board
from tests import cast as people
from tests.query_counts import pinned
from tests.screens.stage import many_incidents, sign_in, text_of


def board(cast, now=None) -> Board:
    return Board(Caller((cast.commander,)), now or timezone.now())


def number(cast, name):
    return next(figure["value"] for figure in board(cast).figures if figure["name"] == name)


@pytest.mark.parametrize("role", ["duty_officer", "office_director", "commander", "auditor"])
def test_it_exists_for_those_who_command(cast, role):
    assert sign_in(getattr(cast, role)).get(reverse("command")).status_code == 200


@pytest.mark.parametrize("role", ["enterprise", "member", "county", "approver", "administrator"])
@pytest.mark.parametrize("place", ["command", "command-figures"])
def test_for_others_it_does_not(cast, role, place):
    assert sign_in(getattr(cast, role)).get(reverse(place)).status_code == 404


def test_quiet_is_said(cast):
    words = text_of(sign_in(cast.commander).get(reverse("command")))
    assert "没有未结事件" in words and "没有未了结的时限" in words and "12 小时内没有新动态" in words


def test_the_numbers_follow_what_is_open_and_due(cast):
    now = timezone.now()
    people.call_in(cast, now=now - timedelta(minutes=40), known_at=now - timedelta(minutes=40))
    assert number(cast, "未结事件") == 1
    assert number(cast, "超时") == 1  # R10, 30 min
    assert number(cast, "一小时内到期") == 1  # R11, in 20 min; R4 is due in 80
    assert number(cast, "未签收任务") == 0


@pytest.mark.clause("4.4")
def test_a_county_bears_its_severest_level_and_its_count(cast):
    people.file_in(cast)
    graded = people.file_in(cast)
    grading.grade(
        actor=cast.office_director, number=graded.number, level=2, reason="事态严重", now=timezone.now()
    )
    intake.open_incident(
        actor=cast.enterprise,
        kind="WRITTEN",
        arrival=intake.Arrival("FORM"),
        facts=people.facts(counties_affected=["西平县"], county="经济开发区"),
        contents=people.written(),
        now=timezone.now(),
    )
    page = sign_in(cast.commander).get(reverse("command"))
    on_map = {c["name"]: c for c in page.context["board"].map_data}
    assert on_map["驿城区"] == {"name": "驿城区", "count": 2, "level": 2}
    assert on_map["西平县"]["count"] == 1 and on_map["泌阳县"] == {"name": "泌阳县", "count": 0, "level": 0}
    assert "经济开发区" not in on_map
    embedded = json.loads(re.search(r'id="county-levels"[^>]*>(.*?)</script>', page.content.decode())[1])
    assert embedded == page.context["board"].map_data
    words = text_of(page)
    for zone in Organization.objects.filter(is_zone=True):
        assert zone.short_name in words


def test_an_incident_stands_with_its_path_response_and_the_way_to_regrade(cast):
    incident = people.file_in(cast)
    now = timezone.now()
    grading.grade(actor=cast.office_director, number=incident.number, level=4, now=now)
    responding.start_four(actor=cast.enterprise, number=incident.number, measures="增派人手", now=now)
    page = sign_in(cast.commander).get(reverse("command"))
    assert "Ⅳ级响应进行中" in text_of(page)
    assert reverse("act", args=[incident.number, "incident.upgrade"]) in page.content.decode()
    assert reverse("act", args=[incident.number, "incident.upgrade"]) not in (
        sign_in(cast.auditor).get(reverse("command")).content.decode()
    )


def test_a_poll_brings_nothing_while_nothing_has_changed(cast):
    incident = people.file_in(cast)
    client = sign_in(cast.commander)
    seen = client.get(reverse("command-figures")).context["board"].mark
    assert client.get(reverse("command-figures"), {"seen": seen}).status_code == 204
    grading.grade(actor=cast.office_director, number=incident.number, level=4, now=timezone.now())
    changed = client.get(reverse("command-figures"), {"seen": seen})
    assert changed.status_code == 200 and "<html" not in changed.content.decode()


def test_what_runs_out_changes_the_poll_without_any_event(cast):
    now = timezone.now()
    people.file_in(cast, now=now)
    assert board(cast, now).mark != board(cast, now + timedelta(minutes=31)).mark


def test_the_wall_has_no_controls(cast):
    people.file_in(cast)
    page = sign_in(cast.commander).get(reverse("command"), {"wall": 1}).content.decode()
    assert 'data-bs-theme="dark"' in page and "<nav" not in page and "退出" not in page


def test_what_is_not_listed_is_counted(cast):
    many_incidents(cast, SHOWN_INCIDENTS + 3)
    page = sign_in(cast.commander).get(reverse("command"))
    assert "另有 3 起较轻的未列出" in text_of(page)
    assert number(cast, "未结事件") == SHOWN_INCIDENTS + 3


@pytest.mark.parametrize("count", [1, 40])
def test_as_many_queries_for_forty_as_for_one(cast, count):
    many_incidents(cast, count)
    client = sign_in(cast.commander)
    client.get(reverse("command"))
    with pinned("screen:command"):
        assert client.get(reverse("command")).status_code == 200
