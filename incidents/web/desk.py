"""值班台: what is open, what is due next and who must act; the office's first page, and its search."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from incidents.models import Organization, Role
from incidents.querysets import ALL_SEEING, visible_incidents
from incidents.roles import OFFICE, Caller
from incidents.search import matches
from incidents.web.caller import caller_of, signed_in
from incidents.web.context import unread_of
from incidents.web.desk_rows import desk_of
from incidents.web.warnings import mark_of, strip_of

PER_PAGE = 30


def desk_reader(request) -> Caller:
    """The office at its desk; commander and auditor may look. For others there is no desk (404)."""
    caller = caller_of(request)
    if not caller.roles & ALL_SEEING:
        raise Http404
    return caller


@signed_in
@require_GET
def desk(request):
    caller = desk_reader(request)
    return render(request, "incidents/desk.html", _context(request, caller))


@signed_in
@require_GET
def rows(request):
    """The board alone, asked again on every event; 204 where nothing on it has changed."""
    context = _context(request, desk_reader(request))
    if request.GET.get("mark") == context["mark"]:
        return HttpResponse(status=204)
    return render(request, "incidents/desk_board.html", context)


def _context(request, caller: Caller) -> dict:
    now, unread = timezone.now(), unread_of(request)
    desk, warnings = desk_of(caller, request.user, unread, now), strip_of(caller)
    return {
        "desk": desk,
        "mark": desk.mark + mark_of(warnings),
        "unread": unread,
        "now": now,
        "may_open": bool(caller.roles & OFFICE),
        "warnings": warnings,
    }


@signed_in
@require_GET
def search(request):
    """Incidents by number, title, place, firm or county; only those that the searcher may see."""
    caller = caller_of(request)
    if not caller.roles - {Role.ADMINISTRATOR}:
        raise Http404
    words = request.GET.get("q", "").strip()[:100]
    page = Paginator(found(caller, words), PER_PAGE).get_page(request.GET.get("page")) if words else None
    return render(request, "incidents/desk_search.html", {"words": words, "page": page})


def found(caller: Caller, words: str):
    """Every word must occur: in the incident's own text, or in the name of its firm or county."""
    seen = visible_incidents(caller.actors)
    for word in words.split():
        named = Q(initials__iexact=word) | Q(matches("incidents_organization", word))
        bodies = list(Organization.objects.filter(named).values_list("pk", flat=True))
        seen = seen.filter(
            Q(matches("incidents_incident", word))
            | Q(number__icontains=word)
            | Q(enterprise__in=bodies)
            | Q(county__in=bodies)
        )
    return seen.select_related("enterprise", "county", "event_class").order_by("-year", "-serial")
