"""What every answer carries, and what keeps a session alive.

The server's own time stands on each answer, so that countdowns do not trust the browser's clock, and what a browser may
do with it.
"""

import ipaddress
from math import ceil

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.utils import timezone

from incidents.services.identity import signed_in

SEEN = "seen"
"""In the session: when it was last used by hand, in seconds."""
RENEWED_EVERY = 60
WATCH_ASKED_EVERY = 300
LAST_HERE = "last_here"
"""A cookie that outlives the session's own, and opens nothing: whose browser this was (`kept_forms`)."""
UNATTENDED = {"livez", "readyz", "healthz", "metrics", "pulse", "session", "wall", "wall-figures"}
"""Asked by machines, or by pages that nobody touches."""
PUBLIC = {"public", "public-release", "robots", "cap-feed", "cap-message"}
"""The same for everybody, and kept by caches: whose session asks is not looked at."""


def epoch_ms(at) -> int:
    return round(at.timestamp() * 1000)


class ServerTimeMiddleware:
    """Sets `X-Server-Time` (epoch milliseconds); `js/clock.js` reads it after each fragment."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response["X-Server-Time"] = str(epoch_ms(timezone.now()))
        return response


UNUSED = "camera microphone geolocation payment usb serial midi display-capture browsing-topics"
PERMISSIONS = ", ".join(f"{name}=()" for name in UNUSED.split())


class HardeningMiddleware:
    """No other site may embed an answer, none may use what no page of ours uses, and
    what was for one person's eyes is kept nowhere: at a shared desk the next person would find it by going back."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Permissions-Policy", PERMISSIONS)
        user = getattr(request, "_cached_user", None)
        if user is not None and user.is_authenticated and "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        return response


class ActivityMiddleware:
    """A session ends when nobody has used it for `SESSION_COOKIE_AGE`. What a page asks by itself does not count: its
    fragments (htmx's GET), the pulse, the stream. Written at most once a minute.

    The one exception is who has signed in for the running shift: his desk must go on showing and sounding through the
    night though nobody touches it (§5.2.3)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        before = request.session.session_key
        response = self.get_response(request)
        key = request.session.session_key
        begun = getattr(request, "_sign_in", None)
        if (
            begun is None and before and key and key != before
        ):  # a changed password gives the session a new key
            begun = signed_in.moved(before, key)
        if begun:
            secure, same_site = settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_SAMESITE
            response.set_cookie(LAST_HERE, begun, httponly=True, secure=secure, samesite=same_site)
        return response

    def process_view(self, request, view, args, kwargs):
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.resolver_match.url_name in PUBLIC:
            return
        if is_by_hand(request):
            use(request)
        elif request.resolver_match.url_name == "pulse" and is_unused(request, WATCH_ASKED_EVERY):
            if signed_in.keeps_watch(request.session[SESSION_KEY], timezone.now()):
                use(request)


def is_by_hand(request) -> bool:
    if request.method in ("GET", "HEAD"):
        by_itself = "HX-Request" in request.headers or request.path.startswith("/api/")
        return not by_itself and request.resolver_match.url_name not in UNATTENDED
    return request.resolver_match.url_name not in UNATTENDED


def use(request, every: int = RENEWED_EVERY):
    """Somebody is at work: the session begins its time anew."""
    if is_unused(request, every):
        now = timezone.now()
        request.session[SEEN] = int(now.timestamp())
        signed_in.seen(request.session.session_key, now)


def is_unused(request, seconds: int) -> bool:
    """Somebody's session, last used at least so long ago."""
    session = request.session
    return SESSION_KEY in session and timezone.now().timestamp() - session.get(SEEN, 0) >= seconds


def seconds_left(request) -> int:
    """Until the session ends, if nobody does anything."""
    seen = request.session.get(SEEN, 0)
    return max(0, ceil(seen + settings.SESSION_COOKIE_AGE - timezone.now().timestamp()))


def note_sign_in(sender, request, user, **_):
    """Django's own hook of every way in: by the form, a second factor, single sign-on."""
    now, session = timezone.now(), request.session
    if session.session_key is None:
        session.create()
    session[SEEN] = int(now.timestamp())
    agent = request.META.get("HTTP_USER_AGENT", "").replace("\0", "")
    begun = signed_in.began(user, session.session_key, address=address_of(request), agent=agent, now=now)
    request._sign_in = begun.digest


def address_of(request) -> str | None:
    try:
        return str(ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None
