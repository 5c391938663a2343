"""A brief in two key strokes from the incident, written and read on a desk's screen and on a phone."""

import pytest
from django.urls import reverse

from tests.responses.stage import graded
from tests.screens.hand import serious_violations
from tests.screens.test_accessibility import PHONE, check, signed_in  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture
def incident(cloned_database, cast):
    return graded(cast)


@pytest.mark.clause("2.2.3")
def test_a_brief_is_begun_with_two_keys_and_kept_while_typing(incident, cast, page, signed_in):  # noqa: F811
    page.set_viewport_size({"width": 1366, "height": 768})
    signed_in(cast.duty_officer)
    page.goto(reverse("incident", args=[incident.number]))
    page.wait_for_load_state("networkidle")
    page.keyboard.press("b")
    page.wait_for_selector("#act-dialog[open] button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit/")
    page.fill("#id_development", "火势已控制，正在清点")
    page.wait_for_selector("#draft-saved:has-text('草稿已存')")
    page.reload()
    assert page.input_value("#id_development") == "火势已控制，正在清点"
    number = f"{incident.number}-B1"
    paths = [
        reverse("brief-edit", args=[number]),
        reverse("brief", args=[number]),
        reverse("incident-briefs", args=[incident.number]),
        reverse("briefs"),
    ]
    for path in paths:
        check(page, path)
        page.set_viewport_size(PHONE)
        assert serious_violations(page) == [], path
