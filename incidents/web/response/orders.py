"""任务: one task order as a paper, for whoever gave, received or watches it; of the incident no more than it needs."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from incidents.querysets import sees_office_matters, visible_incidents
from incidents.web.act.matters import lines, orders_of
from incidents.web.caller import caller_of, signed_in


@signed_in
@require_GET
def page(request, number: str):
    caller = caller_of(request)
    rows = (
        orders_of(caller)
        .select_related("incident__event_class", "scheme__scheme", "decision__meeting", "source__instruction")
        .filter(number=number)
    )
    line = next(iter(lines(rows, caller)), None)
    if line is None:
        raise Http404(f"没有编号为 {number} 的任务。")
    incident = line.matter.incident
    context = {
        "line": line,
        "order": line.matter,
        "incident": incident,
        "sees_incident": visible_incidents(caller.actors).filter(pk=incident.pk).exists(),
        "sees_all": sees_office_matters(caller.actors),
        "progress": line.matter.progress_entries.select_related("by__organization"),
        "now": timezone.now(),
    }
    return render(request, "incidents/response/order.html", context)
