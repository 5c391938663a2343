"""大屏: a link per device, given and ended by name; what it shows to whoever holds it, and what it never does."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents.models import DisplayLink, LedgerEntry
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.services.command import ordering, supporting
from incidents.services.identity import displays
from incidents.services.notice import reporting_up
from incidents.services.response import approving, commanding, grading
from tests import cast as people
from tests.screens.hand import admit, serious_violations
from tests.screens.stage import many_incidents, sign_in, text_of


def give(cast, name="值班室东墙", actor=None, now=None):
    actor = actor or cast.office_director
    office = cast.office_director.organization.code
    return displays.give(actor=actor, office=office, name=name, now=now or timezone.now())


def look(secret, path="wall"):
    return Client().get(reverse(path, args=[secret]))


@pytest.mark.clause("5.4.2")
@pytest.mark.parametrize("role", ["office_director", "administrator"])
def test_it_is_given_shown_once_seen_in_use_and_ended(cast, role):
    client = sign_in(getattr(cast, role))
    page = client.get(reverse("displays"))
    office = cast.office_director.organization.code
    given = client.post(reverse("displays"), {"name": "值班室东墙", "office": office})
    address = re.search(r"/wall/([\w-]{43})/", given.content.decode())
    link = DisplayLink.objects.get()
    assert "还没有大屏链接" in text_of(page) and address and "no-store" in given["Cache-Control"]
    again = client.get(reverse("displays")).content.decode()
    assert "从未打开" in again and address[1] not in again and address[1] not in str(link.__dict__)
    assert look(address[1]).status_code == 200
    assert "正在显示" in text_of(client.get(reverse("displays")))
    asked = client.get(reverse("display-end", args=[link.pk]))
    assert "不能恢复" in text_of(asked) and look(address[1]).status_code == 200
    client.post(reverse("display-end", args=[link.pk]))
    assert look(address[1]).status_code == look(address[1], "wall-figures").status_code == 410
    rows = LedgerEntry.objects.filter(chain=f"body:{link.office_id}", action__startswith="display.")
    assert [(row.action, row.person) for row in rows.order_by("seq")] == [
        ("display.given", getattr(cast, role).person),
        ("display.ended", getattr(cast, role).person),
    ]
    assert all(address[1] not in row.text for row in rows)


@pytest.mark.parametrize("role", ["duty_officer", "commander", "auditor", "enterprise", "county", "approver"])
def test_others_neither_give_nor_end(cast, role):
    link, secret = give(cast)
    client = sign_in(getattr(cast, role))
    for path in (reverse("displays"), reverse("display-end", args=[link.pk])):
        assert client.get(path).status_code == client.post(path, {"name": "我的"}).status_code == 404
    with pytest.raises(NotAllowed):
        give(cast, "我的", getattr(cast, role))
    with pytest.raises(NotAllowed):
        displays.end(actor=getattr(cast, role), link=link.pk, now=timezone.now())
    assert look(secret).status_code == 200


def test_what_is_refused_when_giving_and_ending(cast):
    link, _ = give(cast)
    for name, said in (
        ("  ", "1 至 40 字"),
        ("值班室 东墙" + "长" * 40, "1 至 40 字"),
        ("值班室东墙", "已有"),
    ):
        with pytest.raises(Invalid, match=said):
            give(cast, name)
    with pytest.raises(NotFound):
        displays.give(actor=cast.office_director, office="no-such", name="西墙", now=timezone.now())
    displays.end(actor=cast.administrator, link=link.pk, now=timezone.now())
    with pytest.raises(WrongState):
        displays.end(actor=cast.administrator, link=link.pk, now=timezone.now())
    give(cast)  # the name is free again
    refused = sign_in(cast.office_director).post(
        reverse("displays"), {"name": "值班室东墙", "office": cast.office_director.organization.code}
    )
    assert refused.status_code == 422 and "已有名为" in text_of(refused)
    for change in ({"ended_at": None, "ended_by": None}, {"name": "别处"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DisplayLink.objects.filter(pk=link.pk).update(**change)


def test_the_secret_opens_nothing_else_and_leaves_no_trace(cast):
    _, secret = give(cast)
    client = Client()
    page = client.get(reverse("wall", args=[secret]))
    assert page["Referrer-Policy"] == "no-referrer" and "no-store" in page["Cache-Control"]
    assert "noindex" in page["X-Robots-Tag"] and not page.cookies
    for path in ("command", "desk", "inbox", "deadlines", "displays", "pulse"):
        assert client.get(reverse(path)).status_code == 302
    for path in (f"/wall/{secret}x/", f"/wall/{secret[:-1]}/", "/wall/%00/", "/wall/x/figures/"):
        unknown = client.get(path)
        assert unknown.status_code == 404 and unknown["Referrer-Policy"] == "no-referrer"
    assert client.post(reverse("wall", args=[secret])).status_code == 405
    assert client.get(f"/wall/{secret}/desk/").status_code == 404


def test_last_use_is_noted_once_a_minute(cast):
    now = timezone.now()
    link, secret = give(cast, now=now)
    for after, noted in ((0, 0), (30, 0), (70, 70)):
        with time_machine.travel(now + timedelta(seconds=after), tick=False):
            look(secret, "wall-figures")
        link.refresh_from_db()
        assert link.last_seen_at == now + timedelta(seconds=noted)


@pytest.mark.clause("5.4.1")
def test_it_tells_the_situation_and_nobodys_name_and_no_free_words(cast):
    """Everything that a person was called, dialled or said on the way here is sought on the page."""
    now = timezone.now()
    incident = people.call_in(
        cast,
        now=now - timedelta(hours=2),
        known_at=now - timedelta(hours=2),
        place="机密地点",
        title="分拨中心起火",
    )
    number = incident.number
    people.report(
        cast,
        incident,
        "WRITTEN",
        development="正文态势",
        measures="正文处置",
        impact="正文影响",
        source="告密者",
    )
    grading.verify(
        actor=cast.duty_officer, number=number, with_whom="核实对象", how="核实方式", person="李四", now=now
    )
    grading.grade(actor=cast.office_director, number=number, level=3, reason="定级理由", now=now)
    reporting_up.propose_response(actor=cast.commander, number=number, words="建议原话", now=now)
    approving.approve(actor=cast.approver, number=number, document_no="驻政文9号", now=now)
    commanding.start_three(actor=cast.commander, number=number, now=now)
    to = cast.member.organization.code
    ordering.issue(
        actor=cast.commander,
        number=number,
        to=to,
        task="任务正文",
        requirements="要求正文",
        priority=1,
        now=now,
    )
    supporting.raise_support(
        actor=cast.enterprise, number=number, needs="支援正文", why="缘由正文", place="送达正文", now=now
    )
    people.issue(cast, level=2, now=now)
    _, secret = give(cast)
    page = look(secret)
    words = text_of(page)
    for shown in (
        "分拨中心起火",
        "Ⅲ级",
        "驿城区",
        "Ⅲ级响应进行中",
        "§5.4.5",
        "响应启动（Ⅲ级）",
        "超时",
        "橙色",
    ):
        assert shown in words, shown
    assert str(cast.member.organization) in words and str(cast.firm) in words
    source = page.content.decode()
    for actor in vars(cast).values():
        for personal in (actor.person.name, actor.person.username, actor.post.title):
            assert personal not in re.sub(r"<title>.*?</title>|市邮政业应急\w*", "", words), personal
    for kept in (
        "0396", "企业值班员", "机密地点", "正文", "告密者", "核实对象", "核实方式", "李四", "定级理由", "建议原话",
        "驻政文9号",
    ):  # fmt: skip
        assert kept not in source, kept
    assert not re.search(r"<(a|button|form|input|select|textarea|summary)\b", source)
    assert cast.office_director.organization.name in words


def test_a_new_release_shows_in_the_answer_and_quiet_is_said(cast):
    _, secret = give(cast)
    page, part = look(secret), look(secret, "wall-figures")
    assert f'data-version="{part["X-Wall-Version"]}"' in page.content.decode()
    assert "一切平静" in text_of(part) and "<html" not in part.content.decode()


@pytest.fixture
def busy(cloned_database, cast):
    """Incidents of all levels, more than are listed; arranged before the browser opens."""
    now = timezone.now()
    many_incidents(cast, 14)
    for level in (1, 2, 3, 4):
        incident = people.call_in(
            cast, now=now - timedelta(hours=2), known_at=now - timedelta(hours=2), title=f"{level} 级事件"
        )
        grading.grade(actor=cast.office_director, number=incident.number, level=level, reason="核实", now=now)
        if level < 3:
            commanding.start_at_once(actor=cast.commander, number=incident.number, now=now)
    people.issue(cast, level=1, now=now)


@pytest.mark.browser
@pytest.mark.processes
def test_on_the_wall_it_turns_says_when_it_is_stale_and_goes_dark_when_ended(
    busy, cloned_database, cast, page
):
    """Given in the browser, opened without a session; and the commander's screen prints on one page."""
    page.complaints = []
    page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    admit(page, cast.office_director.person.username)
    page.goto(reverse("displays"))
    page.fill("#id_name", "会议室大屏")
    page.click("main form button")
    address = page.input_value("#display-address")
    page.goto("about:blank")  # the page that had a session would complain of losing it
    page.context.clear_cookies()
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.clock.install()
    page.goto(address)
    page.wait_for_selector("path.county-level-1")
    assert "Ⅰ级" in page.inner_text("#wall-map") and page.locator(".map-pin.is-rough").count() > 0
    assert page.locator(".wall-panel:visible").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    assert page.evaluate("document.body.scrollHeight - innerHeight") == 0
    page.wait_for_function("() => document.getAnimations().length === 0")  # it has faded in
    assert serious_violations(page) == [] and page.complaints == []
    first = page.locator(".wall-panel:visible").get_attribute("aria-label")
    page.clock.fast_forward(12_500)
    page.wait_for_function("first => document.querySelector('.is-shown').ariaLabel !== first", arg=first)
    page.emulate_media(reduced_motion="reduce")
    page.wait_for_function("() => !document.body.classList.contains('turns')")
    assert page.locator(".wall-panel:visible").count() > 2
    page.route("**/figures/", lambda route: route.abort())
    page.clock.fast_forward(40_000)
    page.wait_for_selector("#stale:not([hidden])")
    assert "数据可能过时" in page.inner_text("#stale")
    page.unroute("**/figures/")
    page.clock.fast_forward(10_000)
    page.wait_for_selector("#stale[hidden]", state="attached")
    cloned_database.query("UPDATE incidents_displaylink SET ended_at = now(), ended_by_id = created_by_id")
    page.clock.fast_forward(10_000)
    page.wait_for_selector("#closed:not([hidden])")
    assert page.is_hidden("#wall") and page.locator(".wall-panel").count() == 0

    admit(page, cast.commander.person.username)
    page.goto(reverse("command"))
    page.wait_for_selector("path.county-level-1")
    box = page.locator("#county-map").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.45, box["y"] + box["height"] * 0.45)
    assert page.locator(".county-row[open]").count() == 1
    pages = re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))
    assert len(pages) == 1
