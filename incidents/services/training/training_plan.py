"""年度培训计划 (§8.2): what a body means to teach in a year, month by month, and what of it was held.

A line is carried out by a course of the register; that its month has passed without one is shown, and stays shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from incidents.ledger import Entry
from incidents.models import Course, Organization, PlannedCourse
from incidents.querysets import visible_rosters
from incidents.refusals import NotAllowed, NotFound, WrongState, wrong
from incidents.roles import Actor, require
from incidents.services import subject
from incidents.services.check import Check
from incidents.services.report.contents import MOST_PEOPLE
from incidents.services.roster import duty
from incidents.services.training.courses import CLAUSE, kept_body, write

ACT = "course.plan"


def visible(actors: Iterable[Actor]) -> QuerySet[PlannedCourse]:
    return PlannedCourse.objects.filter(body__in=visible_rosters(actors))


@transaction.atomic
def keep(
    *,
    actor: Actor,
    now: datetime,
    year: int,
    month: int,
    name: str,
    kind: str,
    audience: str,
    people: int,
    body: str = "",
    line: int | None = None,
) -> PlannedCourse:
    """A new line of the plan (`line` None), or a changed one, until a course carries it out."""
    row = kept(actor, line) if line else PlannedCourse(body=kept_body(actor, ACT, body))
    if line and row.stands_for:
        raise WrongState("已办培训班，计划不能再改；请先解除与培训班的对应。", "held", CLAUSE)
    _one_at_a_time(row)
    before = _as_data(row) if line else {}
    check = Check(CLAUSE)
    for field, said in (("name", name), ("audience", audience)):
        column = PlannedCourse._meta.get_field(field)
        if not said.strip():
            check.wrong(f"/{field}", "required", f"请填写{column.verbose_name}。")
        check.text(f"/{field}", str(column.verbose_name), said.strip(), column.max_length)
        setattr(row, field, said.strip())
    if kind not in Course.Kind.values:
        check.wrong("/kind", "not_a_choice", "请选择培训类别。")
    if not isinstance(year, int) or not 2000 <= year < 2100:
        check.wrong("/year", "out_of_range", "年度须在 2000 至 2099 之间。")
    if not isinstance(month, int) or not 1 <= month <= 12:
        check.wrong("/month", "out_of_range", "计划月份须为 1 至 12。")
    if not isinstance(people, int) or not 0 < people <= MOST_PEOPLE:
        check.wrong("/people", "not_a_count", "“计划人数”须为大于 0 的合理整数。")
    check.refuse()
    row.year, row.month, row.kind, row.people = year, month, kind, people
    _refuse_twin(row)
    after = _as_data(row)
    changed = {field: value for field, value in after.items() if before.get(field) != value}
    if not changed:
        return row
    if not line:
        row.recorded_at, row.recorded_by = now, actor.post
    row.save()
    word = "修改" if line else "列入"
    entry = Entry(
        "training_plan.changed" if line else "training_plan.added",
        f"{word}年度培训计划：{row}",
        clause=CLAUSE,
        data={"line": row.pk} | changed,
    )
    write(actor, now, row.body, entry)
    return row


@transaction.atomic
def drop(*, actor: Actor, line: int, reason: str, now: datetime) -> PlannedCourse:
    """It is planned no longer; why stands in the ledger."""
    row = kept(actor, line)
    if row.stands_for:
        raise WrongState("已办培训班，不能取消；请先解除与培训班的对应。", "held", CLAUSE)
    reason = subject.reason_needed(reason, CLAUSE)
    subject.refuse_longer("reason", "理由", reason, 200)
    row.course, row.cancelled_at = None, now
    row.save(update_fields=["course", "cancelled_at"])
    entry = Entry(
        "training_plan.dropped",
        f"取消年度培训计划：{row}",
        clause=CLAUSE,
        reason=reason,
        data={"line": row.pk},
    )
    write(actor, now, row.body, entry)
    return row


@transaction.atomic
def carry_out(*, actor: Actor, line: int, course: int | None, now: datetime) -> PlannedCourse:
    """This course of the same body and year carries the line out; `course` None: none does (any more)."""
    row = kept(actor, line)
    _one_at_a_time(row)
    found = courses_for(row).filter(pk=course).first() if course else None
    if course and found is None:
        raise wrong("/course", "not_found", "请选择本单位当年登记、尚未对应其他计划的培训班。", CLAUSE)
    if row.course_id == (found and found.pk):
        return row
    row.course = found
    row.save(update_fields=["course"])
    words = f"由培训班“{found}”（{found.held_on}）落实" if found else "不再对应培训班"
    entry = Entry(
        "training_plan.carried_out" if found else "training_plan.reopened",
        f"年度培训计划：{row}，{words}",
        clause=CLAUSE,
        data={"line": row.pk, "course": found and found.pk},
    )
    write(actor, now, row.body, entry)
    return row


def courses_for(row: PlannedCourse) -> QuerySet[Course]:
    """What can carry this line out: the one that does, and those that carry out none."""
    others = PlannedCourse.objects.filter(course__isnull=False).exclude(pk=row.pk).values("course")
    rows = Course.objects.filter(body=row.body_id, held_on__year=row.year, cancelled_at=None)
    return rows.exclude(pk__in=others)


def kept(actor: Actor, line: int) -> PlannedCourse:
    """The line, locked, if it exists for the actor (404), his post keeps it (403), and it stands (409)."""
    found = visible([actor]).filter(pk=line).select_related("body").first()
    if found is None:
        raise NotFound("没有这项培训计划。", "not_found", CLAUSE)
    require(actor, ACT)
    if not duty.may_keep(actor, found.body):
        raise NotAllowed(f"{found.body}的培训计划由该单位自己登记。", "body", CLAUSE)
    rows = PlannedCourse.objects.select_for_update(of=("self",)).select_related("body", "course")
    row = rows.get(pk=line)
    if row.cancelled_at:
        raise WrongState("这项培训计划已取消。", "cancelled", CLAUSE)
    return row


# — how the year stands —


@dataclass(frozen=True)
class Standing:
    """How a year's plan stands: lines, of these held, of these overdue; and who of the bodies seen has none."""

    planned: int
    held: int
    overdue: int
    without: list[Organization]


