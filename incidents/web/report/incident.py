"""事件: what is due, the facts, the timeline of one incident; for whoever may see it, else there is none (404)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from incidents.web.caller import caller_of, signed_in
from incidents.web.choosers import firm_options
from incidents.web.report.attachments import section
from incidents.web.report.incident_board import Board, find_or_404
from incidents.web.report.incident_facts import facts_of
from incidents.web.report.incident_tab import tabs_of
from incidents.web.report.timeline import SHOWS


def board_of(request, number: str) -> Board:
    caller = caller_of(request)
    incident = find_or_404(caller, number)
    show = request.GET.get("show")
    return Board(incident, caller, timezone.now(), show if show in SHOWS else "all")


@signed_in
@require_GET
def page(request, number: str):
    board = board_of(request, number)
    if "print" in request.GET:
        return render(request, "incidents/report/incident_print.html", _context(board))
    more = {
        "tabs": tabs_of(number, board.caller, ""),
        **section(board.incident, board.caller),
        "receipt": _receipt(board, request),
        "firms": firm_options() if board.is_office else [],
    }
    return render(request, "incidents/report/incident.html", _context(board) | more)


@signed_in
@require_GET
def live(request, number: str):
    """The columns again, if anything in them has changed; the poll says which revision it shows."""
    board = board_of(request, number)
    if request.GET.get("rev") == board.revision:
        return HttpResponse(status=204)
    return render(request, "incidents/report/incident_live.html", _context(board))


def _context(board: Board) -> dict:
    facts = facts_of(board.incident, board.caller, is_office=board.is_office)
    return {"board": board, "incident": board.incident, "facts": facts, "now": board.now}


def _receipt(board: Board, request):
    """The report just filed: its number and the server's time."""
    number = request.GET.get("filed")
    return number and board.incident.reports.filter(number=number).first()
