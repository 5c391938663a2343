"""Where a person lands: the page of his role; and the door bell for load balancers."""

from django.http import HttpResponse
from django.shortcuts import redirect

from alerts.web.pulse import render_live
from incidents.models import Role, Status
from incidents.querysets import visible_incidents
from incidents.web.caller import caller_of, signed_in

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
    shown = incidents.order_by("-received_at")[:SHOWN]
    return render_live(request, "incidents/home.html", lambda: {"incidents": shown, "UNDER_WAY": UNDER_WAY})


def livez(request):
    """The process answers; nothing is said about the database."""
    return HttpResponse("ok", content_type="text/plain")
