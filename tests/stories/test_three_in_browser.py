"""Four dead: the facts propose Ⅲ, the office reports upward in time, grades, proposes the response to the city
government, which sees it; the firm files its brief within the hour."""

import pytest
from playwright.sync_api import expect

from incidents.services.notice import reporting_up
from tests.responses.stage import act as at_once
from tests.responses.stage import graded
from tests.screens.hand import Hand, serious_violations
from tests.stories.site import act, debt

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture
def three_proposed(cloned_database, cast) -> str:
    """Arranged before the browser opens: graded Ⅲ and proposed to 市政府."""
    incident = graded(cast)
    at_once(reporting_up.propose_response, cast.office_director, incident, words="建议启动Ⅲ级响应")
    return incident.number


@pytest.mark.clause("5.2.1")
@pytest.mark.clause("5.4.1")
def test_the_story_of_a_three(cast, office, cloned_database):
    office.move_to(minutes=0)
    duty = office.open("duty", "/intake/")
    hand = Hand(duty)
    hand.choose("kdqyjz").tab().say("企业值班员").tab().say("0396-2900001").tab().choose("1").tab(3)
    hand.say("示范路1号分拨中心").tab().say("10分钟前").tab().say("5分钟前").tab().say("4")

    # While he types, the proposal rises to Ⅲ and says which criterion gave it, and from where that is.
    preview = duty.locator("#intake-preview")
    expect(preview).to_contain_text("Ⅲ级")
    expect(preview).to_contain_text("非公报原文")
    hand.press("Control+Enter")
    duty.wait_for_url("**/incidents/**")
    number = duty.locator("h1 .num").inner_text()

    # Provisional Ⅲ: oral met, brief within the hour; the office owes the headquarters and the city government.
    expect(debt(duty, "R1")).to_contain_text("按时完成")
    expect(debt(duty, "R2")).to_contain_text("还剩 5")
    expect(debt(duty, "R6")).to_have_count(2)

    # Told upward by telephone: who was told, and what.
    act(duty, "#act-reportup", "已记录", to="HEADQUARTERS", person="总指挥", words="火灾，四人死亡")

    # Verified, graded Ⅲ, the response proposed to the city government.
    act(duty, "#act-incidentverify", "已记录核实", with_whom="消防救援支队", how="电话核对")
    director = office.open("director", f"/incidents/{number}/")
    act(director, "#act-incidentgrade", "已定级：Ⅲ级 较大。")
    act(director, "#act-responsepropose", "建议", words="四人死亡，建议启动Ⅲ级响应")
    approver = office.open("approver", "/")
    expect(approver.locator("main")).to_contain_text(number)
    commander = office.open("commander", "/command/")
    expect(commander.locator("main")).to_contain_text("Ⅲ级响应已建议")

    # The firm files its brief within the hour.
    firm = office.open("firm", f"/incidents/{number}/")
    firm.click(".debt .debt-acts a")
    firm.check("#act-dialog [name=kind][value=BRIEF]")
    for name, value in {"source": "现场值班员", "impact": "分拨中心过火", "deaths": "4"}.items():
        firm.fill(f"#act-dialog [name={name}]", value)
    firm.click("#act-dialog button[type=submit]")
    expect(firm.locator("#messages")).to_contain_text(f"已收到书面简要报告 {number}-R2")
    expect(debt(firm, "R2")).to_contain_text("按时完成")
    expect(debt(firm, "R6")).to_have_count(0)

    # Nothing is owed any more but the next follow-up, and nothing was late.
    settled = (
        "SELECT r.code FROM alerts_deadline d JOIN incidents_deadlinerule r ON r.id = d.rule_id"
        " WHERE voided_at IS NULL AND (met_at IS NULL OR met_at > due_at)"
    )
    assert cloned_database.query(settled) == [("R5",)]
    met = "SELECT code FROM alerts_deadline d JOIN incidents_deadlinerule r ON r.id = d.rule_id ORDER BY code"
    assert [code for (code,) in cloned_database.query(met)] == ["R1", "R10", "R2", "R5", "R6", "R6"]


@pytest.mark.clause("5.4.1")
@pytest.mark.clause("5.2.2")
@pytest.mark.clause("5.4.5")
def test_the_story_of_a_three_approved_ordered_and_ended(cast, three_proposed, office):
    """市政府 approves, 指挥部 starts and orders, the firm acknowledges on a phone, and two people end it."""
    number = three_proposed
    office.move_to(minutes=0)
    approver = office.open("approver", "/")
    approver.click(f"a[href$='/incidents/{number}/act/response.approve/']")
    approver.fill("[name=document_no]", "驻政文〔2026〕1号")
    approver.click("main button[type=submit]")
    expect(approver.locator("#messages")).to_contain_text("已批准启动Ⅲ级响应")

    # The start names the fire brigade, which then owes follow-ups; the plan's to-dos are open.
    commander = office.open("commander", f"/incidents/{number}/")
    member = cast.member.organization.code
    act(commander, "#act-responsestart_three", "Ⅲ级响应已启动", every="2", **{f"every_{member}": "1"})
    expect(debt(commander, "R9")).to_have_count(2)
    expect(debt(commander, "R5")).to_have_count(2)
    expect(commander.locator(".incident-due")).to_contain_text("组织专家组研判")

    # One order in writing, to be acknowledged; the wall counts it.
    act(
        commander,
        "#act-orderissue",
        "等待签收",
        to=cast.firm.code,
        task="转移分拨中心邮件",
        done_by="3小时后",
    )
    expect(debt(commander, "T2")).to_contain_text("还剩")
    wall = office.open("commander", "/command/")
    expect(wall.locator(".figure", has_text="未签收任务").locator("b")).to_have_text("1")

    firm = office.open("firm", "/firm/")
    firm.set_viewport_size({"width": 390, "height": 844})
    button = firm.locator(".home-orders .debt-acts a").first
    assert button.bounding_box()["height"] >= 44, "for one thumb"
    assert firm.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert not serious_violations(firm)
    button.click()
    firm.click("main button[type=submit]")
    expect(firm.locator("#messages")).to_contain_text("已签收任务")
    assert not serious_violations(firm)
    firm.click("text=报告任务进展")
    for name, words in {"words": "已到场", "head": "队长", "phone": "0396-1", "place": "门口"}.items():
        firm.fill(f"[name={name if name == 'words' else 'on_scene_' + name}]", words)
    firm.click("main button[type=submit]")
    expect(firm.locator("main")).to_contain_text("执行中")

    # Whoever proposed the end does not declare it; the end leaves the order to be released.
    director = office.open("director", f"/incidents/{number}/")
    act(director, "#act-responsepropose_end", "等待指挥部宣布", words="险情已排除")
    commander = office.open("commander", f"/incidents/{number}/")
    assert not serious_violations(commander)
    act(commander, "#act-responsedeclare_end", "已宣布结束")
    expect(debt(commander, "R5").first).to_contain_text("已失效")
    act(commander, "#act-orderrelease_all", "已解除 1 项任务")
    firm = office.open("firm", "/firm/")
    firm.click("text=确认任务解除")
    firm.click("main button[type=submit]")
    expect(firm.locator("#messages")).to_contain_text("已结束")
