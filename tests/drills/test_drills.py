"""Drills (§8.3): on the same screens and rules, seen and heard of by those alone who take part."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from alerts import tasks
from alerts.models import Deadline, Delivery, FiredStep, Notification, Seat, Shift, WebhookEvent
from alerts.services import escalation
from incidents.models import Drill, Incident, Inject, LedgerEntry, NumberSeries
from incidents.querysets import visible_incidents
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.roles import TABLE
from incidents.services.command import expert_pool, instructing
from incidents.services.drill import drill_people, drill_script, drilling, drills
from incidents.services.drill.drill_script import Line
from tests import cast as people
from tests.drills.stage import begin, director_of, plan, playing, posts_of
from tests.screens.stage import phone_call, sign_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("8.3")]
T0 = "2026-03-02T09:00:00+08:00"
CALLED = "分拨中心来电：二号厂房起火"


def page(client, name, *args, **query):
    return client.get(reverse(name, args=args), query)


def test_a_drill_from_the_plan_to_its_end_by_hand(cast):
    """What the office plans, a duty officer plays on his own desk, and leaves nothing in earnest."""
    with time_machine.travel(T0, tick=False) as at:
        director, duty = sign_in(cast.office_director), sign_in(cast.duty_officer)
        card = {"title": "火灾演练", "kind": "full", "contents": ["fire"], "scenario": "凌晨起火"}
        wrong = director.post(reverse("drill-new"), card | {"speed": "61", "planned_at": "0930"})
        assert (
            wrong.status_code == 422
            and "1 至 60" in wrong.content.decode()
            and "凌晨起火" in wrong.content.decode()
        )
        body = cast.office_director.organization.code
        director.post(
            reverse("drill-new"),
            card | {"speed": "60", "planned_at": "0930", "organizer": body, "story_at": "3月3日 01:00"},
        )
        drill = Drill.objects.get()
        assert drill.number == "ZMD-Y-2026-0001" and drill.speed == 60
        chosen = posts_of(cast, "duty_officer", "commander", "enterprise")
        director.post(reverse("drill-parts", args=[drill.number]), {"posts": chosen})
        lines = {"line-TOTAL_FORMS": 2, "line-INITIAL_FORMS": 0}
        lines |= {
            "line-0-minute": 10,
            "line-0-kind": "call",
            "line-0-post": chosen[0],
            "line-0-words": CALLED,
        }
        bad = director.post(
            reverse("drill-script", args=[drill.number]),
            lines | {"line-1-minute": "5", "line-1-kind": "call"},
        )
        assert bad.status_code == 422 and CALLED in bad.content.decode()
        director.post(reverse("drill-script", args=[drill.number]), lines)
        assert "10" in text_of(page(director, "drill", drill.number)) and Inject.objects.count() == 1
        shift = {"organization": cast.duty_officer.organization, "person": cast.duty_officer.person}
        now = timezone.now()
        Shift.objects.create(seat=Seat.DUTY, period=(now, now + timedelta(hours=8)), drawn_up_at=now, **shift)
        asked = page(director, "drill-start", drill.number)
        assert '<p class="act-sure">参演' in asked.content.decode(), "many names run over several lines"
        asked = text_of(asked)
        assert "不能再改" in asked and f"正在真实值班：{cast.duty_officer.organization}" in asked
        director.post(reverse("drill-start", args=[drill.number]))
        drill = Drill.objects.get()
        assert (
            drill.is_running and drill.clock.shown(timezone.now()).isoformat() == "2026-03-02T17:00:00+00:00"
        )

        assert (
            "演练开始" in text_of(page(duty, "inbox"))
            and "in-drill" not in page(duty, "home").content.decode()
        )
        assert page(duty, "desk").context["unread"] == 1, "that it begins is real"
        duty.post(reverse("drill-enter", args=[drill.number]))
        desk = page(duty, "desk")
        assert "in-drill" in desk.content.decode() and "<title>【演练】" in desk.content.decode()
        assert desk.content.decode().count("drill-band-word") == 2 and "01:00:00" in text_of(desk)
        assert desk.context["unread"] == 1 and 'data-drill-clock="' in desk.content.decode()

        at.shift(12)
        tasks._play_into_drills(timezone.now())
        message = Notification.objects.get(matter__startswith=drilling.PAGE)
        assert message.person == cast.duty_officer.person and CALLED in message.title
        assert CALLED in text_of(page(duty, "drill-inject", Inject.objects.get().pk))

        outside = sign_in(cast.duty_officer)
        assert page(outside, "desk").context["unread"] == 1, "outside the drill its messages do not count"
        assert CALLED not in text_of(page(outside, "desk")) and "演练来电" in text_of(page(outside, "inbox"))
        real = people.call_in(cast)
        assert "【真实】未读 1 条" in text_of(page(duty, "desk"))
        assert duty.get(reverse("pulse")).json()["alarm"]["title"].startswith("【真实】")
        Notification.objects.filter(incident=real).update(read_at=timezone.now())

        at.shift(8)
        answer = duty.post(
            reverse("intake"), phone_call(known_at="0118", arrived_at="0119", _drill=drill.number)
        )
        assert answer.status_code == 302, text_of(answer)
        incident = Incident.with_drills.get(is_drill=True)
        assert incident.drill == drill and incident.number == "ZMD-T-2026-0001"
        assert incident.known_at.isoformat() == "2026-03-02T01:00:18+00:00", (
            "0118 was said by the drill's clock"
        )
        whole = text_of(page(duty, "incident", incident.number))
        assert "3月3日 01:19" in whole and "还剩" in whole
        debt = Deadline.objects.get(rule__code="R4", incident=incident)
        assert debt.pace == 60 and debt.due_at - incident.known_at == timedelta(minutes=2)
        assert 'data-pace="60"' in page(duty, "incident", incident.number).content.decode()
        duty.post(
            reverse("drill-inject", args=[Inject.objects.get().pk]),
            {"words": "已登记并报告主任", "_drill": drill.number},
        )
        assert Inject.objects.get().done == "已登记并报告主任"

        for other in (sign_in(cast.duty_officer), sign_in(cast.enterprise), sign_in(cast.commander)):
            assert page(other, "incident", incident.number).status_code == 404
            assert incident.number not in page(other, "inbox").content.decode() or "演练" in text_of(
                page(other, "inbox")
            )
        assert incident.number in text_of(page(director, "drill-live", drill.number))

        stale = duty.post(reverse("intake"), phone_call(token="another", _drill=""))
        assert stale.status_code == 409 and Incident.with_drills.count() == 2
        token = duty.get(reverse("intake")).cookies["csrftoken"].value
        duty.post(reverse("drill-leave"))
        assert duty.cookies["csrftoken"].value != token, "a form of the drill's pages is good for nothing now"
        assert incident.number not in text_of(page(duty, "desk"))
        refreshed = duty.get(reverse("desk-rows"), headers={"HX-Request": "true", "X-Drill": drill.number})
        assert refreshed.headers["HX-Refresh"] == "true"

        duty.post(reverse("drill-enter", args=[drill.number]))
        director.post(reverse("drill-end", args=[drill.number]))
        refused = duty.post(reverse("intake"), phone_call(token="late", _drill=drill.number))
        assert refused.status_code == 302 and Incident.with_drills.count() == 2, "nothing is taken in earnest"
        assert "演练已结束" in text_of(duty.get(refused.headers["Location"], follow=True))
        assert Drill.objects.get().status == "ended" and "in-drill" not in page(duty, "desk").content.decode()
        assert not Deadline.objects.exclude(next_step_at=None).filter(incident__is_drill=True).exists()
        acts = set(LedgerEntry.objects.filter(action__startswith="drill.").values_list("action", flat=True))
        assert acts >= {
            f"drill.{act}"
            for act in (
                "planned",
                "invited",
                "scripted",
                "started",
                "entered",
                "injected",
                "handled",
                "ended",
            )
        }


def test_two_drills_the_sandbox_and_earnest_know_nothing_of_each_other(cast):
    with time_machine.travel(T0, tick=False):
        one, two = begin(cast), begin(cast, title="另一场")
        in_one, in_two = playing(cast, one), playing(cast, two)
        real = people.call_in(cast)
        first, second = people.call_in(in_one), people.call_in(in_two)
        for own, actor in ((real, cast), (first, in_one), (second, in_two)):
            for name in ("duty_officer", "commander", "enterprise"):
                assert set(visible_incidents([getattr(actor, name)])) == {own}
        assert set(Deadline.objects.seen_by(in_one.duty_officer).values_list("incident", flat=True)) == {
            first.pk
        }
        assert set(Deadline.objects.real().values_list("incident", flat=True)) == {real.pk}
        assert list(Incident.objects.all()) == [real]
        for change in ({"drill": two}, {"drill": None}, {"is_drill": False}):
            with pytest.raises(DatabaseError), transaction.atomic():
                Incident.with_drills.filter(pk=first.pk).update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            Incident.with_drills.filter(pk=real.pk).update(drill=one)
        changes = ({"speed": 2}, {"started_at": timezone.now() + timedelta(1)}, {"status": "planned"})
        for change in (*changes, {"contents": ["flood"]}, {"title": "改名"}):
            with pytest.raises(DatabaseError), transaction.atomic():
                Drill.objects.filter(pk=one.pk).update(**change)
        with pytest.raises(DatabaseError, match="stands once it has begun"), transaction.atomic():
            one.participants.all().delete()


def test_steps_reach_those_who_take_part_and_pass_by_a_dead_telephone(cast):
    """The ladder at sixty times the pace, by the posts that take part; from when his telephone is dead nobody finds him."""
    with time_machine.travel(T0, tick=False) as at:
        parts = ("duty_officer", "office_director", "enterprise", "commander")
        dead = Line(75, "dead_phone", cast.enterprise.post.pk)
        drill = begin(cast, parts=parts, script=[dead])
        playing_cast = playing(cast, drill)
        incident = people.call_in(playing_cast)
        at.shift(2 * 60 + 40)
        while (due := escalation.next_due()) and due <= timezone.now():
            tasks._play_into_drills(due)
            escalation.sweep(now=due)
        told = Notification.objects.filter(incident=incident)
        assert set(told.values_list("drill", flat=True)) == {drill.pk}
        assert {row.person for row in told.select_related("person")} == {
            getattr(cast, name).person for name in parts
        }
        fired = FiredStep.objects.filter(deadline__incident=incident, deadline__rule__code="R4").order_by(
            "planned_at"
        )
        steps = [(step.step.label, step.found_nobody) for step in fired.select_related("step")]
        due = Deadline.objects.get(incident=incident, rule__code="R4").due_at
        assert due == timezone.now() - timedelta(seconds=40), "two hours are two minutes"
        assert steps[:3] == [("remind", True)] * 3, steps
        assert dict(steps)["breach"] is True
        minutes = [round((step.planned_at - due).total_seconds()) for step in fired]
        assert minutes[:3] == [-30, -10, -3] and max(minutes) <= 30
        assert not Delivery.objects.exists(), "nothing goes outside"


def test_a_line_is_played_in_once_and_late_after_an_outage(cast):
    with time_machine.travel(T0, tick=False) as at:
        script = [
            Line(30, "rumour", cast.commander.post.pk, "网上有传言"),
            Line(60, "call", cast.duty_officer.post.pk, CALLED),
        ]
        drill = begin(cast, script=script)
        at.shift(29.5)
        assert drilling.deliver_due_injects(now=timezone.now()) == 0
        at.shift(60)
        assert drilling.deliver_due_injects(now=timezone.now()) == 2
        assert drilling.deliver_due_injects(now=timezone.now()) == 0
        rumour = Inject.objects.get(kind="rumour")
        entry = LedgerEntry.objects.filter(action="drill.injected").order_by("pk").first()
        assert rumour.due_at.isoformat() == "2026-03-02T01:00:30+00:00" and entry.data["late_seconds"] == 59
        told = Notification.objects.get(matter=f"{drilling.PAGE}/{rumour.pk}")
        assert told.text == "网上有传言\n（系统中断，迟 59 分送达）"
        for broken in ({"words": "改过"}, {"delivered_at": None}):
            with pytest.raises(DatabaseError), transaction.atomic():
                Inject.objects.filter(pk=rumour.pk).update(**broken)
        with CaptureQueriesContext(connection) as asked, transaction.atomic():
            drilling.handle(
                actor=playing(cast, drill).commander, inject=rumour.pk, words="辟谣", now=timezone.now()
            )
        both = 'FOR UPDATE OF "incidents_inject", "incidents_drill"'
        assert any(both in each["sql"] for each in asked), "who ends it now waits, or is waited for"
        with pytest.raises(NotFound):
            drilling.handle(
                actor=playing(cast, drill).member, inject=rumour.pk, words="不是我的", now=timezone.now()
            )
        with pytest.raises(NotFound):
            drilling.handle(actor=cast.commander, inject=rumour.pk, words="在演练之外", now=timezone.now())
        director = director_of(cast)
        later = plan(director, title="下一场")
        who = {"actor": director, "now": timezone.now()}
        copied = drill_script.copy_script(**who, number=later.number, of=drill.number)
        assert [(row.minute, row.words) for row in copied] == [(line.minute, line.words) for line in script]
        drilling.end(**who, number=drill.number)
        with pytest.raises(WrongState):
            drilling.end(**who, number=drill.number)
        with pytest.raises(WrongState):
            drills.change(**who, number=drill.number, title="改名")


def test_who_may_hold_a_drill_and_with_whom(cast):
    """A firm's own is among its own; what the office holds only the office directs."""
    own = plan(cast.enterprise, title="企业自办")
    assert own.organizer == cast.firm and own.office == cast.duty_officer.organization
    who = {"actor": cast.enterprise, "number": own.number, "now": timezone.now()}
    with pytest.raises(Invalid):
        drill_people.invite(**who, posts=posts_of(cast, "duty_officer"))
    drill_people.invite(**who, posts=posts_of(cast, "enterprise"))
    with pytest.raises(NotAllowed):
        drilling.start(actor=cast.office_director, number=own.number, now=timezone.now())
    with pytest.raises(NotFound):
        drilling.start(actor=cast.other_enterprise, number=own.number, now=timezone.now())
    city = plan(cast.duty_officer)
    with pytest.raises(WrongState, match="还没有参演岗位"):
        drilling.start(actor=cast.duty_officer, number=city.number, now=timezone.now())
    with pytest.raises(NotFound):
        drills.cancel(actor=cast.county, number=city.number, reason="改期", now=timezone.now())
    assert (
        drills.cancel(actor=cast.commander, number=city.number, reason="改期", now=timezone.now()).status
        == "cancelled"
    )
    with pytest.raises(Invalid) as refused:
        plan(cast.duty_officer, title="", contents=["nonsense"], speed=0, kind="x", planned_at=None)
    assert {error.pointer for error in refused.value.errors} == {
        "/title",
        "/contents",
        "/speed",
        "/kind",
        "/planned_at",
    }


