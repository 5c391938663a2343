"""换班: a person on the roster asks another to take a shift, or to exchange it; only the other's consent changes it."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Case, Q, When

from alerts.models import Shift, Swap
from incidents.ledger import Entry
from incidents.models import Organization, User
from incidents.refusals import NotFound, WrongState, wrong
from incidents.roles import Actor, require
from incidents.services import subject
from incidents.services.roster.duty import CLAUSE, OVERLAP, fit, lock_people, people_of, tell, words_of, write

Answer = Swap.Answer


@transaction.atomic
def ask(
    *, actor: Actor, shift: int, of: int, in_return: int | None = None, words: str = "", now: datetime
) -> Swap:
    """Asks one colleague for one shift of one's own; all that would refuse the exchange refuses the asking."""
    row = _own_shift(actor, shift)
    require(actor, "duty.swap")
    _refuse_started(row, now)
    if Swap.objects.filter(shift=row, answered_at=None).exists():
        raise WrongState("这个班次已有一项换班申请等待答复，请先撤回。", "already_asked", CLAUSE)
    other = people_of(row.organization).filter(pk=of).exclude(pk=actor.person.pk).first()
    if other is None:
        raise wrong("/of", "not_its_person", f"请选择{row.organization}的另一位在任人员。", CLAUSE)
    theirs = None
    if in_return:
        theirs = Shift.objects.filter(pk=in_return, person=other, organization=row.organization).first()
        if theirs is None or theirs.has_started(now) or theirs.signed_in_at:
            raise wrong("/in_return", "not_theirs", f"请选择{other}尚未开始的班次。", CLAUSE)
    subject.refuse_longer("words", "事由", words, 200)
    _check_exchange(row, theirs, other, "/of")
    swap = Swap.objects.create(
        shift=row, in_return=theirs, asker=actor.person, asked=other, words=words.strip(), asked_at=now
    )
    _write(actor, swap, "duty.swap_asked", "申请换班", now)
    tell(actor, [other], f"请您答复换班：{actor.person}的{words_of(row)}", now, _terms(swap))
    return swap


@transaction.atomic
def answer(*, actor: Actor, swap: int, consent: bool, now: datetime) -> Swap:
    """The one who was asked consents, and the shifts change hands; or does not, and nothing does."""
    row = _locked(actor, Q(pk=swap, asked=actor.person))
    require(actor, "duty.swap")
    _refuse_answered(row)
    _close(row, Answer.CONSENTED if consent else Answer.REFUSED, now)
    if consent:
        _refuse_started(row.shift, now)
        if row.in_return:
            _refuse_started(row.in_return, now)
        _refuse_moved_on(row)
        _check_exchange(row.shift, row.in_return, row.asked, "")
        _exchange(row)
    _write(actor, row, f"duty.swap_{row.answer}", "同意换班" if consent else "不同意换班", now)
    tell(actor, [row.asker], f"换班{row.get_answer_display()}：{words_of(row.shift)}", now, str(row.asked))
    return row


@transaction.atomic
def withdraw(*, actor: Actor, swap: int, now: datetime) -> Swap:
    row = _locked(actor, Q(pk=swap, asker=actor.person))
    require(actor, "duty.swap")
    _refuse_answered(row)
    _close(row, Answer.WITHDRAWN, now)
    _write(actor, row, "duty.swap_withdrawn", "撤回换班申请", now)
    tell(actor, [row.asked], f"换班申请已撤回：{words_of(row.shift)}", now)
    return row


def _own_shift(actor: Actor, shift: int) -> Shift:
    found = Shift.objects.filter(pk=shift, person=actor.person, organization=actor.organization)
    found = found.select_related("organization", "person").first()
    if found is None:
        raise NotFound("您没有这个班次。", "not_found")
    _lock_body(found.organization_id)
    return Shift.objects.select_related("organization", "person").get(pk=found.pk)


def _locked(actor: Actor, condition: Q) -> Swap:
    found = Swap.objects.filter(condition, shift__organization=actor.organization)
    body = found.values_list("shift__organization", flat=True).first()
    if body is None:
        raise NotFound("没有这项换班申请。", "not_found")
    _lock_body(body)
    related = ("shift__organization", "shift__person", "in_return__person", "asker", "asked")
    row = found.select_related(*related).first()
    if row is None:
        raise NotFound("没有这项换班申请。", "not_found")
    return row


def _lock_body(body: int):
    Organization.objects.select_for_update(no_key=True, of=("self",)).get(pk=body)


def _refuse_started(shift: Shift, now: datetime):
    if shift.has_started(now) or shift.signed_in_at:
        raise WrongState("班次已经开始，不能再换。", "started", CLAUSE)


def _refuse_answered(swap: Swap):
    if swap.answered_at:
        raise WrongState(f"这项换班申请{swap.get_answer_display()}。", "answered", CLAUSE)


def _refuse_moved_on(swap: Swap):
    """The roster may have been changed since the asking."""
    if swap.shift.person_id != swap.asker_id or swap.in_return and swap.in_return.person_id != swap.asked_id:
        raise WrongState("申请之后班次已改由他人值守，请重新申请。", "moved_on", CLAUSE)


def _check_exchange(shift: Shift, in_return: Shift | None, other: User, pointer: str):
    """Both must be trained for what they take, and free but for what they give (§8.2)."""
    _check_takes(shift, in_return, other, pointer)
    if in_return:
        _check_takes(in_return, shift, shift.person, "/in_return" if pointer else "")


def _check_takes(takes: Shift, gives: Shift | None, person: User, pointer: str):
    who = people_of(takes.organization).filter(pk=person.pk).first()
    fit(takes.organization, who, takes.starts_at, takes.ends_at, pointer)
    busy = Shift.objects.filter(person=person, period__overlap=takes.period)
    if there := busy.exclude(pk=gives and gives.pk).first():
        raise wrong(pointer, "busy", f"{person}这段时间另有班次：{there}。", CLAUSE)


def _exchange(swap: Swap):
    """One statement, so that two overlapping shifts of two seats can change hands."""
    to = {swap.shift_id: swap.asked_id}
    if swap.in_return_id:
        to[swap.in_return_id] = swap.asker_id
    lock_people(to.values())
    try:
        with transaction.atomic():
            Shift.objects.filter(pk__in=to).update(
                person=Case(*(When(pk=pk, then=person) for pk, person in to.items()))
            )
    except IntegrityError as error:
        raise WrongState(OVERLAP, "overlap", CLAUSE) from error


def _close(swap: Swap, said: Answer, now: datetime):
    swap.answer, swap.answered_at = said, now
    swap.save(update_fields=["answer", "answered_at"])


def _terms(swap: Swap) -> str:
    return "；".join(
        filter(None, [f"换给对方：{words_of(swap.in_return)}" if swap.in_return else "", swap.words])
    )


def _write(actor: Actor, swap: Swap, action: str, word: str, now: datetime):
    exchanged = f"，换得 {words_of(swap.in_return)}" if swap.in_return else ""
    entry = Entry(
        action,
        f"{word}：{words_of(swap.shift)}{exchanged}",
        clause=CLAUSE,
        reason=swap.words if action == "duty.swap_asked" else "",
        data={"swap": swap.pk, "shift": swap.shift_id},
        personal={"申请人": str(swap.asker), "对方": str(swap.asked)},
    )
    write(actor, now, swap.shift.organization, entry)
