"""What the office does about a debt: waive it, write it off, chase whoever owes it, settle an open item."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from alerts.models import Chase, Deadline, Notification
from alerts.models.deadline import DUE_SECOND
from alerts.services import inbox
from alerts.services.debts import DebtBook
from alerts.services.directory import reached_for
from incidents.ledger import Entry
from incidents.models import Incident, OpenItem
from incidents.querysets import visible_incidents
from incidents.refusals import NotFound, WrongState
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.contents import Check


@transaction.atomic
def waive(*, actor: Actor, deadline: int, reason: str, now: datetime) -> Deadline:
    """Waives a debt before it is due; the director's alone, with a reason (domain §2)."""
    incident, book, row = _take(actor, "debt.waive", deadline, now)
    if not row.is_answerable:
        raise WrongState("此时限已了结，不能豁免。", "settled", row.rule.clause)
    if now >= row.due_at + DUE_SECOND:
        raise WrongState("此时限已超时，不能豁免；无法履行的可以核销。", "overdue", row.rule.clause)
    reason = subject.reason_needed(reason, row.rule.clause)
    book.waive(row)
    _write(incident, actor, now, book, row, "deadline.waived", "豁免", reason)
    return row


@transaction.atomic
def write_off(*, actor: Actor, deadline: int, reason: str, now: datetime) -> Deadline:
    """A breach that will never be answered: it stays a breach, and closing no longer waits for it (§6.4)."""
    incident, book, row = _take(actor, "debt.write_off", deadline, now)
    if not row.is_answerable:
        raise WrongState("此时限已了结，不能核销。", "settled", "6.4")
    if now < row.due_at + DUE_SECOND:
        raise WrongState("此时限尚未超时，不能核销。", "not_overdue", "6.4")
    reason = subject.reason_needed(reason, "6.4")
    book.write_off(row)
    _write(incident, actor, now, book, row, "deadline.written_off", "核销，仍记超时", reason)
    return row


@transaction.atomic
def chase(
    *,
    actor: Actor,
    number: str,
    answered_by: str,
    promised: str,
    now: datetime,
    promised_by: datetime | None = None,
) -> Chase:
    """催报: the firm was called; who answered and what was promised by when, or that nobody answered (§5.2.1)."""
    incident = subject.locked(actor, "firm.chase", number)
    check = Check()
    check.text("/answered_by", "接听人", answered_by, 60)
    check.text("/promised", "答复", promised, 200)
    check.time("/promised_by", "承诺时间", promised_by, now, past=False)
    if promised_by and promised_by < now:
        check.wrong("/promised_by", "in_past", "承诺时间须在现在之后。")
    check.refuse()
    call = Chase.objects.create(
        incident=incident,
        debtor=incident.enterprise,
        at=now,
        by=actor.post,
        answered_by=answered_by.strip(),
        promised=promised.strip(),
        promised_by=promised_by,
    )
    inbox.tell(
        reached_for(incident.enterprise, at=now),
        kind=Notification.Kind.CHASE,
        title=f"催报：{incident.number} 请立即报告",
        text=promised.strip(),
        clause="5.2.1",
        at=now,
        incident=incident,
    )
    words = f"催报{incident.enterprise}：" + (f"{call.answered_by}接听" if call.answered_by else "无人接听")
    if call.promised:
        words += f"，答复：{call.promised}"
    if promised_by:
        words += f"，承诺 {subject.clock_words(promised_by)} 前"
    subject.write(
        incident,
        actor,
        now,
        Entry(
            "firm.chased",
            words,
            clause="5.2.1",
            data={"promised_by": promised_by and promised_by.isoformat()},
            for_firm=True,
        ),
    )
    return call


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


def _take(actor: Actor, code: str, deadline: int, now: datetime) -> tuple[Incident, DebtBook, Deadline]:
    number = visible_incidents([actor]).filter(deadlines=deadline).values_list("number", flat=True).first()
    if number is None:
        raise NotFound("没有这项时限。", "not_found")
    incident = subject.locked(actor, code, number)
    book = DebtBook(incident, now)
    row = book.row(deadline)
    if row is None:
        raise WrongState("此时限已失效。", "settled", "5.2.1")
    return incident, book, row


def _write(incident, actor, now, book, row, action, word, reason):
    entry = Entry(
        action,
        f"{row.rule.code} {row.rule.name} {word}",
        clause=row.rule.clause,
        reason=reason,
        data={"rule": row.rule.code, "deadline": row.pk},
        for_firm=row.is_the_firms,
    )
    subject.write(incident, actor, now, entry, *book.save())
