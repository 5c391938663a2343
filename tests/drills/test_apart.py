"""What is real comes through to who is in a drill, unmistakably; the script stays with who directs it; what is over is over."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from alerts.models import Deadline, FiredStep, Heartbeat, Notification, Warning
from alerts.models.notification import counted_in
from alerts.services import claiming, escalation, inbox
from alerts.web import metrics
from incidents.api import problems
from incidents.models import Drill, Incident, Inject, LedgerEntry, Role
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.services.drill import (
    drill_dues,
    drill_evaluating,
    drill_people,
    drill_script,
    drilling,
    drills,
)
from incidents.services.drill.drill_script import Line
from incidents.services.identity.open_duties import _told
from incidents.services.response import grading
from incidents.tasks import end_abandoned_drills
from incidents.web.drilling import ENTERED
from tests import cast as people
from tests.api.conftest import BASE, filing, firm_of
from tests.drills.stage import begin, director_of, plan, playing, posts_of
from tests.screens.stage import phone_call, sign_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("8.3")]
T0 = "2026-03-02T03:00:00+08:00"
FORM = re.compile(r'name="_drill" value="([^"]*)"')
"""What a form says of where it stands."""
SECRET, NEXT = "二号库房爆燃", "随后国道塌方"


def page(client, name, *args, **query):
    return client.get(reverse(name, args=args), query)


def test_the_script_is_read_beforehand_by_who_directs_and_never_by_who_takes_part(cast):
    with time_machine.travel(T0, tick=False) as at:
        director, desk = director_of(cast), cast.duty_officer.post.pk
        drill = plan(director)
        who = {"actor": director, "number": drill.number, "now": timezone.now()}
        drill_people.invite(**who, posts=posts_of(cast, "duty_officer", "commander", "enterprise"))
        lines = [Line(10, "call", desk, SECRET), Line(20, "rumour", desk, NEXT)]
        drill_script.write_script(**who, lines=lines)
        number = drill.number
        knowing, other, player = map(sign_in, (director, cast.office_director, cast.duty_officer))
        lookers = {"knowing": director, "other": cast.office_director, "auditor": cast.auditor}
        lookers |= {"player": cast.duty_officer, "boss": cast.commander, "firm": cast.enterprise}

        def readers(words: str) -> list:
            now = Drill.objects.get(pk=drill.pk)
            return [
                who
                for who, actor in lookers.items()
                if drill_script.readable([actor], now).filter(words=words).exists()
            ]

        assert readers(SECRET) == ["knowing", "auditor"]
        for name in ("drill-script", "drill-parts", "drill-change", "drill-directors", "drill-start"):
            assert page(other, name, number).status_code == 404, name
        for client, reads in ((knowing, True), (other, False), (player, False)):
            assert (SECRET in text_of(page(client, "drill", number))) is reads
        for stranger in (cast.office_director, cast.commander, cast.duty_officer):
            someone = {"actor": stranger, "number": number, "now": timezone.now()}
            for attempt in (
                lambda who=someone: drill_script.write_script(**who, lines=[]),
                lambda who=someone: drill_people.appoint(**who, posts=[who["actor"].post.pk]),
                lambda who=someone: drilling.start(**who),
            ):
                with pytest.raises(NotAllowed):
                    attempt()
        copier = plan(cast.office_director, title="抄脚本")
        with pytest.raises(NotFound):
            drill_script.copy_script(
                actor=cast.office_director, number=copier.number, of=number, now=timezone.now()
            )
        assert number not in text_of(page(other, "drill-script", copier.number))

        with pytest.raises(Invalid, match="事先知道脚本"):
            drill_people.invite(**who, posts=[desk, cast.commander.post.pk, director.post.pk])
        with pytest.raises(Invalid, match="是参演人员"):
            drill_people.appoint(**who, posts=[director.post.pk, cast.commander.post.pk])
        with pytest.raises(Invalid, match="至少"):
            drill_people.appoint(**who, posts=[])
        drill_people.appoint(**who, posts=[cast.deputy.post.pk])
        handed = who | {"actor": cast.deputy}
        for knowing_one in (director.post.pk, cast.deputy.post.pk):
            with pytest.raises(Invalid, match="事先知道脚本"):
                drill_people.invite(**handed, posts=[desk, cast.commander.post.pk, knowing_one])
        drill_people.appoint(**handed, posts=[director.post.pk])
        url = reverse("drill-directors", args=[number])
        assert knowing.post(url, {"posts": [cast.enterprise.post.pk]}).status_code == 422
        assert knowing.post(url, {"posts": [director.post.pk, cast.deputy.post.pk]}).status_code == 302
        assert SECRET in text_of(page(sign_in(cast.deputy), "drill", number))

        drilling.start(**who)
        at.shift(10)
        drilling.deliver_due_injects(now=timezone.now())
        assert readers(SECRET) == ["knowing", "other", "auditor"], "what has been played in is no secret"
        assert readers(NEXT) == ["knowing", "auditor"]
        incident = people.call_in(playing(cast, drill_now(drill)))
        assert incident.number in text_of(page(player, "drill", number))
        stranger = people.call_in(
            playing(cast, drill_now(drill)), enterprise=cast.other_firm.code, county="西平县"
        )
        assert stranger.number in text_of(page(knowing, "drill", number))
        assert stranger.number not in text_of(page(sign_in(cast.enterprise), "drill", number)), (
            "it is not his to see yet"
        )

        type(director.post).objects.filter(pk__in=[director.post.pk, cast.deputy.post.pk]).update(
            is_active=False
        )
        assert readers(NEXT)[1:] == ["other", "auditor"], "nobody is left who directs it: he takes over"
        drilling.end(actor=cast.commander, number=number, now=timezone.now())
        assert readers(NEXT) == list(lookers)


def drill_now(drill: Drill) -> Drill:
    return Drill.objects.get(pk=drill.pk)


def test_what_is_real_reaches_who_is_in_a_drill(cast):
    """At three in the morning, in the middle of a drill, with the sound off."""
    with time_machine.travel(T0, tick=False):
        drill = begin(cast)
        duty = sign_in(cast.duty_officer)
        start = Notification.objects.get(person=cast.duty_officer.person)
        assert start.matter == f"drill/{drill.number}" and page(duty, "desk").context["unread"] == 1
        duty.post(reverse("drill-enter", args=[drill.number]))
        assert page(duty, "desk").context["unread_in_earnest"] == 0, "that it begins is nothing real"
        assert 'id="drill-real" role="alert" hidden' in page(duty, "desk").content.decode()
        people.call_in(playing(cast, drill))
        before = duty.get(reverse("pulse")).json()
        assert before["real"] == 0 and "real" not in before["alarm"]

        real = people.call_in(cast, title="真的起火")
        told = duty.get(reverse("pulse"), {"mark": before["mark"]}).json()
        assert told["real"] == 1 and told["alarm"]["real"] and told["alarm"]["title"].startswith("【真实】")
        shown = page(duty, "desk").content.decode()
        assert 'id="drill-real" role="alert">' in shown and real.number not in shown
        message = text_of(page(duty, "inbox", unread=1))
        assert "【真实】未读，不是演练" in message and "真的起火" in message and "退出演练，去处理" in message
        assert page(duty, "incident", real.number).status_code == 404
        answer = duty.post(reverse("drill-leave"), {"to": "inbox", "_drill": drill.number}, follow=True)
        assert "真的起火" in text_of(answer) and answer.request["QUERY_STRING"] == "unread=1"
        assert page(duty, "incident", real.number).status_code == 200

        inbox.mark_read(cast.duty_officer.person, at=timezone.now())
        assert page(duty, "desk").context["unread"] == 0, "all means the drill's beginning too"
        unread = Notification.objects.filter(person=cast.duty_officer.person, read_at=None)
        assert set(unread.values_list("drill", flat=True)) == {drill.pk}


def test_every_page_of_a_drill_bears_its_frame_and_real_ones_say_that_they_are_real(cast):
    drill = begin(cast)
    duty = sign_in(cast.duty_officer)
    duty.post(reverse("drill-enter", args=[drill.number]))
    nowhere = duty.get("/nowhere/at/all/")
    assert nowhere.status_code == 404 and "in-drill" in nowhere.content.decode()
    assert "in-drill" not in sign_in(cast.duty_officer).get("/nowhere/at/all/").content.decode()
    for name, real in (("desk", False), ("duty", True), ("hazards", True), ("readings", True)):
        shown = duty.get(reverse(name), follow=True).content.decode()
        assert shown.count("drill-band-word") == 2, name
        assert ("本页是真实资料" in shown) is real and ("以上均为演练" in shown) is not real, name
    counted = duty.get(reverse("statistics"), follow=True)
    assert "统计只计真实事件" in text_of(counted) and counted.redirect_chain
    itself = page(duty, "drill", drill.number).content.decode()
    assert "本页是真实资料" not in itself and "以上均为演练" not in itself
    docs = duty.get("/api/v1/docs/").content.decode()
    assert "in-drill" in docs and drill.number in docs and "【演练】" in docs
    assert "用接口密钥提交的是真实的" in docs


def test_error_pages_and_the_admin_stand_in_the_drills_frame(
    cast, settings, monkeypatch, django_assert_num_queries
):
    drill = begin(cast)
    duty = Client(enforce_csrf_checks=True, raise_request_exception=False)
    duty.force_login(cast.duty_officer.person)

    def framed(answer, status) -> bool:
        shown = answer.content.decode()
        assert answer.status_code == status, shown
        marks = ("in-drill", "【演练】", drill.number, "css/drill.css")
        assert len({mark in shown for mark in marks}) == 1, "all of it or nothing"
        return "in-drill" in shown

    def broken(*_):
        raise RuntimeError("the frame itself")

    for inside in (False, True):
        if inside:
            session = duty.session
            session[ENTERED] = drill.pk
            session.save()
        assert framed(duty.post(reverse("intake"), {"title": "火"}), 403) is inside
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
        assert framed(duty.post(reverse("intake"), {"title": "火" * 20}), 400) is inside
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
        with monkeypatch.context() as patch:
            patch.setattr("incidents.web.context.places_of", broken)
            assert framed(duty.get(reverse("desk")), 500) is inside
        assert framed(duty.get(reverse("incident", args=["ZMD-2026-9999"])), 404) is inside
        assert framed(duty.get("/nowhere/"), 404) is inside
        asked = RequestFactory().get("/")
        asked.drill = drill if inside else None
        with django_assert_num_queries(0):
            assert framed(problems.handler500(asked), 500) is inside
            assert framed(problems.handler400(asked, SuspiciousOperation()), 400) is inside
            assert framed(problems.handler500(RequestFactory().get("/")), 500) is False, "it can't be known"
    people.appoint(
        cast.duty_officer.person.username,
        cast.administrator.organization.code,
        Role.ADMINISTRATOR,
        "兼管理员",
    )
    assert framed(duty.get(reverse("admin:login")), 403), "and Django's own admin opens in no drill"


def test_a_form_says_where_it_stood_though_no_script_ran(cast):
    """Two pages side by side; and what waits while its sender signs in anew (`kept_forms`)."""
    drill = begin(cast)
    duty = sign_in(cast.duty_officer)
    real = FORM.search(page(duty, "intake").content.decode())[1]
    duty.post(reverse("drill-enter", args=[drill.number]))
    played = FORM.search(page(duty, "intake").content.decode())[1]
    assert (real, played) == ("", drill.number)
    sent = phone_call(_drill=real)
    for told in (real, [played, real]):
        assert duty.post(reverse("intake"), sent | {"_drill": told}).status_code == 409
    told = {"HX-Request": "true", "X-Drill": ""}
    pulse = duty.get(reverse("pulse"), headers=told)
    assert pulse.status_code == 204 and pulse["HX-Refresh"] == "true", "a page of the other kind is told so"
    assert duty.get(reverse("pulse"), headers=told | {"X-Drill": played}).status_code == 200
    assert 'id="stands-elsewhere"' in page(duty, "desk").content.decode()
    duty.post(reverse("drill-leave"))
    for told in (played, [real, played], "ZMD-Y-2026-9999"):
        answer = duty.post(reverse("intake"), sent | {"_drill": told})
        assert answer.status_code == 409 and "没有登记" in text_of(answer)
    assert duty.post(reverse("drill-leave"), {"_drill": played}).status_code == 302, "one may always go"
    assert not Incident.with_drills.exists()
    assert duty.post(reverse("intake"), sent).status_code == 302


def test_a_firms_product_acts_in_earnest_whoever_is_in_a_drill_in_the_same_browser(cast):
    """A key enters no drill: neither does its drill's clock run for it."""
    drill = begin(cast)
    person = sign_in(cast.enterprise)
    person.post(reverse("drill-enter", args=[drill.number]))
    played = people.call_in(playing(cast, drill))
    by_session = person.get(BASE + "incidents/").json()["results"]
    assert [row["number"] for row in by_session] == [played.number]
    firm = firm_of(people.FIRM)
    firm.client = person
    known_at = timezone.now() + timedelta(seconds=60)
    answer = firm.post("incidents/", filing(known_at=known_at.isoformat()))
    assert answer.status_code == 201, answer.json()
    assert not Incident.objects.get().is_drill
    behind_a_proxy = person.get(reverse("firm"), headers={"Authorization": "Basic YTpi"})
    assert "in-drill" in behind_a_proxy.content.decode(), (
        "what a proxy asked for leads nobody out of his drill"
    )


