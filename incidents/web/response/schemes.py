"""处置方案: all its versions, each to print or as a Word file; who received an order that cites it reads what it cites."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from incidents.documents.scheme import scheme_paper
from incidents.models import Scheme, SchemeVersion
from incidents.querysets import sees_office_matters, visible_orders, visible_schemes
from incidents.web.caller import caller_of, signed_in
from incidents.web.taking_away import take_away


@signed_in
@require_GET
def page(request, number: str):
    scheme, versions = _find(request, number)
    asked = request.GET.get("version", "")
    shown = next((version for version in versions if str(version.version) == asked), versions[0])
    context = {
        "scheme": scheme,
        "incident": scheme.incident,
        "version": shown,
        "versions": versions,
        "sees_all": sees_office_matters(caller_of(request).actors),
        "advice": scheme.advice.select_related("expert"),
        "now": timezone.now(),
    }
    return render(request, "incidents/response/scheme.html", context)


@signed_in
@require_GET
def word(request, number: str):
    scheme, versions = _find(request, number)
    asked = request.GET.get("version", "")
    version = next((version for version in versions if str(version.version) == asked), versions[0])
    name = f"{version} {scheme.title}"
    return take_away(request, scheme_paper(version), name)


def _find(request, number: str) -> tuple[Scheme, list[SchemeVersion]]:
    actors = caller_of(request).actors
    scheme = (
        visible_schemes(actors)
        .select_related("incident__office__parent", "incident__event_class")
        .filter(number=number)
        .first()
    )
    if scheme is None:
        raise Http404(f"没有编号为 {number} 的方案。")
    versions = scheme.versions.select_related("drafted_by__organization", "decided_by__organization")
    if not sees_office_matters(actors):
        versions = versions.filter(pk__in=visible_orders(actors).values("scheme"))
    found = list(versions.order_by("-version"))
    for version in found:
        version.scheme = scheme
    return scheme, found
