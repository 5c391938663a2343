"""What can be found from the head of every page: a row per kind. A further register is a further row of `KINDS`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from urllib.parse import urlencode

from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from alerts.models import Instruction, SituationBrief, Warning
from incidents import register_sight
from incidents.models import (
    Clause,
    Course,
    Drill,
    Hazard,
    Incident,
    Organization,
    PlanVersion,
    Publicity,
    Report,
    Resource,
)
from incidents.paper_sight import visible_notices, visible_releases
from incidents.querysets import (
    visible_call_ups,
    visible_incidents,
    visible_orders,
    visible_reports,
    visible_rosters,
)
from incidents.roles import Caller
from incidents.services.call_up import resources
from incidents.services.command import expert_pool
from incidents.services.drill import drills
from incidents.services.training import courses, publicity
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


@dataclass(frozen=True)
class Found:
    """A kind of what can be found: whose rows are whose (`rows`), and how one is shown.

    `numbers`: the columns that a whole number is looked up in. `bodies`: a row is also found by the name of these.
    `stands`: where a word may stand, if not in all that is searched for everybody. `is_name`: what is searched are names,
    for which a single character will do. `is_large`: there is more of it with every incident.
    """

    code: str
    name: str
    rows: Callable[[Caller], QuerySet]
    hit: Callable[[Model], Hit]
    numbers: tuple[str, ...] = ("number",)
    bodies: tuple[str, ...] = ()
    stands: Callable[[Caller, str], Q] | None = None
    with_them: tuple[str, ...] = ()
    is_name: bool = False
    is_large: bool = False


def _page(name: str, row) -> str:
    return reverse(name, args=[row.number])


def _words(*texts) -> list[str]:
    return [str(text) for text in texts if text]


def _incident(row: Incident) -> Hit:
    notes = _words(row.enterprise, row.county, row.get_status_display())
    url = _page("incident", row)
    return Hit(url, row.number, row.title, notes, row.received_at, row.level, True, _words(row.place))


def _warning(row: Warning) -> Hit:
    notes = [row.get_status_display()]
    url, texts = _page("warning", row), search_warnings.texts(row)
    return Hit(url, row.number, row.title, notes, row.received_at, row.level, True, texts)


def _order(row) -> Hit:
    notes, texts = _words(row.receiver, row.get_status_display()), [row.requirements, row.execution_report]
    return Hit(_page("order", row), row.number, row.task, notes, row.issued_at, texts=texts)


def _report(row: Report) -> Hit:
    texts = [row.development, row.measures, row.impact, row.place, row.unit]
    title = f"{row.get_kind_display()}：{row.incident.title}"
    url = f"{reverse('incident', args=[row.incident.number])}#report-{row.pk}"
    return Hit(url, row.number, title, _words(row.reporter), row.arrived_at, texts=texts)


def _instruction(row: Instruction) -> Hit:
    notes = [row.giver, row.get_urgency_display()]
    return Hit(_page("instruction", row), row.number, "批示", notes, row.given_at, texts=[row.words])


def _paper(page: str, row) -> Hit:
    notes = [row.get_status_display()]
    return Hit(_page(page, row), row.number, row.title, notes, row.drafted_at, texts=[row.words])


def _brief(row: SituationBrief) -> Hit:
    texts = [row.happened, row.request, row.place, row.unit]
    notes = [row.get_status_display()]
    return Hit(_page("brief", row), str(row), row.title, notes, row.drafted_at, texts=texts)


def _call_up(row) -> Hit:
    title = f"{row.get_way_display()}{row.what} {row.quantity.normalize():f}{row.unit}"
    notes = _words(row.owner, row.get_status_display())
    return Hit(_page("call-up", row), row.number, title, notes, row.since)


def _body(row: Organization) -> Hit:
    notes = _words(row.get_kind_display(), row.county, row.phone and f"值班电话 {row.phone}")
    return Hit(reverse("duty-roster", args=[row.code]), "", row.name, notes)


def _expert(row) -> Hit:
    url = f"{reverse('experts')}?{urlencode({'q': row.name})}"
    return Hit(url, "", row.name, _words(row.field, row.body, row.title))


def _hazard(row: Hazard) -> Hit:
    notes = _words(row.body, row.county, row.get_status_display())
    texts = [row.words, row.measures]
    title = f"{row.get_kind_display()}：{row.place}"
    return Hit(_page("hazard", row), row.number, title, notes, row.registered_at, texts=texts)


def _inspection(row) -> Hit:
    return _of_firm(
        "inspection", row, f"安全检查：{row.place}", row.body, row.recorded_at, row.scope, row.conclusion
    )


def _finding(row) -> Hit:
    held = row.inspection
    return _of_firm("finding", row, row.words, held.body, held.recorded_at, row.demand)


def _filed_plan(row) -> Hit:
    return _of_firm("filed-plan", row, row.gist, row.body, row.filed_at, row.record_no)


def _safety_check(row) -> Hit:
    url, title = reverse("safety", args=[row.body.code]), f"安全自查：{row.get_result_display()}"
    return Hit(url, row.number, title, _words(row.body), row.filed_at, texts=[row.what, row.problems])


def _of_firm(page: str, row, title: str, firm: Organization, at: datetime, *texts: str) -> Hit:
    status = row.get_status_display() if hasattr(row, "status") else ""
    return Hit(_page(page, row), row.number, title, _words(firm, status), at, texts=_words(*texts))


def _resource(row: Resource) -> Hit:
    notes = _words(row.get_kind_display(), row.body, row.county, row.place)
    return Hit(reverse("resource", args=[row.pk]), "", row.name, notes, texts=[row.notes])


def _drill(row: Drill) -> Hit:
    return Hit(_page("drill", row), row.number, row.title, [row.get_status_display()])


def _course(row: Course) -> Hit:
    notes = _words(row.body, row.get_kind_display(), row.held_on, row.place)
    return Hit(reverse("course", args=[row.pk]), "", row.name, notes)


def _publicity(row: Publicity) -> Hit:
    url = f"{reverse('publicity')}?{urlencode({'year': row.held_on.year, 'q': row.topic})}"
    notes = _words(row.body, row.get_kind_display(), row.held_on)
    return Hit(url, "", row.topic, notes, texts=[row.audience, row.place, row.materials])


def _clause(row: Clause) -> Hit:
    return Hit(_page("clause", row), f"§{row.number}", row.title, texts=[row.text])


KINDS = (
    Found(
        "incident",
        "事件",
        lambda caller: visible_incidents(caller.actors),
        _incident,
        bodies=("enterprise", "county"),
        with_them=("enterprise", "county"),
        is_large=True,
    ),
    Found(
        "warning",
        "预警",
        search_warnings.rows,
        _warning,
        stands=search_warnings.stands,
        bodies=("reporter",),
    ),
    Found(
        "order",
        "应急任务",
        lambda caller: visible_orders(caller.actors),
        _order,
        bodies=("receiver",),
        with_them=("receiver",),
        is_large=True,
    ),
    Found(
        "report",
        "信息报告",
        lambda caller: visible_reports(caller.actors),
        _report,
        bodies=("reporter",),
        with_them=("reporter", "incident"),
        is_large=True,
    ),
    Found(
        "instruction",
        "批示",
        lambda caller: Instruction.objects.visible_to(caller.actors),
        _instruction,
        with_them=("superior", "commander__organization"),
    ),
    Found("notice", "通报", lambda caller: visible_notices(caller.actors), partial(_paper, "notice")),
    Found("release", "信息发布", lambda caller: visible_releases(caller.actors), partial(_paper, "release")),
    Found(
        "brief",
        "专报",
        lambda caller: SituationBrief.objects.visible_to(caller.actors),
        _brief,
        numbers=("number", "document_no"),
    ),
    Found(
        "call-up",
        "调用、征用",
        lambda caller: visible_call_ups(caller.actors),
        _call_up,
        bodies=("owner",),
        with_them=("owner",),
    ),
    Found(
        "body",
        "单位",
        lambda caller: visible_rosters(caller.actors),
        _body,
        numbers=(),
        with_them=("county",),
        is_name=True,
    ),
    Found(
        "hazard",
        "危险源和隐患",
        lambda caller: register_sight.visible_hazards(caller.actors),
        _hazard,
        bodies=("body", "county"),
        with_them=("body", "county"),
    ),
    Found(
        "inspection",
        "安全检查",
        lambda caller: register_sight.visible_inspections(caller.actors),
        _inspection,
        bodies=("body",),
        with_them=("body",),
    ),
    Found(
        "finding",
        "检查问题",
        lambda caller: register_sight.visible_findings(caller.actors),
        _finding,
        bodies=("inspection__body",),
        with_them=("inspection__body",),
    ),
    Found(
        "filed-plan",
        "备案预案",
        lambda caller: register_sight.visible_filed_plans(caller.actors),
        _filed_plan,
        numbers=("number", "record_no"),
        bodies=("body",),
        with_them=("body",),
    ),
    Found(
        "safety-check",
        "安全自查",
        lambda caller: register_sight.visible_safety_checks(caller.actors),
        _safety_check,
        bodies=("body",),
        with_them=("body",),
    ),
    Found(
        "resource",
        "应急资源",
        lambda caller: resources.visible_resources(caller.actors),
        _resource,
        numbers=(),
        bodies=("body", "county"),
        with_them=("body", "county"),
    ),
    Found(
        "course",
        "培训班",
        lambda caller: courses.visible(caller.actors).filter(cancelled_at=None),
        _course,
        numbers=(),
        bodies=("body",),
        with_them=("body",),
    ),
    Found(
        "publicity",
        "宣传教育",
        lambda caller: publicity.standing(publicity.visible(caller.actors)),
        _publicity,
        numbers=(),
        bodies=("body",),
        with_them=("body",),
    ),
    Found("drill", "演练", lambda caller: drills.visible(caller.actors), _drill),
    Found(
        "expert", "专家", lambda caller: expert_pool.visible(caller.actors), _expert, numbers=(), is_name=True
    ),
    Found(
        "clause", "预案条款", lambda caller: Clause.objects.filter(version=PlanVersion.in_force()), _clause
    ),
)
