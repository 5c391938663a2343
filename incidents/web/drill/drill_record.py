"""What stands behind the figures of a drill (§8.3): an incident or a warning of it with its limits and its timeline, to read.

Who sees the drill reads of it what his posts would have shown him in it. Who takes part reads it once it is over: until
then he enters the drill.
"""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from alerts.models import Warning
from incidents import drill_clock
from incidents.models import Drill, Incident, Organization
from incidents.querysets import sees_office_matters
from incidents.roles import Caller
from incidents.services.drill.drill_measuring import Step, measure
from incidents.web.caller import signed_in
from incidents.web.drill.drills import caller_of_drills, found, looking_on, plays_in
from incidents.web.report import incident_board
from incidents.web.warning import warning_board


@signed_in
@require_GET
def record(request, number: str, subject: str):
    caller, now = caller_of_drills(request), timezone.now()
    drill = found(caller, number)
    inside = looking_on(caller, drill)
    board = _board(inside, subject, now) if drill.is_over or not plays_in(request, drill) else None
    if board is None:
        raise Http404("没有这条记录，或您看不到它。")
    row = board.incident if isinstance(board, incident_board.Board) else board.warning
    board.is_office = False  # personal values are looked at on the page itself, in the drill
    context = {
        "drill_card": drill,
        "row": row,
        "is_incident": isinstance(row, Incident),
        "steps": _steps(inside, drill, row, now),
        "timeline": board.timeline,
    }
    with drill_clock.running(drill.clock):
        return render(request, "incidents/drill/drill_record.html", context)


def _board(caller: Caller, number: str, now):
    if incident := incident_board.find(caller, number):
        return incident_board.Board(incident, caller, now)
    warning = warning_board.find(caller, number)
    return warning and warning_board.WarningBoard(warning, caller, now)


def _steps(caller: Caller, drill: Drill, row: Incident | Warning, now) -> list[Step]:
    steps = [step for step in measure(drill, now).steps if step.debt.subject == row]
    if sees_office_matters(caller.actors):
        return steps
    bodies = [actor.organization for actor in caller.actors]
    own = set(Organization.objects.within(*bodies).values_list("pk", flat=True))
    return [step for step in steps if step.debt.debtor_id in own]
