"""时限: every debt that a person may see, by its state now; and each enterprise's punctuality (及时率): `punctuality`."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from alerts.services.acknowledging import acknowledgeable
from incidents.models import Role
from incidents.services.debt.chasing import can_be_chased
from incidents.web.analysis import punctuality
from incidents.web.analysis.deadline_filter import DeadlineFilter
from incidents.web.caller import require_role, signed_in
from incidents.web.paging import PagesUpTo
from incidents.web.report.debt_lines import debt_button

PER_PAGE = 40
ROLES = tuple(set(Role) - {Role.ADMINISTRATOR})


@signed_in
@require_GET
def page(request):
    caller = require_role(request, *ROLES)
    now = timezone.now()
    asked = DeadlineFilter(request.GET, caller=caller, now=now)
    if request.GET.get("view") == "punctuality":
        return render(request, "incidents/analysis/punctuality.html", punctuality.context(request, asked))
    counts = asked.counts()
    found = PagesUpTo(asked.shown, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "asked": asked,
        "counts": counts,
        "page": found,
        "rows": _rows(caller, list(found.object_list), now, request.get_full_path()),
        "now": now,
    }
    return render(request, "incidents/analysis/deadlines.html", context)


def _rows(caller, debts, now, back: str) -> list[dict]:
    """Each debt with what this person may do about it now."""
    able = caller.actors_for("debt.acknowledge")
    to_acknowledge = acknowledgeable(debts, able[0].person, now) if able else set()
    may_chase = bool(caller.actors_for("debt.chase"))
    rows = []
    for debt in debts:
        codes = ["debt.acknowledge"] if debt.pk in to_acknowledge else []
        codes += ["debt.chase"] if may_chase and can_be_chased(debt) else []
        rows.append({"debt": debt, "buttons": [debt_button(debt, code, back) for code in codes]})
    return rows
