"""危险源和隐患 (§4.1): the register with its filters, one of them with all its steps, and a new one."""

from django.db.models import Case, Q, QuerySet, When
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from incidents.models import Hazard, RiskGrade
from incidents.register_sight import visible_hazards
from incidents.roles import Caller
from incidents.roles.of_registers import READERS
from incidents.web.act.matters import acts_on
from incidents.web.caller import caller_of, require_role, signed_in
from incidents.web.choosers import county_choices
from incidents.web.register import hazard_acts, register_page
from incidents.web.register_count import Count

UNPLANNED = (Hazard.Status.REGISTERED, Hazard.Status.ASSESSED)
STATES = {
    "open": ("未销号", lambda rows, today: rows.open()),
    "overdue": ("超期未评估、未整改", lambda rows, today: rows.overdue(today)),
    "unplanned": ("待评估、待定措施", lambda rows, today: rows.filter(status__in=UNPLANNED)),
    "waiting": ("待复查", lambda rows, today: rows.filter(status=Hazard.Status.RECTIFIED)),
    "all": ("全部", lambda rows, today: rows),
}


@signed_in
@require_GET
def page(request):
    caller, today = require_role(request, *READERS), timezone.localdate()
    rows = visible_hazards(caller.actors).select_related("body", "county")
    found = _filtered(rows, request.GET, today)
    shown, query = register_page.paged(request, found)
    for row in shown:
        row.overdue = row.is_overdue(today)
    context = {
        "rows": shown,
        "query": query,
        "overdue": rows.overdue(today).count(),
        "states": [(name, label) for name, (label, _) in STATES.items()],
        "grades": RiskGrade.choices,
        "firms": register_page.firm_choices(caller),
        "counties": county_choices(),
        "said": request.GET,
        "may_register": bool(caller.actors_for("hazard.register")),
    }
    return render(request, "incidents/register/hazards.html", context)


def _filtered(rows: QuerySet[Hazard], said, today) -> QuerySet[Hazard]:
    """What lasts longest comes first: overdue by the oldest day, then by when it came to stand so."""
    _, narrowed = STATES.get(said.get("state", ""), STATES["open"])
    rows = narrowed(rows, today)
    if words := said.get("q", "").strip()[:100]:
        rows = rows.filter(Q(number__icontains=words) | Q(words__icontains=words) | Q(place__icontains=words))
    if firm := said.get("firm"):
        rows = rows.filter(body__code=firm)
    if county := said.get("county"):
        rows = rows.filter(county__code=county)
    if (grade := said.get("grade", "")) in {str(value) for value in RiskGrade.values}:
        rows = rows.filter(grade=grade)
    due = Case(When(status=Hazard.Status.REGISTERED, then="assess_by"), default="due_on")
    return rows.order_by(due.asc(nulls_last=True), "since", "pk")


@signed_in
@require_GET
def one(request, number: str):
    caller, today = caller_of(request), timezone.localdate()
    rows = visible_hazards(caller.actors).select_related("body", "county")
    row = rows.filter(number=number).first()
    if row is None:
        raise Http404(f"没有编号为 {number} 的危险源（隐患）。")
    context = {
        "row": row,
        "overdue": row.is_overdue(today),
        "steps": row.steps.select_related("by__organization", "key__enterprise", "proof"),
        "acts": acts_on(row, caller),
    }
    return render(request, "incidents/register/hazard.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def new(request):
    def do(form, data, who):
        row = hazard_acts.register(form, data, who)
        return reverse("hazard", args=[row.number]), f"已登记 {row.number}。"

    return register_page.serve(
        request, "hazard.register", hazard_acts.RegisterForm, do, back=reverse("hazards")
    )


def count(caller: Caller) -> Count:
    rows, today = visible_hazards(caller.actors).open(), timezone.localdate()
    said = (("overdue", "超期未评估、未整改"), ("unplanned", "待评估、待定措施"), ("waiting", "待复查"))
    counts = [(STATES[name][1](rows, today).count(), words) for name, words in said]
    return Count(rows.count(), "，".join(f"{number} 项{words}" for number, words in counts if number))
