"""Live screens in real browsers: what one does shows on another's screen, and the screen comes back by itself."""

import signal
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests import cast as people
from tests.conftest import PATIENCE
from tests.live.visitor import Visitor
from tests.screens.hand import admit, barriers, serious_violations
from zmd_emergency import processes as system
from zmd_emergency import supervisor
from zmd_emergency.processes import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.processes]
STREAMING = "body[data-streaming=yes]"


@pytest.fixture
def cast(cloned_database):
    return people.assemble()


@pytest.fixture
def incident(cast):
    return people.call_in(cast)


@pytest.fixture
def site(incident, processes, own_redis):
    """A web server with a Redis of its own; both may be killed."""
    return processes.web(REDIS_URL=own_redis.url)


@pytest.fixture
def other(site, cast):
    """A second person who acts, without a browser."""
    return Visitor(site.url, "director")


@pytest.fixture
def window(site, browser):
    """A browser per person."""
    opened = []

    def open_at(who: str, path: str, **options):
        context = browser.new_context(
            base_url=site.url, viewport={"width": 1366, "height": 768}, locale="zh-CN", **options
        )
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        page = context.new_page()
        admit(page, who)
        page.goto(path)
        page.wait_for_selector(STREAMING)
        page.evaluate("window.sameDocument = true")
        return page

    yield open_at
    for context in opened:
        context.close()


def is_same(page) -> bool:
    """The page was not loaded anew."""
    return page.evaluate("window.sameDocument === true")


def verify(other, incident):
    path = f"/incidents/{incident.number}/act/incident.verify/"
    other.post(path, with_whom="消防救援支队", how="电话核对")


def chase(other, incident, who="企业值班员"):
    other.post(f"/incidents/{incident.number}/act/firm.chase/", answered_by=who)


@pytest.mark.clause("5.2.3")
def test_what_one_does_shows_on_the_others_screens(incident, other, window):
    desk, firm, wall = (
        window("duty", "/desk/"),
        window("firm", "/firm/"),
        window("commander", "/command/?wall=1"),
    )
    page = window("duty", f"/incidents/{incident.number}/")
    verify(other, incident)
    expect(desk.locator(".desk-side")).to_contain_text("消防救援支队")
    expect(page.locator(".incident-timeline")).to_contain_text("消防救援支队")
    expect(wall.locator(".event-list")).to_contain_text("消防救援支队")
    chase(other, incident)
    expect(firm.locator("#unread")).to_be_visible()
    expect(firm.locator(".firm-grid")).to_contain_text("催报")
    assert all(map(is_same, (desk, firm, wall, page)))


def test_a_second_tab_shares_the_first_ones_stream(incident, other, window, site):
    first = window("duty", "/desk/")
    second = first.context.new_page()
    second.goto(f"/incidents/{incident.number}/")
    second.wait_for_selector(STREAMING)
    asked = []
    second.on("request", lambda request: asked.append(request.url))
    verify(other, incident)
    expect(second.locator(".incident-timeline")).to_contain_text("消防救援支队")
    assert not any(url.startswith(f"{site.url}/live/") for url in asked)
    first.close()
    second.wait_for_selector(STREAMING)
    chase(other, incident)
    expect(second.locator(".incident-due")).to_contain_text("企业值班员 接听")
    assert any(url.startswith(f"{site.url}/live/") for url in asked), "it took over"


def test_a_screen_comes_back_by_itself_after_the_server_was_killed(
    incident, other, window, site, processes, own_redis
):
    desk = window("duty", "/desk/")
    site.process.send_signal(signal.SIGKILL)
    site.process.wait()
    expect(desk.locator("#live-lost")).to_be_visible()
    expect(desk.locator("#live-lost")).to_have_text("实时更新中断，改为每 10 秒查询。")
    expect(desk.locator("#poll-failed")).to_be_visible()
    again = processes.start(
        "web-again", supervisor.web(int(site.url.rpartition(":")[2])), REDIS_URL=own_redis.url
    )
    assert wait_for(lambda: supervisor.answers(site.url), 30), again.log.read_text()
    desk.wait_for_selector(STREAMING)
    expect(desk.locator("#live-lost")).to_be_hidden()
    expect(desk.locator("#poll-failed")).to_be_hidden()
    verify(other, incident)
    expect(desk.locator(".desk-side")).to_contain_text("消防救援支队")
    assert is_same(desk)
    system.end(again.process)


def test_without_redis_the_page_says_so_and_asks_every_ten_seconds(incident, other, window, own_redis):
    desk = window("duty", "/desk/")
    own_redis.kill()
    expect(desk.locator("#live-lost")).to_be_visible()
    verify(other, incident)
    expect(desk.locator(".desk-side")).to_contain_text("消防救援支队")
    own_redis.start()
    desk.wait_for_selector(STREAMING)
    expect(desk.locator("#live-lost")).to_be_hidden()
    chase(other, incident)
    expect(desk.locator(".desk-side")).to_contain_text("催报")
    assert is_same(desk)


def test_a_change_disturbs_nobody_who_types_reads_or_stands_somewhere(incident, other, window):
    page = window("duty", f"/incidents/{incident.number}/")
    page.click(".report-list summary")
    page.click("#act-reportup")
    page.fill("#act-dialog [name=person]", "总指")
    verify(other, incident)
    expect(page.locator(".incident-timeline")).to_contain_text("消防救援支队")
    assert page.input_value("#act-dialog [name=person]") == "总指"
    assert page.evaluate("document.activeElement.name") == "person"
    expect(page.locator(".report-list details").first).to_have_attribute("open", "")
    page.keyboard.insert_text("挥")
    assert page.input_value("#act-dialog [name=person]") == "总指挥"

    firm = window("firm", "/firm/")
    firm.locator(".incident-link").first.focus()
    chase(other, incident)
    expect(firm.locator(".firm-grid")).to_contain_text("催报")
    expect(firm.locator(".incident-link").first).to_be_focused()


