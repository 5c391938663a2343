"""Where a person lands: the page of his role; and the door bell for load balancers."""

from django.http import HttpResponse
from django.shortcuts import redirect

from alerts.models import Deadline
from alerts.web.pulse import render_live
from incidents.models import Response, Role, Status, SupportRequest, TaskOrder
from incidents.querysets import visible_incidents
from incidents.roles import Caller
from incidents.services.revision import plan_approving
from incidents.web.act import matters
from incidents.web.caller import caller_of, signed_in
from incidents.web.notice import words
from incidents.web.report.asked import asked_of
from incidents.web.report.own_plans import to_do_lines

LANDING = (
    ({Role.DUTY_OFFICER, Role.OFFICE_DIRECTOR}, "desk"),
    ({Role.COMMANDER, Role.AUDITOR}, "command"),
    ({Role.ENTERPRISE}, "firm"),
)
UNDER_WAY = (Status.REPORTED, Status.GRADED, Status.RESPONDING)
SHOWN = 60


@signed_in
def home(request):
    """By role; who has no page of his own finds the incidents that concern him."""
    caller = caller_of(request)
    for roles, place in LANDING:
        if caller.roles & roles:
            return redirect(place)
    if caller.roles == {Role.ADMINISTRATOR}:
        return redirect("admin:index")
    incidents = visible_incidents(caller.actors).select_related("county", "enterprise", "event_class")
    shown = {"incidents": incidents.order_by("-received_at")[:SHOWN], "UNDER_WAY": UNDER_WAY}
    return render_live(
        request, "incidents/situation/home.html", lambda: shown | _to_do(caller) | asked_of(caller)
    )


def _to_do(caller: Caller) -> dict:
    """What waits for this body: orders to acknowledge first, a proposal to decide, support asked of it, debts."""
    bodies = [actor.organization for actor in caller.actors]
    orders = matters.orders_of(caller).exclude(status=TaskOrder.Status.OVER)
    asked = matters.requests_of(caller).filter(holder__in=bodies, status__in=SupportRequest.WAITING)
    proposed = Response.objects.filter(
        status=Response.Status.PROPOSED, incident__in=visible_incidents(caller.actors)
    )
    owed = (
        Deadline.objects.seen_by(caller.actors[0])
        .answerable()
        .filter(debtor__in=bodies, order=None, support=None, warning=None)
    )
    return {
        "instructions": words.rows(words.unsettled_for(caller), caller),
        "notices": words.rows(words.unread_by(caller), caller),
        "orders": matters.lines(matters.by_urgency(orders), caller),
        "own_plans": to_do_lines(caller),
        "plans": plan_approving.before(caller.actors),
        "requests": matters.lines(asked, caller),
        "proposed": proposed.select_related("incident") if Role.APPROVER in caller.roles else [],
        "owed": owed.select_related("rule", "debtor", "creditor", "incident", "undertaking").order_by(
            "due_at", "pk"
        ),
    }


def livez(request):
    """The process answers; nothing is said about the database."""
    return HttpResponse("ok", content_type="text/plain")
