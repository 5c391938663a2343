"""What a call-up draws from the register (§2.2.2(4), 5.4.3): agreed, it is reserved; sent, it is out; given back, it is
in hand again, but for what was used up, damaged or lost.

A call-up of nothing registered draws nothing, and nor does a drill's, which may take nothing real out of anybody's hands.
Lock order: the incident, its call-up, then the resource.
"""

from dataclasses import replace
from decimal import Decimal

from django.db.models import QuerySet

from incidents.models import CallUp, Incident, Organization, Resource, ResourceDraw
from incidents.models.call_up import in_words
from incidents.refusals import WrongState
from incidents.services.check import Check

CLAUSE = "5.4.3"
NOTHING = Decimal(0)


def offered(owners: QuerySet[Organization], *, owner: str = "", kind: str = "") -> QuerySet[Resource]:
    """What there is in hand with these bodies, of one of them and of a kind where that is asked for."""
    rows = Resource.objects.filter(body__in=owners).in_hand().select_related("body", "county")
    rows = rows.filter(body__code=owner) if owner else rows
    return rows.filter(kind=kind) if kind in CallUp.Kind.values else rows


def chosen(check: Check, owners: QuerySet[Organization], pk: int) -> Resource | None:
    """The resource that a call-up names, locked."""
    row = Resource.objects.select_for_update(of=("self",)).select_related("body").filter(pk=pk).first()
    if row is None or not row.is_active or not owners.filter(pk=row.body_id).exists():
        check.wrong("/resource", "not_found", "没有这项登记的资源，或它已停用。", CLAUSE)
        return None
    return row


def filled_in(check: Check, wanted, resource: Resource):
    """What was wanted, in the register's words; what contradicts them is refused."""
    said = {"owner": resource.body.code, "kind": resource.kind, "unit": resource.unit}
    names = {"owner": "所属单位", "kind": "类别", "unit": "计量单位"}
    for name, value in said.items():
        if (stated := getattr(wanted, name).strip()) and stated != value:
            check.wrong(
                f"/{name}", "not_the_register", f"与登记的资源“{resource}”的{names[name]}不符。", CLAUSE
            )
    if wanted.owner_name.strip():
        check.wrong("/owner_name", "both", "登记的资源属于单位，不能再填个人。", CLAUSE)
    if wanted.quantity > resource.in_hand:
        check.wrong("/quantity", "more_than_there_is", f"“{resource}”{resource.how_many}。", CLAUSE)
    return replace(wanted, **said, what=wanted.what.strip() or resource.name)


def begin(row: CallUp, resource: Resource | None, incident: Incident):
    """The call-up was made; one that needs no answer reserves at once."""
    if resource is None or incident.is_drill:
        return
    held = row.quantity if row.status == CallUp.Status.AGREED else NOTHING
    ResourceDraw.objects.create(call_up=row, resource=resource, reserved=held)


def agree(row: CallUp):
    """Refused where others have taken it meanwhile, or its body has put it out of use."""
    if draw := _of(row):
        if not draw.resource.is_active:
            raise WrongState(f"“{draw.resource}”已停用，不能调出。", "not_in_use", CLAUSE)
        if row.quantity > draw.resource.in_hand:
            words = (
                f"“{draw.resource}”{draw.resource.how_many}，不够调出 {in_words(row.quantity)}{row.unit}。"
            )
            raise WrongState(words, "more_than_there_is", CLAUSE)
        _move(draw, reserved=row.quantity)


def free(row: CallUp):
    """Refused, or withdrawn before it went out."""
    if draw := _of(row):
        _move(draw)


def send(row: CallUp):
    """Out; what was reserved beyond it is free again."""
    if draw := _of(row):
        _move(draw, lent=row.dispatched)


def back(row: CallUp) -> Resource | None:
    """What came back was taken in by the database (`add_up_returns`); with the last of it, what is lost is out no longer."""
    draw = _of(row)
    if draw and row.status == CallUp.Status.RETURNED:
        _move(draw, lost=row.dispatched - row.returned)
    return draw and draw.resource


def _of(row: CallUp) -> ResourceDraw | None:
    """With its resource, locked."""
    draw = ResourceDraw.objects.filter(call_up=row).first()
    if draw:
        rows = Resource.objects.select_for_update(of=("self",)).select_related("body")
        draw.resource = rows.get(pk=draw.resource_id)
    return draw


def _move(draw: ResourceDraw, **holds: Decimal):
    """To hold this and nothing else; the database adds it up (`move_stock`)."""
    for name in ("reserved", "lent", "lost"):
        setattr(draw, name, holds.get(name, NOTHING))
    draw.save()
    draw.resource.refresh_from_db(fields=["total", "reserved", "lent"])
