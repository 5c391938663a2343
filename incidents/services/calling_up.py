"""Call-ups across departments, regions and firms (§2.2.2(4), 5.4.3, 6.1): asked for or requisitioned, lent, used,
given back, settled for. What its owner did not get back becomes a recovery item by itself."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet
from django_fsm import can_proceed

from incidents.ledger import Entry
from incidents.models import (
    CallUp,
    CallUpStep,
    Incident,
    Organization,
    Post,
    Resource,
    Role,
    SupportRequest,
)
from incidents.models.call_up import in_words
from incidents.querysets import visible_call_ups
from incidents.refusals import NotAllowed, WrongState, wrong
from incidents.roles import OFFICE, RECEIVERS, TABLE, Actor
from incidents.services import drawing, recovering, resource_expiry, subject
from incidents.services.contents import Check
from incidents.services.ordering import Instruction, commanders

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
    _tell_owner(row, f"调用请求 {row.number}：{row.gist}，送到{row.place}", now, "5.4.3")
    _step(row, incident, actor, now, "requested", words, "5.4.3", how_many=row.quantity)
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
    _tell_owner(row, f"征用通知 {row.number}：{row.gist}，送到{row.place}", now, "2.2.2")
    _step(row, incident, actor, now, "requisitioned", words, "2.2.2", row.instruction, how_many=row.quantity)
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
    incident, row = _take(actor, "call_up.withdraw", call_up)
    if row.is_requisition and actor.role != Role.COMMANDER:
        raise NotAllowed("征用由指挥部决定，须由指挥长撤回。", "role", "2.2.2")
    reason = subject.reason_needed(reason, "2.2.2")
    row.withdraw(now)
    row.save()
    drawing.free(row)
    _tell_owner(row, f"{row.number} 已撤回：{row.gist}", now, "2.2.2", reason)
    _step(row, incident, actor, now, "withdrawn", f"撤回 {row.number}", "2.2.2", reason)
    return row


@transaction.atomic
def dispatch(
    *, actor: Actor, call_up: str, quantity: Decimal, now: datetime, words: str = "", said_by: str = ""
) -> CallUp:
    """It has left its owner."""
    incident, row = _take(actor, "call_up.dispatch", call_up)
    said_by = _said_by(actor, said_by)
    _within("quantity", "调出数量", quantity, row.quantity, row, least=Decimal("0.01"))
    row.dispatch(now, quantity)
    row.save()
    drawing.send(row)
    title = f"{row.number} 已调出 {in_words(quantity)}{row.unit}（{row.lent_by}）"
    _tell_takers(row, title, now, words)
    _step(row, incident, actor, now, "dispatched", title, "5.4.3", words, how_many=quantity, said_by=said_by)
    return row


@transaction.atomic
def arrive(*, actor: Actor, call_up: str, quantity: Decimal, now: datetime, words: str = "") -> CallUp:
    """Whoever receives it, or the office, confirms what has come."""
    incident, row = _take(actor, "call_up.arrive", call_up)
    _within("quantity", "到达数量", quantity, row.dispatched, row)
    row.arrive(now, quantity)
    row.save()
    title = f"{row.number} 已到达 {in_words(quantity)}{row.unit}"
    _tell_owner(row, title, now, "5.4.3", words)
    subject.tell_office(incident, title, text=words, at=now, clause="5.4.3")
    _step(row, incident, actor, now, "arrived", title, "5.4.3", words, how_many=quantity)
    return row


@transaction.atomic
def give_back(
    *,
    actor: Actor,
    call_up: str,
    returned: Decimal,
    used_up: Decimal,
    damaged: Decimal,
    now: datetime,
    words: str = "",
) -> CallUp:
    """What came back, was used up, was damaged; what is not whole goes to recovery (§6.1)."""
    incident, row = _take(actor, "call_up.give_back", call_up)
    check = Check("5.4.3")
    numbers = {"returned": returned, "used_up": used_up, "damaged": damaged}
    for name, number in numbers.items():
        if number < 0:
            check.wrong(f"/{name}", "not_a_quantity", "数量不能小于 0。", "6.1")
    if sum(numbers.values()) > row.dispatched:
        whole = f"{in_words(row.dispatched)}{row.unit}"
        check.wrong("/returned", "more_than_sent", f"归还、耗用、损坏合计不能多于调出的 {whole}。", "6.1")
    check.refuse()
    row.give_back(now, **numbers)
    row.save()
    resource = drawing.back(row)
    came = f"归还 {in_words(returned)}{row.unit}" + (f"，{row.shortfall}" if row.shortfall else "")
    _tell_owner(row, f"{row.number} {came}", now, "6.1", words)
    subject.tell_office(incident, f"{row.number} {came}，待结清", text=words, at=now, clause="6.1")
    entries = []
    if row.shortfall:
        entries.append(recovering.of_call_up(row, now))
    _step(row, incident, actor, now, "returned", f"{row.number} {came}", "6.1", words, *entries, said=came)
    if resource:
        resource_expiry.mind(resource, actor=actor, now=now)
    return row


@transaction.atomic
def settle(*, actor: Actor, call_up: str, words: str, now: datetime) -> CallUp:
    """Its owner is satisfied; where something was owed for it, that has been settled first."""
    incident, row = _take(actor, "call_up.settle", call_up)
    words = subject.reason_needed(words, "6.1", field="words", name="结清情况")
    item = getattr(row, "recovery_item", None)
    if item and item.status == item.Status.OPEN:
        raise WrongState(
            f"善后事项 {item.number}（{row.shortfall}）未办结，不能结清。", "recovery_open", "6.1"
        )
    row.settle(now)
    row.save()
    _tell_owner(row, f"{row.number} 已结清", now, "6.1", words)
    _step(row, incident, actor, now, "settled", f"结清 {row.number}", "6.1", words)
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


STEPS = {
    "call_up.agree": "agree",
    "call_up.refuse": "refuse",
    "call_up.dispatch": "dispatch",
    "call_up.arrive": "arrive",
    "call_up.give_back": "give_back",
    "call_up.settle": "settle",
    "call_up.withdraw": "withdraw",
}


def why_not(row: CallUp, code: str) -> str | None:
    if can_proceed(getattr(row, STEPS[code])):
        return None
    return f"{row.get_way_display()}“{row.get_status_display()}”，不能{TABLE[code].name}。"


def may_act(row: CallUp, code: str, actor: Actor) -> bool:
    """Lending is its owner's, confirming its receiver's, giving back either's; the office notes each on their word."""
    if actor.role not in RECEIVERS:
        return True
    bodies = sides(row, code)
    own = Organization.objects.within(actor.organization) if actor.role == "enterprise" else None
    if own is not None:
        return own.filter(pk__in=bodies).exists()
    return actor.organization.pk in bodies


