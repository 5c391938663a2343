"""指挥: what the start of a response opens (§5.4), on one tab of the incident; a body sees of it what concerns it."""

from dataclasses import dataclass

from django.views.decorators.http import require_GET

from incidents.models import Meeting, MeetingDecision, Role
from incidents.querysets import sees_office_matters, visible_groups, visible_meetings, visible_schemes
from incidents.roles import OFFICE
from incidents.services.response import own_plans
from incidents.web.act import matters
from incidents.web.caller import signed_in
from incidents.web.report.debt_lines import ActButton
from incidents.web.report.incident_tab import TabPage

PARTS = ("on_scene", "group", "meeting", "scheme", "expert", "own_plan")


@dataclass(frozen=True)
class Row:
    """A meeting, a group or a scheme, and what may be done on it now."""

    matter: object
    acts: list[dict]
    orders: list[tuple[MeetingDecision, ActButton | None]]
    """Of a meeting: its decisions, each with the act that turns it into a task."""


@signed_in
@require_GET
def page(request, number: str):
    tab = TabPage(request, number, "command")
    incident, caller = tab.incident, tab.caller
    sees_all = sees_office_matters(caller.actors)
    buttons = tab.buttons
    context = {
        "acts": {part: [b for b in buttons["now"] if b.code.startswith(f"{part}.")] for part in PARTS},
        "buttons": buttons | {"now": []},
        "sees_all": sees_all,
        "sees_phones": bool(caller.roles & (OFFICE | {Role.COMMANDER})),
        "on_scene": list(incident.on_scene_commands.select_related("order__receiver")),
        "groups": _rows(tab, _groups(tab)),
        "meetings": _rows(tab, _meetings(tab)),
        "schemes": _rows(tab, _schemes(tab)),
        "own_plans": _own_plans(tab, sees_all),
    }
    if sees_all:
        context |= {
            "experts": incident.experts.select_related("expert", "named_by__organization").prefetch_related(
                "calls"
            ),
            "advice": incident.advice.select_related("expert", "scheme", "recorded_by__organization"),
            "may_call": any(button.code == "expert.call" for button in buttons["now"]),
        }
    context["standing"] = [row for row in context["on_scene"] if row.until is None]
    context["before"] = [row for row in context["on_scene"] if row.until]
    return tab.render("incidents/response/command_tab.html", context)


def _groups(tab: TabPage):
    rows = visible_groups(tab.caller.actors).filter(incident=tab.incident)
    return rows.select_related("lead").prefetch_related("members", "orders").order_by("serial")


def _meetings(tab: TabPage):
    rows = visible_meetings(tab.caller.actors).filter(incident=tab.incident)
    rows = rows.select_related("convened_by__organization")
    return rows.prefetch_related("called__body", "decisions__body", "decisions__orders").order_by("-serial")


def _schemes(tab: TabPage):
    rows = visible_schemes(tab.caller.actors).filter(incident=tab.incident)
    return rows.prefetch_related("versions__orders", "advice").order_by("-serial")


def _rows(tab: TabPage, found) -> list[Row]:
    rows = []
    for matter in found:
        matter.incident = tab.incident
        acts = [
            offered | {"url": tab.back_here(offered["url"])}
            for offered in matters.acts_on(matter, tab.caller)
        ]
        rows.append(Row(matter, acts, _orders(tab, matter) if isinstance(matter, Meeting) else []))
    return rows


def _orders(tab: TabPage, meeting: Meeting) -> list[tuple]:
    """Each decision, with the act that turns it into a task, until it has been."""
    may = any(offer.allowed and offer.actors for offer in tab.caller.offers(tab.incident, ["order.issue"]))
    return [
        (
            line,
            tab.button("order.issue", "下达任务", decision=line.pk)
            if may and not line.orders.all()
            else None,
        )
        for line in meeting.decisions.all()
    ]


def _own_plans(tab: TabPage, sees_all: bool) -> list[dict]:
    """All bodies for who sees all; else one's own. The office logs a body's word in its line."""
    mine = {own_plans.body_for(actor, tab.incident) for actor in tab.caller.actors}
    allowed = {b.code for b in tab.buttons["now"]}
    found = []
    for line in own_plans.lines(tab.incident):
        if not sees_all and line.body not in mine:
            continue
        code = "own_plan.start" if line.plan is None else "own_plan.end"
        open_now = line.plan is None or line.plan.ended_at is None
        may = code in allowed and open_now and (line.body in mine or tab.caller.roles & OFFICE)
        query = {"body": line.body.code} if tab.caller.roles & OFFICE else {}
        name = "登记启动" if line.plan is None else "登记终止"
        found.append({"line": line, "act": tab.button(code, name, **query) if may else None})
    return found
