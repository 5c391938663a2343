"""Drawing up the roster (§5.2.3, 5.4.2): shifts one by one, by who may, with whom and when.

A body draws up its own; the office's director also those of members and counties. The body's row is locked
first, so that two who draw up at once come one after the other.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from alerts.models import Notification, Seat, Shift
from alerts.services import inbox, roster
from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Organization, Post, Role, User
from incidents.querysets import visible_rosters
from incidents.refusals import NotAllowed, NotFound, WrongState, wrong
from incidents.roles import ON_ROSTERS, Actor, require
from incidents.services import subject
from incidents.services.check import EARLIEST, LATEST

Kind = Organization.Kind
CLAUSE, TRAINING = "5.2.3", "8.2"
LONGEST = timedelta(days=31)
SHORTEST = timedelta(minutes=15)
BACK = timedelta(hours=1)
"""A shift may begin this long ago: who was sent to a desk that stood empty is put down afterwards."""
OVERLAP = "这段时间刚被别人排上，请刷新后再排。"


def people_of(body: Organization):
    """Who can be rostered there: an active person who holds one of its posts (not its auditor or administrator)."""
    posts = Post.objects.filter(organization=body, is_active=True, role__in=ON_ROSTERS)
    return User.objects.filter(is_active=True, pk__in=posts.values("person")).order_by("name", "pk")


def may_keep(actor: Actor, body: Organization) -> bool:
    """Whether this post draws up the roster of the body: of its own, and the director of members and counties."""
    if actor.role == Role.OFFICE_DIRECTOR:
        return actor.organization == body or body.kind in (Kind.MEMBER, Kind.COUNTY)
    if actor.role == Role.ENTERPRISE:
        return actor.organization == body or body.is_within(actor.organization)
    return actor.role in ON_ROSTERS and actor.organization == body


def locked_body(actor: Actor, code: str, body: Organization | int) -> Organization:
    """The body, locked, if its roster exists for the actor (404) and his post keeps it (403)."""
    found = visible_rosters([actor]).filter(pk=getattr(body, "pk", body)).first()
    if found is None:
        raise NotFound("没有这个单位的值班表。", "not_found")
    act = require(actor, code)
    if not may_keep(actor, found):
        raise NotAllowed(f"{found}的“{act.name}”由该单位自己办理。", "body", act.clause)
    return Organization.objects.select_for_update(no_key=True, of=("self",)).get(pk=found.pk)


@transaction.atomic
def draw_up(
    *,
    actor: Actor,
    body: Organization,
    seat: int,
    person: int,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> Shift:
    """Puts a person on a seat for a time. Two shifts of a seat, or of a person, never overlap."""
    body = locked_body(actor, "duty.roster", body)
    _check_times(starts_at, ends_at, now)
    who = _fit_person(body, person, starts_at, ends_at)
    shift = Shift(organization=body, seat=Seat(seat), person=who, period=roster.period_of(starts_at, ends_at))
    _refuse_overlap(shift)
    shift.drawn_up_at, shift.drawn_up_by = now, actor.post
    save_shifts([shift])
    write(actor, now, body, entry_of("duty.drawn_up", f"排班：{words_of(shift)}", shift))
    tell(actor, [who], f"已排您值班：{body}{words_of(shift)}", now)
    return shift


@transaction.atomic
def change(
    *,
    actor: Actor,
    shift: int,
    person: int,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    now: datetime,
) -> Shift:
    """Another person or other hours, while the shift has not begun."""
    row = _possible(actor, shift, "change", now)
    reason = subject.reason_needed(reason, CLAUSE)
    before, formerly = words_of(row), row.person
    _check_times(starts_at, ends_at, now)
    row.person = _fit_person(row.organization, person, starts_at, ends_at)
    row.period = roster.period_of(starts_at, ends_at)
    _refuse_overlap(row)
    save_shifts([row], ["person", "period"])
    entry = entry_of("duty.changed", f"更改班次：{before} → {words_of(row)}", row, reason)
    entry.personal["原值班人"] = str(formerly)
    write(actor, now, row.organization, entry)
    tell(
        actor, [formerly, row.person], f"班次已更改：{row.organization}{words_of(row)}", now, str(row.person)
    )
    return row


@transaction.atomic
def remove(*, actor: Actor, shift: int, reason: str, now: datetime):
    """Takes a shift off the roster that has not begun; a running one can only be ended early."""
    row = _possible(actor, shift, "remove", now)
    reason = subject.reason_needed(reason, CLAUSE)
    entry = entry_of("duty.removed", f"删除班次：{words_of(row)}", row, reason)
    row.delete()
    write(actor, now, row.organization, entry)
    tell(actor, [row.person], f"您的班次已取消：{row.organization}{words_of(row)}", now)


@transaction.atomic
def end_early(*, actor: Actor, shift: int, reason: str, now: datetime) -> Shift:
    """The running shift ends now, with a reason; who comes then is to be drawn up, or the gap stands there."""
    row = _possible(actor, shift, "end", now)
    reason = subject.reason_needed(reason, CLAUSE)
    subject.refuse_longer("reason", "理由", reason, 200)
    if now - row.starts_at < timedelta(seconds=1):
        raise WrongState("班次刚刚开始，请稍后再试。", "not_running", CLAUSE)
    row.period, row.cut_short = roster.period_of(row.starts_at, now), reason
    row.save(update_fields=["period", "cut_short"])
    write(
        actor,
        now,
        row.organization,
        entry_of("duty.ended_early", f"提前结束班次：{words_of(row)}", row, reason),
    )
    tell(actor, [row.person], f"您的班次已提前结束：{row.organization}{words_of(row)}", now)
    return row


def _check_times(starts_at: datetime, ends_at: datetime, now: datetime):
    if not EARLIEST <= starts_at < LATEST or not EARLIEST <= ends_at < LATEST:
        raise wrong("/starts_at", "out_of_range", "时间须在 2000 年至 2100 年之间。", CLAUSE)
    if starts_at < now - BACK:
        raise wrong("/starts_at", "in_past", "班次须从现在以后开始；补排当前空岗的，最早一小时前。", CLAUSE)
    if ends_at <= now:
        raise wrong("/ends_at", "in_past", "结束时间已过。", CLAUSE)
    if not SHORTEST <= ends_at - starts_at <= LONGEST:
        raise wrong("/ends_at", "length", "结束须在开始之后，一班 15 分钟至 31 天。", CLAUSE)


def fit(body: Organization, person: User | None, starts_at: datetime, ends_at: datetime, pointer: str):
    """Refuses a person who is not the body's, or not trained on every day of the shift (§8.2)."""
    if person is None:
        raise wrong(pointer, "not_its_person", f"请选择{body}的在任人员。", CLAUSE)
    first, last = Shift(period=roster.period_of(starts_at, ends_at)).days
    if not roster.is_trained(roster.trained([person])[person.pk], first, last):
        raise wrong(pointer, "untrained", f"{person}未经培训或培训届时已失效，不能排班。", TRAINING)


