"""The main story at real screens, with a real web server, worker and beat: a call comes in, the clock runs, the
office grades Ⅳ, the firm is reminded, misses its report, is chased, reports late, starts and ends Ⅳ: ended.

Time moves by starting the processes again with their clock further ahead; the database stays.
"""

import pytest
from playwright.sync_api import expect

from tests.screens.hand import Hand
from tests.stories.site import act, debt
from zmd_emergency.processes import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.processes]

PATIENCE = 90
"""Seconds that a worker may take to start on a busy machine."""

WRITTEN = {
    "source": "现场值班员",
    "deaths": "0",
    "missing": "0",
    "serious_injuries": "1",
    "loss_yuan": "30万",
    "impact": "一条分拣线停用",
    "development": "明火已扑灭",
    "measures": "人员疏散，邮件转运",
}


@pytest.mark.clause("5.2.1")
@pytest.mark.clause("5.5")
def test_the_story_of_a_four(cast, office, cloned_database):
    office.move_to(minutes=0)

    # A call comes in; the duty officer types while he listens.
    duty = office.open("duty", "/desk/")
    expect(duty.locator("#desk-board")).to_contain_text("一切平静")
    hand = Hand(duty).press("n")
    duty.wait_for_url("**/intake/")
    hand.choose("kdqyjz").tab().say("企业值班员").tab().say("0396-2900001").tab().choose("1").tab(3)
    hand.say("示范路1号分拨中心").tab().say("5分钟前").tab().say("刚才").tab(3).say("1").tab().say("30万")
    hand.press("Control+Enter")
    duty.wait_for_url("**/incidents/**")
    number = duty.locator("h1 .num").inner_text()
    expect(duty.locator(".receipt")).to_contain_text(f"{number}-R1")

    # The clock runs: the oral report is met, the written one is due within two hours.
    expect(debt(duty, "R3")).to_contain_text("按时完成")
    expect(debt(duty, "R4")).to_contain_text("还剩 1 小时 5")

    # The office verifies and grades Ⅳ.
    act(duty, "#act-incidentverify", "已记录核实", with_whom="消防救援支队", how="电话核对")
    director = office.open("director", f"/incidents/{number}/")
    act(director, "#act-incidentgrade", "已定级：Ⅳ级 一般。")
    expect(director.locator(".state-path [aria-current]")).to_have_text("定级")
    expect(debt(director, "R10")).to_contain_text("按时完成")

    # A reminder half an hour before the written report is due, by the real worker.
    office.move_to(minutes=95)
    firm_id = cast.enterprise.person.pk
    told = "SELECT kind FROM alerts_notification WHERE person_id = %s AND deadline_id IS NOT NULL ORDER BY id"
    assert wait_for(lambda: ("reminder",) in cloned_database.query(told, firm_id), PATIENCE)
    firm = office.open("firm", "/inbox/")
    expect(firm.locator("main")).to_contain_text(f"{number} R4 书面报告 还剩")

    # Nothing comes; the debt is breached, and nobody can overlook it.
    office.move_to(minutes=122)
    assert wait_for(lambda: ("breach",) in cloned_database.query(told, firm_id), PATIENCE)
    duty = office.open("duty", "/desk/")
    row = duty.locator(f"tr[data-number='{number}']")
    expect(row).to_contain_text("超时")
    expect(duty.locator(".desk-side")).to_contain_text("R4 书面报告 超法定时限")
    duty.keyboard.press("j")
    duty.keyboard.press("Enter")
    duty.wait_for_url(f"**/incidents/{number}/")
    expect(debt(duty, "R4")).to_contain_text("超法定时限")

    # It is chased.
    promise = {"answered_by": "企业值班员", "promised": "马上补报", "promised_by": "20分钟后"}
    act(duty, "#act-firmchase", "已记录催报", **promise)
    expect(duty.locator(".incident-due")).to_contain_text("马上补报")
    firm = office.open("firm", "/inbox/")
    expect(firm.locator("main")).to_contain_text("催报")

    # The late report.
    firm.goto(f"{office.url}/incidents/{number}/")
    firm.click(".debt.is-breached .debt-acts a")
    for name, value in WRITTEN.items():
        firm.fill(f"#act-dialog [name={name}]", value)
    firm.check("#act-dialog [name=records_leaked_na]")
    firm.select_option("#act-dialog [name=network_scope]", "na")
    firm.check("#act-dialog [name=superior][value=not_yet]")
    firm.click("#act-dialog button[type=submit]")
    expect(firm.locator("#messages")).to_contain_text(f"已收到书面报告 {number}-R2")
    expect(debt(firm, "R4")).to_contain_text("超时完成")

    # The firm starts Ⅳ and ends it; the incident has ended.
    act(firm, "#act-responsestart", "Ⅳ级响应已启动", measures="启动本企业预案")
    expect(firm.locator(".state-path [aria-current]")).to_have_text("响应")
    act(firm, "#act-responseend", "Ⅳ级响应已结束", result="恢复生产")
    expect(firm.locator(".state-path [aria-current]")).to_have_text("结束")
    duty.goto(f"{office.url}/incidents/{number}/?show=decisions")
    for words in ("定级：Ⅳ级", "企业启动Ⅳ级响应", "企业结束Ⅳ级响应", "事件结束"):
        expect(duty.locator(".timeline")).to_contain_text(words)

    # Every step fired once, and the office knows who was told.
    twice = "SELECT deadline_id, step_id FROM alerts_firedstep GROUP BY 1, 2 HAVING count(*) > 1"
    assert cloned_database.query(twice) == []
    assert cloned_database.query("SELECT status FROM incidents_incident") == [("ended",)]
