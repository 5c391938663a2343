"""How what was found is shown in a line: a function per kind of `search_kinds.py`."""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from alerts.models import Instruction, SituationBrief, Warning
from incidents.models import (
    Clause,
    Course,
    Drill,
    Hazard,
    Incident,
    Organization,
    Publicity,
    Report,
    Resource,
)
from incidents.web.situation import search_warnings


@dataclass(frozen=True)
class Hit:
    """One line of what was found: where it leads, what it is called, and a few words beside it."""

    url: str
    number: str
    title: str
    notes: list[str] = field(default_factory=list)
    at: datetime | None = None
    level: int | None = None
    has_level: bool = False
    texts: list[str] = field(default_factory=list)
    """Where the words may stand; a passage of it is shown."""


def _page(name: str, row) -> str:
    return reverse(name, args=[row.number])


def _words(*texts) -> list[str]:
    return [str(text) for text in texts if text]


def incident(row: Incident) -> Hit:
    notes = _words(row.enterprise, row.county, row.get_status_display())
    url = _page("incident", row)
    return Hit(url, row.number, row.title, notes, row.received_at, row.level, True, _words(row.place))


def warning(row: Warning) -> Hit:
    notes = [row.get_status_display()]
    url, texts = _page("warning", row), search_warnings.texts(row)
    return Hit(url, row.number, row.title, notes, row.received_at, row.level, True, texts)


def order(row) -> Hit:
    notes, texts = _words(row.receiver, row.get_status_display()), [row.requirements, row.execution_report]
    return Hit(_page("order", row), row.number, row.task, notes, row.issued_at, texts=texts)


def report(row: Report) -> Hit:
    texts = [row.development, row.measures, row.impact, row.place, row.unit]
    title = f"{row.get_kind_display()}：{row.incident.title}"
    url = f"{reverse('incident', args=[row.incident.number])}#report-{row.pk}"
    return Hit(url, row.number, title, _words(row.reporter), row.arrived_at, texts=texts)


def instruction(row: Instruction) -> Hit:
    notes = [row.giver, row.get_urgency_display()]
    return Hit(_page("instruction", row), row.number, "批示", notes, row.given_at, texts=[row.words])


def paper(page: str, row) -> Hit:
    notes = [row.get_status_display()]
    return Hit(_page(page, row), row.number, row.title, notes, row.drafted_at, texts=[row.words])


def brief(row: SituationBrief) -> Hit:
    texts = [row.happened, row.request, row.place, row.unit]
    notes = [row.get_status_display()]
    return Hit(_page("brief", row), str(row), row.title, notes, row.drafted_at, texts=texts)


def call_up(row) -> Hit:
    title = f"{row.get_way_display()}{row.what} {row.quantity.normalize():f}{row.unit}"
    notes = _words(row.owner, row.get_status_display())
    return Hit(_page("call-up", row), row.number, title, notes, row.since)


def body(row: Organization) -> Hit:
    notes = _words(row.get_kind_display(), row.county, row.phone and f"值班电话 {row.phone}")
    return Hit(reverse("duty-roster", args=[row.code]), "", row.name, notes)


def expert(row) -> Hit:
    url = f"{reverse('experts')}?{urlencode({'q': row.name})}"
    return Hit(url, "", row.name, _words(row.field, row.body, row.title))


def hazard(row: Hazard) -> Hit:
    notes = _words(row.body, row.county, row.get_status_display())
    texts = [row.words, row.measures]
    title = f"{row.get_kind_display()}：{row.place}"
    return Hit(_page("hazard", row), row.number, title, notes, row.registered_at, texts=texts)


def inspection(row) -> Hit:
    return _of_firm(
        "inspection", row, f"安全检查：{row.place}", row.body, row.recorded_at, row.scope, row.conclusion
    )


def finding(row) -> Hit:
    held = row.inspection
    return _of_firm("finding", row, row.words, held.body, held.recorded_at, row.demand)


def filed_plan(row) -> Hit:
    return _of_firm("filed-plan", row, row.gist, row.body, row.filed_at, row.record_no)


def safety_check(row) -> Hit:
    url, title = reverse("safety", args=[row.body.code]), f"安全自查：{row.get_result_display()}"
    return Hit(url, row.number, title, _words(row.body), row.filed_at, texts=[row.what, row.problems])


def resource(row: Resource) -> Hit:
    notes = _words(row.get_kind_display(), row.body, row.county, row.place)
    return Hit(reverse("resource", args=[row.pk]), "", row.name, notes, texts=[row.notes])


def drill(row: Drill) -> Hit:
    return Hit(_page("drill", row), row.number, row.title, [row.get_status_display()])


def course(row: Course) -> Hit:
    notes = _words(row.body, row.get_kind_display(), row.held_on, row.place)
    return Hit(reverse("course", args=[row.pk]), "", row.name, notes)


def publicity(row: Publicity) -> Hit:
    url = f"{reverse('publicity')}?{urlencode({'year': row.held_on.year, 'q': row.topic})}"
    notes = _words(row.body, row.get_kind_display(), row.held_on)
    return Hit(url, "", row.topic, notes, texts=[row.audience, row.place, row.materials])


def clause(row: Clause) -> Hit:
    return Hit(_page("clause", row), f"§{row.number}", row.title, texts=[row.text])


def _of_firm(page: str, row, title: str, firm: Organization, at: datetime, *texts: str) -> Hit:
    status = row.get_status_display() if hasattr(row, "status") else ""
    return Hit(_page(page, row), row.number, title, _words(firm, status), at, texts=_words(*texts))
