"""Drawing up many shifts at once: a pattern laid over days, seen before it is done."""

from collections import Counter
from datetime import date, datetime, timedelta

from django.db import transaction

from alerts.models import Seat, Shift, ShiftPattern
from alerts.services import roster
from alerts.services.roster import Slot
from incidents.ledger import Entry
from incidents.models import Organization, User
from incidents.refusals import WrongState, wrong
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.roster.duty import CLAUSE, TRAINING, locked_body, people_of, save_shifts, tell, write

LONGEST = 92
"""Days that one act may lay out."""


def preview(
    body: Organization, pattern: ShiftPattern, seat: int, people: list[User], first: date, last: date, now
) -> list[tuple[Slot, str]]:
    """What a pattern would draw up, shift by shift; with words, those that it would skip."""
    slots = roster.lay_out(pattern, people, first, last)
    if not slots:
        return []
    since, until = min(s.starts_at for s in slots), max(s.ends_at for s in slots)
    there = list(Shift.objects.between(since, until).filter(organization=body, seat=seat))
    theirs = list(Shift.objects.between(since, until).filter(person__in=people))
    laid: list[tuple[Slot, str]] = []
    busy = [(s.person_id, s.starts_at, s.ends_at) for s in theirs]
    taken = [(s.starts_at, s.ends_at) for s in there]
    for slot in slots:
        why = ""
        if slot.starts_at < now:
            why = "已过"
        elif any(a < slot.ends_at and slot.starts_at < b for a, b in taken):
            why = "已有人值班"
        elif any(p == slot.person.pk and a < slot.ends_at and slot.starts_at < b for p, a, b in busy):
            why = "此人另有班次"
        else:
            taken.append((slot.starts_at, slot.ends_at))
            busy.append((slot.person.pk, slot.starts_at, slot.ends_at))
        laid.append((slot, why))
    return laid


def checked_plan(
    body: Organization, pattern: int, people: list[int], first: date, last: date
) -> tuple[ShiftPattern, list[User]]:
    """The pattern and its people in the order given, if the plan can be laid at all."""
    found = ShiftPattern.objects.prefetch_related("segments").filter(pk=pattern, is_active=True).first()
    if found is None:
        raise wrong("/pattern", "not_found", "没有这种排班模式。", CLAUSE)
    if not first <= last < first + timedelta(days=LONGEST) or not 2000 <= first.year < 2100:
        raise wrong("/last", "range", f"须从首日到末日，一次最多 {LONGEST} 天。", CLAUSE)
    known = people_of(body).in_bulk(people)
    if not people or any(pk not in known for pk in people):
        raise wrong("/people", "not_its_person", f"请选择{body}的在任人员。", CLAUSE)
    chosen = [known[pk] for pk in people]
    trainings = roster.trained(chosen)
    untrained = [p for p in chosen if not roster.is_trained(trainings[p.pk], first, last)]
    if untrained:
        names = "、".join(map(str, untrained))
        raise wrong("/people", "untrained", f"未经培训或培训在此期间失效，不能排班：{names}。", TRAINING)
    return found, chosen


@transaction.atomic
def lay(
    *,
    actor: Actor,
    body: Organization,
    pattern: int,
    seat: int,
    people: list[int],
    first: date,
    last: date,
    now: datetime,
) -> tuple[list[Shift], list[tuple[Slot, str]]]:
    """A pattern over these days in one act: what was drawn up, and what was skipped and why."""
    body = locked_body(actor, "duty.roster", body)
    found, chosen = checked_plan(body, pattern, people, first, last)
    laid = preview(body, found, seat, chosen, first, last, now)
    skipped = [(slot, why) for slot, why in laid if why]
    shifts = [
        Shift(
            organization=body,
            seat=Seat(seat),
            person=slot.person,
            period=roster.period_of(slot.starts_at, slot.ends_at),
            drawn_up_at=now,
            drawn_up_by=actor.post,
        )
        for slot, why in laid
        if not why
    ]
    if not shifts:
        raise WrongState("这些日子没有可排的班次：都已有人值班或已过。", "nothing_to_lay", CLAUSE)
    save_shifts(shifts)
    words = f"按“{found}”排{Seat(seat).label}班：{_day(first)}至{_day(last)}，排 {len(shifts)} 班"
    if skipped:
        words += f"，跳过 {len(skipped)} 班"
    entry = Entry(
        "duty.laid",
        words,
        clause=CLAUSE,
        data={"skipped": [f"{subject.clock_words(slot.starts_at)} {why}" for slot, why in skipped][:60]},
        personal={"轮值人员": "、".join(map(str, chosen))},
    )
    write(actor, now, body, entry)
    for person, count in Counter(shift.person for shift in shifts).items():
        tell(
            actor,
            [person],
            f"已排您值班 {count} 次：{body}{Seat(seat).label}，{_day(first)}至{_day(last)}",
            now,
        )
    return shifts, skipped


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
