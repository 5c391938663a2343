"""应急资源 (§2.2.2(4), 4.3, 5.4.3): teams, vehicles, supplies and communications: the list, a card, who had it when."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from incidents.models import Organization, Resource, Role
from incidents.querysets import visible_call_ups, visible_incidents, visible_rosters
from incidents.refusals import Refusal
from incidents.roles import OFFICE, RECEIVERS, Caller
from incidents.services.call_up import resources
from incidents.services.call_up import standby as standby_service
from incidents.web.call_up.resource_forms import CardForm, FilterForm
from incidents.web.caller import add_refusal_to_form, require_role, say_refusal, signed_in
from incidents.web.register_count import Count

READERS = OFFICE | RECEIVERS | {Role.COMMANDER, Role.AUDITOR}
PER_PAGE = 50


@signed_in
@require_GET
def page(request):
    caller = require_role(request, *READERS)
    form, today = FilterForm(request.GET), timezone.localdate()
    said = form.cleaned_data if form.is_valid() else {}
    rows = resources.matching(resources.visible_resources(caller.actors), today=today, **said)
    found = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    bodies = visible_rosters(caller.actors).order_by("kind", "code")
    context = {
        "found": found,
        "lines": [(row, row.expiry_on(today)) for row in found],
        "form": form,
        "bodies": bodies if len(bodies) > 1 else [],
        "counties": Organization.objects.filter(kind=Organization.Kind.COUNTY, is_active=True),
        "query": query.urlencode(),
        "narrowed": any(said.values()),
        "may_keep": bool(caller.actors_for("resource.keep")),
        "wanted_for": _wanted_for(request, caller),
    }
    return render(request, "incidents/call_up/resources.html", context)


@signed_in
@require_GET
def one(request, pk: int):
    caller = require_role(request, *READERS)
    row, today = _found(caller, pk), timezone.localdate()
    draws = row.draws.select_related("call_up__receiver", "call_up__incident").prefetch_related(
        "call_up__steps__by__organization"
    )
    context = {
        "row": row,
        "expiry": row.expiry_on(today),
        "draws": draws.filter(call_up__in=visible_call_ups(caller.actors)),
        "entries": resources.history(row)[:100],
        "keepers": [actor for actor in caller.actors_for("resource.keep") if _keeps(actor, row)],
    }
    return render(request, "incidents/call_up/resource.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def card(request, pk: int | None = None):
    caller = require_role(request, *OFFICE, *RECEIVERS)
    row = _found(caller, pk) if pk is not None else None
    initial = {name: getattr(row, name) for name in CardForm.base_fields} if row else {}
    if row:
        initial["county"] = row.county.code if row.county else ""
    form = CardForm(request.POST or None, caller=caller, row=row, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actor = caller.actor_for("resource.keep", form.cleaned_data.get("post"))
            kept = resources.keep(actor=actor, now=timezone.now(), resource=pk, **form.said())
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            messages.success(request, f"已保存 {kept}。")
            return redirect("resource", kept.pk)
    context = {"form": form, "row": row}
    return render(
        request, "incidents/call_up/resource_edit.html", context, status=422 if form.errors else 200
    )


@signed_in
@require_POST
def standby(request, pk: int):
    caller = require_role(request, *OFFICE, *RECEIVERS)
    row = _found(caller, pk)
    said, on = request.POST.get("post", ""), request.POST.get("on") == "1"
    try:
        actor = caller.actor_for("resource.standby", int(said) if said.isdecimal() else None)
        standby_service.stand_by(actor=actor, resource=pk, on=on, now=timezone.now())
    except Refusal as refusal:
        say_refusal(request, refusal)
    else:
        messages.success(request, f"{row.name}{'已进入备勤' if on else '已解除备勤'}。")
    return redirect("resource", pk)


def count(caller: Caller) -> Count:
    rows = resources.visible_resources(caller.actors).filter(is_active=True)
    expiring = rows.expiring(timezone.localdate()).count()
    return Count(rows.count(), f"{expiring} 项过期或即将到期" if expiring else "")


def _found(caller: Caller, pk: int) -> Resource:
    row = resources.visible_resources(caller.actors).filter(pk=pk).first()
    if row is None:
        raise Http404("没有这项资源。")
    return row


def _keeps(actor, row: Resource) -> bool:
    return resources.bodies_for(actor).filter(pk=row.body_id).exists()


def _wanted_for(request, caller: Caller) -> dict | None:
    """The incident that something is looked for: then each row leads to its call-up."""
    number = request.GET.get("for", "")[:40]
    if not number or not caller.actors_for("call_up.request"):
        return None
    incident = visible_incidents(caller.actors).filter(number=number).first()
    if incident is None:
        return None
    act = reverse("act", args=[incident.number, "call_up.request"])
    return {"incident": incident, "url": f"{act}?{urlencode({'resource': ''})}"}
