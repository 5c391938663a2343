"""Task orders (§5.2.2, 5.2.6, 5.4.3): ordered by 指挥部, sent by the office, acknowledged, carried out, released."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django_fsm import can_proceed

from alerts.services import webhook_events
from alerts.services.debts import DebtBook
from alerts.services.webhook_happenings import of_order
from incidents.conditions import running
from incidents.ledger import Entry
from incidents.models import (
    DeadlineRule,
    Incident,
    OrderProgress,
    Organization,
    Post,
    Role,
    TaskOrder,
    plan_parts,
)
from incidents.querysets import visible_orders
from incidents.refusals import WrongState
from incidents.roles import TABLE, Actor
from incidents.services import on_scene as scene
from incidents.services import order_grounds, subject
from incidents.services.contents import Check
from incidents.services.order_grounds import Grounds

Act, Clock, Kind = DeadlineRule.Act, DeadlineRule.Clock, Organization.Kind
Priority, Status = TaskOrder.Priority, TaskOrder.Status


@dataclass(frozen=True)
class OnScene:
    """现场应急保障指挥机构: its head, telephone, place."""

    head: str = ""
    phone: str = ""
    place: str = ""


@dataclass(frozen=True)
class Instruction:
    """On whose instruction the office acts (a commander's post), and in what words."""

    by: int | None = None
    words: str = ""


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
    instruction: Instruction = Instruction(),
    by_phone: bool = False,
    phone_words: str = "",
    answered_by: str = "",
    acknowledge_by: datetime | None = None,
    done_by: datetime | None = None,
    grounds: Grounds = order_grounds.NONE,
) -> TaskOrder:
    """A commander orders, or the office on his recorded instruction (§5.2.2).

    `to`: the receiver's code; an order to a working group (`grounds`) goes to its lead body. In writing, T2 runs until `acknowledge_by` (by default the rule's limit); on the
    telephone it is acknowledged at once and the written order follows (T1). `done_by` None: no T3 is owed.
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
    instructed_by = _instructed(check, actor, incident, instruction)
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
    _tell_receiver(order, f"应急任务 {order.number}：{order.task}", now, "5.2.2", "order.issued")
    how = "电话下达任务" if by_phone else "下达任务"
    entry = _entry(
        order,
        "order.issued",
        f"{how} {order.number} → {order.addressee}：{order.task}",
        "5.2.2",
        data={"priority": order.get_priority_display(), "words": order.phone_words},
        reason=order.instruction,
        personal={"answered_by": order.answered_by},
    )
    subject.write(incident, actor, now, entry, *book.save())
    return order


@transaction.atomic
def write(*, actor: Actor, order: str, now: datetime, task: str = "", requirements: str = "") -> TaskOrder:
    """The written order (任务通知书) follows the one given on the telephone; it meets T1."""
    incident, row = _take(actor, "order.write", order)
    check = Check("5.2.2")
    check.text("/task", "任务", task, 200)
    check.refuse()
    row.written_at = now
    row.task, row.requirements = task.strip() or row.task, requirements.strip() or row.requirements
    row.save()
    book = DebtBook(incident, now)
    book.settle(Act.ORDER_WRITTEN, now, order=row)
    _tell_receiver(row, f"书面任务通知 {row.number}：{row.task}", now, "5.2.2", "order.written")
    entry = _entry(row, "order.written", f"补发书面任务通知 {row.number}", "5.2.2")
    subject.write(incident, actor, now, entry, *book.save())
    return row


@transaction.atomic
def acknowledge(*, actor: Actor, order: str, now: datetime, on_scene: OnScene = OnScene()) -> TaskOrder:
    """The receiver has it, and names the on-scene command if it stands already; it meets T2."""
    incident, row = _take(actor, "order.acknowledge", order)
    _name_on_scene(row, on_scene, needed=False)
    row.acknowledge(now, actor.post)
    row.save()
    book = DebtBook(incident, now)
    book.settle(Act.ORDER_ACKNOWLEDGED, now, by=row.receiver, order=row)
    entry = _entry(
        row,
        "order.acknowledged",
        f"{row.receiver}签收任务 {row.number}",
        "5.2.2",
        personal=_personal(on_scene),
    )
    subject.tell_office(incident, f"{row.number} {row.receiver}已签收", at=now, clause="5.2.2")
    named = scene.take_over(row, now) if on_scene.head.strip() else []
    subject.write(incident, actor, now, entry, *named, *book.save())
    return row


@transaction.atomic
def progress(
    *, actor: Actor, order: str, words: str, now: datetime, on_scene: OnScene = OnScene()
) -> OrderProgress:
    """How it is being carried out (§5.4.3); the first such word names the on-scene command (§5.2.2)."""
    incident, row = _take(actor, "order.progress", order)
    words = subject.reason_needed(words, "5.4.3", field="words", name="进展")
    _name_on_scene(row, on_scene, needed=True)
    row.progress()
    row.save()
    said = OrderProgress.objects.create(order=row, at=now, by=actor.post, words=words)
    entry = _entry(
        row,
        "order.progressed",
        f"{row.receiver}报告任务 {row.number} 进展",
        "5.4.3",
        reason=words,
        personal=_personal(on_scene),
    )
    subject.tell_office(incident, f"{row.number} 进展", at=now, text=words, clause="5.4.3")
    named = scene.take_over(row, now) if on_scene.head.strip() else []
    subject.write(incident, actor, now, entry, *named)
    return said


@transaction.atomic
def done(*, actor: Actor, order: str, report: str, now: datetime) -> TaskOrder:
    """The execution report (§5.4.3); it meets T3."""
    incident, row = _take(actor, "order.done", order)
    report = subject.reason_needed(report, "5.4.3", field="report", name="执行情况")
    row.finish(now, report)
    row.save()
    book = DebtBook(incident, now)
    book.settle(Act.ORDER_DONE, now, by=row.receiver, order=row)
    entry = _entry(row, "order.done", f"{row.receiver}报告任务 {row.number} 完成", "5.4.3", reason=report)
    subject.tell_office(incident, f"{row.number} 已完成", at=now, text=report, clause="5.4.3")
    subject.write(incident, actor, now, entry, *book.save())
    return row


@transaction.atomic
def release(
    *, actor: Actor, order: str, now: datetime, instruction: Instruction = Instruction()
) -> TaskOrder:
    """The office releases one task on 指挥部's end order (§5.2.6)."""
    incident, row = _take(actor, "order.release", order)
    _release(incident, actor, [row], instruction, now)
    return row


