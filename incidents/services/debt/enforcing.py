"""What the office does about a debt: waive it, write it off, acknowledge its breach, settle an open item.

A debt's subject is an incident, a warning or an undertaking; chasing whoever owes stands in `chasing.py`.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from alerts.models import Deadline, Undertaking, Warning
from alerts.models.deadline import DUE_SECOND
from alerts.services.acknowledging import last_reached
from alerts.services.debts import DebtBook
from alerts.services.visibility import visible_debts
from incidents.ledger import Entry
from incidents.models import Incident, OpenItem
from incidents.refusals import NotAllowed, NotFound, WrongState
from incidents.roles import Actor
from incidents.services import subject, warning_subject
from incidents.services.debt import undertakings

Subject = Incident | Warning | Undertaking


@transaction.atomic
def waive(*, actor: Actor, deadline: int, reason: str, now: datetime) -> Deadline:
    """Waives a debt before it is due; the director's alone, with a reason (domain §2)."""
    about, book, row = take(actor, "debt.waive", deadline, now)
    if not row.is_answerable:
        raise WrongState("此时限已了结，不能豁免。", "settled", row.rule.clause)
    if now >= row.due_at + DUE_SECOND:
        raise WrongState("此时限已超时，不能豁免；无法履行的可以核销。", "overdue", row.rule.clause)
    reason = subject.reason_needed(reason, row.rule.clause)
    book.waive(row)
    _write(about, actor, now, book, row, "deadline.waived", "豁免", reason)
    return row


@transaction.atomic
def write_off(*, actor: Actor, deadline: int, reason: str, now: datetime) -> Deadline:
    """A breach that will never be answered: it stays a breach, and closing no longer waits for it (§6.4)."""
    about, book, row = take(actor, "debt.write_off", deadline, now)
    if not row.is_answerable:
        raise WrongState("此时限已了结，不能核销。", "settled", "6.4")
    if now < row.due_at + DUE_SECOND:
        raise WrongState("此时限尚未超时，不能核销。", "not_overdue", "6.4")
    reason = subject.reason_needed(reason, "6.4")
    book.write_off(row)
    _write(about, actor, now, book, row, "deadline.written_off", "核销，仍记超时", reason)
    return row


@transaction.atomic
def acknowledge(*, actor: Actor, deadline: int, now: datetime) -> Deadline:
    """知悉: stops the ladder of a breach, not the debt; it goes on half an hour later if still unmet (domain §2).

    Only whom the last step that fired reached may. Whether a breach has been told at all is asked before whom it
    reached: until then nobody may, so that no breach is ever delayed.
    """
    about, book, row = take(actor, "debt.acknowledge", deadline, now)
    clause = "5.2.3"
    if not row.is_answerable:
        raise WrongState("此时限已了结，无须知悉。", "settled", clause)
    if now < row.due_at + DUE_SECOND:
        raise WrongState("此时限尚未超时，不能知悉；超时告警不得推迟。", "not_overdue", clause)
    reached = last_reached([row]).get(row.pk)
    if reached is None:
        raise WrongState("超时告警尚未发出，不能知悉。", "not_told", clause)
    if actor.person is None or actor.person.pk not in reached:
        raise NotAllowed("只有最近一步通知到的应急办、指挥部人员可以知悉。", "not_reached", clause)
    if row.is_paused(now):
        until = subject.clock_words(row.resumes_at)
        raise WrongState(f"已由{row.acknowledged_by}知悉，升级暂停至 {until}。", "already_done", clause)
    book.acknowledge(row, actor.post)
    entry = Entry(
        "deadline.acknowledged",
        f"{row.rule.code} {row.rule.name} 知悉，升级暂停至 {subject.clock_words(row.resumes_at)}，时限不停",
        clause=clause,
        data={"rule": row.rule.code, "deadline": row.pk, "resumes_at": row.resumes_at.isoformat()},
    )
    write(about, actor, now, entry, *book.save())
    return row


@transaction.atomic
def settle_item(*, actor: Actor, number: str, kind: str, words: str, now: datetime) -> OpenItem:
    """An item without a clock is done, or there is no one concerned: said in words (§4.3, 5.2.1)."""
    incident = subject.locked(actor, "item.settle", number)
    items = incident.open_items.select_for_update().filter(kind=kind)
    item = items.order_by(F("settled_at").asc(nulls_first=True)).first()
    if item is None:
        raise NotFound("没有这项待办。", "not_found")
    if item.settled_at:
        raise WrongState("这项待办已经办结。", "already_done", item.clause)
    words = subject.reason_needed(words, item.clause, field="words", name="办理情况")
    subject.refuse_longer("words", "办理情况", words, 200)
    item.words, item.settled_at = words, now
    item.save()
    entry = Entry(
        "item.settled", f"{item.get_kind_display()}：{item.words}", clause=item.clause, data={"kind": kind}
    )
    subject.write(incident, actor, now, entry)
    return item


def take(actor: Actor, code: str, deadline: int, now: datetime) -> tuple[Subject, DebtBook, Deadline]:
    """A debt for an act on it: its subject locked, its book, its row; refused in the right order."""
    found = visible_debts([actor]).filter(pk=deadline).select_related("incident", "warning").first()
    if found is None:
        raise NotFound("没有这项时限。", "not_found")
    if found.incident_id:
        about = subject.locked(actor, code, found.incident.number)
    elif found.warning_id:
        about = warning_subject.locked(actor, code, found.warning.number)
    else:
        about = undertakings.locked(actor, code, found.undertaking_id)
    book = DebtBook(about, now)
    row = book.row(deadline)
    if row is None:
        raise WrongState("此时限已失效。", "settled", "5.2.1")
    return about, book, row


def write(about: Subject, actor: Actor, now: datetime, *entries: Entry):
    """To the timeline of the debt's subject."""
    if isinstance(about, Incident):
        subject.write(about, actor, now, *entries)
    elif isinstance(about, Warning):
        warning_subject.write(about, actor, now, *entries)
    else:
        undertakings.write(about, actor, now, *entries)


def _write(about, actor, now, book, row, action, word, reason):
    entry = Entry(
        action,
        f"{row.rule.code} {row.rule.name} {word}",
        clause=row.rule.clause,
        reason=reason,
        data={"rule": row.rule.code, "deadline": row.pk},
        for_firm=row.is_the_firms,
    )
    write(about, actor, now, entry, *book.save())
