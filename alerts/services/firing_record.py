"""What a fired step leaves behind: the row, the inbox, the webhooks, the timeline, the next times and rounds."""

import math
from datetime import datetime, time, timedelta

from django.utils import timezone

from alerts import live
from alerts.models import Deadline, FiredStep, Notification
from alerts.services import inbox, ladder, webhook_events
from alerts.services.climbing import Firing, is_of_a_sandbox
from alerts.services.webhook_events import Happening
from alerts.services.webhook_happenings import of_step
from incidents import ledger
from incidents.models import User
from incidents.rows import insert, update
from incidents.spans import span

MINUTE = timedelta(minutes=1)


def record(debts: list[Deadline], firings: list[Firing], opened: list[Deadline], now: datetime):
    """Writes the fired steps, the inbox, the next times and rows, and the timeline."""
    fired = insert_fired(firings, now)
    inbox.deliver(_messages(list(zip(firings, fired, strict=True)), now))
    webhook_events.queue(_for_webhooks(firings, now), at=now)
    update(debts, "next_step_at", "rolls_on")
    insert(opened)
    lines = [(firing.debt, _entry(firing, now)) for firing in firings]
    lines += [(debt, _opened(debt)) for debt in opened]
    ledger.append_all([(debt.subject.chain, debt.incident, entry) for debt, entry in lines], at=now)
    live.tell_changed(*(debt.incident for debt, _ in lines if debt.incident_id))
    live.tell_warnings(*(debt.warning for debt, _ in lines if debt.warning_id))


def insert_fired(firings: list[Firing], now: datetime) -> list[FiredStep]:
    return insert(
        [
            FiredStep(
                deadline_id=firing.debt.pk,
                step_id=firing.step.pk,
                planned_at=firing.planned_at,
                fired_at=now,
                skipped=firing.skipped,
                found_nobody=firing.found_nobody,
            )
            for firing in firings
        ]
    )


def _messages(pairs: list[tuple[Firing, FiredStep]], now: datetime) -> list[Notification]:
    messages = {}
    breach_of = {f.debt.pk: step for f, step in pairs if f.bundled and f.step.label == "breach"}
    for firing, fired_step in pairs:
        if firing.skipped:
            continue
        if firing.bundled:
            fired_step = breach_of.get(firing.debt.pk, fired_step)
        for person in firing.people:
            if (fired_step.pk, person.pk) not in messages:
                messages[fired_step.pk, person.pk] = _message(firing, fired_step, person, now)
    return list(messages.values())


def _for_webhooks(firings: list[Firing], now: datetime) -> list[Happening]:
    """Of what firms owe: the reminders and the breach; who is escalated to after that is no matter of theirs."""
    return [
        of_step(firing.debt, firing.step, now)
        for firing in firings
        if firing.debt.is_the_firms
        and not firing.skipped
        and (firing.step.is_reminder or firing.step.label == "breach")
    ]


def _message(firing: Firing, fired_step: FiredStep, person: User, now: datetime) -> Notification:
    debt, step = firing.debt, firing.step
    kinds = Notification.Kind
    kind = (
        kinds.REMINDER if step.is_reminder else kinds.BREACH if step.label == "breach" else kinds.ESCALATION
    )
    return Notification(
        person=person,
        kind=kind,
        title=f"{debt.subject.number} {_what(firing, now)}"[:150],
        text=f"{_who(debt)}。{debt.order or debt.subject.title}",
        clause=debt.rule.clause,
        **inbox.about(debt.subject),
        deadline_id=debt.pk,
        fired_step_id=fired_step.pk,
        created_at=now,
    )


def _what(firing: Firing, now: datetime) -> str:
    debt, step = firing.debt, firing.step
    name = f"{debt.rule.code} {debt.rule.name}"
    if step.is_reminder:
        left = math.ceil(debt.lasts(debt.due_at - now).total_seconds() / 60)
        return f"{name} 还剩 {span(timedelta(minutes=left))}"
    overdue = debt.lasts(now - debt.due_at)
    return f"{name} {debt.breach_words}" + (f"，已超 {span(overdue)}" if overdue >= MINUTE else "")


def _who(debt: Deadline) -> str:
    by_desk = "" if debt.desk_id == debt.debtor_id else f"（由{debt.desk}经办）"
    if debt.undertaking_id:
        return f"{debt.debtor}应于 {_by_when(debt)} 前{debt.rule.name}{debt.basis_words}"
    if debt.debtor_id == debt.creditor_id:
        return f"{debt.debtor}应{debt.rule.name}"
    return f"{debt.debtor}{by_desk}应向{debt.creditor}报告"


def _by_when(debt: Deadline) -> str:
    """A day that is over with its midnight is named by itself."""
    due = timezone.localtime(debt.due_at)
    return f"{debt.day:%-m月%-d日}" if due.time() == time.min else f"{due:%-m月%-d日 %H:%M}"


def _entry(firing: Firing, now: datetime) -> ledger.Entry:
    """The timeline's line: what fired, for whom, how late, and any gap found."""
    debt, step = firing.debt, firing.step
    late = debt.lasts(now - ladder.DUE_SECOND - firing.planned_at)
    name = {"remind": "提醒", "breach": "超时告警"}.get(step.label, f"超时 {span(step.offset)}升级")
    words = f"{debt.rule.code} {debt.rule.name} {name}"
    if firing.skipped:
        words += "：已过期，跳过"
    elif is_of_a_sandbox(debt):
        words += "：演练，不通知任何人"
    elif firing.found_nobody:
        words += "：应通知的岗位无人" + ("，下一步立即进行" if firing.hurries else "，改告应急办")
    else:
        words += f"：通知 {len({p.pk for p in firing.people})} 人"
    if late >= MINUTE:
        words += f"（迟 {span(late)}）"
    return ledger.Entry(
        "deadline.fired",
        words,
        clause=debt.rule.clause,
        data={
            "rule": debt.rule.code,
            "deadline": debt.pk,
            "step": step.label,
            "planned_at": firing.planned_at.isoformat(),
            "late_seconds": max(int(late.total_seconds()), 0),
            "notified": sorted({person.pk for person in firing.people}),
            "skipped": firing.skipped,
            "found_nobody": firing.found_nobody,
        },
        for_firm=debt.is_for_the_firm and step.minutes <= 0,
    )


def _opened(debt: Deadline) -> ledger.Entry:
    return ledger.Entry(
        "deadline.opened",
        f"起算 {debt.rule.code} {debt.rule.name}",
        clause=debt.rule.clause,
        data={
            "rule": debt.rule.code,
            "creditor": debt.rule.creditor,
            "debtor": debt.debtor.code,
            "starts_at": debt.starts_at.isoformat(),
            "due_at": debt.due_at.isoformat(),
        },
        for_firm=debt.is_for_the_firm,
    )