def test_nothing_happens_in_a_drill_that_is_over(cast):
    with time_machine.travel(T0, tick=False) as at:
        drill = begin(cast, script=[Line(5, "call", cast.duty_officer.post.pk, SECRET)])
        inside = playing(cast, drill)
        incident = people.call_in(inside)
        at.shift(5)
        drilling.deliver_due_injects(now=timezone.now())
        director, ended = sign_in(cast.office_director), reverse("drill-end", args=[drill.number])
        assert "也不能暂停" in text_of(director.get(ended))
        assert "300 字" in text_of(director.post(ended, {"reason": "长" * 301}, follow=True))
        director.post(ended, {"reason": "西平真的起火"})
        drill = drill_now(drill)
        told = Notification.objects.filter(matter=f"drill/{drill.number}", title__startswith="演练提前结束")
        assert {row.person_id for row in told} == set(
            drill.participants.values_list("post__person", flat=True)
        )
        assert all(
            "西平真的起火" in row.text and row in Notification.objects.filter(counted_in(None))
            for row in told
        )
        assert LedgerEntry.objects.get(action="drill.ended").reason == "西平真的起火"
        for name in ("drill", "drill-evaluation"):
            assert "西平真的起火" in text_of(page(director, name, drill.number)), name
        late = {"number": incident.number, "now": timezone.now()}
        with pytest.raises(WrongState, match="演练已结束"):
            grading.grade(actor=inside.office_director, level=4, reason="", **late)
        with pytest.raises(WrongState, match="演练已结束"):
            people.call_in(inside)
        with pytest.raises(WrongState, match="演练已结束"):
            people.warn(inside)
        with pytest.raises(WrongState, match="演练已结束"):
            line = Inject.objects.get()
            drilling.handle(actor=inside.duty_officer, inject=line.pk, words="迟了", now=timezone.now())
        with pytest.raises(WrongState, match="不能进入"):
            drilling.enter(actors=[cast.duty_officer], drill=drill, now=timezone.now())
        for subject in (incident, Warning(drill=drill, is_drill=True)):
            again = type(subject).with_drills.filter(pk=subject.pk).values().first() or {"drill_id": drill.pk}
            again |= {"id": None, "number": "ZMD-T-2026-9999", "serial": 9999}
            with pytest.raises(DatabaseError, match="does not run"), transaction.atomic():
                type(subject)(**again).save(force_insert=True)
        assert Incident.with_drills.count() == 1
        assert not Deadline.objects.exclude(next_step_at=None).exists()


