"""What every answer carries: the server's own time, so that countdowns do not trust the browser's clock."""

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
