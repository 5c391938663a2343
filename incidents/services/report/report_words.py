"""What a report says, content by content, as people write it."""

from collections.abc import Callable
from datetime import datetime

from incidents.models import Measure, NetworkScope, Report
from incidents.personal import mask_name
from incidents.services.report.contents import FIGURES, NAMES, NULL_MEANS

SHOWN = (
    "occurred_at",
    "place",
    "unit",
    "source",
    "event_class",
    *FIGURES,
    "network_scope",
    "impact",
    "development",
    "measures",
    "superior_unit_told",
)


def value_words(name: str, value) -> str:
    """A figure as people write it."""
    if name == Measure.NETWORK_SCOPE:
        return NetworkScope(value).label
    if isinstance(value, int):
        if name == Measure.LOSS_YUAN:
            return f"{value / 10_000:g} 万元" if value >= 10_000 else f"{value} 元"
        return f"{value:,}"
    return str(value)


def said(report: Report, name: str, moment: Callable[[datetime], str], *, clear: bool = False) -> str:
    """What the report says on one content; blank where it says nothing. `moment`: how a time is written; `clear`: with
    people's names, as whoever reported it reads it."""
    if name in report.unknown:
        return "尚不清楚"
    if name == "superior_unit_told":
        if report.superior_told_at:
            who = report.superior_told_who if clear else mask_name(report.superior_told_who)
            return f"{moment(report.superior_told_at)} 已告知{who}"
    elif (value := getattr(report, name)) not in (None, ""):
        return moment(value) if name == "occurred_at" else value_words(name, value)
    return NULL_MEANS.get(name, "") if report.kind == Report.Kind.WRITTEN else ""


def all_said(
    report: Report, moment: Callable[[datetime], str], *, clear: bool = False
) -> list[tuple[str, str]]:
    """Every content that it speaks of, by its name."""
    return [(NAMES[name], words) for name in SHOWN if (words := said(report, name, moment, clear=clear))]
