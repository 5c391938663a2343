"""The pages in a real browser: no serious violation by axe, nothing that the policy blocks, nothing wider
than a phone; and what only a browser shows: countdowns, clauses in place, the map, stale data."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from incidents.models import ApiKey
from incidents.services.command import ordering
from incidents.services.response import grading
from incidents.services.revision import plan_revision
from tests import cast as people
from tests.screens.hand import admit, is_too_wide, mild_but_serious, serious_violations, too_wide_at
from tests.screens.stage import many_incidents

pytestmark = [pytest.mark.browser, pytest.mark.processes]

PHONE = {"width": 390, "height": 844}
FRAME = "header.frame"
SETTLED = "document.readyState === 'complete' && !document.querySelector('.htmx-request')"
LONG = "遂平县分拨中心内件爆炸造成人员伤亡现场正在疏散群众并已通知消防公安卫健等多个部门到场共同处置情况尚不明朗请速核"


@pytest.fixture
def busy(cloned_database, cast):
    """All four levels, something overdue, a title of 60 characters, a draft of the plan."""
    now = timezone.now()
    many_incidents(cast, 6)
    long = people.call_in(
        cast, now=now - timedelta(hours=5), known_at=now - timedelta(hours=5), title=LONG[:60]
    )
    for level in (1, 2, 3, 4):
        incident = people.call_in(cast, now=now, title=f"{level} 级")
        grading.grade(actor=cast.office_director, number=incident.number, level=level, reason="核实", now=now)
        for receiver in (cast.enterprise, cast.county, cast.member) if level == 3 else ():
            code = receiver.organization.code
            ordering.issue(
                actor=cast.commander, number=incident.number, to=code, task=LONG, priority=1, now=now
            )
    ApiKey.create(enterprise=cast.firm, name="调度系统", at=now)
    draft = plan_revision.start_draft(actor=cast.administrator, now=now)
    draft.clause_set.filter(number="5.5").update(text="改写的条文")
    for level in (1, 2, 3, 4):
        people.issue(cast, level=level, now=now)
    people.warn(cast, actor=cast.enterprise, known_at=now - timedelta(hours=2), title=LONG[:60])
    return long


@pytest.fixture
def call(request, cloned_database, cast):
    """A call that came in so many seconds ago; arranged before the browser opens."""
    at = timezone.now() - timedelta(seconds=getattr(request, "param", 60))
    return people.call_in(cast, now=at, known_at=at)


@pytest.fixture
def signed_in(page):
    """Signs in a person; collects what the console complains of."""

    def enter(actor):
        page.context.clear_cookies()
        admit(page, actor.person.username)
        page.known = ""
        return page

    page.complaints, page.known = [], ""
    page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return enter


def check(page, path: str, *, wholly: bool = True):
    """axe finds nothing serious (in the frame once for each person), the console is silent, and at no size anything runs
    out of the page at the side. Not wholly: without axe, and at the size that the page has."""
    answer = page.goto(path)
    if not page.evaluate(SETTLED):
        page.wait_for_function(SETTLED)
    assert answer.status < 500
    if wholly:
        assert serious_violations(page, but_for=page.known) == [], path
        page.known = FRAME
    assert not (too_wide_at(page) if wholly else is_too_wide(page)), path
    assert [c for c in page.complaints if "404" not in c] == [], path
    page.complaints.clear()


ALIKE = """
    firm-report firm-risk hazard-new filed-plan-import clauses inspection-new warning-intake
    warning-import expert-new course-new account account-app account-passkey permissions guides
""".split()
"""Pages on which nothing stands of what goes on: the plan, one's own account, and forms not yet filled in."""


