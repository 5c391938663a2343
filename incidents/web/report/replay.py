"""回放: the incident's page as it stood at a chosen moment, to be read only; no act is offered here."""

from datetime import datetime

from django.contrib import messages
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET

from incidents import drill_clock
from incidents.services.closure import replaying
from incidents.services.report.contents import NAMES
from incidents.web.caller import signed_in
from incidents.web.report.incident_facts import measured_by_source
from incidents.web.report.incident_tab import TabPage
from incidents.web.report.timeline import bundled

TEXTS = ("place", "development", "measures", "impact")


@signed_in
@require_GET
def page(request, number: str):
    """`seq`: after this row of the ledger; `at`: what was the latest at this time; the newest without either."""
    tab = TabPage(request, number, "replay")
    stops = replaying.stops_of(tab.incident)
    seq, at = _seq(request), _at(request)
    index = replaying.stop_at(stops, seq=seq, at=at)
    then = replaying.stood(tab.incident, stops[index], at if at and at >= stops[index].at else None)
    context = {
        "then": then,
        "now": then.at,
        "is_replay": True,
        "stops": stops,
        "index": index,
        "before": stops[index - 1] if index else None,
        "after": stops[index + 1] if index + 1 < len(stops) else None,
        "debts": [(debt, debt.state(then.at)) for debt in then.debts],
        "measured": measured_by_source(then.figures),
        "texts": _texts(then),
        "timeline": bundled(reversed(then.entries)),
    }
    return tab.render("incidents/report/replay.html", context)


def _texts(then: replaying.Then) -> list[tuple]:
    """The newest words on each, as reported until then."""
    superseded = {report.supersedes_id for report in then.reports}
    standing = [report for report in reversed(then.reports) if report.pk not in superseded]
    found = []
    for name in TEXTS:
        if report := next((report for report in standing if getattr(report, name)), None):
            found.append((NAMES[name], getattr(report, name), report))
    return found


def _seq(request) -> int | None:
    asked = request.GET.get("seq")
    if not asked:
        return None
    if asked.isdecimal() and len(asked) < 10:
        return int(asked)
    messages.error(request, "台账行号应为数字，下面是最近的情况。")
    return None


def _at(request) -> datetime | None:
    asked = request.GET.get("at")
    if not asked:
        return None
    try:
        found = parse_datetime(asked.replace(" ", "+") if "T" in asked else asked)
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2100:
        messages.error(request, "时间应写作 2026-03-02T02:25，下面是最近的情况。")
        return None
    found = drill_clock.meant(found if timezone.is_aware(found) else timezone.make_aware(found))
    if found > timezone.now():
        messages.error(request, "这一时刻还没有到，下面是最近的情况。")
        return None
    return found