def test_a_drills_cap_message_opens_in_the_drill_alone(cast):
    drill = begin(cast)
    warning = people.issue(playing(cast, drill))
    inside, outside = sign_in(cast.duty_officer), sign_in(cast.duty_officer)
    inside.post(reverse("drill-enter", args=[drill.number]))
    shown = page(inside, "warning", warning.number).content.decode()
    address = re.search(r'href="(/cap/[^"]+)"', shown)[1]
    message = inside.get(address)
    assert message.status_code == 200 and b"<status>Exercise</status>" in message.content
    assert message["Cache-Control"] == "private, no-store"
    for nobody in (outside, Client(), sign_in(cast.auditor)):
        assert nobody.get(address).status_code == 404


def test_an_abandoned_drill_ends_by_itself(cast):
    with time_machine.travel(T0, tick=False) as at:
        fast, slow = begin(cast), begin(cast, title="慢", speed=1)
        people.call_in(playing(cast, fast))
        at.shift(timedelta(days=14) / 60 - timedelta(seconds=1))
        end_abandoned_drills()
        assert drill_now(fast).is_running
        at.shift(1)
        end_abandoned_drills()
        assert not drill_now(fast).is_running and drill_now(slow).is_running
        assert not Deadline.objects.exclude(next_step_at=None).exists()
        entry = LedgerEntry.objects.get(action="drill.ended")
        assert entry.post is None and "自动结束" in entry.summary


