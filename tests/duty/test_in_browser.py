"""Signing in and handing over in a real browser, by two people at one desk; the pages fit and have no barrier."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from alerts.models import Seat, ShiftPattern
from incidents.services.roster import duty, duty_log, duty_plan
from tests import cast as people
from tests.conftest import PATIENCE
from tests.duty.stage import colleague
from tests.screens.hand import admit, serious_violations, too_wide_at

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.clause("5.2.3")]


@pytest.fixture
def cast(cloned_database):
    return people.assemble()


@pytest.fixture
def shifts(cast):
    """One that began ten minutes ago and ends within the hour, and the next; an incident under way."""
    other, now = colleague(cast), timezone.now()

    def put(actor, starts, ends, seat=Seat.DUTY):
        return duty.draw_up(
            actor=cast.office_director,
            body=actor.organization,
            seat=seat,
            person=actor.person.pk,
            starts_at=now + timedelta(minutes=starts),
            ends_at=now + timedelta(minutes=ends),
            now=now,
        )

    first, second = put(cast.duty_officer, -10, 30), put(other, 30, 500)
    put(cast.office_director, -10, 700, Seat.LEADER)
    people.call_in(
        cast, title="六十个字的标题" * 8 + "到此为止", known_at=now - timedelta(minutes=5), now=now
    )
    duty_plan.lay(
        actor=cast.enterprise,
        body=cast.firm,
        pattern=ShiftPattern.objects.get(name__startswith="三班倒").pk,
        seat=Seat.DUTY,
        people=[cast.enterprise.person.pk],
        first=timezone.localdate(now) + timedelta(days=1),
        last=timezone.localdate(now) + timedelta(days=3),
        now=now,
    )
    duty_log.note(actor=cast.duty_officer, words="市里来电询问进展", important=True, now=now)
    return first, second


def test_one_signs_in_and_hands_over_and_the_other_reads_and_takes_over(cast, shifts, page, browser, server):
    first, second = shifts
    admit(page, "duty")
    page.goto("/duty/mine/")
    page.get_by_role("button", name="签到").press("Enter")
    expect(page.locator("#messages")).to_contain_text("已签到")
    expect(page.locator("main")).to_contain_text("迟到 10 分")
    page.get_by_role("link", name="交班…").press("Enter")
    expect(page.locator(".duty-matters")).to_contain_text("到此为止")
    page.get_by_label("交代事项").fill("注意上蔡县网点积压")
    page.get_by_role("button", name="交班").press("Enter")
    expect(page.locator("#messages")).to_contain_text("等待接班人阅读签收")

    context = browser.new_context(base_url=server.url, viewport={"width": 390, "height": 844})
    context.set_default_timeout(PATIENCE)
    next_ = context.new_page()
    admit(next_, "colleague")
    next_.goto("/desk/")
    expect(next_.locator(".desk-duty")).to_contain_text("未接班")
    next_.goto("/duty/mine/")
    next_.get_by_role("link", name="阅读并签收").click()
    expect(next_.locator(".sheet")).to_contain_text("注意上蔡县网点积压")
    assert serious_violations(next_) == []
    next_.get_by_role("button", name="已阅读，签收接班").click()
    expect(next_.locator("#messages")).to_contain_text("已签收接班")
    expect(next_.locator(".sheet")).to_contain_text("值班员乙")
    next_.emulate_media(media="print")
    assert next_.is_hidden(".frame") and next_.is_hidden(".paper-tools") and next_.is_visible(".sheet")
    context.close()


def test_the_pages_fit_and_have_no_serious_barrier(cast, shifts, page):
    first, second = shifts
    office, firm = cast.duty_officer.organization.code, cast.firm.code
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    pages = {
        "director": (
            "/desk/",
            f"/duty/of/{office}/",
            f"/duty/of/{office}/?view=month",
            f"/duty/of/{office}/new/",
            f"/duty/of/{office}/pattern/",
            f"/duty/of/{office}/training/",
            f"/duty/of/{office}/hand-overs/",
            "/duty/overview/",
            "/duty/log/",
            "/duty/mine/",
            f"/duty/shifts/{second.pk}/",
            f"/duty/shifts/{second.pk}/change/",
        ),
        "firm": (f"/duty/of/{firm}/", "/duty/mine/", f"/duty/of/{firm}/pattern/"),
    }
    for username, paths in pages.items():
        page.context.clear_cookies()
        admit(page, username)
        for path in paths:
            page.goto(path)
            assert serious_violations(page) == [], path
            assert too_wide_at(page) == [], path
    assert complaints == []


def test_the_log_prints_as_a_sheet(cast, shifts, page):
    admit(page, "duty")
    page.goto("/duty/log/")
    page.emulate_media(media="print")
    assert page.is_hidden(".frame") and page.is_hidden(".duty-tools") and page.is_hidden(".duty-note")
    assert "市里来电询问进展" in page.inner_text(".sheet")
