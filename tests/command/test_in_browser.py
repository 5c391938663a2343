"""The tab 指挥 in a real browser: a meeting called in its dialog; nothing serious by axe; no wider than a phone."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from incidents.models import Meeting
from incidents.services.command import expert_pool, experts, on_scene, schemes, working_groups
from incidents.services.response import meetings, own_plans
from incidents.services.response.meetings import Decision
from tests.responses.stage import act, started
from tests.screens.hand import admit, serious_violations

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture
def busy(cloned_database, cast):
    """A Ⅲ with something in every part of the tab."""
    incident, now, office = started(cast), timezone.now(), cast.duty_officer
    act(on_scene.name, office, incident, head="赵县长", phone="0396-4", place="分拨中心东门指挥车")
    group = incident.working_groups.first()
    working_groups.change(
        actor=office,
        group=group.number,
        name=group.name,
        lead=group.lead.code,
        head="张组长",
        phone="1",
        now=now,
    )
    codes = [cast.member.organization.code, cast.county.organization.code]
    said = {
        "kind": "consultation",
        "topic": "研究人员疏散和邮件转移",
        "means": "video",
        "place": "会议号 123",
    }
    called = act(meetings.convene, office, incident, bodies=codes, **said)
    meetings.record(
        actor=office,
        meeting=called.number,
        chair="总指挥",
        words="外围已封控，救护车已到场。" * 6,
        attendance={code: ("present", "") for code in codes},
        decisions=[
            Decision("立即转移邮件", cast.firm.code, now + timedelta(hours=2)),
            Decision("两小时后再会商"),
        ],
        now=now,
    )
    texts = {"assessment": "火势可控，须防复燃。" * 5, "measures": "一、先疏散\n二、后转移邮件"}
    act(schemes.draft, office, incident, title="分拨中心火灾处置方案", **texts)
    expert = expert_pool.keep(
        actor=office, name="周教授", field="危险化学品", body="黄淮学院", phone="13900000001", now=now
    )
    (member,) = act(experts.name, cast.commander, incident, experts=[expert.pk])
    act(experts.call, office, incident, member=member.pk, answer="comes", words="四十分钟到场")
    act(experts.advise, office, incident, words="不可用水，先断电。", expert=expert.pk)
    act(own_plans.start, cast.enterprise, incident, name="企业应急保障预案", by="值班经理")
    return incident


@pytest.mark.clause("5.4.3")
def test_a_meeting_is_called_in_the_dialog_and_the_tab_fits_a_phone(busy, cast, cloned_database, page):
    admit(page, cast.duty_officer.person.username)
    page.goto(f"/incidents/{busy.number}/command/")
    page.click("#act-meetingconvene")
    page.fill("#id_topic", "研究恢复运行")
    page.fill("#id_place", "指挥中心三楼")
    page.check(f"#act-dialog input[value={cast.member.organization.code}]")
    _look(page, "dialog")
    page.click("#act-dialog button[type=submit]")
    page.wait_for_selector("text=研究恢复运行")
    assert page.url.endswith("/command/")
    assert cloned_database.query(f"SELECT count(*) FROM {Meeting._meta.db_table}") == [(2,)]
    page.click("text=记录会议")
    page.wait_for_selector("#act-dialog .act-decision")
    _look(page, "record")
    for width, height in ((1366, 768), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for path in (f"/incidents/{busy.number}/command/", "/experts/", f"/schemes/{busy.number}-F1/"):
            page.goto(path)
            _look(page, f"{width}{path.replace('/', '_')}")


def _look(page, name: str):
    """Nothing serious by axe, nothing wider than the page."""
    if folder := os.environ.get("ZMD_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    assert serious_violations(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