ON_A_SUBJECT = {
    "incident",
    "report",
    "oral",
    "firm",
    "attachment",
    "item",
    "response",
    "group",
    "meeting",
    "scheme",
    "expert",
    "own_plan",
    "order",
    "support",
    "call_up",
    "brief",
    "instruction",
    "notice",
    "release",
    "debt",
    "warning",
    "guide",
    "recovery",
    "evaluation",
    "improvement",
    "investigation",
    "verdict",
    "personal",
    "on_scene",
    "file",
}
"""What these change hangs on an incident or a warning, and so is the drill's in a drill."""
REAL_ALL_THE_SAME = {"expert.keep", "guide.edit", "warning.import"}
OWN_SANDBOX = {"webhook"}
"""A test key sets up test hooks; who is in a drill can't (`DrillMiddleware`)."""


def test_in_a_drill_nothing_real_is_changed(cast):
    for code, act in TABLE.items():
        kind = code.split(".")[0]
        drilled = kind in ON_A_SUBJECT | OWN_SANDBOX and code not in REAL_ALL_THE_SAME
        assert act.is_never_drilled is not drilled, (
            f"{code}: say whether it changes what is real in a drill too"
        )
    drill = begin(cast)
    inside = playing(cast, drill)
    with pytest.raises(NotAllowed):
        expert_pool.keep(
            actor=inside.duty_officer, now=timezone.now(), name="王", field="消防", body="x", phone="1"
        )
    with pytest.raises(WrongState):
        instructing.write(actor=inside.commander, words="立即处置", to=[cast.firm.code], now=timezone.now())
    duty = sign_in(cast.duty_officer)
    duty.post(reverse("drill-enter", args=[drill.number]))
    duty.post(reverse("expert-new"), {"name": "王", "field": "消防", "body": "x", "phone": "1"})
    assert "演练中不能更改真实数据" in text_of(page(duty, "experts"))
    incident = people.call_in(inside)
    row = instructing.write(
        actor=inside.commander,
        number=incident.number,
        words="立即处置",
        to=[cast.firm.code],
        now=timezone.now(),
    )
    told = Notification.objects.filter(matter=f"instruction/{row.number}")
    assert told.exists() and set(told.values_list("drill", flat=True)) == {drill.pk}
    prefixes = set(NumberSeries.objects.values_list("prefix", flat=True))
    assert prefixes == {"ZMD-Y", "ZMD-T", "ZMD-I-T"}, "no number of a real range"
    assert not WebhookEvent.objects.exists() and not Delivery.objects.exists()


def test_who_only_takes_part_is_led_nowhere_he_may_not_go(cast):
    begin(cast, parts=("approver", "duty_officer"))
    client = sign_in(cast.approver)
    shown = client.get(reverse("drills")).content.decode().partition("<main")[2]
    assert "进入演练" in shown and reverse("drills-owed") not in shown
    assert all(client.get(at).status_code == 200 for at in re.findall(r'<a [^>]*href="([^"?]+)"', shown))
