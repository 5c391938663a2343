"""Each request's number and its one line in the log.

The number is django-guid's: in every line of the log, in the ledger, in problem documents and on error pages, so that
somebody on the telephone can name what went wrong. A number that the proxy gives (`X-Request-ID`) is taken if it is
one; a visitor's own text never gets into log or ledger.
"""

import logging
import re
import time
from contextvars import ContextVar

from django.http import HttpRequest

log = logging.getLogger("zmd.access")

GIVEN = "HTTP_X_REQUEST_ID"
NUMBER = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SECRET_PARAMETERS = {"secret", "token", "key", "uidb64"}
PROBES = {"/livez", "/readyz", "/healthz", "/metrics"}

current: ContextVar[HttpRequest | None] = ContextVar("current_request", default=None)
"""The request that this thread is at, for whoever writes a line about it."""


class AccessMiddleware:
    """The outermost: stands before django-guid, whose own idea of a well-formed number knows no length."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not NUMBER.fullmatch(request.META.get(GIVEN, "")):
            request.META.pop(GIVEN, None)
        token, began = current.set(request), time.perf_counter()
        try:
            response = self.get_response(request)
            log.log(
                logging.DEBUG if request.path in PROBES else logging.INFO,
                "request",
                extra={
                    "method": request.method,
                    "path": shown_path(request),
                    "status": response.status_code,
                    "ms": round((time.perf_counter() - began) * 1000, 1),
                },
            )
            return response
        finally:
            current.reset(token)


def noting(scope, send):
    """The same line for what answers before or beside Django: open screens, and bodies that are refused unread."""

    async def send_and_note(message):
        if message["type"] == "http.response.start":
            told = {"method": scope["method"], "path": scope["path"], "status": message["status"]}
            log.info("request", extra=told)
        await send(message)

    return send_and_note


def shown_path(request) -> str:
    """Without the query, and without what in a path is a credential (`/wall/<secret>/`)."""
    path, match = request.path, request.resolver_match
    for name, value in match.kwargs.items() if match else ():
        if name in SECRET_PARAMETERS:
            path = path.replace(str(value), "…")
    return path
