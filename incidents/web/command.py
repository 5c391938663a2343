"""指挥屏: what is wrong, how long is left, who acts; for the commander's desk and (`?wall=1`) for the wall."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from incidents.models import Role
from incidents.web.board import Board, act_url, running_response
from incidents.web.caller import require_role, signed_in
from incidents.web.warnings import mark_of, strip_of

ROLES = (Role.DUTY_OFFICER, Role.OFFICE_DIRECTOR, Role.COMMANDER, Role.AUDITOR)
LEVELLING = ("incident.grade", "incident.upgrade", "incident.downgrade")


@signed_in
def dashboard(request):
    return render(request, "incidents/command.html", _context(request))


@signed_in
def figures(request):
    """The part that changes; polled. 204 where nothing has changed, so that an open row stays open."""
    context = _context(request)
    if request.GET.get("seen") == context["mark"]:
        return HttpResponse(status=204)
    return render(request, "incidents/command_figures.html", context)


def _context(request) -> dict:
    caller = require_role(request, *ROLES)
    board = Board(caller, timezone.now())
    rows = [
        {
            "incident": incident,
            "response": running_response(incident),
            "acts": [
                {"act": offer.act, "url": act_url(incident, offer.act.code)}
                for offer in caller.offers(incident, LEVELLING)
                if offer.allowed
            ],
        }
        for incident in board.shown_incidents
    ]
    warnings = strip_of(caller, in_force=True)
    return {
        "board": board,
        "rows": rows,
        "warnings": warnings,
        "mark": board.mark + mark_of(warnings),
        "wall": request.GET.get("wall") == "1",
    }
