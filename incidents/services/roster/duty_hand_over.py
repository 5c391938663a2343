"""签到与交接班: who comes on says so; who goes off writes what is open, and who takes over reads and signs it.

Until it is signed a hand-over stands as not taken over. Signing signs in, and empties the half-typed forms
of the one who leaves.
"""

from datetime import datetime, timedelta

from django.db import transaction

from alerts.models import HandOver, Shift
from alerts.services import roster
from incidents.ledger import Entry
from incidents.models import IntakeDraft, Organization
from incidents.refusals import NotFound, WrongState
from incidents.roles import Actor, require
from incidents.services import subject
from incidents.services.roster.duty import CLAUSE, tell, words_of, write
from incidents.services.roster.open_matters import open_matters
from incidents.spans import span

EARLY = timedelta(hours=1)
"""How long before a shift begins one may sign in or take over."""


@transaction.atomic
def sign_in(*, actor: Actor, shift: int, now: datetime) -> Shift:
    """The person on the roster is at the desk. Where a hand-over waits, it is read and signed instead."""
    row = _own_shift(actor, shift, "duty.sign_in")
    if row.signed_in_at:
        raise WrongState("已经签到。", "signed_in", CLAUSE)
    _refuse_outside(row, now)
    waiting = roster.waiting_hand_over(row.organization, row.seat)
    if waiting and waiting.shift.person_id != actor.person.pk:
        raise WrongState("上一班已交班，请阅读并签收，签收即签到。", "hand_over_waiting", CLAUSE)
    if waiting:
        waiting.delete()  # his own: he goes on himself, and nobody takes over from him
    _sign_in(actor, row, now)
    return row


@transaction.atomic
def hand_over(*, actor: Actor, shift: int, words: str, now: datetime) -> HandOver:
    """Writes what is open now, and the words of the one who leaves; until it is signed it may be written anew."""
    row = _own_shift(actor, shift, "duty.hand_over")
    if not row.signed_in_at:
        raise WrongState("您还没有签到，不能交班。", "not_signed_in", CLAUSE)
    there = HandOver.objects.filter(shift=row).first()
    if there and there.signed_at:
        raise WrongState("这一班已由接班人签收。", "signed", CLAUSE)
    subject.refuse_longer("words", "交代事项", words, 4000)
    written, _ = HandOver.objects.update_or_create(
        shift=row,
        defaults={
            "written_at": now,
            "words": words.strip(),
            "open_matters": open_matters(actor, row.organization, now),
        },
    )
    entry = Entry(
        "duty.handed_over",
        f"交班：{words_of(row)}，未了事项 {len(written.open_matters)} 项",
        clause=CLAUSE,
        data={"shift": row.pk, "open_matters": [matter["words"] for matter in written.open_matters][:200]},
        personal={"交班人": str(row.person)},
    )
    write(actor, now, row.organization, entry)
    near = Shift.objects.filter(
        organization=row.organization, seat=row.seat, period__startswith__gte=row.ends_at
    )
    if coming := near.select_related("person").order_by("period").first():
        tell(actor, [coming.person], f"请接班：{row.organization}{words_of(row)}已交班", now)
    return written


@transaction.atomic
def take_over(*, actor: Actor, hand_over: int, now: datetime) -> HandOver:
    """The one who comes on has read it and signs: he is signed in, and the other's half-typed forms are gone."""
    found = HandOver.objects.filter(pk=hand_over, shift__organization=actor.organization)
    if not found.exists():
        raise NotFound("没有这份交班记录。", "not_found")
    require(actor, "duty.hand_over")
    _lock_body(actor.organization)
    row = found.select_related("shift__organization", "shift__person").first()
    if row is None:
        raise WrongState("这份交班记录已被交班人撤回。", "withdrawn", CLAUSE)
    if row.signed_at:
        raise WrongState("这份交班记录已签收。", "signed", CLAUSE)
    own = shift_to_take_over(actor, row, now)
    if own is None:
        raise WrongState("只有排在这个岗位、正在当班或一小时内上班的人可以接班签收。", "not_on_shift", CLAUSE)
    row.taken_over_by, row.signed_at = own, now
    row.save(update_fields=["taken_over_by", "signed_at"])
    IntakeDraft.objects.filter(person=row.shift.person).delete()
    entry = Entry(
        "duty.taken_over",
        f"接班签收：{words_of(row.shift)} → {words_of(own)}",
        clause=CLAUSE,
        data={"shift": row.shift_id, "taken_over_by": own.pk, "open_matters": len(row.open_matters)},
        personal={"交班人": str(row.shift.person), "接班人": str(own.person)},
    )
    write(actor, now, row.shift.organization, entry)
    if own.signed_in_at is None:
        _sign_in(actor, own, now)
    tell(actor, [row.shift.person], f"已接班签收：{row.shift.organization}{words_of(row.shift)}", now)
    return row


def shift_to_take_over(actor: Actor, hand_over: HandOver, now: datetime) -> Shift | None:
    """The actor's own shift of that seat that runs now or begins soon, and has taken over from nobody yet."""
    outgoing = hand_over.shift
    mine = Shift.objects.filter(
        organization_id=outgoing.organization_id,
        seat=outgoing.seat,
        person=actor.person,
        period__startswith__lte=now + EARLY,
        period__endswith__gt=now,
        taken_over=None,
    )
    mine = mine.exclude(pk=outgoing.pk).filter(period__startswith__gte=outgoing.starts_at)
    return mine.select_related("organization", "person").order_by("period").first()


def _own_shift(actor: Actor, shift: int, code: str) -> Shift:
    mine = Shift.objects.filter(pk=shift, person=actor.person, organization=actor.organization)
    if not mine.exists():
        raise NotFound("您没有这个班次。", "not_found")
    require(actor, code)
    _lock_body(actor.organization)
    row = mine.select_related("organization", "person").first()
    if row is None:
        raise NotFound("您没有这个班次。", "not_found")
    return row


def _lock_body(body: Organization):
    Organization.objects.select_for_update(no_key=True, of=("self",)).get(pk=body.pk)


def _refuse_outside(shift: Shift, now: datetime):
    if now < shift.starts_at - EARLY:
        raise WrongState("最早在班次开始前一小时签到。", "too_early", CLAUSE)
    if shift.is_over(now):
        raise WrongState("班次已结束，不能再签到。", "over", CLAUSE)


def _sign_in(actor: Actor, shift: Shift, now: datetime):
    shift.signed_in_at = now
    shift.save(update_fields=["signed_in_at"])
    late = shift.late_by(now)
    words = f"，迟到 {span(late)}" if late else ""
    entry = Entry(
        "duty.signed_in",
        f"签到：{words_of(shift)}{words}",
        clause=CLAUSE,
        data={"shift": shift.pk},
        personal={"值班人": str(shift.person)},
    )
    write(actor, now, shift.organization, entry)
