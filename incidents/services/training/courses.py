"""培训班 (§8.2): a body's courses, who sees them. Its list stands in `course_attendance.py`, results in `course_results.py`."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from incidents import ledger
from incidents.days import later
from incidents.ledger import Entry
from incidents.models import Course, CourseAttendance, Expert, Organization, Role
from incidents.querysets import visible_rosters
from incidents.refusals import NotAllowed, NotFound, WrongState, wrong
from incidents.roles import ON_ROSTERS, Actor, require
from incidents.services import subject
from incidents.services.check import Check
from incidents.services.roster import duty

CLAUSE = "8.2"
GOOD_FOR = 12
"""Months for which a pass is good, unless the course says otherwise (decided)."""
TEXTS = ("name", "place", "teacher")


# — who sees and keeps what —


def visible(actors: Iterable[Actor]) -> QuerySet[Course]:
    """The courses of the bodies whose rosters these see, and those on which people of such a body were."""
    bodies = visible_rosters(actors).values("pk")
    theirs = CourseAttendance.objects.filter(course=OuterRef("pk"), body__in=bodies)
    return Course.objects.filter(Q(body__in=bodies) | Exists(theirs))


def visible_attendances(actors: Iterable[Actor]) -> QuerySet[CourseAttendance]:
    """Everybody on a course that these hold or look over; of another's course their own people alone."""
    bodies = visible_rosters(actors).values("pk")
    return CourseAttendance.objects.filter(Q(course__body__in=bodies) | Q(body__in=bodies))


def kept_bodies(actors: Iterable[Actor]) -> list[Organization]:
    """The bodies whose training these posts keep, their own first: a firm's outlets too, the director's members'."""
    found = {}
    for actor in actors:
        if actor.role not in ON_ROSTERS:
            continue
        for body in visible_rosters([actor]).order_by("kind", "code"):
            if actor.role == Role.ENTERPRISE or duty.may_keep(actor, body):
                found.setdefault(body.pk, body)
    own = {actor.organization.pk for actor in actors}
    return sorted(found.values(), key=lambda body: body.pk not in own)


def kept_body(actor: Actor, act: str, code: str, clause: str = CLAUSE) -> Organization:
    """The body that `code` (or its name) names, its own if it names none; refuses one whose records this post doesn't keep."""
    require(actor, act)
    if not code:
        return actor.organization
    body = body_named(actor, code)
    if body is None:
        raise wrong("/body", "not_found", "没有这个单位。", clause)
    if not duty.may_keep(actor, body):
        raise NotAllowed(f"{body}的记录由该单位自己登记。", "body", clause)
    return body


def body_named(actor: Actor, said: str) -> Organization | None:
    """Among the bodies that the actor sees, by its code or name."""
    named = Q(code=said) | Q(short_name=said) | Q(name=said)
    return visible_rosters([actor]).filter(named).first()


def kept(actor: Actor, act: str, course: int) -> Course:
    """The course, locked, if it exists for the actor (404), his post keeps it (403), and it stands (409)."""
    found = visible([actor]).filter(pk=course).select_related("body").first()
    if found is None:
        raise NotFound("没有这个培训班。", "not_found", CLAUSE)
    require(actor, act)
    if not duty.may_keep(actor, found.body):
        raise NotAllowed(f"{found.body}的培训班由该单位自己登记。", "body", CLAUSE)
    row = Course.objects.select_for_update(of=("self",)).select_related("body", "expert").get(pk=course)
    if row.cancelled_at:
        raise WrongState("这个培训班已撤销。", "cancelled", CLAUSE)
    return row


# — a course —


