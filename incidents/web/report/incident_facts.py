"""The facts of an incident as last reported: figures by source, what changed, the reports in full."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Q, QuerySet

from incidents.models import Incident, Measure, PersonalValue, Report, plan_parts
from incidents.querysets import one_of, sees_office_matters
from incidents.roles import NAMED, RECEIVERS, Caller
from incidents.services.report import figures, report_words
from incidents.services.report.contents import FIGURES, NAMES
from incidents.services.report.report_words import value_words
from incidents.web.clock_words import moment

COMPARED = ("place", *FIGURES, "network_scope", "impact", "development", "measures")


def said(report: Report, name: str) -> str:
    return report_words.said(report, name, moment)


@dataclass
class FullReport:
    report: Report
    lines: list[tuple[str, str]]
    superseded_by: str = ""
    personal: int | None = None
    """The ledger entry that holds the caller's name and telephone, for those who may look at it."""
    erased: datetime | None = None
    """When these were erased."""


@dataclass
class Measured:
    """One measure, with what each source last said of it."""

    name: str
    told: list[figures.Figure]
    differ: bool = False

    @property
    def words(self) -> list[tuple[str, figures.Figure]]:
        return [(value_words(self.told[0].measure, figure.value), figure) for figure in self.told]


@dataclass
class Facts:
    measured: list[Measured]
    proposal: figures.Proposal
    texts: list[tuple[str, str, Report]]
    changes: list[tuple[str, str, str]]
    latest: Report | None
    reports: list[FullReport]
    claims: list[tuple[Report, bool]] = field(default_factory=list)
    """Whose word that it telephoned waits, and whether who looks reads in clear whom it told."""


def visible_reports(incident: Incident, caller: Caller) -> QuerySet[Report]:
    """The office sees all, with those of merged incidents; a firm its own side's words alone, a named body its own too."""
    if not sees_office_matters(caller.actors):
        own = [actor.organization.pk for actor in caller.actors if actor.role in NAMED]
        said = Q(informant=Report.Informant.ENTERPRISE) | Q(reporter__in=own)
        return incident.reports.filter(said)
    family = Incident.with_drills.filter(Q(pk=incident.pk) | Q(merged_into=incident))
    return Report.objects.filter(one_of("incident", family))


def facts_of(incident: Incident, caller: Caller, *, is_office: bool) -> Facts:
    rows = visible_reports(incident, caller).select_related(
        "incident",
        "reporter",
        "event_class",
        "filed_by__organization",
        "supersedes",
        "superseded_by",
        "oral_claim",
    )
    reports = sorted(rows, key=lambda report: (report.arrived_at, report.pk))
    standing = [report for report in reports if not hasattr(report, "superseded_by")]
    told = figures.latest_figures(reports)
    personal = _personal(reports) if is_office else {}
    own = {actor.organization.pk for actor in caller.actors if actor.role in RECEIVERS}
    return Facts(
        measured=measured_by_source(told),
        proposal=figures.propose(plan_parts(incident.plan_version_id).criteria, told),
        texts=_texts(standing),
        changes=_changes(standing),
        latest=standing[-1] if standing else None,
        reports=[_full(report, personal, own) for report in reversed(reports)],
        claims=[
            (report, is_office or report.reporter_id in own) for report in reports if _claim_waits(report)
        ],
    )


def measured_by_source(told: list[figures.Figure]) -> list[Measured]:
    differ = figures.conflicts(told)
    return [
        Measured(measure.label, those, measure in differ)
        for measure in Measure
        if (those := [figure for figure in told if figure.measure == measure])
    ]


def _full(report: Report, personal: dict[str, tuple], own: set[int]) -> FullReport:
    lines = report_words.all_said(report, moment, clear=report.reporter_id in own)
    by = report.superseded_by.number if hasattr(report, "superseded_by") else ""
    entry, erased = personal.get(report.number, (None, None))
    return FullReport(report, lines, by, None if erased else entry, erased)


def _texts(standing: list[Report]) -> list[tuple[str, str, Report]]:
    """The newest words on how it develops, what is done, and what it touches."""
    found = []
    for name in ("development", "measures", "impact"):
        report = next((report for report in reversed(standing) if getattr(report, name)), None)
        if report:
            found.append((NAMES[name], getattr(report, name), report))
    return found


def _changes(standing: list[Report]) -> list[tuple[str, str, str]]:
    """What the newest report says differently from the newest before it that spoke of the same."""
    if len(standing) < 2:
        return []
    newest, earlier = standing[-1], standing[:-1]
    changes = []
    for name in COMPARED:
        after = said(newest, name)
        before = next((words for report in reversed(earlier) if (words := said(report, name))), "")
        if after and after != before:
            changes.append((NAMES[name], before, after))
    return changes


def _claim_waits(report: Report) -> bool:
    claim = getattr(report, "oral_claim", None)
    return claim is not None and not claim.confirmed_at and not claim.refused_reason


def _personal(reports: list[Report]) -> dict[str, tuple[int, datetime | None]]:
    """Report number → the ledger entry that holds its caller, and when all that it held was erased."""
    values = PersonalValue.objects.filter(
        entry__incident__in={report.incident_id for report in reports}, entry__action="report.filed"
    )
    found = values.order_by(F("erased_at").asc(nulls_last=True))
    return {
        report: (entry, erased)
        for report, entry, erased in found.values_list("entry__data__report", "entry", "erased_at")
    }
