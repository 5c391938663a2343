"""In a drill (§8.3): who has entered one acts in it, and in nothing else, until he leaves it or it ends.

So that no form from a page of the drill is ever taken in earnest, or the other way round: entering and leaving give the
browser a new CSRF token (`drilling.py`); and what the browser sends says on which kind of page it stood (`X-Drill`, or the
field `_drill`), and is refused where that is no longer so.
"""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from incidents import drill_clock
from incidents.models import Drill
from incidents.templatetags.said_where import FIELD
from incidents.web.drilling import ENTERED, leave
from incidents.web.middleware import PUBLIC, UNATTENDED
from incidents.web.register.preparedness import is_register

HEADER = "X-Drill"
GOING = {"logout", "drill-enter", "drill-leave"}
"""From one to the other, or away, one may go from anywhere."""
NOT_ASKED = (UNATTENDED | PUBLIC) - {"pulse", "cap-message"}
"""A drill's CAP message is shown in the drill alone."""
REAL_PLACES = (
    "/account/",
    "/admin/",
    "/audit/",
    "/channels/",
    "/deliveries/",
    "/displays/",
    "/drills/",
    "/duty/",
    "/firm/keys/",
    "/firm/sandbox/",
    "/firm/webhooks/",
    "/people/",
    "/plan/",
    "/preparedness/",
    "/readings/",
    "/roll-calls/",
)
"""What is shown there is real also to who is in a drill, and so are its times: he may read it, and change none of it.
Registers are found by their pages."""
REAL_ALONE = ("/statistics/",)
"""Of no use in a drill: what they show would be neither the drill's nor whole."""
ALSO_IN_A_DRILL = ("/drills/", "/account/")
"""Where he still does what is his own: leave, end the drill, keep his account."""


class DrillMiddleware:
    """`request.drill`: the running drill that the person is in, or None. Costs nothing who is in none.

    Asked before anything may be refused, so that the page that says so stands in the drill's frame too."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.drill = None
        with drill_clock.running(None):
            return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if (
            settings.SESSION_COOKIE_NAME not in request.COOKIES
            or _bears_a_key(request)
            or request.resolver_match.url_name in NOT_ASKED
        ):
            return None
        if ENTERED in request.session:
            request.drill = _running(request)
            if request.drill is None:
                return _ended(request)
        if _stood_elsewhere(request):
            return _refused(request)
        if request.drill is None:
            return None
        if request.path.startswith(REAL_ALONE):
            messages.info(request, "统计只计真实事件，请先退出演练。（§8.3）")
            return _again(request, reverse("home"))
        if not is_real_place(request.path):
            drill_clock.begin(request.drill.clock)
        elif _sends(request) and not request.path.startswith(ALSO_IN_A_DRILL):
            messages.error(request, "演练中不能更改真实数据，请先退出演练。（§8.3）")
            return _again(request, request.path)
        return None


def _bears_a_key(request) -> bool:
    """It is no person who acts, though his browser sends his session along. (Elsewhere a proxy may have asked for a password.)"""
    return request.path.startswith("/api/") and "Authorization" in request.headers


def _running(request) -> Drill | None:
    """As long as it runs, and he takes part in it."""
    return Drill.objects.filter(
        pk=request.session[ENTERED],
        status=Drill.Status.RUNNING,
        participants__post__person=request.session.get(SESSION_KEY),
        participants__post__is_active=True,
    ).first()


def _ended(request):
    """It has ended, or he takes part no more: what he was about to do is not done in earnest."""
    leave(request)
    messages.info(
        request,
        "演练已结束，您已退出演练。刚才提交的内容没有登记。"
        if _sends(request)
        else "演练已结束，您已退出演练。",
    )
    return _again(request, reverse("home"))


def _stood_elsewhere(request) -> bool:
    if request.resolver_match.url_name in GOING:
        return False
    told = [request.headers[HEADER]] if HEADER in request.headers else []
    if request.method == "POST" and request.content_type != "application/json":
        told += request.POST.getlist(FIELD)
    here = request.drill.number if request.drill else ""
    return any(each != here for each in told)


def _refused(request):
    if not _sends(request):
        return _again(request, request.path)
    return render(request, "incidents/drill/drill_stale.html", status=409)


def _again(request, address: str):
    """A page open elsewhere must not show the one in the frame of the other: it is asked for anew."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect(address)


def _sends(request) -> bool:
    return request.method not in ("GET", "HEAD")


def is_real_place(path: str) -> bool:
    return path.startswith(REAL_PLACES) or is_register(path)


def frame_of(request) -> dict:
    """What the frame of a page in a drill shows."""
    drill = request.drill = getattr(request, "drill", None) or _of_no_view(request)
    if drill is None:
        return {"drill": None}
    clock = drill.clock
    points = (clock.started_at, clock.story_at)
    told = " ".join(str(round(at.timestamp() * 1000)) for at in points) + f" {clock.speed}"
    is_real = is_real_place(request.path)
    shows = (
        "itself" if is_real and request.path.startswith(ALSO_IN_A_DRILL) else "real" if is_real else "drill"
    )
    return {
        "drill": drill,
        "drill_now": clock.shown(timezone.now()),
        "drill_clock": told,
        "drill_page_shows": shows,
    }


def _of_no_view(request) -> Drill | None:
    """A page that no view drew (an address that leads nowhere) stands in the frame all the same."""
    if request.resolver_match or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    return _running(request) if ENTERED in request.session else None
