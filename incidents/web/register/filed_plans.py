"""企业预案备案 (§4.1, 4.3): who has none first, one version with what became of it, and a new one."""

from collections import Counter

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from incidents.register_sight import visible_filed_plans
from incidents.roles import Caller
from incidents.roles.of_registers import READERS
from incidents.services.register import plan_filing
from incidents.web.act.matters import acts_on
from incidents.web.caller import caller_of, require_role, signed_in
from incidents.web.register import filed_plan_acts, register_page
from incidents.web.register_count import Count

STATES = tuple(plan_filing.FirmsPlan.STATES.items())


@signed_in
@require_GET
def page(request):
    caller = require_role(request, *READERS)
    found = plan_filing.overview(caller.actors, timezone.localdate())
    context = register_page.by_firm(request, found, STATES)
    context["may_file"] = bool(caller.actors_for("filed_plan.file"))
    return render(request, "incidents/register/filed_plans.html", context)


@signed_in
@require_GET
def one(request, number: str):
    caller, today = caller_of(request), timezone.localdate()
    rows = visible_filed_plans(caller.actors)
    of_it = ("body", "file", "filed_by__organization", "key__enterprise", "decided_by__organization")
    row = rows.select_related(*of_it).filter(number=number).first()
    if row is None:
        raise Http404(f"没有编号为 {number} 的预案。")
    context = {
        "row": row,
        "expired": row.is_expired(today),
        "versions": rows.filter(body=row.body).exclude(pk=row.pk).select_related("file"),
        "acts": acts_on(row, caller),
    }
    return render(request, "incidents/register/filed_plan.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def new(request):
    def do(form, data, who):
        said = {name: data[name] for name in ("name", "version", "adopted_on")}
        row = plan_filing.file(body=form.firm, file=form.received, **who, **said)
        return reverse("filed-plan", args=[row.number]), f"已报送 {row.number}，等待备案。"

    return register_page.serve(
        request, "filed_plan.file", filed_plan_acts.FileForm, do, back=reverse("filed-plans")
    )


def count(caller: Caller) -> Count:
    found = plan_filing.overview(caller.actors, timezone.localdate())
    counts = Counter(each.state for each in found)
    named = [f"{counts[name]} 家{label}" for name, label in STATES[:3] if counts[name]]
    return Count(len(found) - counts["none"] - counts["waiting"], "，".join(named))
