"""安全检查 (§4.1): the register with its filters, one inspection as a record that prints, one finding, and a new one."""

from django.db.models import Count as CountOf
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from incidents.models import Finding, Inspection
from incidents.register_sight import visible_findings, visible_inspections
from incidents.roles import Caller
from incidents.roles.of_registers import READERS
from incidents.services.register import inspecting
from incidents.web.act.matters import acts_on
from incidents.web.caller import caller_of, require_role, signed_in
from incidents.web.register import inspection_acts, register_page
from incidents.web.register_count import Count

STATES = (("", "全部"), ("open", "有未合格的问题"), ("overdue", "有超期未整改的问题"))


@signed_in
@require_GET
def page(request):
    caller, today = require_role(request, *READERS), timezone.localdate()
    rows = visible_inspections(caller.actors).select_related("body", "inspector")
    findings = visible_findings(caller.actors)
    found = _filtered(rows, findings, request.GET, today).annotate(
        found=CountOf("findings"),
        left=CountOf("findings", ~Q(findings__status=Finding.Status.ACCEPTED)),
        late=CountOf("findings", Q(findings__status=Finding.Status.OPEN, findings__due_on__lt=today)),
    )
    found = found.order_by("-held_on", "-pk")
    shown, query = register_page.paged(request, found)
    context = {
        "rows": shown,
        "query": query,
        "overdue": findings.overdue(today).count(),
        "states": STATES,
        "firms": register_page.firm_choices(caller),
        "said": request.GET,
        "may_record": bool(caller.actors_for("inspection.record")),
    }
    return render(request, "incidents/register/inspections.html", context)


def _filtered(rows: QuerySet[Inspection], findings: QuerySet[Finding], said, today) -> QuerySet[Inspection]:
    state, words = said.get("state", ""), said.get("q", "").strip()[:100]
    if state in ("open", "overdue"):
        narrowed = findings.open() if state == "open" else findings.overdue(today)
        rows = rows.filter(pk__in=narrowed.values("inspection"))
    if words:
        texts = ("number", "place", "scope", "inspectors")
        matching = Q(pk__in=findings.filter(words__icontains=words).values("inspection"))
        for name in texts:
            matching |= Q(**{f"{name}__icontains": words})
        rows = rows.filter(matching)
    if firm := said.get("firm"):
        rows = rows.filter(body__code=firm)
    return rows


def _found(request, number: str) -> Inspection:
    rows = visible_inspections(caller_of(request).actors)
    row = rows.select_related("body", "inspector", "recorded_by__organization").filter(number=number).first()
    if row is None:
        raise Http404(f"没有编号为 {number} 的安全检查。")
    return row


@signed_in
@require_GET
def one(request, number: str):
    row, today, caller = _found(request, number), timezone.localdate(), caller_of(request)
    findings = list(row.findings.select_related("inspection"))
    for finding in findings:
        finding.overdue, finding.acts = finding.is_overdue(today), acts_on(finding, caller)
    return render(request, "incidents/register/inspection.html", {"row": row, "findings": findings})


@signed_in
@require_GET
def paper(request, number: str):
    """The record as it is signed and filed, on A4."""
    row = _found(request, number)
    return render(
        request, "incidents/register/inspection_print.html", {"row": row, "findings": row.findings.all()}
    )


@signed_in
@require_GET
def finding(request, number: str):
    caller, today = caller_of(request), timezone.localdate()
    rows = visible_findings(caller.actors).select_related("inspection__body", "inspection__inspector")
    row = rows.filter(number=number).first()
    if row is None:
        raise Http404(f"没有编号为 {number} 的检查问题。")
    context = {
        "row": row,
        "overdue": row.is_overdue(today),
        "steps": row.steps.select_related("by__organization", "key__enterprise", "proof"),
        "acts": acts_on(row, caller),
    }
    return render(request, "incidents/register/finding.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def new(request):
    def do(form, data, who):
        names = ("held_on", "place", "inspectors", "scope", "conclusion")
        said = {name: data[name] for name in names}
        row = inspecting.record(body=form.firm, findings=form.found(), **who, **said)
        return reverse("inspection", args=[row.number]), f"已登记 {row.number}。"

    return register_page.serve(
        request,
        "inspection.record",
        inspection_acts.RecordForm,
        do,
        back=reverse("inspections"),
        sure="登记后不能修改；每个问题从此计入企业的时限（§4.1）。",
    )


def count(caller: Caller) -> Count:
    overdue = visible_findings(caller.actors).overdue(timezone.localdate()).count()
    waiting = visible_findings(caller.actors).filter(status=Finding.Status.RECTIFIED).count()
    words = [f"{overdue} 个问题超期未整改"] if overdue else []
    words += [f"{waiting} 个待复查"] if waiting else []
    return Count(visible_inspections(caller.actors).count(), "，".join(words))
