"""Training (§8.2): courses and their results, on which the roster rests; who runs out; what firms state."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from alerts.models import Notification, Training, Undertaking
from alerts.services import roster
from incidents.models import (
    Course,
    CourseAttendance,
    Hazard,
    LedgerEntry,
    PersonalValue,
    Role,
    WorkforceStatement,
)
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.services.identity import leaving, open_duties
from incidents.services.identity import people as accounts
from incidents.services.identity.leaving import NOBODY
from incidents.services.roster import duty
from incidents.services.training import course_attendance, course_results, courses, duty_training, workforce
from tests import cast as people
from tests.screens.stage import sign_in, text_of

pytestmark = pytest.mark.django_db
Result = CourseAttendance.Result
NOW = timezone.make_aware(timezone.datetime(2026, 3, 2, 9, 0))
TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def held(actor, **more) -> Course:
    said = {"name": "应急知识", "kind": "knowledge", "held_on": TODAY, "hours": Decimal(4)} | more
    return courses.keep(actor=actor, now=NOW, **said)


def listed(actor, course, names="", **more) -> list[CourseAttendance]:
    return course_attendance.attend(actor=actor, course=course.pk, names=names, now=NOW, **more)


def judged(actor, course, result, *rows) -> int:
    results = {row.pk: result for row in rows}
    return course_results.judge(actor=actor, course=course.pk, results=results, now=NOW)


@pytest.mark.clause("8.2")
def test_who_passes_a_course_can_be_rostered_and_who_is_set_right_no_longer(cast):
    new = people.appoint("new", people.FIRM, Role.ENTERPRISE, "新值班员")
    Training.objects.filter(person=new.person).delete()
    course = held(cast.enterprise)
    assert course.valid_until == date(2027, 3, 1), "12 months, unless the course says otherwise"
    ours, worker = listed(cast.enterprise, course, "新值班员\n  赵   工人 \n\n赵 工人")
    assert ours.person == new.person and worker.worker_name == "赵 工人", "an account is known by its name"
    assert listed(cast.enterprise, course, "赵 工人", people=[new.person.pk]) == [], (
        "nobody stands there twice"
    )

    assert judged(cast.enterprise, course, Result.PASSED, ours, worker) == 2
    training = Training.objects.get(person=new.person)
    assert (training.topic, training.passed_on, training.valid_until) == (
        "应急知识",
        TODAY,
        course.valid_until,
    )
    assert roster.is_trained(roster.trained([new.person])[new.person.pk], TODAY, date(2027, 3, 1))
    assert (
        judged(cast.enterprise, course, Result.PASSED, ours) == 0
        and Training.objects.filter(person=new.person).count() == 1
    )
    with pytest.raises(WrongState, match="请在该培训班的结果里更正"):
        duty_training.withdraw_training(
            actor=cast.enterprise, body=cast.firm, training=training.pk, reason="错", now=NOW
        )
    with pytest.raises(WrongState, match="不能再改"):
        courses.keep(
            actor=cast.enterprise,
            course=course.pk,
            now=NOW,
            name=course.name,
            kind=course.kind,
            held_on=TODAY,
            hours=Decimal(4),
            valid_until=date(2028, 1, 1),
        )
    for refused in (
        lambda: courses.cancel(actor=cast.enterprise, course=course.pk, reason="错", now=NOW),
        lambda: course_attendance.take_off(
            actor=cast.enterprise, course=course.pk, attendance=ours.pk, now=NOW
        ),
    ):
        with pytest.raises(WrongState):
            refused()

    elsewhere = {"person": new.person, "body": people.OTHER_FIRM, "role": Role.ENTERPRISE, "title": "兼职"}
    assigned = accounts.assign(actor=cast.administrator, now=NOW, **elsewhere)
    owed = Undertaking.objects.get(body=assigned.organization, rule="Q5", matter=f"trainee/{new.person.pk}")
    assert owed.status == "open", "who comes with a pass is trained anew by his new body too"
    begins = NOW + timedelta(hours=2)
    seat = {"actor": cast.enterprise, "body": cast.firm, "seat": 1, "person": new.person.pk, "now": NOW}
    duty.draw_up(**seat, starts_at=begins, ends_at=begins + timedelta(hours=8))
    judged(cast.enterprise, course, Result.FAILED, ours)
    undone = LedgerEntry.objects.get(action="duty.training_withdrawn")
    assert undone.data["shifts"] == 1 and "1 个已排班次须换人" in undone.summary
    assert Notification.objects.filter(person=new.person, title__contains="须由培训合格的人员替换").exists()
    assert not roster.trained([new.person]), "未经培训、培训不合格人员不得上岗"
    entry = LedgerEntry.objects.filter(action="course.judged").latest("seq")
    assert "不合格 1 人" in entry.summary and "新值班员" not in entry.text
    assert PersonalValue.objects.get(entry=entry).name == "worker"
    chain = LedgerEntry.objects.filter(action="duty.training_withdrawn").get().chain
    assert chain == entry.chain == f"body:{cast.firm.pk}"


@pytest.mark.clause("8.2")
def test_a_course_is_its_bodys_and_others_do_not_know_it(cast):
    firms, offices = held(cast.enterprise), held(cast.duty_officer, kind="cadre", name="干部培训")
    listed(cast.enterprise, firms, "赵工人")
    listed(cast.duty_officer, offices, "钱工人", body=people.FIRM)
    (official,) = listed(
        cast.duty_officer, offices, people=[cast.county.person.pk], body=people.county_code()
    )

    def seen(actor):
        return set(courses.visible([actor]))

    assert seen(cast.duty_officer) == seen(cast.auditor) == {firms, offices}
    assert seen(cast.enterprise) == {firms, offices} and seen(cast.other_enterprise) == set()
    assert seen(cast.county) == {offices} and seen(cast.member) == set()
    mine = courses.visible_attendances([cast.enterprise]).filter(course=offices)
    assert [row.worker_name for row in mine] == ["钱工人"], "of another's course its own people alone"
    with pytest.raises(NotFound):
        listed(cast.other_enterprise, firms, "孙工人")
    with pytest.raises(NotAllowed):
        listed(cast.duty_officer, firms, "孙工人")
    with pytest.raises(NotAllowed):
        judged(cast.duty_officer, offices, Result.PASSED, official)
    with pytest.raises(Invalid):
        listed(cast.enterprise, firms, "孙工人", body=people.OTHER_FIRM)
    with pytest.raises(Invalid):
        listed(cast.enterprise, firms, people=[cast.county.person.pk])

    waiting = [cadre.post.person for cadre in course_results.cadres([cast.duty_officer], 2026)]
    assert cast.county.person in waiting and cast.member.person in waiting
    judged(cast.office_director, offices, Result.PASSED, official)
    found = {c.post.person: c.trained_on for c in course_results.cadres([cast.duty_officer], 2026)}
    assert found[cast.county.person] == TODAY and found[cast.member.person] is None
    assert [c.trained_on for c in course_results.cadres([cast.county], 2027)] == [None], "each year anew"


def test_a_course_refuses_by_name_what_is_wrong(cast):
    for change, field in (
        ({"name": " "}, "/name"),
        ({"name": "长" * 81}, "/name"),
        ({"kind": "x"}, "/kind"),
        ({"hours": Decimal(0)}, "/hours"),
        ({"held_on": date(1999, 1, 1)}, "/held_on"),
        ({"held_on": date.max}, "/held_on"),
        ({"valid_until": TODAY}, "/valid_until"),
        ({"valid_until": date(2101, 1, 1)}, "/valid_until"),
        ({"expert": 999}, "/expert"),
        ({"body": "express-b"}, "/body"),
    ):
        with pytest.raises(Invalid) as refused:
            held(cast.enterprise, **change)
        assert refused.value.errors[0].pointer == field and refused.value.clause in ("8.2", "2.3")
    planned = held(cast.enterprise, held_on=TODAY + timedelta(days=1), place="会议室")
    rows = listed(cast.enterprise, planned, "赵工人")
    with pytest.raises(WrongState, match="培训日期未到"):
        judged(cast.enterprise, planned, Result.PASSED, *rows)
    with pytest.raises(Invalid):
        listed(cast.enterprise, planned, "")
    with pytest.raises(Invalid):
        listed(cast.enterprise, planned, "长" * 41)
    course_attendance.take_off(actor=cast.enterprise, course=planned.pk, attendance=rows[0].pk, now=NOW)
    courses.cancel(actor=cast.enterprise, course=planned.pk, reason="改期", now=NOW)
    with pytest.raises(WrongState, match="已撤销"):
        listed(cast.enterprise, planned, "赵工人")
    for broken in (
        {"course": planned, "body": cast.firm, "recorded_at": NOW},
        {"course": planned, "body": cast.firm, "recorded_at": NOW, "worker_name": "甲", "result": "passed"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            CourseAttendance.objects.create(**broken)


@pytest.mark.clause("8.2")
def test_who_runs_out_is_said_by_the_newest_pass(cast):
    Training.objects.all().delete()
    old = held(cast.enterprise, held_on=date(2025, 3, 20))
    ours, worker, left = listed(cast.enterprise, old, "企业值班员\n赵工人\n钱工人")
    judged(cast.enterprise, old, Result.PASSED, ours, worker, left)

    def ending(within, today=TODAY, actor=cast.enterprise):
        return {
            str(r.person or r.worker_name): r.days_left(today)
            for r in course_results.running_out([actor], within=within, today=today)
        }

    assert ending(10) == {} and ending(30) == {"企业值班员": 17, "赵工人": 17, "钱工人": 17}
    assert ending(30, date(2026, 3, 25))["赵工人"] == -6, "who has run out stays until he is trained again"
    assert ending(30, actor=cast.other_enterprise) == {} and len(ending(30, actor=cast.duty_officer)) == 3
    again = held(cast.enterprise)
    rows = listed(cast.enterprise, again, "企业值班员\n赵工人")
    judged(cast.enterprise, again, Result.PASSED, *rows)
    assert ending(60) == {"钱工人": 17}
    page = sign_in(cast.duty_officer).get(reverse("training-running-out") + "?days=60")
    assert "钱某" in text_of(page) and "钱工人" not in text_of(page), "in clear for his own firm alone"
    assert "钱工人" in text_of(sign_in(cast.enterprise).get(reverse("training-running-out")))


@pytest.mark.clause("8.2")
def test_a_firm_states_its_workers_on_post(cast):
    said = {"year": 2026, "quarter": 1, "on_post": 30, "trained": 28, "passed": 27}

    def state(actor=cast.enterprise, **more):
        return workforce.state(actor=actor, now=NOW, **said | more)

    for change, field in (
        ({"trained": 31}, "/trained"),
        ({"passed": 29}, "/passed"),
        ({"on_post": 10**10}, "/on_post"),
        ({"quarter": 5}, "/quarter"),
        ({"quarter": 2}, "/quarter"),
        ({"year": 1999}, "/year"),
        ({"body": "express-b"}, "/body"),
    ):
        with pytest.raises(Invalid) as refused:
            state(**change)
        assert refused.value.errors[0].pointer == field
    with pytest.raises(NotAllowed):
        state(cast.duty_officer)
    row = state()
    hazard = Hazard.objects.get()
    assert (hazard.body, hazard.source, hazard.kind) == (cast.firm, "training", "flaw")
    assert "在岗 30 人，其中 3 人未经培训或培训不合格" in hazard.words
    assert row.unfit == 3 and str(row.period) == "2026 年第 1 季度"
    assert state(passed=28).pk == row.pk and WorkforceStatement.objects.get().unfit == 2
    assert LedgerEntry.objects.filter(action="workforce.stated").count() == 2, "what was stated before stays"
    assert Hazard.objects.count() == 1, "while it stands open, the same firm has no second one"
    state(body="express-a-hub", on_post=5, trained=5, passed=5)
    assert Hazard.objects.count() == 1, "who has passed may be on post"
    owing = set(workforce.owing([cast.enterprise], 2026, 1).values_list("code", flat=True))
    assert owing == {"express-a-shangcai"}
    assert workforce.visible([cast.other_enterprise]).count() == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkforceStatement.objects.update(passed=99)


@pytest.mark.clause("8.2")
def test_a_pass_is_owed_anew_before_it_runs_out(cast):
    """Q5, by the person: settled by the next pass, moved when one is taken back, void for who has left."""
    person = cast.enterprise.person
    Training.objects.filter(person=person).delete()

    def standing():
        found = Undertaking.objects.filter(body=cast.firm, rule="Q5").order_by("pk")
        return [
            (
                row.status,
                (row.deadlines.latest("pk").due_at - timedelta(seconds=1)).astimezone(NOW.tzinfo).date(),
            )
            for row in found
        ]

    def passes(on: date, until: date):
        course = held(cast.enterprise, held_on=on, valid_until=until)
        (row,) = listed(cast.enterprise, course, people=[person.pk])
        judged(cast.enterprise, course, Result.PASSED, row)
        return course, row

    passes(date(2024, 1, 1), date(2025, 1, 1))
    assert standing() == [], "a pass long run out is history"
    passes(date(2025, 4, 1), date(2026, 4, 1))
    assert standing() == [("open", date(2026, 4, 1))]
    page = sign_in(cast.enterprise).get(reverse("deadlines"))
    assert (
        "复训：企业值班员一人" in text_of(page) and f"/training/people/{person.pk}/" in page.content.decode()
    )
    course, row = passes(TODAY, date(2027, 3, 1))
    assert standing() == [("done", date(2026, 4, 1)), ("open", date(2027, 3, 1))]
    passes(date(2026, 3, 1), date(2026, 6, 1))
    assert standing()[1:] == [("open", date(2027, 3, 1))], "a shorter one changes nothing"
    judged(cast.enterprise, course, Result.FAILED, row)
    assert standing()[1:] == [("open", date(2026, 6, 1))]
    card = text_of(sign_in(cast.duty_officer).get(reverse("trainee", args=[person.pk])))
    assert "有效至 2026-06-01" in card and "不合格" in card
    assert sign_in(cast.other_enterprise).get(reverse("trainee", args=[person.pk])).status_code == 404
    people.appoint("second", people.FIRM, Role.ENTERPRISE, "接班人", "duty", "leader")
    duties = open_duties.of(person, [cast.enterprise.post], NOW)
    successors = {group.key: NOBODY if group.may_fall else "second" for group in duties.groups}
    leaving.end_post(
        actor=cast.administrator, post=cast.enterprise.post, reason="调离", successors=successors, now=NOW
    )
    assert [status for status, _ in standing()] == ["done", "void"]
    post = {"role": Role.ENTERPRISE, "title": "值班员", "body": cast.other_firm.code}
    accounts.assign(actor=cast.administrator, person=person, now=NOW, **post)
    owed = Undertaking.objects.get(body=cast.other_firm, rule="Q5")
    assert owed.status == "open" and "2026-06-01" in owed.title, (
        "who comes with a pass is owed by his new body"
    )