@transaction.atomic
def keep(
    *,
    actor: Actor,
    now: datetime,
    name: str,
    kind: str,
    held_on: date,
    hours: Decimal,
    valid_until: date | None = None,
    place: str = "",
    teacher: str = "",
    expert: int | None = None,
    body: str = "",
    course: int | None = None,
) -> Course:
    """A new course (`course` None), or a changed one; once a result stands in it, what the result rests on stays."""
    row = kept(actor, "course.keep", course) if course else Course(body=kept_body(actor, "course.keep", body))
    before = _as_data(row) if course else {}
    check = Check(CLAUSE)
    for field, said in (("name", name), ("place", place), ("teacher", teacher)):
        column = Course._meta.get_field(field)
        check.text(f"/{field}", str(column.verbose_name), said.strip(), column.max_length)
        setattr(row, field, said.strip())
    if not row.name:
        check.wrong("/name", "required", "请填写培训内容。")
    if kind not in Course.Kind.values:
        check.wrong("/kind", "not_a_choice", "请选择培训类别。")
    if not Decimal("0.5") <= hours <= 999 or hours * 10 % 1:
        check.wrong("/hours", "range", "学时须为 0.5 至 999，最多一位小数。")
    day_said(check, "/held_on", "培训日期", held_on)
    if valid_until:
        day_said(check, "/valid_until", "合格有效至", valid_until)
        if valid_until <= held_on:
            check.wrong("/valid_until", "range", "“合格有效至”须在培训日期之后。")
    row.expert = _teaching(check, row.body, expert, row.teacher)
    check.refuse()
    until = valid_until or months_after(held_on, GOOD_FOR)
    row.kind, row.held_on, row.hours, row.valid_until = kind, held_on, hours, until
    _refuse_changed_ground(row, before)
    if not course:
        row.recorded_at, row.recorded_by, row.recorded_key = now, actor.post, actor.key
    row.save()
    after = _as_data(row)
    changed = {field: value for field, value in after.items() if before.get(field) != value}
    word = "修改" if course else "登记"
    entry = Entry(
        "course.changed" if course else "course.opened",
        f"{word}培训班：{row}，{row.held_on}",
        clause=CLAUSE,
        data={"course": row.pk} | changed,
        personal={"授课人": row.taught_by},
    )
    write(actor, now, row.body, entry)
    return row


@transaction.atomic
def cancel(*, actor: Actor, course: int, reason: str, now: datetime) -> Course:
    """A course put down in error, or that was not held; one with results stands."""
    row = kept(actor, "course.keep", course)
    if row.attendances.exclude(result="").exists():
        raise WrongState("这个培训班已登记结果，不能撤销；请先更正结果。", "has_results", CLAUSE)
    reason = subject.reason_needed(reason, CLAUSE)
    subject.refuse_longer("reason", "理由", reason, 200)
    row.cancelled_at = now
    row.save(update_fields=["cancelled_at"])
    entry = Entry(
        "course.cancelled", f"撤销培训班：{row}", clause=CLAUSE, reason=reason, data={"course": row.pk}
    )
    write(actor, now, row.body, entry)
    return row


# — small things —


def months_after(day: date, months: int) -> date:
    """The day before the same day so many months later: 2026-03-02 and 12 months end on 2027-03-01."""
    same = later(day, months)
    return same - timedelta(days=1) if same.day == day.day else same


def day_said(check: Check, pointer: str, name: str, day: date, *, latest: date | None = None):
    """A calendar day between 2000 and 2100, and not after `latest` where that is given."""
    if not 2000 <= day.year < 2100:
        check.wrong(pointer, "out_of_range", f"{name}须在 2000 年至 2100 年之间。")
    elif latest and day > latest:
        check.wrong(pointer, "in_future", f"{name}不能晚于今天。")


def write(actor: Actor, now: datetime, body: Organization, *entries: Entry):
    ledger.append(ledger.body_chain(body), *entries, at=now, actor=actor)


def teachers(body: Organization) -> QuerySet[Expert]:
    """Whom of the office's pool its courses may name as teacher: who gives this service (§2.3)."""
    return Expert.objects.filter(office=body, is_active=True, services__contains=[Expert.Service.TRAINING])


def _teaching(check: Check, body: Organization, expert: int | None, teacher: str) -> Expert | None:
    if expert is None:
        return None
    found = teachers(body).filter(pk=expert).first()
    if found is None:
        check.wrong("/expert", "not_a_teacher", "请选择专家库中承担“防范知识培训”的在库专家。", "2.3")
    if teacher:
        check.wrong("/teacher", "two_teachers", "授课人和授课专家只填一项。")
    return found


def _refuse_changed_ground(row: Course, before: dict):
    """What passes rest on stays as it was when they were put down."""
    if not before or not row.attendances.exclude(result="").exists():
        return
    if any(_as_data(row)[name] != before[name] for name in ("name", "held_on", "valid_until")):
        raise WrongState(
            "已登记结果，培训内容、日期和有效期不能再改；请先把结果改回“待登记”。", "has_results", CLAUSE
        )


def _as_data(course: Course) -> dict:
    return {
        "name": course.name,
        "kind": course.kind,
        "held_on": course.held_on.isoformat(),
        "place": course.place,
        "hours": f"{course.hours:.1f}",
        "valid_until": course.valid_until.isoformat(),
        "expert": course.expert_id,
    }
