"""Who stands at the door: one of each role, firms' keys, and nobody."""

from dataclasses import dataclass, field
from functools import cached_property

from django.db import transaction
from django.db.models import Max
from django.http import HttpResponseNotFound
from django.test import Client
from django.utils import timezone
from django.views import defaults

from incidents.models import LedgerEntry
from incidents.services.identity import keys
from tests.cast import Cast
from tests.isolation.table import LETTERS

KEYS = {
    "key": "express-a",
    "outlet's key": "express-a-hub",
    "sister's key": "express-a-shangcai",
    "other's key": "express-b",
}


class SeldomPainted:
    """The page that says that there is no page is alike wherever it stands: it is painted once for each person and once
    for each route; else it is empty."""

    def __init__(self):
        self.paint, self.painted = defaults.page_not_found, set()

    def __call__(self, request, exception):
        asked = {request.user.pk, request.resolver_match and request.resolver_match.route}
        if asked <= self.painted:
            return HttpResponseNotFound()
        self.painted |= asked
        return self.paint(request, exception)


@dataclass
class Door:
    """One who asks. `letter`: his role in the table, none for nobody; a key has an enterprise's."""

    name: str
    letter: str = ""
    headers: dict = field(default_factory=dict)
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    @property
    def has_key(self) -> bool:
        return bool(self.headers)

    @cached_property
    def last_row(self) -> int:
        """Of the ledger, before he asks: afterwards too, since all is undone."""
        return LedgerEntry.objects.aggregate(last=Max("pk"))["last"] or 0

    def asks(self, method: str, url: str):
        """The answer, read to its end; what was done in it is undone, and he is still signed in."""
        before, cookies = self.last_row, self.client.cookies.copy()
        point = transaction.savepoint()
        answer = self.client.generic(method, url, **self.body(method, url), headers=self.headers)
        answer.text_sent = (
            b"".join(answer.streaming_content) if answer.streaming else answer.content
        ).decode(errors="replace")
        answer.is_file = is_file(answer)
        answer.is_in_the_ledger = answer.is_file and LedgerEntry.objects.filter(pk__gt=before).exists()
        transaction.savepoint_rollback(point)
        self.client.cookies = cookies
        return answer

    def body(self, method: str, url: str) -> dict:
        if method == "GET":
            return {}
        if url.endswith(("/attachments/", "/api/v1/filed-plans/")):
            return {"data": b"--x--\r\n", "content_type": "multipart/form-data; boundary=x"}
        if url.startswith("/api/"):
            return {"data": b"{}", "content_type": "application/json"}
        return {"data": b"", "content_type": "application/x-www-form-urlencoded"}


def is_file(answer) -> bool:
    """Something that is kept outside, not a page or an answer of the interface."""
    kind = answer.headers.get("Content-Type", "").split(";")[0]
    shown = ("text/html", "application/json", "application/problem+json", "text/plain", "")
    return "Content-Disposition" in answer.headers or kind not in shown


def doors(cast: Cast) -> list[Door]:
    found = [Door("nobody")]
    for letter, role in LETTERS.items():
        found.append(Door(role, letter))
        found[-1].client.force_login(getattr(cast, role).person)
    for name, code in KEYS.items():
        _, secret = keys.create(enterprise=code, name=name, now=timezone.now())
        found.append(Door(name, "E", {"Authorization": f"Bearer {secret}"}))
    return found
