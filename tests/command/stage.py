"""The tab 指挥 of one incident, as a person uses it: its page, its acts, and what they say."""

from dataclasses import dataclass, field
from functools import cached_property

from django.test import Client

from incidents.models import Incident, OpenItem
from tests.cast import Cast
from tests.screens.stage import form_of, sign_in, text_of


@dataclass
class Door:
    cast: Cast
    incident: Incident
    clients: dict = field(default_factory=dict)

    def client(self, who: str) -> Client:
        if who not in self.clients:
            self.clients[who] = sign_in(getattr(self.cast, who))
        return self.clients[who]

    @cached_property
    def path(self) -> str:
        return f"/incidents/{self.incident.number}/command/"

    def page(self, who: str):
        return self.client(who).get(self.path)

    def words(self, who: str) -> str:
        return text_of(self.page(who))

    def does(self, who: str, code: str, status: int = 302, query: str = "", **typed):
        """An act on the incident, through its form."""
        return self.sends(who, f"/incidents/{self.incident.number}/act/{code}/{query}", status, **typed)

    def does_on(self, who: str, slug: str, number: str, code: str, status: int = 302, **typed):
        """An act on a meeting, a group or a scheme."""
        return self.sends(who, f"/{slug}/{number}/{code}/", status, **typed)

    def sends(self, who: str, url: str, status: int, **typed):
        answer = self.client(who).post(url, form_of(self.client(who), url, **typed))
        assert answer.status_code == status, text_of(answer)[:3000]
        return answer

    def is_open(self, kind: str) -> bool:
        return OpenItem.objects.filter(incident=self.incident, kind=kind, settled_at=None).exists()

    def actions(self, prefix: str) -> list[str]:
        rows = self.incident.timeline.filter(action__startswith=prefix).order_by("seq")
        return list(rows.values_list("action", flat=True))
