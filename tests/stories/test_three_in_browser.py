"""Four dead: the facts propose Ⅲ, the office reports upward in time, grades, proposes the response to the city
government, which sees it; the firm files its brief within the hour."""

import pytest
from playwright.sync_api import expect

from tests.screens.hand import Hand
from tests.stories.site import act, debt

pytestmark = [pytest.mark.browser, pytest.mark.processes]


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

    # Nothing is owed any more, and nothing was late.
    settled = (
        "SELECT count(*) FROM alerts_deadline WHERE voided_at IS NULL AND (met_at IS NULL OR met_at > due_at)"
    )
    assert cloned_database.query(settled) == [(0,)]
    met = "SELECT code FROM alerts_deadline d JOIN incidents_deadlinerule r ON r.id = d.rule_id ORDER BY code"
    assert [code for (code,) in cloned_database.query(met)] == ["R1", "R10", "R2", "R6", "R6"]
