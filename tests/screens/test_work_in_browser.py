"""Desk, incident and acts in a real browser: keys, polls that keep one's place, dialogs, axe, all three sizes."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from incidents.services.response import grading
from tests import cast as people
from tests.screens.hand import Hand, admit, barriers, serious_violations
from tests.screens.stage import by_others

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture
def cast(cloned_database):
    return people.assemble()


@pytest.fixture
def incidents(cast):
    """One overdue, one fresh with a very long title, one without a firm; graded at all levels."""
    now = timezone.now()
    late = people.call_in(
        cast, now=now - timedelta(hours=3), known_at=now - timedelta(hours=3), county="西平县"
    )
    fresh = people.call_in(cast, title="六十个字的标题" * 8 + "到此为止", county="上蔡县")
    nameless = by_others(cast)
    for level, county in ((1, "泌阳县"), (2, "汝南县"), (3, "遂平县")):
        graded = people.call_in(cast, county=county)
        grading.grade(actor=cast.office_director, number=graded.number, level=level, reason="定", now=now)
    return late, fresh, nameless


def test_the_desk_is_worked_by_keys(cast, incidents, page):
    late, *_ = incidents
    admit(page, "duty")
    page.goto("/desk/")
    hand = Hand(page).press("j")
    expect(page.locator("tr.is-selected")).to_have_attribute("data-number", late.number)
    hand.press("j", "k")
    expect(page.locator("tr.is-selected")).to_have_attribute("data-number", late.number)
    hand.press("?")
    expect(page.locator("#desk-help")).to_be_visible()
    hand.press("Escape")
    hand.press("/")
    expect(page.locator("#frame-search")).to_be_focused()
    hand.press("n")
    assert page.input_value("#frame-search") == "n", "keys are letters again while typing"
    page.locator("#desk-board").evaluate("board => htmx.trigger(board, 'every')")
    page.locator(f"tr[data-number='{late.number}'] a").focus()
    hand.press("Enter")
    page.wait_for_url(f"**/incidents/{late.number}/")


def test_the_poll_keeps_the_selection_and_says_when_it_fails(cast, incidents, page):
    late, *_ = incidents
    admit(page, "duty")
    page.goto("/desk/")
    Hand(page).press("j")
    first = page.locator("#desk-time").inner_text()
    expect(page.locator("#desk-time")).not_to_have_text(first)
    expect(page.locator("tr.is-selected")).to_have_attribute("data-number", late.number)
    expect(page.locator(f"tr[data-number='{late.number}'] a")).to_be_focused()
    page.context.set_offline(True)
    expect(page.locator("#poll-failed")).to_be_visible(timeout=13_000)
    expect(page.locator("#poll-failed")).to_contain_text("自动刷新失败")
    page.context.set_offline(False)
    expect(page.locator("#poll-failed")).to_be_hidden(timeout=13_000)


def test_an_act_opens_in_a_dialog_refuses_there_and_says_what_was_done(cast, incidents, page):
    late, *_ = incidents
    admit(page, "director")
    page.goto(f"/incidents/{late.number}/")
    page.click("#act-incidentgrade")
    expect(page.locator("#act-dialog")).to_be_visible()
    page.check("input[name=level][value='3']")
    page.click("#act-dialog button[type=submit]")
    expect(page.locator("#act-dialog .field-error")).to_contain_text("请填写理由")
    expect(page.locator("#act-dialog textarea[name=reason]")).to_be_focused()
    page.keyboard.insert_text("事态扩大")
    assert serious_violations(page) == []
    page.click("#act-dialog button[type=submit]")
    expect(page.locator("#messages")).to_contain_text("已定级：Ⅲ级 较大。")
    expect(page.locator(".incident-title .level")).to_have_text("Ⅲ级 较大")


def test_a_poll_does_not_lose_what_is_open(cast, incidents, page, cloned_database):
    _, fresh, _ = incidents
    admit(page, "duty")
    page.goto(f"/incidents/{fresh.number}/")
    page.click(".report-list summary")
    page.click("#act-incidentverify")
    page.fill("#act-dialog [name=with_whom]", "派出所")
    other = page.context.new_page()
    other.goto(f"/incidents/{fresh.number}/act/firm.chase/")
    other.fill("[name=answered_by]", "企业值班员")
    other.click("form.act-form button[type=submit]")
    other.wait_for_url(f"**/incidents/{fresh.number}/")
    expect(page.locator(".incident-due")).to_contain_text("企业值班员 接听")
    assert page.input_value("#act-dialog [name=with_whom]") == "派出所"
    expect(page.locator(".report-list details")).to_have_attribute("open", "")


def test_the_pages_fit_and_have_no_serious_barrier(cast, incidents, page):
    late, fresh, nameless = incidents
    admit(page, "director")
    for path in (
        "/desk/",
        f"/incidents/{late.number}/",
        f"/incidents/{fresh.number}/",
        "/search/?q=ZMD",
        "/intake/",
    ):
        page.goto(path)
        assert barriers(page) == [], path


def test_without_script_an_act_is_a_page(cast, incidents, browser, server):
    _, fresh, _ = incidents
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    admit(page, "duty")
    page.goto(f"/incidents/{fresh.number}/")
    page.click("#act-incidentverify")
    page.fill("[name=with_whom]", "派出所")
    page.fill("[name=how]", "电话")
    page.click("form.act-form button[type=submit]")
    expect(page.locator("#messages")).to_contain_text("已记录核实")
    context.close()


def test_a_telephone_number_is_shown_for_a_reason_and_stays_while_the_page_refreshes(cast, incidents, page):
    late, *_ = incidents
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    admit(page, "duty")
    page.goto(f"/incidents/{late.number}/")
    report = page.locator(".report-list details").first
    report.locator("summary").click()
    report.locator(".look").click()
    reason = report.get_by_label("查看理由")
    expect(reason).to_be_focused()
    report.get_by_role("button", name="查看").click()
    expect(report).to_contain_text("请选择查看理由")
    reason.select_option("contact")
    report.get_by_label("说明").fill("核对伤情")
    page.locator("#incident-live").evaluate("live => htmx.trigger(live, 'zmd:refresh')")
    report.get_by_role("button", name="查看").click()
    expect(report.locator(".caller-shown")).to_contain_text("企业值班员")
    expect(page.locator(".incident-timeline")).to_contain_text("查看")
    expect(report.locator(".caller-shown")).to_contain_text("0396-1")
    assert complaints == [] and serious_violations(page) == []
