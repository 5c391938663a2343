"""In a real browser: a warning before the time-out, and a half-typed form that outlives its session."""

import pytest
from playwright.sync_api import expect

from tests.cast import PASSWORD, call_in
from tests.screens.hand import admit, serious_violations

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture
def incident(cloned_database, cast):
    return call_in(cast)


def test_a_half_typed_form_outlives_its_session(incident, cloned_database, page):
    def end_sessions():
        cloned_database.query("UPDATE django_session SET expire_date = '2001-01-01'")

    def enter(at):
        at.fill("input[name=username]", "duty")
        at.fill("input[name=password]", PASSWORD)
        at.press("input[name=password]", "Enter")

    page.clock.install()
    admit(page, "duty")
    page.goto(f"/incidents/{incident.number}/")
    page.click("#act-incidentverify")
    page.fill("#act-dialog [name=with_whom]", "消防救援支队")
    page.fill("#act-dialog [name=how]", "电话核实，三人")
    left = int(page.evaluate("document.body.dataset.sessionLeft"))
    soon_over = {"person": page.evaluate("document.body.dataset.person"), "left": 100}
    page.route("**/session/", lambda route: route.fulfill(json=soon_over))  # the server's clock stands still
    page.clock.fast_forward((left - 100) * 1000)
    warning = page.locator("#session-warning")
    expect(warning).to_be_visible()
    expect(warning).to_contain_text("退出登录")
    page.unroute("**/session/")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.evaluate("document.getElementById('session-keep').click()")  # the act's own dialog lies over it
    expect(warning).to_be_hidden()

    end_sessions()
    # however the page learns of it: by this, or by the live feed a moment before
    page.evaluate("setTimeout(() => document.querySelector('#act-body form').requestSubmit())")
    dialog = page.locator("#session-dialog")
    expect(dialog).to_be_visible()
    assert page.input_value("#act-dialog [name=how]") == "电话核实，三人"
    assert serious_violations(page) == []
    with page.context.expect_page() as opened:
        dialog.get_by_role("link", name="重新登录").click()
    enter(opened.value)
    expect(opened.value.locator("main")).to_contain_text("请关闭这一页")
    opened.value.close()
    expect(page.locator(".incident-timeline")).to_contain_text("消防救援支队")
    expect(dialog).to_be_hidden()
    expect(page.locator("#session-ended")).to_be_hidden()

    for heard in ("**/pulse/**", "**/live/**"):
        page.route(heard, lambda route: route.abort())  # this page does not know that its session is over
    page.goto("/duty/log/")
    page.click("details.duty-note summary")
    page.fill("[name=words]", "三号门钥匙已移交")
    end_sessions()
    page.click("details.duty-note form .btn-primary")
    page.wait_for_url("**/login/**")
    enter(page)
    expect(page.locator("main")).to_contain_text("三号门钥匙已移交")
    page.get_by_role("button", name="继续提交").click()
    page.wait_for_url("**/duty/log/**")
    expect(page.locator(".duty-lines")).to_contain_text("三号门钥匙已移交")