def pages(cast) -> list[tuple]:
    number = f"ZMD-W-{timezone.localtime().year}-0001"  # where there is none, the 404 holds to the same
    warning = [reverse("warning", args=[number]), reverse("warning-bulletin", args=[number, 1])]
    third = f"ZMD-{timezone.localtime().year}-0010"  # of level Ⅲ, with orders
    tabs = [reverse(f"incident-{tab}", args=[third]) for tab in ("orders", "guide", "file")]
    after = [reverse(name, args=[third]) for name in ("incident-call-ups", "incident-after")]
    return [
        (
            cast.commander,
            [
                reverse("command"),
                reverse("command-list", args=["open"]),
                reverse("command-list", args=["overdue"]),
                reverse("inbox"),
                reverse("deadlines"),
                reverse("deadlines") + "?state=breached&state=open&state=met&state=void",
                reverse("deadlines") + "?view=punctuality",
                reverse("telephone"),
                reverse("statistics"),
                reverse("statistics-incidents"),
                reverse("experts"),
                reverse("key-periods"),
                reverse("call-ups"),
                *after,
                reverse("instructions"),
                reverse("free-act", args=["instruction.write"]),
                "/no/such/page/",
            ],
        ),
        (
            cast.enterprise,
            [
                reverse("firm"),
                reverse("firm-report"),
                reverse("firm-risk"),
                reverse("hazards"),
                reverse("hazard-new"),
                reverse("filed-plans"),
                reverse("filed-plan-import"),
                reverse("safety-firms"),
                reverse("keys"),
                reverse("warnings"),
                *warning,
                reverse("deadlines"),
                reverse("deadlines") + "?view=punctuality",
                reverse("inbox"),
                reverse("instructions"),
                reverse("notices"),
                reverse("workforce-state"),
                reverse("public"),
                reverse("clauses"),
                reverse("clause", args=["5.2.1"]),
            ],
        ),
        (
            cast.office_director,
            [
                reverse("preparedness"),
                reverse("drills-owed"),
                reverse("plan"),
                reverse("plan-activate"),
                reverse("inspections"),
                reverse("inspection-new"),
                reverse("plan-compare"),
                reverse("plan-rows", args=["clause"]),
                reverse("plan-assess"),
                reverse("readings"),
                reverse("guide-edit", args=["fire"]),
            ],
        ),
        (
            cast.administrator,
            [
                reverse("displays"),
                reverse("keys"),
                reverse("clause", args=["3.2"]),
                reverse("account"),
                reverse("account-app"),
                reverse("account-passkey"),
                reverse("account-help"),
                reverse("people"),
                reverse("person", args=[cast.duty_officer.person.pk]),
                reverse("person-deactivate", args=[cast.duty_officer.person.pk]),
                reverse("permissions"),
            ],
        ),
        (
            cast.auditor,
            [reverse("personal-record"), reverse("guides"), reverse("guide", args=["fire"]), *tabs],
        ),
        (
            cast.duty_officer,
            [
                reverse("desk"),
                reverse("warning-intake"),
                reverse("warning-import"),
                reverse("expert-new"),
                reverse("resources"),
                reverse("preparedness-map"),
                *(
                    reverse(name)
                    for name in ("training", "training-plan", "training-cadres", "course-new", "publicity")
                ),
                reverse("warnings"),
                *warning,
            ],
        ),
        (cast.county, [reverse("home"), reverse("notices"), reverse("warnings")]),
        (cast.member, [reverse("home")]),
    ]


def test_the_door(page, signed_in, cloned_database):
    check(page, reverse("login"))
    assert mild_but_serious(page) == []


def test_every_page_with_much_going_on(busy, cast, page, signed_in):
    for actor, paths in pages(cast):
        signed_in(actor)
        for path in paths:
            check(page, path)
            if actor is cast.enterprise:  # who reports from a telephone
                page.set_viewport_size(PHONE)
                frame = "" if path == paths[0] else FRAME
                assert serious_violations(page, but_for=frame) == [], path


