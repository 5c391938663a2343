"""善后 (§6.1): what is paid to casualties, responders and owners of goods, and service restored; each to its end."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Q, Sum

from incidents.ledger import Entry
from incidents.models import CallUp, Incident, Organization, RecoveryItem
from incidents.paper_sight import visible_recovery
from incidents.refusals import WrongState
from incidents.roles import TABLE, Actor
from incidents.services import subject
from incidents.services.check import Check

CLAUSE = "6.1"
MOST = Decimal(10**11)
Kind, Status = RecoveryItem.Kind, RecoveryItem.Status


@transaction.atomic
def open_item(
    *,
    actor: Actor,
    number: str,
    kind: str,
    what: str,
    now: datetime,
    payee: str = "",
    payee_name: str = "",
    amount: Decimal | None = None,
    basis: str = "",
    responsible: str = "",
) -> RecoveryItem:
    """The office enters what is to be seen to. `payee`, `responsible`: codes of bodies; blank: the office itself."""
    incident = subject.locked(actor, "recovery.open", number)
    check = Check(CLAUSE)
    found = {body.code: body for body in bodies(incident).filter(code__in=[payee, responsible])}
    if kind not in Kind.values:
        check.wrong("/kind", "not_a_choice", "请选择善后类别。", CLAUSE)
    if not what.strip():
        check.wrong("/what", "required", "请填写事项。", CLAUSE)
    check.text("/what", "事项", what, 200)
    check.text("/payee_name", "受偿人", payee_name, 60)
    for name, code in (("payee", payee), ("responsible", responsible)):
        if code and code not in found:
            check.wrong(f"/{name}", "not_found", "没有这个单位。", CLAUSE)
    _check_money(check, amount, basis)
    check.refuse()
    item = _make(
        incident,
        now,
        kind=kind,
        what=what.strip(),
        payee=found.get(payee),
        payee_name=payee_name.strip(),
        amount=amount,
        basis=basis.strip(),
        responsible=found.get(responsible, incident.office),
    )
    subject.write(incident, actor, now, _opened(item))
    if item.responsible != incident.office:
        subject.tell_bodies(
            incident,
            [item.responsible],
            f"善后事项 {item.number} 由贵单位负责：{item.get_kind_display()}",
            text=item.what,
            at=now,
            clause=CLAUSE,
            shown=False,
        )
    return item


def of_call_up(row: CallUp, now: datetime) -> Entry:
    """What its owner did not get back whole (§6.1)."""
    item = _make(
        row.incident,
        now,
        kind=Kind.GOODS_OF_BODY if row.owner_id else Kind.GOODS_OF_PERSON,
        what=f"{row.get_way_display()} {row.number} {row.what}：{row.shortfall}"[:200],
        payee=row.owner,
        payee_name=row.owner_name,
        responsible=row.incident.office,
        call_up=row,
    )
    return _opened(item)


@transaction.atomic
def change(*, actor: Actor, recovery: str, now: datetime, amount: Decimal | None, basis: str) -> RecoveryItem:
    """The amount and its basis, as they become known."""
    incident, item = _take(actor, "recovery.change", recovery)
    _put(item, amount, basis)
    item.save()
    data = {"recovery": item.number, "amount": str(item.amount or ""), "basis": item.basis}
    entry = Entry("recovery.changed", f"更正善后事项 {item.number}", clause=CLAUSE, data=data)
    subject.write(incident, actor, now, entry)
    return item


@transaction.atomic
def settle(
    *,
    actor: Actor,
    recovery: str,
    words: str,
    now: datetime,
    amount: Decimal | None = None,
    basis: str = "",
) -> RecoveryItem:
    """Paid or restored. Money says how much and on what basis."""
    incident, item = _take(actor, "recovery.settle", recovery)
    words = subject.reason_needed(words, CLAUSE, field="words", name="办理情况")
    _put(item, amount if amount is not None else item.amount, basis or item.basis)
    check = Check(CLAUSE)
    if item.is_money and item.amount is None:
        check.wrong("/amount", "required", "请填写金额（元）；没有的填 0。", CLAUSE)
    if item.is_money and not item.basis:
        check.wrong("/basis", "required", "请填写依据（规定、协议或批件）。", CLAUSE)
    check.refuse()
    item.settle(now, actor.post, words)
    item.save()
    data = {"recovery": item.number, "amount": str(item.amount or ""), "basis": item.basis}
    entry = Entry("recovery.settled", f"善后事项 {item.number} 办结", CLAUSE, words, data)
    subject.write(incident, actor, now, entry)
    return item


@transaction.atomic
def set_aside(*, actor: Actor, recovery: str, reason: str, now: datetime) -> RecoveryItem:
    """Nothing is due after all, for a reason."""
    incident, item = _take(actor, "recovery.set_aside", recovery)
    reason = subject.reason_needed(reason, CLAUSE)
    item.set_aside(now, actor.post, reason)
    item.save()
    words = f"善后事项 {item.number} 无须办理"
    entry = Entry("recovery.set_aside", words, CLAUSE, reason, {"recovery": item.number})
    subject.write(incident, actor, now, entry)
    return item


def totals(incident: Incident) -> list[dict]:
    """By kind: how many, how many open, how much in all and how much of it settled."""
    settled = Q(status=Status.SETTLED)
    due = ~Q(status=Status.NOT_DUE)
    rows = (
        incident.recovery_items.order_by("kind")
        .values("kind")
        .annotate(
            items=Count("pk"),
            open=Count("pk", filter=Q(status=Status.OPEN)),
            whole=Sum("amount", filter=due),
            paid=Sum("amount", filter=settled),
        )
    )
    return [row | {"name": Kind(row["kind"]).label} for row in rows]


def bodies(incident: Incident):
    """Who may be a payee or see to it: any body of the city, the office among them."""
    return Organization.objects.within(incident.office.parent.parent).filter(
        is_active=True
    ) | Organization.objects.filter(county__parent=incident.office.parent.parent_id, is_active=True)


def why_not(item: RecoveryItem, code: str) -> str | None:
    if item.status == Status.OPEN:
        return None
    return f"善后事项“{item.get_status_display()}”，不能{TABLE[code].name}。"


def _take(actor: Actor, code: str, number: str) -> tuple[Incident, RecoveryItem]:
    incident, item = subject.locked_with(actor, code, visible_recovery([actor]), number, "善后事项")
    if why := why_not(item, code):
        raise WrongState(why, "wrong_state", CLAUSE)
    return incident, item


def _put(item: RecoveryItem, amount: Decimal | None, basis: str):
    check = Check(CLAUSE)
    _check_money(check, amount, basis)
    check.refuse()
    item.amount, item.basis = amount, basis.strip()


def _check_money(check: Check, amount: Decimal | None, basis: str):
    if amount is not None and not 0 <= amount <= MOST:
        check.wrong("/amount", "not_an_amount", "金额须为不小于 0 的合理数字。", CLAUSE)
    check.text("/basis", "依据", basis, 200)


def _make(incident: Incident, now: datetime, **fields) -> RecoveryItem:
    serial = incident.recovery_items.count() + 1
    item = RecoveryItem(
        incident=incident, number=f"{incident.number}-K{serial}", serial=serial, opened_at=now, **fields
    )
    item.save()
    return item


def _opened(item: RecoveryItem) -> Entry:
    return Entry(
        "recovery.opened",
        f"善后事项 {item.number}：{item.get_kind_display()}",
        clause=CLAUSE,
        data={"recovery": item.number, "what": item.what, "amount": str(item.amount or "")},
        personal={"payee_name": item.payee_name},
    )