def test_what_is_due_in_earnest_goes_before_any_drill(cast, monkeypatch):
    """However busy a drill is, and however long it has been waiting; and what breaks in it stops nothing real."""
    with time_machine.travel(T0, tick=False) as at:
        drill = begin(cast)
        played = [people.call_in(playing(cast, drill)) for _ in range(3)]
        real = people.call_in(cast)
        at.shift(timedelta(hours=2))
        later = people.warn(cast)
        at.shift(timedelta(hours=1))
        assert set(Deadline.objects.filter(yields=True).values_list("incident", flat=True)) == {
            one.pk for one in played
        }
        assert escalation.next_due() < Deadline.objects.real().earliest("next_step_at").next_step_at
        fired, now = FiredStep.objects.values_list("deadline__incident", "deadline__warning"), timezone.now()
        monkeypatch.setattr(claiming, "BATCH", 1)
        monkeypatch.setattr(claiming, "FEW", 2)
        while escalation.fire_batch(now=now) is not None:
            assert {incident for incident, _ in fired.all()} <= {real.pk, None}
        assert {warning for _, warning in fired.all()} == {later.pk, None}
        Heartbeat.objects.all().delete()
        with monkeypatch.context() as broken, pytest.raises(ZeroDivisionError):
            broken.setattr(escalation, "plan_firings", lambda *_: 1 / 0)
            escalation.sweep(now=now)
        assert Heartbeat.objects.exists(), "the real ladders are swept"
        assert escalation.sweep(now=now) and len({incident for incident, _ in fired.all()} - {None}) == 3, (
            "two of the drill at a time: then it is asked again what is due in earnest"
        )
        lag = next(told for told in metrics.sweep(now) if told.name == "zmd_sweep_lag_seconds")
        assert lag.samples[0].value == 0, "what yields is no lag"
        escalation.sweep(now=now)
        assert {incident for incident, _ in fired.all()} >= {one.pk for one in played}
        assert not escalation.is_due(now)


