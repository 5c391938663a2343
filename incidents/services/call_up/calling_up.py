"""Call-ups across departments, regions and firms (§2.2.2(4), 5.4.3): asked for or requisitioned, agreed to or refused,
withdrawn. How it comes and goes then: `call_up_moving`; given back and settled for: `call_up_settling`."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet

from incidents.models import CallUp, Incident, Organization, Resource, Role, SupportRequest
from incidents.refusals import NotAllowed
from incidents.roles import OFFICE, Actor
from incidents.services import subject
from incidents.services.call_up import drawing
from incidents.services.call_up.call_up_steps import note, owners_word, take, tell_owner, tell_takers
from incidents.services.check import Check
from incidents.services.command.order_steps import Instruction, commanders

Kind, Way, Status, Body = CallUp.Kind, CallUp.Way, CallUp.Status, Organization.Kind
MOST = Decimal(10**9)
NO_INSTRUCTION = Instruction()


@dataclass(frozen=True)
class Wanted:
    """What is drawn in: of whom (a body's code, or a private person), how many, to where, until when."""

    kind: str
    what: str
    quantity: Decimal
    unit: str
    place: str
    owner: str = ""
    owner_name: str = ""
    owner_phone: str = ""
    receiver: str = ""
    wanted_by: datetime | None = None
    support: str = ""
    resource: int | None = None
    """Of the register; whose it is, of what kind and counted how is then said there."""


@transaction.atomic
def request(*, actor: Actor, number: str, wanted: Wanted, now: datetime) -> CallUp:
    """指挥部 or the office asks a body, or a person, to lend it (§5.4.3)."""
    incident = subject.locked(actor, "call_up.request", number)
    check = Check("5.4.3")
    row, resource = _begin(check, incident, actor, Way.CALLED, wanted, now, "5.4.3")
    check.refuse()
    row.save()
    drawing.begin(row, resource, incident)
    words = f"请求调用 {row.number}：{row.lent_by} {row.gist} → {row.place}"
    tell_owner(row, f"调用请求 {row.number}：{row.gist}，送到{row.place}", now, "5.4.3")
    note(row, incident, actor, now, "requested", words, "5.4.3", how_many=row.quantity)
    return row


@transaction.atomic
def requisition(
    *, actor: Actor, number: str, wanted: Wanted, now: datetime, instruction: Instruction = NO_INSTRUCTION
) -> CallUp:
    """征用 by a commander, or by the office on his recorded instruction (§2.2.2(4)); its number is the receipt's."""
    incident = subject.locked(actor, "call_up.requisition", number)
    check = Check("5.4.3")
    row, resource = _begin(check, incident, actor, Way.REQUISITIONED, wanted, now, "2.2.2")
    if actor.role in OFFICE:
        row.instructed_by = commanders(incident).filter(pk=instruction.by or 0).first()
        row.instruction = instruction.words.strip()
        if row.instructed_by is None:
            check.wrong("/instructed_by", "required", "征用由指挥部决定，请选择作出指示的指挥长。", "2.2.2")
        if not row.instruction:
            check.wrong("/instruction", "required", "请记录指挥部的指示（何时、原话）。", "2.2.2")
        check.text("/instruction", "指示", row.instruction, 300)
    check.refuse()
    row.save()
    drawing.begin(row, resource, incident)
    words = f"征用 {row.number}：{row.lent_by} {row.gist} → {row.place}"
    tell_owner(row, f"征用通知 {row.number}：{row.gist}，送到{row.place}", now, "2.2.2")
    note(row, incident, actor, now, "requisitioned", words, "2.2.2", row.instruction, how_many=row.quantity)
    return row


@transaction.atomic
def agree(*, actor: Actor, call_up: str, now: datetime, said_by: str = "") -> CallUp:
    return _answer(actor, "call_up.agree", call_up, now, said_by)


@transaction.atomic
def refuse(*, actor: Actor, call_up: str, reason: str, now: datetime, said_by: str = "") -> CallUp:
    return _answer(actor, "call_up.refuse", call_up, now, said_by, reason)


@transaction.atomic
def withdraw(*, actor: Actor, call_up: str, reason: str, now: datetime) -> CallUp:
    """No longer needed, before anything went out."""
    incident, row = take(actor, "call_up.withdraw", call_up)
    if row.is_requisition and actor.role != Role.COMMANDER:
        raise NotAllowed("征用由指挥部决定，须由指挥长撤回。", "role", "2.2.2")
    return _withdrawn(row, incident, actor, subject.reason_needed(reason, "2.2.2"), now)


def lapse(incident: Incident, why: str, *, actor: Actor, now: datetime):
    """The locked incident is none: what has not left its owner is needed no longer, and not held for it; what is out comes
    back as ever."""
    for each in (incident, *incident.locked_merged):
        rows = each.call_ups.select_for_update(of=("self",)).filter(
            status__in=[Status.REQUESTED, Status.AGREED]
        )
        for row in rows.order_by("pk"):
            row.incident = each
            _withdrawn(row, each, actor, why, now)


def _withdrawn(row: CallUp, incident: Incident, actor: Actor, reason: str, now: datetime) -> CallUp:
    row.withdraw(now)
    row.save()
    drawing.free(row)
    tell_owner(row, f"{row.number} 已撤回：{row.gist}", now, "2.2.2", reason)
    note(row, incident, actor, now, "withdrawn", f"撤回 {row.number}", "2.2.2", reason)
    return row


def owners(incident: Incident) -> QuerySet[Organization]:
    """Across departments, regions and firms: whom anything may be called up from, and to whom it may go."""
    headquarters = incident.office.parent
    city = headquarters.parent_id
    return Organization.objects.filter(
        Q(kind=Body.MEMBER, parent=headquarters)
        | Q(kind=Body.COUNTY, parent=city)
        | Q(kind=Body.ENTERPRISE, county__parent=city)
        | Q(pk=incident.enterprise_id),
        is_active=True,
    )


def _begin(check: Check, incident, actor, way, wanted: Wanted, now, clause) -> tuple[CallUp, Resource | None]:
    resource = drawing.chosen(check, owners(incident), wanted.resource) if wanted.resource else None
    if resource:
        wanted = drawing.filled_in(check, wanted, resource)
    bodies = {body.code: body for body in owners(incident).filter(code__in=[wanted.owner, wanted.receiver])}
    owner, receiver = bodies.get(wanted.owner), bodies.get(wanted.receiver)
    if not owner and (wanted.owner or not wanted.owner_name.strip()):
        check.wrong("/owner", "required", "请选择所属单位；属于个人的，填写个人姓名。", clause)
    if owner and wanted.owner_name.strip():
        check.wrong("/owner_name", "both", "所属单位和个人只能填一项。", clause)
    if wanted.receiver and not receiver:
        check.wrong("/receiver", "not_found", "没有这个接收单位。", clause)
    if wanted.kind not in Kind.values:
        check.wrong("/kind", "not_a_choice", "请选择人员、车辆、物资或通信。", clause)
    if not 0 < wanted.quantity <= MOST:
        check.wrong("/quantity", "not_a_quantity", "数量须大于 0。", clause)
    longest = {"what": 100, "unit": 10, "place": 200, "owner_name": 60, "owner_phone": 40}
    names = {"what": "名称规格", "unit": "计量单位", "place": "送到何处", "owner_name": "个人姓名"}
    for name, length in longest.items():
        said = getattr(wanted, name).strip()
        check.text(f"/{name}", names.get(name, "个人电话"), said, length)
        if not said and name in ("what", "unit", "place"):
            check.wrong(f"/{name}", "required", f"请填写{names[name]}。", clause)
    check.time("/wanted_by", "何时要到", wanted.wanted_by, now, past=False)
    support = None
    if wanted.support:
        support = SupportRequest.objects.filter(incident=incident, number=wanted.support).first()
        if support is None:
            check.wrong("/support", "not_found", "没有这项支援请求。", "5.5")
    serial = incident.call_ups.count() + 1
    letter = "Z" if way == Way.REQUISITIONED else "D"
    row = CallUp(
        incident=incident,
        number=f"{incident.number}-{letter}{serial}",
        serial=serial,
        way=way,
        status=Status.AGREED if way == Way.REQUISITIONED else Status.REQUESTED,
        since=now,
        kind=wanted.kind,
        what=wanted.what.strip(),
        quantity=wanted.quantity,
        unit=wanted.unit.strip(),
        owner=owner,
        owner_name=wanted.owner_name.strip(),
        owner_phone=wanted.owner_phone.strip(),
        receiver=receiver,
        place=wanted.place.strip(),
        wanted_by=wanted.wanted_by,
        support=support,
        requested_at=now,
        requested_by=actor.post,
    )
    return row, resource


def _answer(actor, code, number, now, said_by, reason="") -> CallUp:
    incident, row = take(actor, code, number)
    said_by = owners_word(actor, said_by)
    agreed = code == "call_up.agree"
    if not agreed:
        reason = subject.reason_needed(reason, "5.4.3")
    row.agree(now) if agreed else row.refuse(now)
    row.save()
    drawing.agree(row) if agreed else drawing.free(row)
    title = f"{row.number} {row.lent_by}{'同意调出' if agreed else '不能调出'} {row.gist}"
    tell_takers(row, title, now, reason)
    action = "agreed" if agreed else "refused"
    note(row, incident, actor, now, action, title, "5.4.3", reason, said_by=said_by)
    return row
