"""What within an incident has acts of its own (orders, requests …): which of them a person may do now, and where."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from alerts.models import Deadline, SituationBrief
from incidents.models import (
    CallUp,
    EvaluationInput,
    Improvement,
    Incident,
    Meeting,
    RecoveryItem,
    Scheme,
    SupportRequest,
    TaskOrder,
    WorkingGroup,
)
from incidents.querysets import (
    visible_call_ups,
    visible_groups,
    visible_improvements,
    visible_inputs,
    visible_meetings,
    visible_orders,
    visible_recovery,
    visible_requests,
    visible_schemes,
)
from incidents.roles import TABLE, Actor, Caller
from incidents.services import (
    aftermath,
    briefing,
    calling_up,
    meetings,
    ordering,
    recovering,
    schemes,
    supporting,
    working_groups,
)
from incidents.web.act_page import ActPage
from incidents.web.after_acts import IMPROVEMENT_PAGES, INPUT_PAGES, RECOVERY_PAGES
from incidents.web.brief_acts import BRIEF_PAGES
from incidents.web.call_up_acts import CALL_UP_PAGES
from incidents.web.group_acts import GROUP_PAGES
from incidents.web.meeting_acts import MEETING_PAGES
from incidents.web.order_acts import ORDER_PAGES
from incidents.web.scheme_acts import SCHEME_PAGES
from incidents.web.support_acts import SUPPORT_PAGES

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
    related: tuple[str, ...] = ()
    subject_of: Callable[[Matter], Any] = attrgetter("incident")
    """What it is about; a brief may also be about a warning."""

    @property
    def url_name(self) -> str:
        return f"{self.known_by}-act"

    def find(self, caller: Caller, number: str) -> Matter | None:
        rows = self.visible(caller.actors).filter(number=number)
        return rows.select_related("incident__office__parent__parent__parent", *self.related).first()


@dataclass(frozen=True)
class Line:
    """An order or a request as it stands in a list: what is owed about it, and what this person may do."""

    matter: Matter
    debts: list[Deadline] = field(default_factory=list)
    acts: list[dict] = field(default_factory=list)


def kind_of(matter: Matter) -> Kind:
    return next(kind for kind in KINDS if kind.model is type(matter))


def concerns(matter: Matter, code: str, actor: Actor) -> bool:
    """Whether the act on it is for this post: it exists for him, and is his to do."""
    kind = kind_of(matter)
    return kind.visible([actor]).filter(pk=matter.pk).exists() and kind.may_act(matter, code, actor)


def url_of(matter: Matter, code: str) -> str:
    return reverse(kind_of(matter).url_name, args=[matter.number, code])


def acts_on(matter: Matter, caller: Caller) -> list[dict]:
    """What may be done now; who sees a matter only in another post is told so when he tries."""
    kind, found = kind_of(matter), []
    for code in kind.pages:
        able = [actor for actor in caller.actors_for(code) if kind.may_act(matter, code, actor)]
        if able and kind.why_not(matter, code) is None:
            found.append({"act": TABLE[code], "url": url_of(matter, code)})
    return found


def with_debts(rows: QuerySet) -> QuerySet:
    """With what is owed about each, in a fixed number of queries."""
    debts = Deadline.objects.filter(voided_at=None).select_related("rule", "debtor", "creditor")
    return rows.prefetch_related(Prefetch("deadlines", debts.order_by("due_at", "pk"), to_attr="owed"))


def lines(rows: Iterable[Matter], caller: Caller) -> list[Line]:
    return [Line(row, getattr(row, "owed", []), acts_on(row, caller)) for row in rows]


def orders_of(caller: Caller, incident: Incident | None = None) -> QuerySet[TaskOrder]:
    rows = visible_orders(caller.actors)
    if incident:
        rows = rows.filter(incident=incident)
    return with_debts(
        rows.select_related(
            "receiver",
            "group",
            "incident__office",
            "incident__enterprise",
            "issued_by__organization",
            "instructed_by__organization",
            "acknowledged_by__organization",
        )
    )


def by_urgency(orders: Iterable[TaskOrder]) -> list[TaskOrder]:
    """Who has not acknowledged comes first, then the important before the rest (§5.2.3(1)); what is over, last."""
    statuses = list(TaskOrder.Status)
    return sorted(
        orders,
        key=lambda order: (
            order.status == TaskOrder.Status.OVER,
            order.status != TaskOrder.Status.ISSUED,
            order.priority,
            statuses.index(order.status),
            order.serial,
        ),
    )


def requests_of(caller: Caller, incident: Incident | None = None) -> QuerySet[SupportRequest]:
    rows = visible_requests(caller.actors)
    if incident:
        rows = rows.filter(incident=incident)
    return with_debts(rows.select_related("requester", "holder", "incident__office__parent__parent__parent"))


def call_ups_of(caller: Caller, incident: Incident | None = None) -> QuerySet[CallUp]:
    rows = visible_call_ups(caller.actors)
    if incident:
        rows = rows.filter(incident=incident)
    return rows.select_related("owner", "receiver", "incident__office", "support").order_by("since", "pk")


KINDS = (
    Kind(
        TaskOrder,
        "orders",
        "order",
        "任务",
        ORDER_PAGES,
        visible_orders,
        ordering.why_not,
        related=("receiver", "incident__enterprise"),
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
        briefing.may_sign_for,
        related=("warning__office__parent__parent__parent",),
        subject_of=attrgetter("subject"),
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
        calling_up.why_not,
        calling_up.may_act,
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
)