def test_an_invitation_is_no_drill(cast):
    """Who never entered is named, and his body goes on owing one."""
    with time_machine.travel(T0, tick=False) as at:
        drill = begin(cast)
        drill.participants.update(entered_at=None)
        for _ in range(2):
            drilling.enter(actors=[cast.enterprise], drill=drill, now=timezone.now())
        assert LedgerEntry.objects.filter(action="drill.entered").count() == 1
        at.shift(60)
        who = {"actor": cast.office_director, "number": drill.number, "now": timezone.now()}
        drilling.end(**who)
        shown = text_of(page(sign_in(cast.office_director), "drill-evaluation", drill.number))
        assert str(cast.member.post) in shown.partition("没有进入：")[2].partition("不计入")[0]
        drill_evaluating.evaluate(**who, verdict="reached", problems="无", measures="无")
        last = {due.body: due.last for due in drill_dues.dues(drill_dues.debtors(), timezone.now())}
        assert last[cast.firm] and not last[cast.member.organization]
        drill.participants.update(entered_at=None)
        assert not any(due.last for due in drill_dues.dues(drill_dues.debtors(), timezone.now())), (
            "nobody came: nothing was held"
        )
        assert drill_dues.took_part(drill) == []


def test_the_real_logs_do_not_tell_of_drills(cast):
    """The log of what was sent, and what is left behind by who goes."""
    with time_machine.travel(T0, tick=False):
        drill = begin(cast, parts=("duty_officer", "enterprise"))
        warning = people.warn(playing(cast, drill))
        assert Notification.objects.filter(warning=warning).exists()
        log = text_of(page(sign_in(cast.office_director), "deliveries"))
        assert warning.number not in log and warning.title not in log
        own = page(sign_in(cast.duty_officer), "deliveries").content.decode()
        assert 'class="drill-word"' in own
        late = people.call_in(playing(cast, drill))
        debt = Deadline.objects.filter(incident=late).first()
        Notification.objects.create(
            person=cast.duty_officer.person,
            kind="breach",
            title="超时",
            deadline=debt,
            incident=late,
            drill=drill,
            created_at=timezone.now(),
        )
        assert not list(_told(cast.duty_officer.person, []))
        assert drills.directors(drill).get() == cast.office_director.post