def _fit_person(body: Organization, person: int, starts_at: datetime, ends_at: datetime) -> User:
    who = people_of(body).filter(pk=person).first()
    fit(body, who, starts_at, ends_at, "/person")
    return who


def _refuse_overlap(shift: Shift):
    """In words which shift stands there; the database refuses what comes in between."""
    others = Shift.objects.filter(period__overlap=shift.period).exclude(pk=shift.pk).order_by("period")
    others = others.select_related("person", "organization")
    if there := others.filter(organization=shift.organization, seat=shift.seat).first():
        raise wrong("/starts_at", "overlap", f"这个岗位已有人值班：{there.hours} {there.person}。", CLAUSE)
    if theirs := others.filter(person=shift.person).first():
        raise wrong("/person", "busy", f"{shift.person}这段时间另有班次：{theirs}。", CLAUSE)


def save_shifts(shifts: list[Shift], fields: list[str] | None = None):
    """Writes the shifts; refused in words where another came between (of a seat, or of a person elsewhere)."""
    lock_people(shift.person_id for shift in shifts)
    try:
        with transaction.atomic():
            if fields:
                Shift.objects.bulk_update(shifts, fields)
            else:
                Shift.objects.bulk_create(shifts)
    except IntegrityError as error:
        raise wrong("/starts_at", "overlap", OVERLAP, CLAUSE) from error


def lock_people(ids: Iterable[int]):
    """In the order of their ids, after the body: two bodies that roster one person wait for each other."""
    list(User.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=set(ids)).order_by("pk"))


def locked_shift(actor: Actor, shift: int) -> Shift:
    """The shift, its body locked, if it exists for the actor (404) and his post keeps that roster (403)."""
    found = Shift.objects.filter(pk=shift, organization__in=visible_rosters([actor])).first()
    if found is None:
        raise NotFound("没有这个班次。", "not_found")
    locked_body(actor, "duty.roster", found.organization_id)
    return Shift.objects.select_related("organization", "person").get(pk=shift)


def why_not(row: Shift, act: str, now: datetime) -> str | None:
    """What stands in the way of `change`, `remove` or `end`, whoever keeps the roster."""
    if act == "end":
        return None if row.is_on(now) else "只有正在进行的班次可以提前结束。"
    if row.has_started(now) or row.signed_in_at:
        return "班次已经开始或已签到，不能更改或删除；正在进行的可以提前结束。"
    return None


def _possible(actor: Actor, shift: int, act: str, now: datetime) -> Shift:
    row = locked_shift(actor, shift)
    if why := why_not(row, act, now):
        raise WrongState(why, "not_running" if act == "end" else "started", CLAUSE)
    return row


def entry_of(action: str, summary: str, shift: Shift, reason: str = "") -> Entry:
    return Entry(
        action,
        summary,
        clause=CLAUSE,
        reason=reason,
        data={"shift": shift.pk, "seat": shift.get_seat_display()},
        personal={"值班人": str(shift.person)},
    )


def words_of(shift: Shift) -> str:
    return f"{shift.get_seat_display()} {shift.hours}"


def write(actor: Actor, now: datetime, body: Organization, entry: Entry):
    ledger.append(ledger.body_chain(body), entry, at=now, actor=actor)


def tell(actor: Actor, people: list[User], title: str, now: datetime, text: str = ""):
    """News for those whose shifts changed, except for who did it himself."""
    others = [person for person in people if person != actor.person]
    inbox.tell(others, kind=Notification.Kind.NEWS, title=title, text=text, clause=CLAUSE, at=now)
