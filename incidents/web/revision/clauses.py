"""The plan's own words (§): each clause, what it said before, and what of the system stands on it."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from incidents.models import Clause, Criterion, DeadlineRule, PlanVersion, ever_in_force
from incidents.roles import TABLE
from incidents.services.revision import plan_readings
from incidents.web.caller import caller_of, signed_in
from incidents.web.response.guides import READERS

GRADING = {"3.2", "附件2"}


@signed_in
@require_GET
def index(request):
    plan = PlanVersion.in_force()
    standing = {act.clause for act in TABLE.values()} | set(
        DeadlineRule.objects.filter(version=plan).values_list("clause", flat=True)
    )
    clauses = Clause.objects.filter(version=plan)
    context = {"plan": plan, "clauses": clauses, "standing": standing}
    context["reads_guides"] = not caller_of(request).roles.isdisjoint(READERS)
    return render(request, "incidents/revision/clauses.html", context)


@signed_in
@require_GET
def clause(request, number: str):
    """The clause in the plan in force, else in the last that had it; in place as a fragment, else a page of its own.

    `?version=`: as it stood in that version, by which something is under way (§8.4)."""
    if len(number) > 12:
        raise Http404("没有这一条。")
    plan = PlanVersion.in_force()
    found, *earlier = _through_the_versions(number)
    is_gone, words_now = found.version != plan, found.text
    if older := _in_version(number, request.GET.get("version", "")):
        found, earlier = older, []
    context = {"plan": found.version, "clause": found, "is_gone": is_gone, "in_force": plan}
    context |= {"readings": plan_readings.standing_on(found), "earlier": earlier}
    context |= {"older": older, "is_other_now": bool(older) and older.text != words_now}
    if request.htmx:
        return render(request, "incidents/revision/clause_text.html", context)
    below = f"{number}."
    context |= {
        "parts": Clause.objects.filter(version=plan, number__startswith=below),
        "rules": DeadlineRule.objects.filter(version=plan, clause=number),
        "acts": [act for act in TABLE.values() if act.clause == number],
        "criteria": Criterion.objects.filter(version=plan) if number in GRADING else [],
        "may_read": bool(caller_of(request).actors_for("reading.issue")),
    }
    return render(request, "incidents/revision/clause.html", context)


def _in_version(number: str, version: str) -> Clause | None:
    """As it stood in an older version that was in force once."""
    if not (version.isascii() and version.isdigit() and len(version) < 6):
        return None
    rows = Clause.objects.filter(ever_in_force(timezone.now()), number=number).select_related("version")
    found = rows.filter(version__number=version).first()
    return found if found and found.version != PlanVersion.in_force() else None


def _through_the_versions(number: str) -> list[Clause]:
    """The clause now, or as it was last, then its former words: whatever began under those keeps them."""
    rows = Clause.objects.filter(ever_in_force(timezone.now()), number=number).select_related("version")
    last_said: dict[str, Clause] = {}
    for row in rows.order_by("-version__number"):
        last_said.setdefault(row.text, row)
    if not last_said:
        raise Http404("没有这一条。")
    return list(last_said.values())
