"""The page of the API's description, in a real browser: nothing is asked of another host, and nothing breaks the policy."""

import pytest
from playwright.sync_api import expect

from incidents.api.description.openapi import OPERATIONS

pytestmark = pytest.mark.processes


def test_the_page_shows_every_operation_offline(page, server):
    said, asked = [], []
    page.on(
        "console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": 1366, "height": 20_000})  # of what is out of sight it draws nothing
    page.goto("/api/v1/docs/")
    expect(page).to_have_title("企业接口说明 · 邮政业应急指挥")
    expect(page.locator(".opblock")).to_have_count(len(OPERATIONS))
    page.locator("#operations-Incidents-post_incidents .opblock-summary-control").click()
    shown = page.locator("#operations-Incidents-post_incidents")
    expect(shown.get_by_text("驿城区分拨中心起火").first).to_be_visible()
    expect(shown.get_by_text("Idempotency-Key").first).to_be_visible()
    assert said == []
    outside = [url for url in asked if not url.startswith((f"{server.url}/", "data:", "blob:"))]
    assert outside == []