def test_every_page_with_nothing(cloned_database, cast, page, signed_in):
    """The same pages with less on them, on a telephone: all is looked at where an empty state is all that they show.
    What is alike whatever goes on has been seen."""
    empty = {
        reverse(name) for name in ("inbox", "deadlines", "notices", "instructions", "firm", "desk", "command")
    }
    alike = {reverse(name) for name in ALIKE} | {reverse("clause", args=["5.2.1"])}
    for actor, paths in pages(cast):
        signed_in(actor)
        for path in (path for path in paths if path not in alike):
            page.set_viewport_size(PHONE)
            check(page, path, wholly=path in empty)


def test_a_refused_report_keeps_what_was_typed_and_is_accessible(cloned_database, cast, page, signed_in):
    signed_in(cast.enterprise)
    page.goto(reverse("firm-report"))
    page.fill("#id_place", "示范路1号")
    page.fill("#id_known_at", "明年")
    page.click("text=提交报告")
    page.wait_for_selector("#form-errors")
    assert page.input_value("#id_place") == "示范路1号" and page.input_value("#id_known_at") == "明年"
    assert page.evaluate("document.activeElement.id") == "form-errors"
    assert serious_violations(page) == []
    page.goto(reverse("filed-plan-new"))
    page.set_input_files(
        "#id_file", {"name": "预案.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
    )
    page.click("main button.btn-primary")
    page.wait_for_selector("#form-errors")
    page.wait_for_function("() => document.querySelector('#id_file').files[0]?.name === '预案.pdf'")
    page.context.clear_cookies()
    page.goto(reverse("login"))  # whoever comes next to this browser finds none
    page.wait_for_function("() => indexedDB.databases().then(stores => stores.length === 0)")


def test_a_firm_reports_with_the_keyboard_alone(cloned_database, cast, page, signed_in):
    """Every field is reached by Tab in the order of the page, and Enter files."""
    page.set_viewport_size(PHONE)
    signed_in(cast.enterprise)
    page.goto(reverse("firm-report"))
    typed = {
        "known_at": "10分钟前", "occurred_at": "20分钟前", "place": "示范路1号", "source": "值班员", "deaths": "0",
        "missing": "0", "serious_injuries": "1", "loss_yuan": "30万", "impact": "停工", "development": "可控",
        "measures": "已报警",
    }  # fmt: skip
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.name || ''")
        if name in ("event_class", "origin", "county", "network_scope"):
            page.keyboard.press("ArrowDown")
        elif name in typed:
            page.keyboard.type(typed.pop(name))
        elif name in ("records_leaked_na", "superior"):
            page.keyboard.press("Space")
            if name == "superior":
                page.keyboard.press("ArrowDown")  # not yet
        elif page.evaluate("document.activeElement.textContent.trim()") == "提交报告":
            break
    assert not typed
    page.keyboard.press("Enter")
    page.wait_for_url("**receipt=**")
    assert "应急办已收到" in page.inner_text("h1")


@pytest.mark.clause("5.2.1")
@pytest.mark.parametrize("call", [57 * 60], indirect=True)
def test_a_countdown_follows_the_server_though_the_browsers_clock_is_wrong(call, cast, page, signed_in):
    """The browser's wall clock stands three hours ahead, and the debt of one hour still has its minutes."""
    page.add_init_script("const real = Date.now; Date.now = () => real() + 3 * 3600 * 1000;")
    signed_in(cast.commander)
    page.goto(reverse("command"))
    row = page.locator(".debt-list li", has_text="报告指挥部").locator(".countdown")
    first = row.inner_text()
    assert re.fullmatch(r"还剩 [12] 分 \d\d 秒", first)
    page.wait_for_function(
        "text => !document.querySelector('.area-debts').innerText.includes(text)", arg=first
    )
    assert row.inner_text().startswith("还剩")


@pytest.mark.parametrize("call", [60 * 60 - 45], indirect=True)
def test_a_countdown_turns_overdue_in_the_browser_and_says_so(call, cast, page, signed_in):
    page.clock.install()
    signed_in(cast.duty_officer)
    page.route("**/command/figures/**", lambda route: route.abort())  # the browser alone, without the poll
    page.goto(reverse("command"))
    row = page.locator(".debt-list li", has_text="报告指挥部").locator(".countdown")
    assert row.get_attribute("data-state") == "open"
    page.clock.fast_forward("01:00")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.debt-list li')].some(li => "
        "li.innerText.includes('报告指挥部') && li.innerText.includes('超时'))"
    )
    assert re.fullmatch(r"超时\s*已超 不到 1 分\s*超内部时限", row.inner_text())
    assert row.get_attribute("data-state") == "breached"


