"""The kinds of matters within an incident that have acts of their own: where each is found, by whom, and what it asks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet

from alerts.models import Instruction, SituationBrief
from incidents.models import (
    CallUp,
    EvaluationInput,
    FiledPlan,
    Finding,
    Hazard,
    Improvement,
    Meeting,
    Notice,
    PublicRelease,
    RecoveryItem,
    Scheme,
    SupportRequest,
    TaskOrder,
    WorkingGroup,
)
from incidents.paper_sight import (
    visible_improvements,
    visible_inputs,
    visible_notices,
    visible_recovery,
    visible_releases,
)
from incidents.querysets import (
    visible_call_ups,
    visible_groups,
    visible_meetings,
    visible_orders,
    visible_requests,
    visible_schemes,
)
from incidents.register_sight import visible_filed_plans, visible_findings, visible_hazards
from incidents.roles import Actor, Caller
from incidents.services.call_up import call_up_steps
from incidents.services.closure import aftermath, recovering
from incidents.services.command import instruction_steps, order_steps, schemes, supporting, working_groups
from incidents.services.notice import brief_sending, briefing, informing, notice_reading, publishing
from incidents.services.register import hazards, inspecting, plan_filing
from incidents.services.response import meetings
from incidents.web.act_page import ActPage
from incidents.web.call_up.call_up_acts import CALL_UP_PAGES
from incidents.web.closure.after_acts import IMPROVEMENT_PAGES, INPUT_PAGES, RECOVERY_PAGES
from incidents.web.notice.brief_acts import BRIEF_PAGES
from incidents.web.notice.notice_acts import NOTICE_PAGES
from incidents.web.notice.release_acts import RELEASE_PAGES
from incidents.web.register.filed_plan_acts import FILED_PLAN_PAGES
from incidents.web.register.hazard_acts import HAZARD_PAGES
from incidents.web.register.inspection_acts import FINDING_PAGES
from incidents.web.response.group_acts import GROUP_PAGES
from incidents.web.response.instruction_acts import INSTRUCTION_PAGES
from incidents.web.response.meeting_acts import MEETING_PAGES
from incidents.web.response.order_acts import ORDER_PAGES
from incidents.web.response.scheme_acts import SCHEME_PAGES
from incidents.web.response.support_acts import SUPPORT_PAGES

Matter = Any
"""A model with an `incident`, a `number` of its own, and acts."""

Actors = Iterable[Actor]


@dataclass(frozen=True)
class Kind:
    """One kind of matter. `slug`: its place in the address; `known_by`: what its services call its number."""

    model: type
    slug: str
    known_by: str
    noun: str
    pages: dict[str, ActPage]
    visible: Callable[[Actors], QuerySet]
    why_not: Callable[[Matter, str], str | None]
    may_act: Callable[[Matter, str, Actor], bool] = lambda matter, code, actor: True
    """Whether the act is for this post's body, where the role alone does not say."""
    why_not_for: Callable[[Matter, str, Actors], str | None] = lambda matter, code, actors: None
    """What stands in the way for these posts, where that depends on whose they are."""
    related: tuple[str, ...] = ()
    within: tuple[str, ...] = ("incident__office__parent__parent__parent",)
    """What its subject is reached through; nothing of what stands in a register."""
    subject: Callable[[Matter], Any] = attrgetter("incident")
    """What it is about: a brief may also be about a warning, an instruction about neither."""
    page: str = ""
    """Its own page, where those are led back to who see no more than it; all, if `always_on_its_page`."""
    always_on_its_page: bool = False

    @property
    def url_name(self) -> str:
        return f"{self.known_by}-act"

    def find(self, caller: Caller, number: str) -> Matter | None:
        rows = self.visible(caller.actors).filter(number=number)
        return rows.select_related(*self.within, *self.related).first()


def _in_register(*of, related: tuple[str, ...]) -> Kind:
    """What stands in a register of the firms: about no incident, and always on its own page."""
    known_by = of[2]
    subject = {"within": (), "subject": lambda matter: None}
    return Kind(*of, related=related, page=known_by.replace("_", "-"), always_on_its_page=True, **subject)


