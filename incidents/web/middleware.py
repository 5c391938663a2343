"""What every answer carries: the server's own time, so that countdowns do not trust the browser's clock, and what a
browser may do with it."""

from django.utils import timezone


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


UNUSED = "camera microphone geolocation payment usb serial bluetooth midi display-capture browsing-topics"
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
