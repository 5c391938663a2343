"""时限: every debt that a person may see, by its state now; and each enterprise's punctuality (及时率) over time."""

from calendar import monthrange
from datetime import date, timedelta

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from alerts.services import punctuality
from alerts.services.acknowledging import acknowledgeable
from alerts.services.punctuality import Table
from incidents.models import Organization, Role
from incidents.services.chasing import can_be_chased
from incidents.web.caller import require_role, signed_in
from incidents.web.charts import bars
from incidents.web.deadline_filter import DeadlineFilter
from incidents.web.debt_lines import debt_button
from incidents.web.paging import PagesUpTo

PER_PAGE = 40
MONTHS = 12
ROLES = tuple(set(Role) - {Role.ADMINISTRATOR})
BY = {"debtor": "debtor__code", "rule": "rule__code"}


@signed_in
@require_GET
def page(request):
    caller = require_role(request, *ROLES)
    now = timezone.now()
    asked = DeadlineFilter(request.GET, caller=caller, now=now)
    if request.GET.get("view") == "punctuality":
        return render(request, "incidents/punctuality.html", _punctuality(request, asked))
    counts = asked.counts()
    found = PagesUpTo(asked.shown, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "asked": asked,
        "counts": counts,
        "page": found,
        "rows": _rows(caller, list(found.object_list), now, request.get_full_path()),
        "now": now,
    }
    return render(request, "incidents/deadlines.html", context)


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


def _punctuality(request, asked: DeadlineFilter) -> dict:
    """Rates by firm (or rule) and month, of the last twelve months unless a period is chosen."""
    by = request.GET.get("by") if request.GET.get("by") in BY else "debtor"
    debts = asked.debts.filter(debtor__kind=Organization.Kind.ENTERPRISE)
    if "since" not in asked.chosen:
        debts = debts.filter(due_at__gte=asked.now - timedelta(days=366))
    table = Table.of(punctuality.by_month(debts, asked.now, BY[by]), BY[by])
    months = table.months[-MONTHS:]
    names = dict(asked.fields[by].choices)
    rows = [
        {
            "name": names.get(key[0], key[0]),
            "whole": table.of_row(key),
            "url": _behind(asked, by, key[0]),
            "cells": [(table.at(key, month), _behind(asked, by, key[0], month)) for month in months],
        }
        for key in sorted(table.keys)
    ]
    sums = [(table.of_month(month), _behind(asked, month=month)) for month in months]
    return {
        "asked": asked,
        "by": by,
        "rows": rows,
        "months": months,
        "cut": len(table.months) > MONTHS,
        "sums": sums,
        "whole": table.all,
        "chart": bars([(f"{month.month}月", rate) for month, (rate, _) in zip(months, sums, strict=True)]),
        "by_debtor": asked.url(view="punctuality", by="debtor"),
        "by_rule": asked.url(view="punctuality", by="rule"),
        "now": asked.now,
    }


def _behind(asked: DeadlineFilter, by: str = "", key: str = "", month: date | None = None) -> str:
    """The list of the debts behind a figure."""
    changes = {"state": None, "counted": "on", "order": None} | ({by: key} if by else {})
    if month:
        last = month.replace(day=monthrange(month.year, month.month)[1])
        since, until = asked.chosen.get("since"), asked.chosen.get("until")
        changes |= {
            "since": max(filter(None, (since, month))).isoformat(),
            "until": min(filter(None, (until, last))).isoformat(),
        }
    return asked.url(**changes)