def test_a_clause_opens_in_place_and_escape_closes_it(call, cast, page, signed_in):
    signed_in(cast.enterprise)
    page.goto(reverse("firm"))
    tag = page.locator(".owed-list .clause-tag").first
    tag.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#clause-popover:popover-open")
    assert "1小时内书面简要报告" in page.inner_text("#clause-popover")
    assert page.url.endswith(reverse("firm"))
    page.keyboard.press("Escape")
    page.wait_for_function("!document.querySelector('#clause-popover').matches(':popover-open')")
    assert page.evaluate("document.activeElement.className") == "clause-tag"


def test_the_map_bears_the_levels_and_keeps_them_after_a_poll(busy, cast, page, signed_in):
    signed_in(cast.commander)
    page.goto(reverse("command"))
    page.wait_for_selector("path.county-level-1")
    assert page.locator("path.county-shape").count() == 10
    assert "Ⅰ级" in page.inner_text(".county-map")
    page.evaluate("htmx.ajax('GET', '/command/figures/', {target: '#command-figures', swap: 'outerHTML'})")
    expect(page.locator("path.county-shape")).to_have_count(10)
    expect(page.locator("path.county-level-1")).to_have_count(1)


def test_the_dashboard_says_when_its_data_is_stale(cloned_database, cast, page, signed_in, server):
    signed_in(cast.commander)
    page.goto(reverse("command"))
    assert page.is_hidden("#stale")
    page.route("**/command/figures/**", lambda route: route.abort())
    page.wait_for_selector("#stale:not([hidden])")
    assert re.search(r"数据可能过时，最近更新 \d\d:\d\d:\d\d", page.inner_text("#stale"))
    page.unroute("**/command/figures/**")
    page.wait_for_selector("#stale[hidden]", state="attached")


def test_a_lost_session_is_said_in_place(cloned_database, cast, page, signed_in):
    signed_in(cast.commander)
    page.goto(reverse("command"))
    page.context.clear_cookies()
    page.wait_for_selector("#session-ended:not([hidden])")
    assert "登录已过期" in page.inner_text("#session-ended")


def test_signing_out_clears_half_typed_forms_in_the_browser(cloned_database, cast, page, signed_in):
    signed_in(cast.duty_officer)
    page.goto(reverse("clauses"))
    page.evaluate("localStorage.setItem('zmd-draft-phone', 'x'); localStorage.setItem('other', 'y')")
    page.click("#sign-out button")
    page.wait_for_url("**/login/**")
    assert page.evaluate("[localStorage.getItem('zmd-draft-phone'), localStorage.getItem('other')]") == [
        None,
        "y",
    ]


def test_it_prints_without_the_frame(cloned_database, cast, page, signed_in):
    signed_in(cast.auditor)
    page.goto(reverse("clauses"))
    page.emulate_media(media="print")
    assert page.is_hidden(".frame") and page.is_visible(".clauses-text") and page.is_visible(".printed-at")
    page.goto(reverse("guides"))
    page.set_viewport_size({"width": 640, "height": 900})
    way = page.evaluate("getComputedStyle(document.querySelector('.table-responsive')).overflowX")
    assert way == "visible" and not is_too_wide(page)  # no column is cut off
