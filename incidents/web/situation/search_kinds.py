"""What can be found from the head of every page: a row per kind. A further register is a further row of `KINDS`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db.models import Model, Q, QuerySet

from alerts.models import Instruction, SituationBrief
from incidents import register_sight
from incidents.models import Clause, PlanVersion
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
from incidents.web.situation import search_hits, search_warnings


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
    hit: Callable[[Model], search_hits.Hit]
    numbers: tuple[str, ...] = ("number",)
    bodies: tuple[str, ...] = ()
    stands: Callable[[Caller, str], Q] | None = None
    with_them: tuple[str, ...] = ()
    is_name: bool = False
    is_large: bool = False


KINDS = (
    Found(
        "incident",
        "事件",
        lambda caller: visible_incidents(caller.actors),
        search_hits.incident,
        bodies=("enterprise", "county"),
        with_them=("enterprise", "county"),
        is_large=True,
    ),
    Found(
        "warning",
        "预警",
        search_warnings.rows,
        search_hits.warning,
        stands=search_warnings.stands,
        bodies=("reporter",),
    ),
    Found(
        "order",
        "应急任务",
        lambda caller: visible_orders(caller.actors),
        search_hits.order,
        bodies=("receiver",),
        with_them=("receiver",),
        is_large=True,
    ),
    Found(
        "report",
        "信息报告",
        lambda caller: visible_reports(caller.actors),
        search_hits.report,
        bodies=("reporter",),
        with_them=("reporter", "incident"),
        is_large=True,
    ),
    Found(
        "instruction",
        "批示",
        lambda caller: Instruction.objects.visible_to(caller.actors),
        search_hits.instruction,
        with_them=("superior", "commander__organization"),
    ),
    Found(
        "notice", "通报", lambda caller: visible_notices(caller.actors), partial(search_hits.paper, "notice")
    ),
    Found(
        "release",
        "信息发布",
        lambda caller: visible_releases(caller.actors),
        partial(search_hits.paper, "release"),
    ),
    Found(
        "brief",
        "专报",
        lambda caller: SituationBrief.objects.visible_to(caller.actors),
        search_hits.brief,
        numbers=("number", "document_no"),
    ),
    Found(
        "call-up",
        "调用、征用",
        lambda caller: visible_call_ups(caller.actors),
        search_hits.call_up,
        bodies=("owner",),
        with_them=("owner",),
    ),
    Found(
        "body",
        "单位",
        lambda caller: visible_rosters(caller.actors),
        search_hits.body,
        numbers=(),
        with_them=("county",),
        is_name=True,
    ),
    Found(
        "hazard",
        "危险源和隐患",
        lambda caller: register_sight.visible_hazards(caller.actors),
        search_hits.hazard,
        bodies=("body", "county"),
        with_them=("body", "county"),
    ),
    Found(
        "inspection",
        "安全检查",
        lambda caller: register_sight.visible_inspections(caller.actors),
        search_hits.inspection,
        bodies=("body",),
        with_them=("body",),
    ),
    Found(
        "finding",
        "检查问题",
        lambda caller: register_sight.visible_findings(caller.actors),
        search_hits.finding,
        bodies=("inspection__body",),
        with_them=("inspection__body",),
    ),
    Found(
        "filed-plan",
        "备案预案",
        lambda caller: register_sight.visible_filed_plans(caller.actors),
        search_hits.filed_plan,
        numbers=("number", "record_no"),
        bodies=("body",),
        with_them=("body",),
    ),
    Found(
        "safety-check",
        "安全自查",
        lambda caller: register_sight.visible_safety_checks(caller.actors),
        search_hits.safety_check,
        bodies=("body",),
        with_them=("body",),
    ),
    Found(
        "resource",
        "应急资源",
        lambda caller: resources.visible_resources(caller.actors),
        search_hits.resource,
        numbers=(),
        bodies=("body", "county"),
        with_them=("body", "county"),
    ),
    Found(
        "course",
        "培训班",
        lambda caller: courses.visible(caller.actors).filter(cancelled_at=None),
        search_hits.course,
        numbers=(),
        bodies=("body",),
        with_them=("body",),
    ),
    Found(
        "publicity",
        "宣传教育",
        lambda caller: publicity.standing(publicity.visible(caller.actors)),
        search_hits.publicity,
        numbers=(),
        bodies=("body",),
        with_them=("body",),
    ),
    Found("drill", "演练", lambda caller: drills.visible(caller.actors), search_hits.drill),
    Found(
        "expert",
        "专家",
        lambda caller: expert_pool.visible(caller.actors),
        search_hits.expert,
        numbers=(),
        is_name=True,
    ),
    Found(
        "clause",
        "预案条款",
        lambda caller: Clause.objects.filter(version=PlanVersion.in_force()),
        search_hits.clause,
    ),
)
