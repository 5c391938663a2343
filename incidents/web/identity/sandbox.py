"""沙箱: what the firm's test keys have filed, for its own people alone; to read, as the engineer's programs do the rest."""

from dataclasses import replace

from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import render

from alerts.models import Warning
from alerts.services.visibility import visible_debts
from incidents.models import Role
from incidents.querysets import visible_incidents, visible_orders, visible_timeline
from incidents.roles import Actor
from incidents.web.caller import require_role, signed_in

SHOWN = 50


@signed_in
def page(request):
    actors = _actors(request)
    warnings = Warning.with_drills.visible_to(actors).select_related("enterprise")
    incidents = visible_incidents(actors).select_related("enterprise", "county")
    owed = visible_debts(actors).filter(voided_at=None).select_related("rule", "creditor")
    debts = Prefetch("deadlines", owed.order_by("due_at", "pk"), to_attr="owed")
    context = {
        "incidents": incidents.prefetch_related(debts).order_by("-pk")[:SHOWN],
        "warnings": warnings.prefetch_related(debts).order_by("-pk")[:SHOWN],
        "SHOWN": SHOWN,
    }
    return render(request, "incidents/identity/sandbox.html", context)


@signed_in
def incident(request, number: str):
    actors = _actors(request)
    seen = visible_incidents(actors).select_related("enterprise", "county", "event_class")
    found = seen.filter(number=number).first()
    if found is None:
        raise Http404("没有这起演练事件。")
    debts = visible_debts(actors).filter(incident=found).select_related("rule", "debtor", "creditor")
    timeline = visible_timeline(found, actors).select_related("organization", "key")
    context = {
        "incident": found,
        "debts": debts.order_by("due_at", "pk"),
        "reports": found.reports.select_related("reporter").order_by("-serial"),
        "orders": visible_orders(actors).filter(incident=found).order_by("-pk"),
        "timeline": timeline.order_by("-seq")[: 10 * SHOWN],
    }
    return render(request, "incidents/identity/sandbox_incident.html", context)


def _actors(request) -> list[Actor]:
    caller = require_role(request, Role.ENTERPRISE)
    return [replace(actor, in_drill=True) for actor in caller.actors if actor.role == Role.ENTERPRISE]