def standing(
    rows: QuerySet[PlannedCourse], bodies: QuerySet[Organization], year: int, today: date
) -> Standing:
    mine = rows.standing().filter(year=year)
    without = bodies.exclude(pk__in=PlannedCourse.objects.standing().filter(year=year).values("body"))
    return Standing(
        planned=mine.count(),
        held=rows.held(today).filter(year=year).count(),
        overdue=rows.overdue(today).filter(year=year).count(),
        without=list(without.order_by("kind", "code")),
    )


def planning(actors: Iterable[Actor]) -> QuerySet[Organization]:
    """The bodies seen that train people of their own: not the outlets of a firm, whose firm plans for them."""
    seen = visible_rosters(actors)
    return seen.exclude(parent__in=seen.filter(kind=Organization.Kind.ENTERPRISE).values("pk"))


def _one_at_a_time(row: PlannedCourse):
    """Of a body's plan: the same is not planned twice at once, and no course carries out two lines."""
    Organization.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.body_id)


def _refuse_twin(row: PlannedCourse):
    same = {name: getattr(row, name) for name in ("body", "year", "month", "name")}
    if PlannedCourse.objects.standing().filter(**same).exclude(pk=row.pk).exists():
        raise wrong("/name", "already_there", "这个月的计划里已有这项培训。", CLAUSE)


def _as_data(row: PlannedCourse) -> dict:
    return {name: getattr(row, name) for name in ("year", "month", "name", "kind", "audience", "people")}
