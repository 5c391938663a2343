"""The seats of somebody who leaves: what is left of the running shift and every coming one passes to a successor, or is
taken off the roster (§5.2.3). What he asked or was asked to exchange falls."""

from datetime import datetime

from django.db.models import Q

from alerts.models import Shift, Swap
from alerts.services import roster
from incidents.models import Organization, User
from incidents.refusals import WrongState, wrong
from incidents.roles import Actor
from incidents.services.roster.duty import (
    CLAUSE,
    entry_of,
    fit,
    people_of,
    save_shifts,
    tell,
    words_of,
    write,
)


def seats_of(person: User, bodies, now: datetime):
    """The shifts that are not over yet."""
    left = Shift.objects.filter(person=person, organization__in=bodies, period__endswith__gt=now)
    return left.select_related("organization", "person").order_by("period")


def pass_on(
    *,
    actor: Actor,
    body: Organization,
    person: User,
    to: User | None,
    reason: str,
    pointer: str,
    now: datetime,
):
    """All of the person's seats in the body, locked, to one successor; with none they are taken off."""
    Organization.objects.select_for_update(no_key=True, of=("self",)).get(pk=body.pk)
    shifts = list(seats_of(person, [body], now))
    _close_swaps(person, body, shifts, now)
    running = [shift for shift in shifts if shift.has_started(now)]
    coming = [shift for shift in shifts if not shift.has_started(now)]
    if signed := next((shift for shift in coming if shift.signed_in_at), None):
        words = f"{person}已为即将开始的班次签到（{words_of(signed)}），请在它开始以后再办。"
        raise WrongState(words, "signed_in", CLAUSE)
    if to:
        _refuse_unfit(body, to, shifts, now, pointer)
    for shift in running:
        _cut_short(actor, shift, to, reason, now)
    for shift in coming:
        _pass(actor, shift, to, reason, now)


def _refuse_unfit(body: Organization, to: User, shifts: list[Shift], now: datetime, pointer: str):
    who = people_of(body).filter(pk=to.pk).first()
    theirs = list(Shift.objects.filter(person=to, period__endswith__gt=now).select_related("organization"))
    for shift in shifts:
        begins = max(shift.starts_at, now)
        fit(body, who, begins, shift.ends_at, pointer)
        busy = [other for other in theirs if other.starts_at < shift.ends_at and begins < other.ends_at]
        if busy:
            words = f"{to}在 {shift.hours} 另有班次：{busy[0].organization}{words_of(busy[0])}。请先调整，或另选他人。"
            raise wrong(pointer, "busy", words, CLAUSE)


def _cut_short(actor: Actor, shift: Shift, to: User | None, reason: str, now: datetime):
    ends = shift.ends_at
    shift.period, shift.cut_short = roster.period_of(shift.starts_at, now), reason[:200]
    shift.save(update_fields=["period", "cut_short"])
    write(
        actor,
        now,
        shift.organization,
        entry_of("duty.ended_early", f"提前结束班次：{words_of(shift)}", shift, reason),
    )
    if to is None:
        return
    rest = Shift(
        organization=shift.organization,
        seat=shift.seat,
        person=to,
        period=roster.period_of(now, ends),
        drawn_up_at=now,
        drawn_up_by=actor.post,
    )
    save_shifts([rest])
    write(actor, now, rest.organization, entry_of("duty.drawn_up", f"排班：{words_of(rest)}", rest, reason))
    tell(actor, [to], f"请立即接替值班：{rest.organization}{words_of(rest)}", now, reason)


def _pass(actor: Actor, shift: Shift, to: User | None, reason: str, now: datetime):
    if to is None:
        entry = entry_of("duty.removed", f"删除班次：{words_of(shift)}", shift, reason)
        shift.delete()
        return write(actor, now, shift.organization, entry)
    formerly, shift.person = shift.person, to
    save_shifts([shift], ["person"])
    entry = entry_of("duty.changed", f"更改班次：{words_of(shift)}", shift, reason)
    entry.personal["原值班人"] = str(formerly)
    write(actor, now, shift.organization, entry)
    tell(actor, [to], f"班次已改由您值守：{shift.organization}{words_of(shift)}", now, reason)


def _close_swaps(person: User, body: Organization, shifts: list[Shift], now: datetime):
    of_his = Q(shift__in=shifts) | Q(in_return__in=shifts) | Q(asked=person, shift__organization=body)
    for swap in Swap.objects.filter(of_his, answered_at=None):
        withdrawn = swap.asker_id == person.pk
        swap.answer = Swap.Answer.WITHDRAWN if withdrawn else Swap.Answer.REFUSED
        swap.answered_at = now
        swap.save(update_fields=["answer", "answered_at"])
