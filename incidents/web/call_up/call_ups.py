"""调用: the tab of an incident; 资源去向, what is out, where, since when; one call-up as a paper; 征用凭据."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from incidents.documents import requisition
from incidents.models import CallUp, Resource, Role
from incidents.personal import mask_name
from incidents.querysets import sees_office_matters, visible_incidents
from incidents.roles import OFFICE, TABLE
from incidents.services.call_up import call_up_steps, calling_up, drawing, resources
from incidents.services.privacy import personal
from incidents.web.act.matters import call_ups_of, lines
from incidents.web.call_up import call_up_acts
from incidents.web.caller import caller_of, require_role, signed_in
from incidents.web.report.incident_tab import TabPage
from incidents.web.taking_away import take_away

COMMAND = (Role.DUTY_OFFICER, Role.OFFICE_DIRECTOR, Role.COMMANDER, Role.AUDITOR)


@signed_in
@require_GET
def tab(request, number: str):
    page = TabPage(request, number, "call-ups")
    rows = call_ups_of(page.caller, page.incident)
    found = lines(rows, page.caller)
    asked = page.incident.support_requests.filter(
        status__in=("raised", "forwarded", "granted", "partly_granted")
    )
    context = {
        "open_lines": [line for line in found if line.matter.status not in CallUp.OVER],
        "over_lines": [line for line in found if line.matter.status in CallUp.OVER],
        "asked": [
            {"row": row, "button": page.button("call_up.request", "据此调用", support=row.number)}
            for row in asked
        ]
        if any(button.code == "call_up.request" for button in page.buttons["now"])
        else [],
    }
    return page.render("incidents/call_up/call_ups_tab.html", context)


@signed_in
@require_GET
def offers(request, number: str):
    """What a body has in hand, as the form of a call-up offers it."""
    caller = require_role(request, *TABLE["call_up.request"].roles)
    incident = visible_incidents(caller.actors).filter(number=number).first()
    if incident is None:
        raise Http404(f"没有编号为 {number} 的事件。")
    owner = request.GET.get("owner", "")
    rows = drawing.offered(calling_up.owners(incident), owner=owner) if owner else []
    return render(request, "incidents/call_up/call_up_offers.html", {"offers": call_up_acts.offers(rows)})


@signed_in
@require_GET
def whereabouts(request):
    """资源去向: all that is out or waited for, longest first."""
    caller = require_role(request, *COMMAND)
    rows = call_ups_of(caller).open().select_related("incident__enterprise")
    kind, owner = request.GET.get("kind", ""), request.GET.get("owner", "")
    owners = sorted({(row.owner.code, str(row.owner)) for row in rows if row.owner}, key=lambda pair: pair[1])
    if kind in CallUp.Kind.values:
        rows = rows.filter(kind=kind)
    if owner:
        rows = rows.filter(owner=None) if owner == "person" else rows.filter(owner__code=owner)
    found = list(rows)
    context = {
        "out": [row for row in found if row.status in CallUp.OUT],
        "waiting": [row for row in found if row.status not in CallUp.OUT],
        "kinds": CallUp.Kind.choices,
        "owners": [*owners, ("person", "个人")],
        "kind": kind,
        "owner": owner,
        "now": timezone.now(),
    }
    return render(request, "incidents/call_up/call_ups.html", context)


@signed_in
@require_GET
def page(request, number: str):
    caller = caller_of(request)
    rows = call_ups_of(caller).select_related("requested_by__organization", "instructed_by__organization")
    line = next(iter(lines(rows.filter(number=number), caller)), None)
    if line is None:
        raise Http404(f"没有编号为 {number} 的调用。")
    incident = line.matter.incident
    context = {
        "line": line,
        "row": line.matter,
        "incident": incident,
        "steps": line.matter.steps.select_related("by__organization"),
        "returns": line.matter.returns.select_related("by__organization", "call_up"),
        "sees_incident": visible_incidents(caller.actors).filter(pk=incident.pk).exists(),
        "is_office": bool(caller.roles & OFFICE),
        "sees_all": sees_office_matters(caller.actors),
        "drawn": _drawn(caller, line.matter),
        "now": timezone.now(),
    }
    return render(request, "incidents/call_up/call_up.html", context)


def _drawn(caller, row: CallUp) -> Resource | None:
    """The card of the register that it draws from, for those who see that."""
    rows = resources.visible_resources(caller.actors)
    return rows.filter(draws__call_up=row).first()


@signed_in
@require_http_methods(["GET", "POST"])
def receipt(request, number: str):
    """On screen and for the printer; by POST as a Word file. Of a private owner the office alone sees the name,
    when it asks for it, and each look is recorded."""
    caller = caller_of(request)
    rows = call_ups_of(caller).select_related("instructed_by__organization", "requested_by__organization")
    rows = rows.select_related("incident__office__parent")
    row = rows.filter(number=number, way=CallUp.Way.REQUISITIONED).first()
    if row is None:
        raise Http404(f"没有编号为 {number} 的征用凭据。")
    owner = row.owner.name if row.owner else f"{mask_name(row.owner_name)}（个人）"
    office = next(iter(caller.actors_for(personal.LOOK)), None)
    shown = request.method == "POST"
    if shown and row.owner is None and office:
        reason = personal.Reason(personal.Why.PAPER, "征用凭据")
        found = personal.look(actor=office, of="call-up", pk=row.pk, reason=reason, now=timezone.now())
        owner = " ".join(value for _, value in found)
    if shown and request.POST.get("as") == "word":
        return take_away(request, requisition.receipt(row, owner), f"征用凭据 {row.number}")
    context = {
        "row": row,
        "owner": owner,
        "order": call_up_steps.post_of_order(row),
        "is_office": bool(office),
    }
    return render(request, "incidents/call_up/call_up_receipt.html", context | {"shown": shown})
