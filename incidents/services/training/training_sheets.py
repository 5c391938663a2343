"""Training and publicity as xlsx (§8.1, 8.2): a line is handed to the same use cases as a form's."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from incidents.models import Course, CourseAttendance, PlannedCourse, Publicity, Role
from incidents.refusals import wrong
from incidents.roles import Actor
from incidents.services.sheets import Column, Sheet
from incidents.services.training import (
    course_attendance,
    course_results,
    courses,
    publicity,
    training_plan,
    workforce,
)
from incidents.services.training.course_attendance import shown_name

READERS = frozenset(
    {Role.DUTY_OFFICER, Role.OFFICE_DIRECTOR, Role.COMMANDER, Role.AUDITOR, Role.MEMBER, Role.COUNTY}
)
BODY = Column("body", "单位", required=False, help="单位名称或代码；不填即本单位", width=24)
Result = CourseAttendance.Result


def _course(*, actor: Actor, now: datetime, hours: Decimal, **row) -> Course:
    """A line that is a course already, by body, content and day, changes that one; its expert goes on teaching."""
    body = courses.kept_body(actor, "course.keep", row["body"])
    same = Course.objects.filter(body=body, name=row["name"], held_on=row["held_on"], cancelled_at=None)
    if known := same.select_related("expert").first():
        row["valid_until"] = row["valid_until"] or known.valid_until
        if known.expert and known.expert.name == row["teacher"]:
            row |= {"teacher": "", "expert": known.expert_id}
    return courses.keep(actor=actor, now=now, course=known and known.pk, hours=Decimal(hours), **row)


def _courses(actors: list[Actor]) -> Iterator[dict]:
    names = ("name", "kind", "held_on", "hours", "place", "teacher", "valid_until")
    for row in courses.visible(actors).filter(cancelled_at=None).select_related("body", "expert"):
        said = {name: getattr(row, name) for name in names}
        yield said | {"body": str(row.body), "teacher": row.expert.name if row.expert else row.teacher}


COURSES = Sheet(
    "courses",
    "培训班",
    courses.CLAUSE,
    "course.keep",
    (
        BODY,
        Column("name", "培训内容", width=32),
        Column("kind", "类别", "choice", choices=tuple(Course.Kind.choices)),
        Column("held_on", "培训日期", "date"),
        Column("hours", "学时", "number"),
        Column("place", "地点", required=False, width=24),
        Column("teacher", "授课人", required=False),
        Column(
            "valid_until",
            "合格有效至",
            "date",
            required=False,
            help=f"不填即自培训之日起 {courses.GOOD_FOR} 个月（内部目标）",
        ),
    ),
    _course,
    _courses,
    readers=READERS,
)


def _attendance(
    *, actor: Actor, now: datetime, course: str, held_on: date, body: str, name: str, result: str
) -> None:
    """One of the list of a course that the post keeps; with its result, where one is given."""
    kept = Course.objects.filter(body__in=courses.kept_bodies([actor]), name=course, held_on=held_on)
    found = kept.filter(cancelled_at=None).values_list("pk", flat=True).first()
    if found is None:
        raise wrong("/course", "not_found", "没有这一天的这个培训班，请先登记。", courses.CLAUSE)
    course_attendance.attend(actor=actor, course=found, names=name, body=body, now=now)
    if result:
        row = course_attendance.row_of(actor, found, body, name)
        course_results.judge(actor=actor, course=found, results={row.pk: result}, now=now)


def _attendances(actors: list[Actor]) -> Iterator[dict]:
    kept = {body.pk for body in courses.kept_bodies(actors)}
    rows = courses.visible_attendances(actors).filter(course__cancelled_at=None)
    for row in rows.select_related("course", "body", "person").order_by("-course__held_on", "course", "pk"):
        yield {
            "course": row.course.name,
            "held_on": row.course.held_on,
            "body": str(row.body),
            "name": shown_name(row, kept),
            "result": row.result,
        }


ATTENDANCE = Sheet(
    "attendance",
    "参训人员和结果",
    courses.CLAUSE,
    "course.judge",
    (
        Column("course", "培训内容", help="与已登记的培训班一致", width=32),
        Column("held_on", "培训日期", "date"),
        BODY,
        Column("name", "姓名", help="与本单位账号同名的即登记为该账号"),
        Column(
            "result",
            "结果",
            "choice",
            required=False,
            choices=tuple(choice for choice in Result.choices if choice[0]),
            help="不填即待登记",
        ),
    ),
    _attendance,
    _attendances,
    readers=READERS,
)


def _planned(*, actor: Actor, now: datetime, **row) -> PlannedCourse:
    """A line that is planned already, by body, month and content, changes that one."""
    body = courses.kept_body(actor, training_plan.ACT, row["body"])
    same = {name: row[name] for name in ("year", "month", "name")}
    whole = all(isinstance(row[name], int) for name in ("year", "month"))
    known = PlannedCourse.objects.standing().filter(body=body, **same).first() if whole else None
    return training_plan.keep(actor=actor, now=now, line=known and known.pk, **row)


def _plans(actors: list[Actor]) -> Iterator[dict]:
    names = ("year", "month", "name", "kind", "audience", "people")
    for row in training_plan.visible(actors).standing().select_related("body"):
        yield {name: getattr(row, name) for name in names} | {"body": str(row.body)}


PLAN = Sheet(
    "training-plan",
    "年度培训计划",
    courses.CLAUSE,
    training_plan.ACT,
    (
        BODY,
        Column("year", "年度", "number"),
        Column("month", "计划月份", "number", help="1 至 12"),
        Column("name", "培训内容", width=32),
        Column("kind", "类别", "choice", choices=tuple(Course.Kind.choices)),
        Column("audience", "培训对象", width=24),
        Column("people", "计划人数", "number"),
    ),
    _planned,
    _plans,
    readers=READERS,
)


def _workforce(actors: list[Actor]) -> Iterator[dict]:
    names = ("year", "quarter", *workforce.FIGURES, "note")
    for row in workforce.visible(actors).select_related("body"):
        yield {name: getattr(row, name) for name in names} | {"body": str(row.body)}


WORKFORCE = Sheet(
    "workforce",
    "上岗培训情况",
    courses.CLAUSE,
    "workforce.state",
    (
        BODY,
        Column("year", "年度", "number"),
        Column("quarter", "季度", "number", help="1 至 4"),
        Column("on_post", "在岗人数", "number"),
        Column("trained", "已培训人数", "number"),
        Column("passed", "培训合格人数", "number"),
        Column("note", "说明", required=False, width=32),
    ),
    workforce.state,
    _workforce,
    readers=READERS - {Role.MEMBER, Role.COUNTY},
)


def _activity(*, actor: Actor, now: datetime, **row) -> Publicity:
    """A line that is an activity already, by body, topic and day, changes that one, and leaves its experts."""
    body = courses.kept_body(actor, "publicity.keep", row["body"], publicity.CLAUSE)
    same = Publicity.objects.filter(body=body, topic=row["topic"], held_on=row["held_on"], withdrawn_at=None)
    known = same.first()
    experts = list(known.experts.values_list("pk", flat=True)) if known else []
    return publicity.keep(actor=actor, now=now, activity=known and known.pk, experts=experts, **row)


def _activities(actors: list[Actor]) -> Iterator[dict]:
    names = ("held_on", "kind", "topic", "audience", "reached", "place", "materials")
    for row in publicity.standing(publicity.visible(actors)).select_related("body"):
        yield {name: getattr(row, name) for name in names} | {"body": str(row.body)}


PUBLICITY = Sheet(
    "publicity",
    "宣传教育活动",
    publicity.CLAUSE,
    "publicity.keep",
    (
        BODY,
        Column("held_on", "日期", "date"),
        Column("kind", "类别", "choice", choices=tuple(Publicity.Kind.choices)),
        Column("topic", "主题", width=32),
        Column("audience", "对象", width=24),
        Column("reached", "覆盖人数", "number"),
        Column("place", "地点或渠道", required=False, width=24),
        Column("materials", "材料", required=False, width=32),
    ),
    _activity,
    _activities,
    readers=READERS,
)
