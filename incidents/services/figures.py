"""The proposed level (§3.2): from the highest figure of any source that has not been superseded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from incidents.models import Criterion, Incident, Level, Measure, Organization, Report


@dataclass(frozen=True)
class Figure:
    """One source's newest word on one measure."""

    measure: str
    value: int | str
    source: str
    at: datetime


@dataclass(frozen=True)
class Proposal:
    level: Level
    because: list[tuple[Criterion, Figure]]
    """The criteria that gave the level, each with the figure that met it."""


def latest_figures(reports: Iterable[Report]) -> list[Figure]:
    """Per source the newest figure of every measure; superseded reports do not count. The missing are counted
    with the dead."""
    newest: dict[tuple, tuple[object, datetime]] = {}
    superseded = {report.supersedes_id for report in reports if report.supersedes_id}
    for report in sorted(reports, key=lambda report: (report.arrived_at, report.pk)):
        if report.pk in superseded:
            continue
        source = (report.informant, report.reporter_id)
        for name in ("deaths", "missing", *list(Measure)[1:]):
            value = getattr(report, name)
            if value is not None:
                newest[source, str(name)] = (value, report.arrived_at)
    sources = {(report.informant, report.reporter_id): report.get_informant_display() for report in reports}
    figures = []
    for source, label in sources.items():
        lost = [newest[source, name] for name in ("deaths", "missing") if (source, name) in newest]
        if lost:
            count, at = sum(value for value, _ in lost), max(at for _, at in lost)
            figures.append(Figure(Measure.DEATHS, count, label, at))
        figures += [
            Figure(measure, *_value_at(newest[source, measure.value], label))
            for measure in list(Measure)[1:]
            if (source, measure.value) in newest
        ]
    return figures


def _value_at(pair, label):
    value, at = pair
    return value, label, at


def propose(criteria: Iterable[Criterion], figures: Iterable[Figure]) -> Proposal:
    """The highest level that any criterion gives, never milder than Ⅳ, with the criteria that gave it."""
    met = []
    for figure in figures:
        hits = [c for c in criteria if c.measure == figure.measure and _meets(c, figure.value)]
        if hits and figure.value != 0:
            met.append((min(hits, key=lambda c: c.level), figure))
    level = min((criterion.level for criterion, _ in met), default=Level.IV)
    strongest: dict[str, tuple[Criterion, Figure]] = {}
    for criterion, figure in met:
        if criterion.level == level:
            held = strongest.get(criterion.measure)
            if held is None or _rank(figure.value) > _rank(held[1].value):
                strongest[criterion.measure] = (criterion, figure)
    return Proposal(Level(level), list(strongest.values()))


def _meets(criterion: Criterion, value) -> bool:
    return value == criterion.scope if criterion.scope else value >= criterion.at_least


def _rank(value) -> int:
    return value if isinstance(value, int) else 0


def proposal_for(incident: Incident, criteria: Iterable[Criterion]) -> Proposal:
    """From all reports of the incident and of those merged into it."""
    reports = Report.objects.filter(incident=incident) | Report.objects.filter(incident__merged_into=incident)
    return propose(criteria, latest_figures(list(reports)))


def conflicts(figures: Iterable[Figure]) -> dict[str, list[Figure]]:
    """Measures on which sources differ."""
    by_measure: dict[str, list[Figure]] = {}
    for figure in figures:
        by_measure.setdefault(figure.measure, []).append(figure)
    return {
        measure: told for measure, told in by_measure.items() if len({figure.value for figure in told}) > 1
    }


def is_own_word(report: Report, firm: Organization) -> bool:
    """Whether the report is the firm's own, or its superior unit's for it."""
    return report.informant == Report.Informant.ENTERPRISE and report.reporter_id is not None and bool(firm)
