"""指挥屏: what is wrong, how long is left, who acts; and the lists behind its five numbers."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from incidents.models import Incident, Role
from incidents.roles import TABLE, Caller
from incidents.web.caller import require_role, signed_in
from incidents.web.situation import board as boards
from incidents.web.situation.board import Board, act_url
from incidents.web.tiles import tiles
from incidents.web.warning.warnings import mark_of, strip_of

ROLES = (Role.DUTY_OFFICER, Role.OFFICE_DIRECTOR, Role.COMMANDER, Role.AUDITOR)
LEVELLING = ("incident.grade", "incident.upgrade", "incident.downgrade")
PER_PAGE = 40


@signed_in
@require_GET
def dashboard(request):
    return render(request, "incidents/situation/command.html", _context(request))


@signed_in
@require_GET
def figures(request):
    """The part that changes; asked again on every event. 204 where nothing has changed."""
    context = _context(request)
    if request.GET.get("seen") == context["mark"]:
        return HttpResponse(status=204)
    return render(request, "incidents/situation/command_figures.html", context)


def _context(request) -> dict:
    caller = require_role(request, *ROLES)
    board = Board(caller, timezone.now())
    warnings = strip_of(caller, in_force=True)
    return {
        "board": board,
        "rows": [
            {"incident": incident, "acts": _levelling(incident, caller)} for incident in board.shown_incidents
        ],
        "warnings": warnings,
        "mark": board.mark + mark_of(warnings),
        "tiles": tiles(),
        "may_give_displays": bool(caller.roles & TABLE["display.give"].roles),
    }


def _levelling(incident: Incident, caller: Caller) -> list[dict]:
    """The acts by which this person may set, raise or lower its level now; afterwards he is back here."""
    back = urlencode({"next": reverse("command")})
    return [
        {"act": offer.act, "url": f"{act_url(incident, offer.act.code)}?{back}"}
        for offer in caller.offers(incident, LEVELLING)
        if offer.allowed
    ]


LISTS = {
    "open": "未结事件",
    "overdue": "超时",
    "soon": "一小时内到期",
    "unacknowledged": "未签收任务",
}
"""The numbers, each with what it counts; what is out has a page of its own (资源去向)."""


@signed_in
@require_GET
def behind(request, key: str):
    """What one of the five numbers counts, all of it."""
    caller = require_role(request, *ROLES)
    if key not in LISTS:
        raise Http404("没有这张清单。")
    page = Paginator(_counted(key, caller, timezone.now()), PER_PAGE).get_page(request.GET.get("page"))
    context = {"key": key, "title": LISTS[key], "lists": LISTS, "page": page}
    return render(request, "incidents/situation/command_list.html", context)


def _counted(key: str, caller: Caller, now):
    if key == "open":
        return boards.severest_first(boards.open_incidents(caller))
    if key == "unacknowledged":
        return boards.waiting_orders(caller).select_related("incident", "receiver")
    debts = boards.owed(caller).overdue(now) if key == "overdue" else boards.due_soon(caller, now)
    debts = debts.select_related("incident", "warning", "rule", "debtor", "creditor")
    debts = debts.select_related("acknowledged_by__organization", "acknowledged_by__person")
    return debts.order_by("due_at", "pk")