def test_a_session_that_is_over_is_said(incident, window, cast, site):
    desk = window("duty", "/desk/")
    other_browser = Visitor(site.url, "duty")
    chosen = desk.context.cookies()
    mine = next(cookie["value"] for cookie in chosen if cookie["name"] == "sessionid")
    for cookie in other_browser.cookies:
        if cookie.name == "sessionid":
            cookie.value = mine
    other_browser.post("/logout/", "/clauses/")
    expect(desk.locator("#session-ended")).to_be_visible()
    expect(desk.locator("#live-lost")).to_be_hidden()


def test_the_watchdogs_banner_comes_and_goes_on_an_open_page(incident, window, cloned_database):
    desk = window("duty", "/desk/")
    banner = desk.locator("#watchdog")
    expect(banner).to_contain_text("时限巡查尚未开始")
    assert serious_violations(desk) == []
    sweep = (
        "INSERT INTO alerts_heartbeat VALUES ('sweep', %s) ON CONFLICT (name) DO UPDATE SET at = EXCLUDED.at"
    )
    ahead = timezone.now() + timedelta(seconds=25)
    cloned_database.query(sweep, ahead)
    expect(banner).to_be_hidden()
    cloned_database.query(sweep, timezone.now() - timedelta(seconds=40))
    expect(banner).to_contain_text("到期提醒可能不会发出；页面上的时限状态仍按时间计算")
    assert is_same(desk)


COUNT_TONES = """() => {
  window.tones = 0;
  const make = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () { window.tones += 1; return make.call(this); };
}"""


def test_the_alarm_is_switched_on_rings_until_stopped_and_is_remembered(incident, other, window, cast, site):
    desk = window("duty", "/desk/")
    desk.evaluate(COUNT_TONES)
    switch = desk.locator("#alarm-switch")
    expect(switch).to_have_attribute("aria-pressed", "false")
    expect(desk.locator("[data-alarm-hint]")).to_be_visible()
    assert desk.title().startswith("值班台")
    expect(desk.locator("#alarm")).to_be_hidden()
    desk.click("[data-alarm-on]")
    expect(switch).to_have_attribute("aria-pressed", "true")
    expect(desk.locator("[data-alarm-hint]")).to_be_hidden()
    assert desk.evaluate("window.tones") >= 1, "it is heard at once what was switched on"
    expect(desk).to_have_title("(1) 值班台 · 邮政业应急指挥")
    expect(desk.locator("#alarm")).to_contain_text(f"新接报 {incident.number}")
    assert serious_violations(desk) == []
    desk.click("#alarm-stop")
    expect(desk.locator("#alarm")).to_be_hidden()

    before = desk.evaluate("window.tones")
    firm = Visitor(site.url, "firm")
    firm.post("/firm/report/", **REPORT)
    expect(desk.locator("#alarm")).to_contain_text("新接报")
    desk.wait_for_function("before => window.tones > before", arg=before)
    desk.reload()
    expect(switch).to_have_attribute("aria-pressed", "true")
    expect(desk.locator("#alarm")).to_be_visible()
    desk.click("#alarm-switch")
    expect(switch).to_have_attribute("aria-pressed", "false")
    expect(desk.locator("#alarm")).to_be_hidden()
    assert not desk.title().startswith("(")


REPORT = {
    "kind": "BRIEF",
    "title": "分拨中心进水",
    "event_class": "flood",
    "origin": "outside_natural",
    "county": "shangcai",
    "known_at": "10分钟前",
    "occurred_at": "20分钟前",
    "place": "示范路1号",
    "unit": "快递企业甲",
    "source": "值班员",
    "impact": "停工",
}


@pytest.mark.clause("5.2.1")
def test_a_breach_rings_otherwise_than_a_reminder(incident, window, cast, cloned_database):
    firm = window("firm", "/firm/")
    firm.evaluate(COUNT_TONES)
    firm.click("#alarm-switch")
    firm_id, at = cast.enterprise.person.pk, timezone.now()
    send = "INSERT INTO alerts_notification (person_id, kind, channel, title, text, clause, matter, created_at) VALUES (%s, %s, 'inbox', %s, '', '', '', %s)"
    heard = []
    for kind, title in (("reminder", "还剩 10 分"), ("breach", "超法定时限")):
        before = firm.evaluate("window.tones")
        cloned_database.query(send, firm_id, kind, title, at)
        firm.evaluate("document.dispatchEvent(new Event('zmd:overdue'))")
        expect(firm.locator("#alarm-words")).to_contain_text(title)
        firm.wait_for_function("before => window.tones > before", arg=before)
        heard.append(firm.evaluate("window.tones") - before)
    assert heard[0] < heard[1], heard


def test_everything_at_once_fits_and_has_no_serious_barrier(incident, window):
    desk = window("duty", "/desk/")
    desk.click("[data-alarm-on]")
    expect(desk.locator("#alarm")).to_be_visible()
    desk.evaluate("document.getElementById('live-lost').hidden = false")
    assert barriers(desk) == []
    assert reverse("inbox") in desk.locator("#alarm a").get_attribute("href")
