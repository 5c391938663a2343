"""Task orders (§5.2.2, 5.4.3): ordered by 指挥部, sent by the office, acknowledged, carried out; then they are `releasing`."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from alerts.services.debts import DebtBook
from incidents.conditions import running
from incidents.models import DeadlineRule, OrderProgress, TaskOrder
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.check import Check
from incidents.services.command import on_scene as scene
from incidents.services.command import order_grounds
from incidents.services.command.order_grounds import Grounds
from incidents.services.command.order_steps import (
    NO_INSTRUCTION,
    Instruction,
    default_limit,
    entry,
    instructed,
    receivers,
    take,
    tell_receiver,
)

Act, Clock, Priority = DeadlineRule.Act, DeadlineRule.Clock, TaskOrder.Priority


@dataclass(frozen=True)
class OnScene:
    """现场应急保障指挥机构: its head, telephone, place."""

    head: str = ""
    phone: str = ""
    place: str = ""


@transaction.atomic
def issue(
    *,
    actor: Actor,
    number: str,
    to: str,
    task: str,
    now: datetime,
    requirements: str = "",
    priority: int = Priority.SECOND,
    instruction: Instruction = NO_INSTRUCTION,
    by_phone: bool = False,
    phone_words: str = "",
    answered_by: str = "",
    acknowledge_by: datetime | None = None,
    done_by: datetime | None = None,
    grounds: Grounds = order_grounds.NONE,
) -> TaskOrder:
    """A commander orders, or the office on his recorded instruction (§5.2.2).

    `to`: the receiver's code; an order to a working group (`grounds`) goes to its lead body. In writing, T2 runs until
    `acknowledge_by` (by default the rule's limit); on the telephone it is acknowledged at once and the written order
    follows (T1). `done_by` None: no T3 is owed.
    """
    incident = subject.locked(actor, "order.issue", number)
    check = Check("5.2.2")
    rests_on = order_grounds.found(check, incident, grounds)
    group = rests_on["group"]
    receiver = group.lead if group else receivers(incident).filter(code=to).first()
    if receiver is None:
        check.wrong("/to", "not_found", "请选择接收单位。", "5.2.2")
    if not task.strip():
        check.wrong("/task", "required", "请写明任务。", "5.2.2")
    check.text("/task", "任务", task, 200)
    if priority not in Priority.values:
        check.wrong("/priority", "not_a_choice", "轻重分为首要、重要、一般。", "5.2.3")
    instructed_by = instructed(check, actor, incident, instruction)
    if by_phone:
        if not answered_by.strip():
            check.wrong("/answered_by", "required", "电话下达须写明接听人。", "5.2.2")
        if not phone_words.strip():
            check.wrong("/phone_words", "required", "电话下达须逐字记录。", "5.2.2")
        check.text("/answered_by", "接听人", answered_by, 60)
    for name, label, at in (
        ("acknowledge_by", "签收期限", acknowledge_by),
        ("done_by", "完成期限", done_by),
    ):
        check.time(f"/{name}", label, at, now, past=False)
        if at and at <= now:
            check.wrong(f"/{name}", "in_past", f"{label}须在现在之后。", "5.2.2")
    check.refuse()
    serial = incident.orders.count() + 1
    order = TaskOrder(
        incident=incident,
        response=running(incident),
        number=f"{incident.number}-T{serial}",
        serial=serial,
        receiver=receiver,
        **rests_on,
        task=task.strip(),
        requirements=requirements.strip(),
        priority=priority,
        issued_at=now,
        issued_by=actor.post,
        instructed_by=instructed_by,
        instruction=instruction.words.strip(),
        by_phone=by_phone,
        phone_words=phone_words.strip() if by_phone else "",
        answered_by=answered_by.strip() if by_phone else "",
        written_at=None if by_phone else now,
        acknowledge_by=acknowledge_by or now + default_limit(incident) / incident.pace,
        done_by=done_by,
    )
    if by_phone:
        order.acknowledge(now, None)
    order.save()
    book = DebtBook(incident, now)
    due = {"T2": order.acknowledge_by, "T3": done_by}
    book.start(Clock.ORDER, now, bodies={"RECEIVER": receiver}, due=due, order=order)
    if by_phone:
        book.start(Clock.PHONE_ORDER, now, bodies={"RECEIVER": receiver}, order=order)
        book.settle(Act.ORDER_ACKNOWLEDGED, now, by=receiver, order=order)
    tell_receiver(order, f"应急任务 {order.number}：{order.task}", now, "5.2.2", "order.issued")
    how = "电话下达任务" if by_phone else "下达任务"
    line = entry(
        order,
        "order.issued",
        f"{how} {order.number} → {order.addressee}：{order.task}",
        "5.2.2",
        data={"priority": order.get_priority_display(), "words": order.phone_words},
        reason=order.instruction,
        personal={"answered_by": order.answered_by},
    )
    subject.write(incident, actor, now, line, *book.save())
    return order


@transaction.atomic
def write(*, actor: Actor, order: str, now: datetime, task: str = "", requirements: str = "") -> TaskOrder:
    """The written order (任务通知书) follows the one given on the telephone; it meets T1."""
    incident, row = take(actor, "order.write", order)
    check = Check("5.2.2")
    check.text("/task", "任务", task, 200)
    check.refuse()
    row.written_at = now
    row.task, row.requirements = task.strip() or row.task, requirements.strip() or row.requirements
    row.save()
    book = DebtBook(incident, now)
    book.settle(Act.ORDER_WRITTEN, now, order=row)
    tell_receiver(row, f"书面任务通知 {row.number}：{row.task}", now, "5.2.2", "order.written")
    line = entry(row, "order.written", f"补发书面任务通知 {row.number}", "5.2.2")
    subject.write(incident, actor, now, line, *book.save())
    return row


@transaction.atomic
def acknowledge(*, actor: Actor, order: str, now: datetime, on_scene: OnScene = OnScene()) -> TaskOrder:
    """The receiver has it, and names the on-scene command if it stands already; it meets T2."""
    incident, row = take(actor, "order.acknowledge", order)
    _name_on_scene(row, on_scene, needed=False)
    row.acknowledge(now, actor.post)
    row.save()
    book = DebtBook(incident, now)
    book.settle(Act.ORDER_ACKNOWLEDGED, now, by=row.receiver, order=row)
    line = entry(
        row,
        "order.acknowledged",
        f"{row.receiver}签收任务 {row.number}",
        "5.2.2",
        personal=_personal(on_scene),
    )
    subject.tell_office(incident, f"{row.number} {row.receiver}已签收", at=now, clause="5.2.2")
    named = scene.take_over(row, now) if on_scene.head.strip() else []
    subject.write(incident, actor, now, line, *named, *book.save())
    return row


@transaction.atomic
def progress(
    *, actor: Actor, order: str, words: str, now: datetime, on_scene: OnScene = OnScene()
) -> OrderProgress:
    """How it is being carried out (§5.4.3); the first such word names the on-scene command (§5.2.2)."""
    incident, row = take(actor, "order.progress", order)
    words = subject.reason_needed(words, "5.4.3", field="words", name="进展")
    _name_on_scene(row, on_scene, needed=True)
    row.progress()
    row.save()
    said = OrderProgress.objects.create(order=row, at=now, by=actor.post, words=words)
    line = entry(
        row,
        "order.progressed",
        f"{row.receiver}报告任务 {row.number} 进展",
        "5.4.3",
        reason=words,
        personal=_personal(on_scene),
    )
    subject.tell_office(incident, f"{row.number} 进展", at=now, text=words, clause="5.4.3")
    named = scene.take_over(row, now) if on_scene.head.strip() else []
    subject.write(incident, actor, now, line, *named)
    return said


@transaction.atomic
def done(*, actor: Actor, order: str, report: str, now: datetime) -> TaskOrder:
    """The execution report (§5.4.3); it meets T3."""
    incident, row = take(actor, "order.done", order)
    report = subject.reason_needed(report, "5.4.3", field="report", name="执行情况")
    row.finish(now, report)
    row.save()
    book = DebtBook(incident, now)
    book.settle(Act.ORDER_DONE, now, by=row.receiver, order=row)
    line = entry(row, "order.done", f"{row.receiver}报告任务 {row.number} 完成", "5.4.3", reason=report)
    subject.tell_office(incident, f"{row.number} 已完成", at=now, text=report, clause="5.4.3")
    subject.write(incident, actor, now, line, *book.save())
    return row


def _name_on_scene(order: TaskOrder, on_scene: OnScene, *, needed: bool):
    check = Check("5.2.2")
    for name, label, longest in (("head", "负责人", 60), ("phone", "电话", 40), ("place", "地点", 200)):
        said = getattr(on_scene, name).strip()
        check.text(f"/on_scene_{name}", f"现场指挥机构{label}", said, longest)
        started = any((on_scene.head.strip(), on_scene.phone.strip(), on_scene.place.strip()))
        if not said and (started or needed and not order.names_on_scene_command):
            check.wrong(f"/on_scene_{name}", "required", f"请填写现场指挥机构的{label}。", "5.2.2")
    check.refuse()
    if on_scene.head.strip():
        order.name_on_scene_command(on_scene.head.strip(), on_scene.phone.strip(), on_scene.place.strip())


def _personal(on_scene: OnScene) -> dict[str, str]:
    return {"on_scene_head": on_scene.head.strip(), "on_scene_phone": on_scene.phone.strip()}
