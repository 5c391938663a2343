"""值班台: what is open, what is due next and who must act; the office's first page."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from incidents.querysets import ALL_SEEING
from incidents.roles import OFFICE, Caller
from incidents.web.caller import caller_of, signed_in
from incidents.web.situation.desk_rows import desk_of
from incidents.web.unread import unread_of
from incidents.web.warning.warnings import mark_of, strip_of


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
    return render(request, "incidents/situation/desk.html", _context(request, caller))


@signed_in
@require_GET
def rows(request):
    """The board alone, asked again on every event; 204 where nothing on it has changed."""
    context = _context(request, desk_reader(request))
    if request.GET.get("mark") == context["mark"]:
        return HttpResponse(status=204)
    return render(request, "incidents/situation/desk_board.html", context)


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
