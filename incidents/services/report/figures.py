"""The proposed level (§3.2): from the highest figure of any source that has not been superseded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from incidents.models import (
    Criterion,
    FigureWording,
    Incident,
    Level,
    Measure,
    NetworkScope,
    Organization,
    Report,
)

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


@dataclass(frozen=True)
class Told:
    """One source's newest word on one column of a report: when it came, and when it was typed in."""

    value: int | str
    source: str
    at: datetime
    typed_at: datetime


def told_by_source(reports: Iterable[Report]) -> list[dict[str, Told]]:
    """Per source the newest word on every column; superseded reports do not count."""
    superseded = {report.supersedes_id for report in reports if report.supersedes_id}
    newest: dict[tuple, dict[str, Told]] = {}
    for report in sorted(reports, key=lambda report: (report.arrived_at, report.serial)):
        if report.pk is None or report.pk not in superseded:
            told = newest.setdefault(_source(report), {})
            name = str(report.reporter) if report.is_of_a_named_body else report.get_informant_display()
            for column in chain.from_iterable(COLUMNS.values()):
                if (value := getattr(report, column)) is not None:
                    told[column] = Told(value, name, report.arrived_at, report.received_at)
    return list(newest.values())


def latest_figures(reports: Iterable[Report]) -> list[Figure]:
    """Per source the newest figure of every measure: the missing are counted with the dead."""
    figures = []
    for told in told_by_source(reports):
        for measure, columns in COLUMNS.items():
            if words := [told[column] for column in columns if column in told]:
                value = words[0].value if measure == Measure.NETWORK_SCOPE else sum(w.value for w in words)
                figures.append(Figure(measure, value, words[0].source, max(w.at for w in words)))
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
    return propose(criteria, latest_figures(reports_of(incident)))


def reports_of(incident: Incident) -> list[Report]:
    """Its reports, and those of the incidents merged into it."""
    reports = Report.objects.filter(incident=incident) | Report.objects.filter(incident__merged_into=incident)
    return list(reports.select_related("reporter"))


@dataclass(frozen=True)
class Worded:
    """One figure with what each source says, and the one wording (统一口径) chosen for it."""

    column: str
    label: str
    told: list[Told]
    choice: FigureWording | None

    @property
    def differ(self) -> bool:
        return len({told.value for told in self.told}) > 1

    @property
    def is_overtaken(self) -> bool:
        """Something else came in after the choice was made."""
        return self.choice is not None and any(
            told.typed_at > self.choice.at and words_of(self.column, told.value) != self.choice.words
            for told in self.told
        )

    @property
    def needs_choice(self) -> bool:
        return self.is_overtaken or self.differ and self.choice is None

    @property
    def words(self) -> str:
        """What is to be said; blank while the office has yet to choose."""
        if self.needs_choice:
            return ""
        return self.choice.words if self.choice else words_of(self.column, self.told[0].value)

    @property
    def by_source(self) -> list[tuple[str, Told]]:
        return [(words_of(self.column, told.value), told) for told in self.told]


def wording_of(incident: Incident) -> list[Worded]:
    """Every figure told or chosen, in the order of a brief."""
    told = told_by_source(reports_of(incident))
    chosen = {choice.column: choice for choice in incident.figure_wordings.select_related("by__organization")}
    found = []
    for column in FigureWording.Column:
        words = [source[column] for source in told if column in source]
        if words or column in chosen:
            found.append(Worded(str(column), column.label, words, chosen.get(column)))
    return found


def words_of(column: str, value: int | str) -> str:
    """4 人, 30 万元, 全市: a figure as a brief says it."""
    if column == FigureWording.Column.NETWORK_SCOPE:
        return NetworkScope(value).label
    if column == FigureWording.Column.LOSS_YUAN:
        return f"{value / 10_000:g} 万元" if value >= 10_000 else f"{value} 元"
    return f"{value:,} {'条' if column == FigureWording.Column.RECORDS_LEAKED else '人'}"


def conflicts(figures: Iterable[Figure]) -> dict[str, list[Figure]]:
    """Measures on which sources differ."""
    by_measure: dict[str, list[Figure]] = {}
    for figure in figures:
        by_measure.setdefault(figure.measure, []).append(figure)
    return {
        measure: told for measure, told in by_measure.items() if len({figure.value for figure in told}) > 1
    }


def is_own_word(report: Report, firm: Organization | None) -> bool:
    """Whether the report is this firm's own, or its superior unit's for it; not one of a firm named by mistake before."""
    reporter = report.reporter if report.informant == Informant.ENTERPRISE else None
    return bool(firm and reporter and firm.is_below(reporter))
