"""The proposed level (§3.2): from the highest figure of any source that has not been superseded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from incidents.models import Criterion, Incident, Level, Measure, Organization, Report

Informant = Report.Informant


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


COLUMNS = {measure: (measure.value,) for measure in Measure} | {Measure.DEATHS: ("deaths", "missing")}
"""The columns of a report behind each measure; the missing are counted with the dead."""


def latest_figures(reports: Iterable[Report]) -> list[Figure]:
    """Per source the newest figure of every measure; superseded reports do not count."""
    superseded = {report.supersedes_id for report in reports if report.supersedes_id}
    newest: dict[tuple, dict[str, tuple[object, datetime]]] = {}
    names: dict[tuple, str] = {}
    for report in sorted(reports, key=lambda report: (report.arrived_at, report.serial)):
        if report.pk is None or report.pk not in superseded:
            told = newest.setdefault(_source(report), {})
            names[_source(report)] = (
                str(report.reporter) if report.is_of_a_named_body else report.get_informant_display()
            )
            for column in chain.from_iterable(COLUMNS.values()):
                if (value := getattr(report, column)) is not None:
                    told[column] = (value, report.arrived_at)
    figures = []
    for source, told in newest.items():
        for measure, columns in COLUMNS.items():
            if words := [told[column] for column in columns if column in told]:
                value = words[0][0] if measure == Measure.NETWORK_SCOPE else sum(value for value, _ in words)
                figures.append(Figure(measure, value, names[source], max(at for _, at in words)))
    return figures


def _source(report: Report) -> tuple:
    """Whose word it is: of an incident's own firm (be it told by its superior unit), or of another body."""
    if report.is_of_a_named_body:
        return (report.informant, report.reporter_id)
    own = report.informant == Informant.ENTERPRISE
    return (report.informant, report.incident_id if own else None)


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
    return propose(criteria, latest_figures(list(reports.select_related("reporter"))))


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
    return report.informant == Informant.ENTERPRISE and report.reporter_id is not None and bool(firm)
