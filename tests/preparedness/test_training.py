"""Training (§8.2): courses and their results, on which the roster rests; who runs out; what firms state."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from alerts.models import Training
from alerts.services import roster
from incidents.models import (
    Course,
    CourseAttendance,
    LedgerEntry,
    Organization,
    PersonalValue,
    Role,
    WorkforceStatement,
)
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.services import (
    course_attendance,
    course_results,
    courses,
    duty_training,
    expert_pool,
    workforce,
)
from tests import cast as people
from tests.preparedness.sheets import cells_of, filled_in
from tests.screens.stage import form_of, sign_in, text_of

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

    judged(cast.enterprise, course, Result.FAILED, ours)
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
    assert row.unfit == 3 and str(row.period) == "2026 年第 1 季度"
    assert state(passed=28).pk == row.pk and WorkforceStatement.objects.get().unfit == 2
    assert LedgerEntry.objects.filter(action="workforce.stated").count() == 2, "what was stated before stays"
    state(body="express-a-hub", on_post=5, trained=5, passed=5)
    owing = set(workforce.owing([cast.enterprise], 2026, 1).values_list("code", flat=True))
    assert owing == {"express-a-shangcai"}
    assert workforce.visible([cast.other_enterprise]).count() == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkforceStatement.objects.update(passed=99)


@pytest.mark.clause("8.2")
def test_the_register_by_its_screens(cast):
    office, firm = sign_in(cast.office_director), sign_in(cast.enterprise)
    expert = expert_pool.keep(
        actor=cast.office_director,
        now=NOW,
        name="孙教授",
        field="消防",
        body="学院",
        phone="1",
        services=["training"],
    )
    empty = text_of(office.get(reverse("training")))
    assert "这一年还没有登记培训班" in empty
    new = reverse("course-new")
    typed = {
        "name": "Ⅲ级响应桌面培训",
        "kind": "skill",
        "held_on": "2026-03-02",
        "hours": "1.55",
        "expert": expert.pk,
    }
    wrong = office.post(new, form_of(office, new, **typed))
    assert (
        wrong.status_code == 422 and "最多一位小数" in text_of(wrong) and "桌面培训" in wrong.content.decode()
    )
    sent = form_of(office, new, **typed | {"hours": "1.5"})
    for _ in range(2):
        made = office.post(new, sent)
    course = Course.objects.get()
    assert (
        made.status_code == 302
        and course.expert == expert
        and course.recorded_by == cast.office_director.post
    )
    attend = reverse("course-attend", args=[course.pk])
    of_the_firm = f"{attend}?of={people.FIRM}"
    assert office.post(of_the_firm, form_of(office, of_the_firm, names="")).status_code == 422
    names = "\n".join(f"工人{n}" for n in range(40))
    posted = form_of(office, of_the_firm, names=names, people=[cast.enterprise.person.pk])
    assert office.post(of_the_firm, posted).status_code == 302
    card = reverse("course", args=[course.pk])
    words = text_of(office.get(card))
    assert "参训人员 41 人" in words and "工人39" in words and "孙教授" in words
    assert "工某" in text_of(sign_in(cast.auditor).get(card)), "in clear for who holds it, and his own body"
    assert "工人39" in text_of(firm.get(card)) and sign_in(cast.other_enterprise).get(card).status_code == 404
    one = course.attendances.get(worker_name="工人0")
    judge = reverse("course-judge", args=[course.pk])
    assert "由该单位自己登记" in text_of(firm.post(judge, {"rest": "passed"}, follow=True))
    assert not course.attendances.exclude(result="").exists(), "a firm judges nobody on another's course"
    office.post(judge, {f"result-{one.pk}": "failed", "result-x": "passed"})
    office.post(judge, {"rest": "passed"})
    assert course.attendances.filter(result="passed").count() == 40
    assert "合格 40" in text_of(office.get(card)) and "不合格 1" in text_of(office.get(card))
    office.post(judge, {f"result-{one.pk}": ""})
    assert office.post(reverse("course-take-off", args=[course.pk, one.pk])).status_code == 302
    assert course.attendances.count() == 40
    sheet = office.get(reverse("course-sheet", args=[course.pk]))
    assert "培训签到表" in text_of(sheet) and "工人39" in text_of(sheet)
    assert "40 / 40" in text_of(office.get(reverse("training") + "?kind=skill&q=桌面"))
    assert "没有符合的培训班" in text_of(office.get(reverse("training") + "?q=没有&year=99999"))
    change = reverse("course-change", args=[course.pk])
    assert office.post(change, form_of(office, change, place="会议室")).status_code == 302
    assert office.post(change, form_of(office, change, name="另一")).status_code == 409
    assert firm.get(change).status_code == 403
    cancel = reverse("course-cancel", args=[course.pk])
    assert office.post(cancel, form_of(office, cancel, reason="错")).status_code == 409
    card = text_of(office.get(reverse("expert", args=[expert.pk])))
    assert "授课：" in card and "Ⅲ级响应桌面培训" in card
    assert "本年度尚未培训" in text_of(office.get(reverse("training-cadres")))
    hub = text_of(office.get(reverse("preparedness")))
    assert "培训" in hub and "本季未填报" in hub

    state = reverse("workforce-state")
    figures = {"year": "2026", "quarter": "1", "on_post": "9", "trained": "9", "passed": "8"}
    refused = firm.post(state, form_of(firm, state, **figures | {"trained": "10"}))
    assert refused.status_code == 422 and "不能多于在岗人数" in text_of(refused)
    assert "不得上岗作业" in text_of(firm.post(state, form_of(firm, state, **figures), follow=True))
    assert "1 人，不得上岗" in text_of(office.get(reverse("workforce")))
    assert office.get(state).status_code == 404
    assert Organization.objects.get(code=people.FIRM).workforce.get().stated_by == cast.enterprise.post


@pytest.mark.clause("8.2")
def test_courses_lists_and_statements_come_and_go_as_sheets(cast):
    firm = sign_in(cast.enterprise)

    def bring_in(code, *rows, said=""):
        url = f"/preparedness/sheets/{code}/"
        heads = [head.rstrip("*") for head in cells_of(firm.get(f"{url}template/"))[0]]
        preview = firm.post(url, {"file": filled_in(*rows, heads=heads)})
        if said:
            assert said in text_of(preview)
            return
        held_back = re.search(r'name="held" value="([^"]+)"', preview.content.decode())
        assert held_back, text_of(preview)
        firm.post(f"{url}import/", {"held": held_back[1]})

    def taken(code):
        return cells_of(firm.post(f"/preparedness/sheets/{code}/export/"))[1:]

    bring_in("courses", [None, "应急知识", "应急知识", "2026-03-01", 2, None, "老师", None])
    bring_in("courses", [None, "应急知识", "应急知识", "2026-03-01", 2.5, "会议室", "老师", None])
    course = Course.objects.get()
    assert (course.hours, course.place, course.valid_until) == (Decimal("2.5"), "会议室", date(2027, 2, 28))
    bring_in("courses", [None, "x", "应急知识", "2026-03-01", 2.55, None, None, None], said="最多一位小数")
    bring_in(
        "courses",
        ["快递企业乙（驻马店）", "x", "应急知识", "2026-03-01", 2, None, None, None],
        said="没有这个单位",
    )
    same = ["应急知识", "2026-03-01", None]
    bring_in(
        "attendance", [*same, "赵工人", "合格"], [*same, "钱工人", None], [*same, "企业值班员", "不合格"]
    )
    bring_in("attendance", [*same, "钱工人", "合格"])
    assert [row[3:] for row in taken("attendance")] == [
        ("赵工人", "合格"),
        ("钱工人", "合格"),
        ("企业值班员", "不合格"),
    ]
    bring_in("attendance", ["没有的", "2026-03-01", None, "赵工人", None], said="没有这一天的这个培训班")
    bring_in("workforce", [None, 2026, 1, 9, 8, 7, None], ["express-a-hub", 2026, 1, 3, 3, 3, None])
    bring_in("workforce", [None, 2026, 1, 9.5, 8, 7, None], said="须为不小于 0 的合理整数")
    assert sorted(row[3:6] for row in taken("workforce")) == [(3, 3, 3), (9, 8, 7)]
    bring_in("publicity", [None, "2026-03-01", "法规政策宣传", "条例", "员工", 12, None, None])
    assert [row[3:6] for row in taken("publicity")] == [("条例", "员工", 12)] and len(taken("courses")) == 1
    auditor = sign_in(cast.auditor)
    left = cells_of(auditor.post("/preparedness/sheets/attendance/export/"))[1:]
    assert [row[3] for row in left] == ["赵某", "钱某", "企业值班员"], "names leave masked"
