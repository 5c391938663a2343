"""One key chases whoever owes next, from the desk and from the incident; nobody touches the mouse (§5.2.1)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.cast import call_in
from tests.screens.hand import Hand, admit, barriers, serious_violations

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.clause("5.2.1")]


@pytest.fixture
def incident(cloned_database, cast):
    now = timezone.now()
    return call_in(cast, now=now - timedelta(minutes=30), known_at=now - timedelta(minutes=40))


def calls(database) -> list[tuple]:
    return database.query(
        "SELECT answered, answered_by, promised_by IS NOT NULL FROM alerts_chase ORDER BY id"
    )


def test_from_the_desk_c_opens_the_call_list_and_one_click_says_answered_or_not(
    incident, cloned_database, page
):
    admit(page, "duty")
    page.goto("/desk/")
    Hand(page).press("j", "c")
    dialog = page.locator("#act-dialog")
    expect(dialog).to_contain_text("依次拨打")
    assert dialog.locator("a[href^='tel:']").count()
    assert serious_violations(page) == []
    dialog.locator("button[name=missed]").first.click()
    expect(dialog).to_contain_text("已记录催报")
    expect(dialog.locator(".chase-made")).to_contain_text("没接")
    assert page.url.endswith("/desk/")
    dialog.locator(".chase-came label").nth(1).click()
    expect(dialog.locator("[name=promised_by]")).to_be_focused()
    page.keyboard.insert_text("10分钟后")
    page.keyboard.press("Enter")
    page.wait_for_selector("#messages .alert")
    assert page.url.endswith("/desk/")
    (missed, answered) = calls(cloned_database)
    assert missed == (False, "", False) and answered[0] and answered[2]


def test_from_the_incident_and_not_while_typing(incident, cloned_database, page):
    admit(page, "duty")
    page.goto(f"/incidents/{incident.number}/")
    page.focus("#frame-search")
    page.keyboard.press("c")
    expect(page.locator("#act-dialog")).to_be_hidden()
    page.locator("#main").focus()
    page.keyboard.press("c")
    expect(page.locator("#act-dialog")).to_contain_text("依次拨打")
    page.keyboard.press("Escape")
    expect(page.locator("#act-dialog")).to_be_hidden()


def test_the_dialog_fits(incident, page):
    admit(page, "duty")
    page.goto(f"/incidents/{incident.number}/act/firm.chase/")
    assert barriers(page) == []
