"""指挥屏: the five numbers, the map's counties, what is due; who may see it; what it asks of the database."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents.models import LedgerEntry, Organization
from incidents.refusals import Invalid, NotAllowed
from incidents.roles import Caller
from incidents.services.command import ordering, supporting
from incidents.services.identity import displays
from incidents.services.notice import reporting_up
from incidents.services.report import intake, locating
from incidents.services.response import approving, commanding, ending, grading, responding
from incidents.web.situation.board import SHOWN_INCIDENTS, Board
from tests import cast as people
from tests.query_counts import pinned
from tests.screens.stage import form_of, many_incidents, phone_call, sign_in, text_of
from zmd_emergency.policy import origins_of


def board(cast, now=None) -> Board:
    return Board(Caller((cast.commander,)), now or timezone.now())


def number(cast, name):
    return next(figure.value for figure in board(cast).figures if figure.name == name)


@pytest.mark.parametrize("role", ["duty_officer", "office_director", "commander", "auditor"])
def test_it_exists_for_those_who_command(cast, role):
    assert sign_in(getattr(cast, role)).get(reverse("command")).status_code == 200


@pytest.mark.parametrize("role", ["enterprise", "member", "county", "approver", "administrator"])
def test_for_others_it_does_not(cast, role):
    client = sign_in(getattr(cast, role))
    for path in (reverse("command"), reverse("command-figures"), reverse("command-list", args=["open"])):
        assert client.get(path).status_code == 404


def test_quiet_is_said(cast):
    words = text_of(sign_in(cast.commander).get(reverse("command")))
    for said in (
        "没有未结事件",
        "没有未了结的时限",
        "12 小时内没有新动态",
        "没有在批或进行中的响应",
        "没有单位超时",
    ):
        assert said in words


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
    drawn = page.context["board"].map_data
    on_map = {c["name"]: (c["count"], c["level"]) for c in drawn["counties"]}
    assert on_map["驿城区"] == (2, 2) and on_map["西平县"][0] == 1 and on_map["泌阳县"] == (0, 0)
    assert "经济开发区" not in on_map
    embedded = json.loads(re.search(r'id="county-levels"[^>]*>(.*?)</script>', page.content.decode())[1])
    assert embedded == drawn
    listed = page.content.decode().split('id="counties-title"')[1].split("</section>")[0]
    assert "波及本地（事发经济开发区）" in listed and "功能区在示意图上无边界" in listed
    busy = {"驿城区", "西平县", "经济开发区"}
    for county in Organization.objects.filter(kind=Organization.Kind.COUNTY):
        assert (f"<summary><span>{county.short_name}</span>" in listed) == (county.short_name in busy)


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


@pytest.mark.clause("5.4.1")
def test_three_stands_as_the_plans_own_flow_with_its_times(cast):
    now = timezone.now()
    incident = people.call_in(cast, now=now)
    grading.grade(actor=cast.office_director, number=incident.number, level=3, reason="核实", now=now)

    def flow():
        (found,) = board(cast).flows
        return [(step.label, step.state) for step in found.steps if step.state == "present"], found

    reporting_up.propose_response(actor=cast.commander, number=incident.number, words="建议启动", now=now)
    lit, found = flow()
    assert lit == [("建议", "present")] and found.waits_for == "待市政府批准"
    approving.approve(actor=cast.approver, number=incident.number, document_no="驻政文1号", now=now)
    assert flow()[0] == [("市政府批准", "present")]
    commanding.start_three(actor=cast.commander, number=incident.number, now=now)
    later = now + timedelta(hours=3)
    ending.propose_end(actor=cast.office_director, number=incident.number, words="已平息", now=later)
    lit, found = flow()
    assert lit == [("建议结束", "present")] and found.steps[3].at == later
    assert [step.clause for step in found.steps] == ["5.4.1", "5.4.1", "5.4.1", "5.4.5", "5.4.5"]
    assert [step.at for step in found.steps[:3]] == [now] * 3 and found.steps[4].at is None
    page = text_of(sign_in(cast.commander).get(reverse("command")))
    assert "待指挥部决定" in page and "Ⅲ级响应建议结束" in page


@pytest.mark.clause("5.2.2")
def test_who_has_not_acknowledged_who_waits_for_support_and_who_is_late(cast):
    now = timezone.now()
    incident = people.call_in(cast, now=now - timedelta(hours=3), known_at=now - timedelta(hours=3))
    grading.grade(actor=cast.office_director, number=incident.number, level=2, reason="核实", now=now)
    order = ordering.issue(
        actor=cast.commander,
        number=incident.number,
        to=cast.member.organization.code,
        task="封控现场",
        priority=1,
        now=now - timedelta(hours=1),
    )
    asked = supporting.raise_support(
        actor=cast.enterprise, number=incident.number, needs="两台吊车", why="无此设备", place="", now=now
    )
    shown = board(cast)
    assert [late["count"] > 0 for late in shown.shown_late_bodies if late["name"] == str(cast.firm)] == [True]
    words = text_of(sign_in(cast.commander).get(reverse("command")))
    assert f"{cast.member.organization} 未签收" in words and order.number in words
    assert asked.number in words and "两台吊车" in words
    assert number(cast, "未签收任务") == 1 and number(cast, "调出资源") == 0


def test_each_number_opens_the_list_of_what_it_counts(cast):
    now = timezone.now()
    people.call_in(cast, now=now - timedelta(minutes=40), known_at=now - timedelta(minutes=40))
    client = sign_in(cast.auditor)
    page = client.get(reverse("command")).content.decode()
    for figure in board(cast).figures:
        assert f'href="{figure.url}"' in page
        listed = client.get(figure.url)
        counted = (
            listed.context["out"] if figure.key == "out" else listed.context["page"].paginator.object_list
        )
        assert len(counted) == figure.value, figure.name
    assert client.get(reverse("command-list", args=["all"])).status_code == 404


@pytest.mark.clause("5.1")
def test_a_level_is_raised_here_in_two_actions_with_criteria_and_clause_in_view(cast):
    incident = people.file_in(cast)
    grading.grade(actor=cast.office_director, number=incident.number, level=4, now=timezone.now())
    client = sign_in(cast.commander)
    url = f"{reverse('act', args=[incident.number, 'incident.upgrade'])}?next=%2Fcommand%2F"
    page = client.get(reverse("command")).content.decode()
    assert f'href="{url}" data-act' in page and 'id="act-dialog"' in page
    dialog = text_of(client.get(url, headers={"HX-Request": "true"}))
    assert "§5.1" in dialog and "重伤人数 1 → Ⅳ级" in dialog
    typed = form_of(client, url, level=3, reason="事态扩大")
    assert client.post(url, typed)["Location"] == reverse("command")
    assert board(cast).open_incidents[0].level == 3


@pytest.mark.clause("5.2.1")
def test_an_incident_stands_where_it_is_or_at_its_countys_centre_and_says_so(cast):
    desk = sign_in(cast.duty_officer)
    typed = phone_call(longitude="114.0225", latitude="32.98")
    number = desk.post("/intake/", typed)["Location"].split("/")[2]
    (point,) = board(cast).map_data["points"]
    assert (point["at"], point["county"]) == ([32.98, 114.0225], "驿城区")
    url = reverse("act", args=[number, "incident.locate"])
    desk.post(url, form_of(desk, url) | {"longitude": "", "latitude": ""})
    (point,) = board(cast).map_data["points"]
    assert point["at"] is None
    words = text_of(sign_in(cast.commander).get(reverse("command")))
    assert "未标注位置，图上置于驿城区中心" in words
    entry = LedgerEntry.objects.filter(action="incident.located").get()
    assert entry.summary == "取消位置标注，地图上置于县区中心" and entry.clause == "5.2.1"


def test_a_point_is_whole_and_in_the_country(cast):
    desk = sign_in(cast.duty_officer)
    for lon, lat, said in (
        ("32.98", "114.02", "请核对是否填反"),
        ("114.02", "", "须一起填写"),
        ("东经114", "32.98", "十进制的度数"),
        ("NaN", "32.98", "十进制的度数"),
        ("1e400", "32.98", "经度"),
    ):
        refused = desk.post("/intake/", phone_call(longitude=lon, latitude=lat))
        assert refused.status_code == 422 and said in text_of(refused), (lon, lat)
    incident = people.file_in(cast)
    with pytest.raises(NotAllowed):
        locating.locate(
            actor=cast.commander, number=incident.number, longitude=114, latitude=33, now=timezone.now()
        )
    with pytest.raises(Invalid):
        locating.locate(
            actor=cast.duty_officer, number=incident.number, longitude=33, latitude=114, now=timezone.now()
        )


def test_tiles_come_only_from_where_the_setting_says(cast, settings):
    assert "data-tiles" not in sign_in(cast.commander).get(reverse("command")).content.decode()
    settings.MAP_TILES_URL = "https://{s}.tiles.example/{z}/{x}/{y}.png"
    assert "data-tiles" in sign_in(cast.commander).get(reverse("command")).content.decode()
    assert origins_of(settings.MAP_TILES_URL) == ["https://*.tiles.example"]
    assert origins_of("http://tiles.example:8080/{z}/{x}/{y}") == ["http://tiles.example:8080"]
    assert origins_of("") == origins_of("/tiles/{z}/{x}/{y}.png") == origins_of("https://a;b 'x'/") == []


def test_paper_holds_the_same_in_short(cast):
    many_incidents(cast, 3)
    page = sign_in(cast.commander).get(reverse("command")).content.decode()
    paper = page.split('class="overview"')[1].split("</section>")[0]
    for word in ("态势概览", "截至", "未结事件", "应急响应", "预警", "超时", "第0起", "没有未签收的任务"):
        assert word in paper
    assert "<a " not in paper and "<button" not in paper


def test_what_is_not_listed_is_counted(cast):
    many_incidents(cast, SHOWN_INCIDENTS + 3)
    page = sign_in(cast.commander).get(reverse("command"))
    assert "另有 3 起较轻的未列出" in text_of(page)
    assert number(cast, "未结事件") == SHOWN_INCIDENTS + 3


@pytest.mark.parametrize("count", [1, 12])
def test_as_many_queries_for_a_dozen_as_for_one(cast, count):
    now = timezone.now()
    many_incidents(cast, count)
    for incident in list(board(cast).open_incidents):
        grading.grade(actor=cast.office_director, number=incident.number, level=1, reason="核实", now=now)
        commanding.start_at_once(actor=cast.commander, number=incident.number, now=now)
        to = cast.member.organization.code
        ordering.issue(actor=cast.commander, number=incident.number, to=to, task="封控", priority=1, now=now)
        supporting.raise_support(
            actor=cast.enterprise, number=incident.number, needs="吊车", why="无", place="", now=now
        )
    client = sign_in(cast.commander)
    client.get(reverse("command"))
    with pinned("screen:command"):
        assert client.get(reverse("command")).status_code == 200
    for key in ("open", "overdue", "soon", "unacknowledged"):
        with pinned(f"screen:command list {key}"):
            assert client.get(reverse("command-list", args=[key])).status_code == 200
    _, secret = displays.give(
        actor=cast.office_director, office=cast.office_director.organization.code, name="东墙", now=now
    )
    with pinned("screen:wall"):
        assert Client().get(reverse("wall", args=[secret])).status_code == 200
