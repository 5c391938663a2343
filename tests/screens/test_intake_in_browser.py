"""The phone intake in a real browser: with the keyboard alone, a draft that survives, no serious barrier (axe)."""

import pytest
from playwright.sync_api import expect

from tests import cast as people
from tests.screens.hand import Hand, serious_violations, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.processes]
KEYS = 80


@pytest.fixture
def cast(cloned_database):
    return people.assemble()


@pytest.mark.clause("5.2.1")
def test_a_call_is_logged_by_keyboard_alone_with_at_most_80_keystrokes_beyond_the_words(
    cast, page, cloned_database
):
    sign_in(page, "duty")
    page.wait_for_url("**/desk/")
    hand = Hand(page).press("n")
    page.wait_for_url("**/intake/")
    expect(page.locator("#id_enterprise")).to_be_focused()
    hand.choose("kdqyjz").tab()
    assert hand.focused() == "caller" and page.input_value("#id_enterprise") == "快递企业甲（驻马店）"
    hand.say("企业值班员").tab().say("0396-2900001").tab()
    hand.choose("1").tab().tab()
    assert page.input_value("#id_event_class") == "fire"
    assert hand.focused() == "county" and page.input_value("#id_county") == "yicheng", (
        "the firm brings its county"
    )
    hand.choose("spx").tab()
    assert page.input_value("#id_county") == "suiping"
    hand.say("示范路1号分拨中心").tab().say("20分钟前").tab().say("10分钟前").tab()
    hand.say("0").tab().say("0").tab().say("1").tab().say("30万").tab(3)
    hand.say("火势已控制，仍有浓烟").tab().say("已疏散三十人，消防到场")
    expect(page.locator("#intake-preview")).to_contain_text("本次即完成")
    expect(page.locator("#intake-preview")).to_contain_text("火还在烧吗？")
    hand.press("Control+Enter")
    page.wait_for_url("**/incidents/**")
    expect(page.locator(".receipt")).to_contain_text("已登记，时限开始计时。")
    assert hand.keys <= KEYS, hand.keys
    print(f"{hand.keys} keystrokes beyond the words")
    rows = cloned_database.query(
        "SELECT r.kind, r.loss_yuan, o.code FROM incidents_report r JOIN incidents_incident i ON i.id = r.incident_id"
        " JOIN incidents_organization o ON o.id = i.county_id"
    )
    assert rows == [("ORAL", 300_000, "suiping")]


def test_a_wrong_field_gets_the_focus_and_nothing_typed_is_lost(cast, page):
    sign_in(page, "duty")
    page.goto("/intake/")
    hand = Hand(page).choose("kdqyjz").tab().say("值班员").press("Control+Enter")
    expect(page.locator("#form-errors")).to_be_visible()
    expect(page.locator("#id_event_class")).to_be_focused()
    assert page.input_value("#id_caller") == "值班员"
    hand.choose("1")
    assert page.input_value("#id_event_class") == "fire"


def test_a_draft_survives_a_closed_browser(cast, page, cloned_database):
    sign_in(page, "duty")
    page.goto("/intake/")
    page.fill("#id_place", "示范路9号")
    expect(page.locator("#draft-saved")).to_contain_text("草稿已存")
    again = page.context.new_page()
    page.close()
    again.goto("/intake/")
    expect(again.locator("#draft-line")).to_contain_text("未登记的草稿")
    assert again.input_value("#id_place") == "示范路9号"
    again.click("#draft-line button")
    again.wait_for_load_state()
    assert again.input_value("#id_place") == "" and not cloned_database.query(
        "SELECT FROM incidents_intakedraft"
    )


def test_a_draft_survives_a_dead_line_and_a_lost_session(cast, page, cloned_database):
    sign_in(page, "duty")
    page.goto("/intake/")
    page.context.set_offline(True)
    page.fill("#id_place", "断网时填的")
    expect(page.locator("#draft-saved")).to_contain_text("连不上服务器：草稿已存在本机")
    page.context.set_offline(False)
    expect(page.locator("#draft-saved")).to_contain_text("草稿已存 ")
    page.context.clear_cookies()
    page.fill("#id_place", "登录过期后填的")
    expect(page.locator("#session-ended")).to_be_visible()
    sign_in(page, "duty")
    page.goto("/intake/")
    assert page.input_value("#id_place") == "登录过期后填的"
    expect(page.locator("#draft-line")).to_contain_text("已恢复本机")
    page.click("#sign-out button")
    page.wait_for_url("**/login/**")
    assert page.evaluate("Object.keys(localStorage)") == []


def test_no_serious_barrier_on_the_intake(cast, page):
    sign_in(page, "duty")
    page.goto("/intake/")
    assert serious_violations(page) == []
    page.press("#id_enterprise", "Control+Enter")
    expect(page.locator("#form-errors")).to_be_visible()
    assert serious_violations(page) == []


def test_nothing_on_the_page_breaks_the_content_policy(cast, page):
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    sign_in(page, "duty")
    for path in ("/intake/", "/desk/"):
        page.goto(path)
    assert said == []
