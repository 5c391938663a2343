"""A warning in a real browser: the commander issues it in the dialog, the firm acknowledges it on its telephone."""

import pytest
from django.utils import timezone

from incidents.services.warning import warning_assessing
from tests import cast as people
from tests.screens.hand import admit, serious_violations

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture
def proposed(cloned_database, cast):
    now = timezone.now()
    warning = people.warn(cast, now=now)
    warning_assessing.propose(
        actor=cast.duty_officer, number=warning.number, level=3, reason="雨量将超 100 毫米", now=now
    )
    return warning.number


@pytest.mark.clause("4.4")
def test_it_is_issued_in_the_dialog_and_acknowledged_with_one_click(
    cast, proposed, page, browser, server, cloned_database
):
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    admit(page, "commander")
    page.goto(f"/warnings/{proposed}/")
    page.click("#act-warningissue")
    page.wait_for_selector("#act-dialog[open] #id_measures")
    page.fill("#id_measures", "转移低处快件，切断低处电源")
    page.fill("#id_caution", "")
    page.click("#act-dialog button[type=submit]")
    page.wait_for_selector("#act-dialog .field-error")
    assert "预警信息须有“警示事项”（§4.4）。" in page.inner_text("#act-dialog")
    assert page.input_value("#id_measures") == "转移低处快件，切断低处电源", "nothing typed is lost"
    assert serious_violations(page) == []
    page.fill("#id_caution", "场地进水，道路中断")
    page.click("#act-dialog button[type=submit]")
    page.wait_for_selector(".state-path .is-present:has-text('发布')")
    assert "黄色预警（Ⅲ级，较重）" in page.inner_text(".incident-title")
    assert "未签收" in page.inner_text(".incident-head")

    commanders = page
    assert "20 个未签收" in commanders.inner_text(".receipts summary")
    page = browser.new_context(
        base_url=server.url, viewport={"width": 390, "height": 844}, locale="zh-CN"
    ).new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    admit(page, "firm")
    page.goto("/firm/")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.click(".warning-list button:has-text('签收')")
    page.wait_for_url(f"**/warnings/{proposed}/")
    assert "已签收" in page.inner_text("#messages") and "警示事项" in page.inner_text("main")
    assert serious_violations(page) == []
    commanders.wait_for_function(
        "document.querySelector('.receipts summary').innerText.includes('18 个未签收')"
    )  # his page follows, though nobody touches it
    page.emulate_media(media="print")
    page.goto(f"/warnings/{proposed}/bulletins/1/")
    banner = page.locator(".bulletin-banner")
    assert banner.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(246, 211, 60)"
    assert page.is_hidden(".frame")
    acknowledged = cloned_database.query(
        "SELECT count(*) FROM alerts_bulletinreceipt WHERE acknowledged_at IS NOT NULL"
    )
    assert acknowledged == [(2,)], "the firm answers for its hub as well"
    assert [c for c in complaints if "422" not in c] == []