@transaction.atomic
def release_all(
    *, actor: Actor, number: str, now: datetime, instruction: Instruction = Instruction()
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
    incident, row = _take(actor, "order.confirm", order)
    if actor.role in (Role.DUTY_OFFICER, Role.OFFICE_DIRECTOR):
        by = subject.reason_needed(by, "5.2.6", field="by", name="现场指挥机构的确认人")
    subject.refuse_longer("by", "确认人", by, 60)
    row.confirm_release(now, by.strip())
    row.save()
    entry = _entry(
        row, "order.over", f"{row.receiver}确认任务 {row.number} 解除", "5.2.6", personal={"by": by.strip()}
    )
    subject.write(incident, actor, now, entry)
    return row


def receivers(incident: Incident) -> QuerySet[Organization]:
    """Who may be given a task: the members, the counties and the firms of the city."""
    headquarters = incident.office.parent
    city = headquarters.parent_id
    return Organization.objects.filter(
        Q(kind=Kind.MEMBER, parent=headquarters)
        | Q(kind=Kind.COUNTY, parent=city)
        | Q(kind=Kind.ENTERPRISE, county__parent=city)
        | Q(pk=incident.enterprise_id),
        is_active=True,
    )


def commanders(incident: Incident) -> QuerySet[Post]:
    """On whose instruction the office may act."""
    return commanders_of(incident.office)


def commanders_of(office: Organization) -> QuerySet[Post]:
    return Post.objects.filter(
        organization=office.parent_id, role=Role.COMMANDER, is_active=True
    ).select_related("organization", "person")


def default_limit(incident: Incident):
    """T2's own limit in the incident's plan."""
    rules = plan_parts(incident.plan_version_id).rules_of(Clock.ORDER, incident.standing_level)
    return next(rule.limit for rule in rules if rule.code == "T2")


def why_not(order: TaskOrder, code: str) -> str | None:
    """Why this act is not possible on the order as it stands (409)."""
    steps = {
        "order.acknowledge": order.acknowledge,
        "order.progress": order.progress,
        "order.done": order.finish,
        "order.release": order.release,
        "order.confirm": order.confirm_release,
    }
    if code == "order.write":
        possible = order.is_open and not order.written_at
    else:
        possible = can_proceed(steps[code])
    if possible:
        return None
    first = "，须先签收" if order.status == Status.ISSUED and code in ("order.progress", "order.done") else ""
    return f"任务“{order.get_status_display()}”{first}，不能{TABLE[code].name}。"


def _take(actor: Actor, code: str, number: str) -> tuple[Incident, TaskOrder]:
    incident, order = subject.locked_with(actor, code, visible_orders([actor]), number, "任务")
    if why := why_not(order, code):
        raise WrongState(why, "wrong_state", TABLE[code].clause)
    return incident, order


def _instructed(
    check: Check, actor: Actor, incident: Incident, instruction: Instruction, clause: str = "5.2.2"
) -> Post | None:
    if actor.role == Role.COMMANDER:
        return None
    post = commanders(incident).filter(pk=instruction.by).first() if instruction.by else None
    if post is None:
        check.wrong("/instructed_by", "required", "应急办按指挥部指示办理，请选择作出指示的指挥长。", clause)
    if not instruction.words.strip():
        check.wrong("/instruction", "required", "请记录指挥部的指示（何时、原话）。", clause)
    check.text("/instruction", "指示", instruction.words, 300)
    return post


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


def _release(incident, actor, rows: list[TaskOrder], instruction: Instruction, now: datetime):
    """Once the incident has ended, 指挥部's declaration is the end order; before, the office names whose it is."""
    words = instruction.words.strip()
    post = None
    if incident.is_under_way:
        check = Check("5.2.2")
        post = _instructed(check, actor, incident, instruction, "5.2.6")
        check.refuse()
    subject.refuse_longer("instruction", "指示", words, 300)
    said = f"{post}：{words}" if post else words or "指挥部任务结束命令"
    book = DebtBook(incident, now)
    entries = []
    for row in rows:
        row.release(now, said[:300])
        row.save()
        book.void_open("任务已解除", order=row)
        _tell_receiver(row, f"任务解除通知 {row.number}：{row.task}", now, "5.2.6", "order.released")
        words = f"解除任务 {row.number}（{row.receiver}）"
        entries.append(_entry(row, "order.released", words, "5.2.6", reason=said))
    subject.write(incident, actor, now, *entries, *book.save())


def _tell_receiver(order: TaskOrder, title: str, now: datetime, clause: str, event: str):
    if order.receiver.kind == Kind.ENTERPRISE:
        webhook_events.queue([of_order(event, order, clause)], at=now)
    subject.tell_bodies(
        order.incident,
        [order.receiver],
        title,
        at=now,
        text=order.requirements,
        clause=clause,
        shown=order.receiver.kind != Kind.ENTERPRISE or is_to_the_firm(order),
    )


def is_to_the_firm(order: TaskOrder) -> bool:
    """Whether the receiver is the firm concerned, or a superior unit of it; then the incident exists for it too."""
    firm = order.incident.enterprise
    while firm:
        if firm.pk == order.receiver_id:
            return True
        firm = firm.superior_unit
    return False


def _entry(order: TaskOrder, action: str, words: str, clause: str, *, data=None, reason="", personal=None):
    return Entry(
        action,
        words,
        clause=clause,
        reason=reason,
        data={"order": order.number, "to": order.receiver.code} | (data or {}),
        personal=personal or {},
        for_firm=order.receiver_id == order.incident.enterprise_id,
    )


def _personal(on_scene: OnScene) -> dict[str, str]:
    return {"on_scene_head": on_scene.head.strip(), "on_scene_phone": on_scene.phone.strip()}
