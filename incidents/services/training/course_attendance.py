"""Who takes part in a course (§8.2): accounts, and workers without one by their names, which are personal data."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from incidents.ledger import Entry
from incidents.models import Course, CourseAttendance, Organization, User
from incidents.personal import mask_name
from incidents.refusals import NotFound, WrongState, wrong
from incidents.roles import Actor
from incidents.services.check import Check
from incidents.services.roster import duty
from incidents.services.training.courses import CLAUSE, body_named, kept, write

MOST_AT_ONCE = 300


@transaction.atomic
def attend(
    *,
    actor: Actor,
    course: int,
    now: datetime,
    body: str = "",
    people: Iterable[int] = (),
    names: str = "",
) -> list[CourseAttendance]:
    """Puts accounts (`people`) and names (`names`, one a line) of a body onto the list; who stands there already stays.

    A name that is one account's of the body is that account's: its pass lets him onto the roster.
    """
    row = kept(actor, "course.keep", course)
    whose = _attending_body(actor, row, body)
    accounts = {person.pk: person for person in duty.people_of(whose)}
    wanted = list(dict.fromkeys(people))
    lines = list(dict.fromkeys(filter(None, (" ".join(line.split()) for line in names.splitlines()))))
    _check(whose, accounts, wanted, lines)
    wanted, lines = _by_account(accounts, wanted, lines)
    there = set(row.attendances.filter(person__in=wanted).values_list("person", flat=True))
    names_there = set(row.attendances.filter(body=whose, person=None).values_list("worker_name", flat=True))
    common = {"course": row, "body": whose, "recorded_at": now}
    added = CourseAttendance.objects.bulk_create(
        [CourseAttendance(person=accounts[pk], **common) for pk in wanted if pk not in there]
        + [CourseAttendance(worker_name=line, **common) for line in lines if line not in names_there]
    )
    if added:
        entry = Entry(
            "course.attended",
            f"登记参训人员 {len(added)} 人（{whose}）：{row}",
            clause=CLAUSE,
            data={"course": row.pk, "body": whose.code, "people": len(added)},
            personal={"worker": "、".join(map(str, added))},
        )
        write(actor, now, row.body, entry)
    return added


def _check(whose: Organization, accounts: dict[int, User], wanted: list[int], lines: list[str]):
    check = Check(CLAUSE)
    if set(wanted) - accounts.keys():
        check.wrong("/people", "not_its_person", f"请选择{whose}的在任人员。")
    for line in lines:
        if len(line) > 40:
            check.wrong("/names", "too_long", f"“{line[:10]}…”：姓名最多 40 字，一行一个。")
    if not wanted and not lines:
        check.wrong("/names", "required", "请选择人员，或一行一个填写姓名。")
    if len(wanted) + len(lines) > MOST_AT_ONCE:
        check.wrong("/names", "too_many", f"一次最多登记 {MOST_AT_ONCE} 人。")
    check.refuse()


def _by_account(
    accounts: dict[int, User], wanted: list[int], lines: list[str]
) -> tuple[list[int], list[str]]:
    """Names that are one account's each become that account."""
    named: dict[str, list[int]] = {}
    for person in accounts.values():
        named.setdefault(person.name, []).append(person.pk)
    known = {line: named[line][0] for line in lines if len(named.get(line, ())) == 1}
    return list(dict.fromkeys([*wanted, *known.values()])), [line for line in lines if line not in known]


@transaction.atomic
def take_off(*, actor: Actor, course: int, attendance: int, now: datetime) -> None:
    """Somebody put on the list in error comes off it, while no result stands."""
    row = kept(actor, "course.keep", course)
    found = row.attendances.select_related("person", "body").filter(pk=attendance).first()
    if found is None:
        raise NotFound("名单上没有这个人。", "not_found", CLAUSE)
    if found.result or found.trainings.exists():
        raise WrongState("已登记结果的人员不能移出名单。", "has_results", CLAUSE)
    entry = Entry(
        "course.taken_off",
        f"移出培训名单 1 人（{found.body}）：{row}",
        clause=CLAUSE,
        data={"course": row.pk, "body": found.body.code},
        personal={"worker": str(found)},
    )
    found.delete()
    write(actor, now, row.body, entry)


def row_of(actor: Actor, course: int, body: str, name: str) -> CourseAttendance:
    """Who stands on the list under this name since `attend` put him there: the account that bears it, which may stand
    there for another of its bodies; else the worker."""
    row = Course.objects.select_related("body").get(pk=course)
    whose, said = _attending_body(actor, row, body), " ".join(name.split())
    accounts = [person for person in duty.people_of(whose) if person.name == said]
    if len(accounts) == 1:
        return row.attendances.get(person=accounts[0])
    return row.attendances.get(body=whose, worker_name=said)


def shown_name(row: CourseAttendance, kept_bodies: Collection[int]) -> str:
    """A worker's name in clear for those who keep the course, or the records of his body; masked for all others."""
    if row.person_id or {row.body_id, row.course.body_id} & set(kept_bodies):
        return str(row)
    return mask_name(str(row))


def _attending_body(actor: Actor, course: Course, said: str) -> Organization:
    """Whose people they are: the course's own body's, or of another that the actor sees."""
    found = body_named(actor, said) if said else course.body
    if found is None:
        raise wrong("/body", "not_found", "没有这个单位。", CLAUSE)
    return found
