"""Task orders end (§5.2.6): released by the office on 指挥部's end order, confirmed by whoever carried them out."""

from datetime import datetime

from django.db import transaction

from alerts.services.debts import DebtBook
from incidents.models import Role, TaskOrder
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.check import Check
from incidents.services.command.order_steps import (
    NO_INSTRUCTION,
    Instruction,
    entry,
    instructed,
    take,
    tell_receiver,
)


@transaction.atomic
def release(
    *, actor: Actor, order: str, now: datetime, instruction: Instruction = NO_INSTRUCTION
) -> TaskOrder:
    """The office releases one task on 指挥部's end order (§5.2.6)."""
    incident, row = take(actor, "order.release", order)
    _release(incident, actor, [row], instruction, now)
    return row


@transaction.atomic
def release_all(
    *, actor: Actor, number: str, now: datetime, instruction: Instruction = NO_INSTRUCTION
) -> list[TaskOrder]:
    """All tasks of the incident that are not released yet, by one end order (§5.2.6)."""
    incident = subject.locked(actor, "order.release_all", number)
    rows = list(incident.orders.select_for_update().filter(status__in=TaskOrder.OPEN).order_by("serial"))
    _release(incident, actor, rows, instruction, now)
    return rows


@transaction.atomic
def confirm(*, actor: Actor, order: str, now: datetime, by: str = "") -> TaskOrder:
    """The on-scene command or the receiver has the release notice: the task is over (§5.2.6).

    `by`: who of the on-scene command confirmed, where the office notes it.
    """
    incident, row = take(actor, "order.confirm", order)
    if actor.role in (Role.DUTY_OFFICER, Role.OFFICE_DIRECTOR):
        by = subject.reason_needed(by, "5.2.6", field="by", name="现场指挥机构的确认人")
    subject.refuse_longer("by", "确认人", by, 60)
    row.confirm_release(now, by.strip())
    row.save()
    line = entry(
        row, "order.over", f"{row.receiver}确认任务 {row.number} 解除", "5.2.6", personal={"by": by.strip()}
    )
    subject.write(incident, actor, now, line)
    return row


def _release(incident, actor, rows: list[TaskOrder], instruction: Instruction, now: datetime):
    """Once the incident has ended, 指挥部's declaration is the end order; before, the office names whose it is."""
    words = instruction.words.strip()
    post = None
    if incident.is_under_way:
        check = Check("5.2.2")
        post = instructed(check, actor, incident, instruction, "5.2.6")
        check.refuse()
    subject.refuse_longer("instruction", "指示", words, 300)
    said = f"{post}：{words}" if post else words or "指挥部任务结束命令"
    book = DebtBook(incident, now)
    entries = []
    for row in rows:
        row.release(now, said[:300])
        row.save()
        book.void_open("任务已解除", order=row)
        tell_receiver(row, f"任务解除通知 {row.number}：{row.task}", now, "5.2.6", "order.released")
        words = f"解除任务 {row.number}（{row.receiver}）"
        entries.append(entry(row, "order.released", words, "5.2.6", reason=said))
    subject.write(incident, actor, now, *entries, *book.save())