KINDS = (
    Kind(
        TaskOrder,
        "orders",
        "order",
        "任务",
        ORDER_PAGES,
        visible_orders,
        order_steps.why_not,
        related=("receiver", "incident__enterprise"),
        page="order",
    ),
    Kind(
        SupportRequest,
        "support",
        "request",
        "支援请求",
        SUPPORT_PAGES,
        visible_requests,
        supporting.why_not,
        supporting.may_act_for_holder,
        related=("requester", "holder"),
    ),
    Kind(
        SituationBrief,
        "briefs",
        "brief",
        "专报",
        BRIEF_PAGES,
        lambda actors: SituationBrief.objects.visible_to(actors),
        briefing.why_not,
        brief_sending.may_sign_for,
        related=("warning__office__parent__parent__parent",),
        subject=attrgetter("subject"),
        page="brief",
        always_on_its_page=True,
    ),
    Kind(Meeting, "meetings", "meeting", "会议", MEETING_PAGES, visible_meetings, meetings.why_not),
    Kind(
        WorkingGroup,
        "groups",
        "group",
        "工作组",
        GROUP_PAGES,
        visible_groups,
        working_groups.why_not,
        related=("lead",),
    ),
    Kind(Scheme, "schemes", "scheme", "方案", SCHEME_PAGES, visible_schemes, schemes.why_not),
    Kind(
        CallUp,
        "call-ups",
        "call_up",
        "调用",
        CALL_UP_PAGES,
        visible_call_ups,
        call_up_steps.why_not,
        call_up_steps.may_act,
        related=("owner", "receiver", "incident__enterprise"),
    ),
    Kind(
        RecoveryItem,
        "recovery",
        "recovery",
        "善后事项",
        RECOVERY_PAGES,
        visible_recovery,
        recovering.why_not,
    ),
    Kind(
        EvaluationInput,
        "evaluation-inputs",
        "asked",
        "征求意见",
        INPUT_PAGES,
        visible_inputs,
        aftermath.input_why_not,
        aftermath.may_act,
        related=("body",),
    ),
    Kind(
        Improvement,
        "improvements",
        "improvement",
        "改进措施",
        IMPROVEMENT_PAGES,
        visible_improvements,
        aftermath.improvement_why_not,
        aftermath.may_act,
        related=("body",),
    ),
    Kind(
        Instruction,
        "instructions",
        "instruction",
        "批示",
        INSTRUCTION_PAGES,
        lambda actors: Instruction.objects.visible_to(actors),
        instruction_steps.why_not,
        instruction_steps.may_act,
        instruction_steps.why_not_for,
        related=(
            "warning",
            "office__parent__parent__parent",
            "commander__organization",
            "superior",
        ),
        subject=attrgetter("subject"),
        page="instruction",
    ),
    Kind(
        Notice,
        "notices",
        "notice",
        "通报",
        NOTICE_PAGES,
        visible_notices,
        informing.why_not,
        notice_reading.may_act,
        notice_reading.why_not_for,
        page="notice",
    ),
    Kind(
        PublicRelease,
        "releases",
        "release",
        "发布稿",
        RELEASE_PAGES,
        visible_releases,
        publishing.why_not,
        publishing.may_act,
        page="release",
    ),
    _in_register(
        Hazard,
        "preparedness/hazards",
        "hazard",
        "危险源（隐患）",
        HAZARD_PAGES,
        visible_hazards,
        hazards.why_not,
        related=("body", "county"),
    ),
    _in_register(
        Finding,
        "preparedness/findings",
        "finding",
        "检查问题",
        FINDING_PAGES,
        visible_findings,
        inspecting.why_not,
        inspecting.may_act,
        related=("inspection__body", "inspection__inspector"),
    ),
    _in_register(
        FiledPlan,
        "preparedness/plans",
        "filed_plan",
        "预案",
        FILED_PLAN_PAGES,
        visible_filed_plans,
        plan_filing.why_not,
        related=("body",),
    ),
)


def kind_of(matter: Matter) -> Kind:
    return next(kind for kind in KINDS if kind.model is type(matter))
