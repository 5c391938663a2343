"""The pages of one incident beside its first: a part of the plan each, with the acts that belong to it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from incidents.models import Role
from incidents.roles import TABLE, Caller
from incidents.web.caller import caller_of
from incidents.web.report.debt_lines import ActButton
from incidents.web.report.incident_board import act_url, find

INSIDE = frozenset({Role.DUTY_OFFICER, Role.OFFICE_DIRECTOR, Role.COMMANDER, Role.AUDITOR})
EVERYBODY = frozenset(Role)
CONCERNED = INSIDE | {Role.MEMBER, Role.COUNTY, Role.ENTERPRISE}


@dataclass(frozen=True)
class Tab:
    """`slug`: what acts name in `Act.tab`, blank on the first page; `roles`: to whom it is shown."""

    slug: str
    name: str
    url_name: str
    roles: frozenset = EVERYBODY


TABS = (
    Tab("", "概况", "incident"),
    Tab("command", "指挥", "incident-command", CONCERNED),
    Tab("instructions", "批示", "incident-instructions"),
    Tab("orders", "任务", "incident-orders"),
    Tab("call-ups", "调用", "incident-call-ups", INSIDE),
    Tab("briefs", "专报", "incident-briefs", INSIDE),
    Tab("words", "通报与发布", "incident-words"),
    Tab("guide", "处置要领", "incident-guide", INSIDE | {Role.ENTERPRISE}),
    Tab("attachments", "附件", "attachments"),
    Tab("after", "善后", "incident-after", INSIDE),
    Tab("file", "档案", "incident-file", INSIDE),
    Tab("replay", "回放", "incident-replay", INSIDE),
)


def tabs_of(number: str, caller: Caller, here: str) -> list[dict]:
    return [
        {"name": tab.name, "url": reverse(tab.url_name, args=[number]), "is_here": tab.slug == here}
        for tab in TABS
        if caller.roles & tab.roles
    ]


class TabPage:
    """One tab of one incident for one person; there is none (404) for whom the incident or the tab does not exist."""

    def __init__(self, request, number: str, slug: str):
        self.request, self.slug = request, slug
        self.caller, self.now = caller_of(request), timezone.now()
        tab = next(tab for tab in TABS if tab.slug == slug)
        incident = find(self.caller, number) if self.caller.roles & tab.roles else None
        if incident is None:
            raise Http404(f"没有编号为 {number} 的事件。")
        self.incident, self.name = incident, tab.name

    @cached_property
    def buttons(self) -> dict[str, list[ActButton]]:
        """The tab's acts on the incident; each comes back here. `now`, `later` and `never` as on the first page."""
        groups = {"now": [], "later": [], "never": []}
        for offer in self.caller.offers(
            self.incident, [code for code, act in TABLE.items() if act.tab == self.slug]
        ):
            button = self.button(offer.act.code, why_not=offer.why_not or "")
            groups["never" if not offer.actors else "later" if offer.why_not else "now"].append(button)
        return groups

    def button(self, code: str, name: str = "", why_not: str = "", **query) -> ActButton:
        """An act on the incident that comes back to this page."""
        act = TABLE[code]
        url = act_url(self.incident.number, code, next=self.request.path, **query)
        return ActButton(code, name or act.name, url, act.clause, why_not)

    def back_here(self, url: str) -> str:
        """The address of an act on something within the incident, to come back to this page."""
        return f"{url}?{urlencode({'next': self.request.path})}"

    def render(self, template: str, context: dict):
        """`template` extends `incidents/incident_tab.html`."""
        common = {
            "page": self,
            "incident": self.incident,
            "buttons": self.buttons,
            "tabs": tabs_of(self.incident.number, self.caller, self.slug),
            "now": self.now,
        }
        return render(self.request, template, common | context)
