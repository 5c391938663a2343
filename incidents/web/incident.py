"""事件: what is due, the facts, the timeline of one incident; for whoever may see it, else there is none (404)."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from incidents.refusals import Refusal
from incidents.roles import OFFICE
from incidents.services import personal
from incidents.web.attachments import section
from incidents.web.caller import caller_of, signed_in
from incidents.web.choosers import firm_options
from incidents.web.incident_board import SHOWS, Board, find
from incidents.web.incident_facts import facts_of
from incidents.web.incident_tab import tabs_of

PERSONAL = {
    "caller": "来电人",
    "called": "拨给",
    "answered_by": "接听人",
    "person": "对方",
    "phone": "电话",
    "oral_report_to": "口头汇报接听人",
    "on_scene_head": "现场指挥负责人",
    "on_scene_phone": "现场指挥电话",
    "group_head": "工作组组长",
    "group_phone": "工作组电话",
    "chair": "主持人",
    "attended": "参会人",
    "expert": "专家",
    "by": "由谁",
    "superior_told": "上一级单位告知何人",
    "said_by": "所属方告知人",
    "owner_name": "所属个人",
    "owner_phone": "个人电话",
    "payee_name": "受偿人",
    "team": "调查组",
    "person_name": "个人",
}
"""What the personal values beside the ledger are called on screen."""


def board_of(request, number: str) -> Board:
    caller = caller_of(request)
    incident = find(caller, number)
    if incident is None:
        raise Http404(f"没有编号为 {number} 的事件。")
    show = request.GET.get("show")
    return Board(incident, caller, timezone.now(), show if show in SHOWS else "all")


@signed_in
@require_http_methods(["GET", "POST"])
def page(request, number: str):
    if request.method == "POST":
        return _look_at_caller(request)
    board = board_of(request, number)
    if "print" in request.GET:
        return render(request, "incidents/incident_print.html", _context(board))
    more = {
        "tabs": tabs_of(number, board.caller, ""),
        **section(board.incident, board.caller),
        "receipt": _receipt(board, request),
        "firms": firm_options() if board.is_office else [],
    }
    return render(request, "incidents/incident.html", _context(board) | more)


@signed_in
@require_GET
def live(request, number: str):
    """The columns again, if anything in them has changed; the poll says which revision it shows."""
    board = board_of(request, number)
    if request.GET.get("rev") == board.revision:
        return HttpResponse(status=204)
    return render(request, "incidents/incident_live.html", _context(board))


def _context(board: Board) -> dict:
    facts = facts_of(board.incident, board.caller, is_office=board.is_office)
    return {"board": board, "incident": board.incident, "facts": facts, "now": board.now}


def _receipt(board: Board, request):
    """The report just filed: its number and the server's time."""
    number = request.GET.get("filed")
    return number and board.incident.reports.filter(number=number).first()


def _look_at_caller(request):
    """The caller's name and telephone; the look is recorded on the person's own chain of the ledger."""
    actor = next((actor for actor in caller_of(request).actors if actor.role in OFFICE), None)
    entry = request.POST.get("personal", "")
    if actor is None or not entry.isdecimal() or len(entry) > 18:
        raise Http404
    try:
        shown = personal.look_at(actor=actor, entry=int(entry), now=timezone.now())
    except Refusal as refusal:
        raise Http404(refusal.detail) from refusal
    named = [(name, shown.get(key, "")) for key, name in PERSONAL.items() if shown.get(key)]
    return render(request, "incidents/incident_caller.html", {"shown": named})
