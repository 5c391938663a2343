"""What every step of a task order goes through (§5.2.2, 5.2.6, 5.4.3): who may receive and instruct, what stands in its way,
who is told."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django_fsm import can_proceed

from alerts.services import webhook_events
from alerts.services.webhook_happenings import of_order
from incidents.ledger import Entry
from incidents.models import DeadlineRule, Incident, Organization, Post, Role, TaskOrder, plan_parts
from incidents.querysets import visible_orders
from incidents.refusals import WrongState
from incidents.roles import TABLE, Actor
from incidents.services import subject
from incidents.services.check import Check

Clock, Kind, Status = DeadlineRule.Clock, Organization.Kind, TaskOrder.Status


@dataclass(frozen=True)
class Instruction:
    """On whose instruction the office acts (a commander's post), and in what words."""

    by: int | None = None
    words: str = ""


NO_INSTRUCTION = Instruction()
"""Of who acts of himself."""


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


def take(actor: Actor, code: str, number: str) -> tuple[Incident, TaskOrder]:
    incident, order = subject.locked_with(actor, code, visible_orders([actor]), number, "任务")
    if why := why_not(order, code):
        raise WrongState(why, "wrong_state", TABLE[code].clause)
    return incident, order


def instructed(
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


def tell_receiver(order: TaskOrder, title: str, now: datetime, clause: str, event: str):
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


def entry(order: TaskOrder, action: str, words: str, clause: str, *, data=None, reason="", personal=None):
    return Entry(
        action,
        words,
        clause=clause,
        reason=reason,
        data={"order": order.number, "to": order.receiver.code} | (data or {}),
        personal=personal or {},
        for_firm=order.receiver_id == order.incident.enterprise_id,
    )