def sides(row: CallUp, code: str) -> list[int]:
    """The bodies, by id, whose act it is."""
    of = {"call_up.arrive": [row.receiver_id], "call_up.give_back": [row.receiver_id, row.owner_id]}
    return [pk for pk in of.get(code, [row.owner_id]) if pk]


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
    incident, row = _take(actor, code, number)
    said_by = _said_by(actor, said_by)
    agreed = code == "call_up.agree"
    if not agreed:
        reason = subject.reason_needed(reason, "5.4.3")
    row.agree(now) if agreed else row.refuse(now)
    row.save()
    drawing.agree(row) if agreed else drawing.free(row)
    title = f"{row.number} {row.lent_by}{'同意调出' if agreed else '不能调出'} {row.gist}"
    _tell_takers(row, title, now, reason)
    action = "agreed" if agreed else "refused"
    _step(row, incident, actor, now, action, title, "5.4.3", reason, said_by=said_by)
    return row


def _take(actor: Actor, code: str, number: str) -> tuple[Incident, CallUp]:
    incident, row = subject.locked_with(actor, code, visible_call_ups([actor]), number, "调用")
    if not may_act(row, code, actor):
        raise NotAllowed(f"“{TABLE[code].name}”由所属或接收单位办理。", "role", TABLE[code].clause)
    if why := why_not(row, code):
        raise WrongState(why, "wrong_state", TABLE[code].clause)
    return incident, row


def _said_by(actor: Actor, said_by: str) -> str:
    """Who of its owner said so, where the office notes it."""
    if actor.role not in OFFICE:
        return ""
    subject.refuse_longer("said_by", "告知人", said_by, 60)
    return subject.reason_needed(said_by, "5.4.3", field="said_by", name="所属方由何人告知")


def _within(field: str, name: str, number: Decimal, most: Decimal, row: CallUp, least=Decimal(0)):
    if not least <= number <= most:
        words = f"{name}须在 {in_words(least)} 到 {in_words(most)}{row.unit}之间。"
        raise wrong(f"/{field}", "out_of_range", words, "5.4.3")


def _tell_owner(row: CallUp, title: str, now: datetime, clause: str, text: str = ""):
    if row.owner_id:
        subject.tell_bodies(
            row.incident, [row.owner], title, at=now, text=text, clause=clause, shown=is_shown(row, row.owner)
        )


def _tell_takers(row: CallUp, title: str, now: datetime, text: str):
    """The office, and whoever is to receive it."""
    subject.tell_office(row.incident, title, text=text, at=now, clause="5.4.3")
    if row.receiver_id:
        shown = is_shown(row, row.receiver)
        subject.tell_bodies(
            row.incident, [row.receiver], title, at=now, text=text, clause="5.4.3", shown=shown
        )


def is_shown(row: CallUp, body: Organization) -> bool:
    """Whether the incident exists for it anyhow: for its firm."""
    return body.pk == row.incident.enterprise_id


def _step(
    row: CallUp,
    incident: Incident,
    actor: Actor,
    now: datetime,
    action: str,
    title: str,
    clause: str,
    words: str = "",
    *more: Entry,
    how_many: Decimal | None = None,
    said: str = "",
    said_by: str = "",
):
    """The row of its own history, and that of the ledger."""
    quantities = said or (f"{in_words(how_many)}{row.unit}" if how_many is not None else "")
    CallUpStep.objects.create(
        call_up=row,
        status=row.status,
        at=now,
        by=actor.post,
        for_owner=bool(said_by),
        quantities=quantities[:100],
        words=words.strip(),
    )
    personal = {"said_by": said_by}
    if action in ("requested", "requisitioned"):
        personal = {"owner_name": row.owner_name, "owner_phone": row.owner_phone}
    entry = Entry(
        f"call_up.{action}",
        title,
        clause=clause,
        reason=words.strip(),
        data={"call_up": row.number, "owner": row.lent_by, "quantity": quantities, "place": row.place},
        personal=personal,
        for_firm=bool(row.owner_id) and row.owner_id == incident.enterprise_id,
    )
    subject.write(incident, actor, now, entry, *more)


def post_of_order(row: CallUp) -> Post:
    """By whose order a requisition was made."""
    return row.instructed_by or row.requested_by
