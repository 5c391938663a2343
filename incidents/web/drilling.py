"""Who has entered a drill (§8.3) is kept in his session; what follows for him, `drill/drill_door.py` says."""

from django.middleware.csrf import rotate_token

from incidents.models import Drill

ENTERED = "drill"
"""In the session: the drill that its person is in."""


def enter(request, drill: Drill):
    request.session[ENTERED] = drill.pk
    rotate_token(request)


def leave(request):
    request.session.pop(ENTERED, None)
    request.drill = None
    rotate_token(request)


def draft_name(request, form: str) -> str:
    """What is half typed in a drill is offered there alone."""
    return f"{form}-drill-{request.drill.pk}" if request.drill else form
