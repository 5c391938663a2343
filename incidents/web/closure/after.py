"""善后: recovery, evaluation, investigation, 奖惩 of one incident, and what is still missing before it is closed."""

from django.http import Http404
from django.utils import timezone
from django.views.decorators.http import require_GET

from incidents.documents import aftermath as papers
from incidents.models import Accountability, Commendation, Evaluation, Investigation, RecoveryItem
from incidents.paper_sight import visible_recovery
from incidents.roles import OFFICE
from incidents.services.closure import closing, recovering
from incidents.web.act.matters import lines
from incidents.web.caller import signed_in
from incidents.web.report.incident_tab import TabPage
from incidents.web.taking_away import take_away

WHERE = {
    "final_report": "incident",
    "orders": "incident",
    "debts": "incident",
    "call_ups": "incident-call-ups",
}
"""What is missing, and on which page of the incident it is seen to; all else on this one."""

PAPERS = {
    "evaluation": (Evaluation, papers.evaluation, "总结评估报告"),
    "investigation": (Investigation, papers.investigation, "调查处理报告"),
}
NAMED = {"recovery": RecoveryItem, "commendation": Commendation, "accountability": Accountability}


@signed_in
@require_GET
def tab(request, number: str):
    page = TabPage(request, number, "after")
    incident, caller = page.incident, page.caller
    recovery = visible_recovery(caller.actors).filter(incident=incident)
    inputs = incident.evaluation_inputs.select_related("body", "incident")
    improvements = incident.improvements.select_related("body", "incident")
    investigation = incident.investigations.of_this_end().select_related("team_named_by").first()
    missing = closing.missing_for_closure(incident, page.now)
    adopt = {
        offer.act.code.removeprefix("incident."): page.button(offer.act.code, f"通过{offer.act.name}")
        for offer in caller.offers(incident, ("incident.evaluate", "incident.investigate"))
        if offer.allowed
    }
    context = {
        "missing": [
            {"words": words, "url_name": WHERE.get(code, ""), "anchor": code}
            for code, words in missing.items()
        ],
        "recovery": lines(
            recovery.select_related("payee", "responsible", "call_up", "incident__office"), caller
        ),
        "totals": recovering.totals(incident),
        "evaluation": incident.evaluations.of_this_end().first(),
        "investigation": investigation,
        "team": investigation.team.all() if investigation else [],
        "earlier": _of_earlier_ends(incident),
        "inputs": [{"row": row, "late": row.is_late(page.now)} for row in inputs],
        "improvements": [
            {"line": line, "late": line.matter.is_late(page.now)} for line in lines(improvements, caller)
        ],
        "verdicts": [
            {"of": name, "row": row}
            for name in ("commendation", "accountability")
            for row in NAMED[name].objects.filter(incident=incident).select_related("body")
        ],
        "adopt": adopt,
        "sees_names": bool(caller.roles & OFFICE),
    }
    return page.render("incidents/closure/after_tab.html", context)


def _of_earlier_ends(incident) -> dict[str, list]:
    """What was concluded before it flared up again."""
    if incident.timeline.filter(action="incident.reopened").exists():
        return {
            "evaluations": list(incident.evaluations.of_earlier_ends()),
            "investigations": list(incident.investigations.of_earlier_ends()),
        }
    return {}


@signed_in
@require_GET
def document(request, number: str, paper: str):
    page = TabPage(request, number, "after")
    if paper not in PAPERS:
        raise Http404("没有这种文书。")
    model, write, name = PAPERS[paper]
    row = model.objects.of_this_end().filter(incident=page.incident).first()
    if row is None:
        raise Http404("还没有起草。")
    return take_away(request, write(row, page.incident, timezone.now()), f"{name} {number}")
