"""What within an incident has acts of its own (orders, requests …): which of them a person may do now, and where."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from alerts.models import Deadline, Instruction
from incidents.models import Incident, Notice, PublicRelease, SupportRequest, TaskOrder
from incidents.querysets import visible_notices, visible_orders, visible_releases, visible_requests
from incidents.roles import TABLE, Actor, Caller
from incidents.services import informing, instructing, ordering, publishing, supporting
from incidents.web.act_page import ActPage
from incidents.web.instruction_acts import INSTRUCTION_PAGES
from incidents.web.notice_acts import NOTICE_PAGES
from incidents.web.order_acts import ORDER_PAGES
from incidents.web.release_acts import RELEASE_PAGES
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
    why_not_for: Callable[[Matter, str, Actors], str | None] = lambda matter, code, actors: None
    """What stands in the way for these posts, where that depends on whose they are."""
    related: tuple[str, ...] = ("incident__office__parent__parent__parent",)
    subject: Callable[[Matter], Any] = attrgetter("incident")
    page: str = ""
    """Its own page, where those are led back to who see no more than it."""

    @property
    def url_name(self) -> str:
        return f"{self.known_by}-act"

    def find(self, caller: Caller, number: str) -> Matter | None:
        rows = self.visible(caller.actors).filter(number=number)
        return rows.select_related(*self.related).first()


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
        if able and kind.why_not(matter, code) is None and kind.why_not_for(matter, code, able) is None:
            found.append({"act": TABLE[code], "url": url_of(matter, code)})
    return found


def with_debts(rows: QuerySet) -> QuerySet:
    """With what is owed about each, in a fixed number of queries."""
    debts = Deadline.objects.filter(voided_at=None).select_related("rule", "debtor", "creditor")
    return rows.prefetch_related(Prefetch("deadlines", debts.order_by("due_at", "pk"), to_attr="owed"))


def lines(rows: Iterable[Matter], caller: Caller) -> list[Line]:
    return [Line(row, row.owed, acts_on(row, caller)) for row in rows]


def orders_of(caller: Caller, incident: Incident | None = None) -> QuerySet[TaskOrder]:
    rows = visible_orders(caller.actors)
    if incident:
        rows = rows.filter(incident=incident)
    return with_debts(
        rows.select_related(
            "receiver",
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


def unacknowledged(caller: Caller) -> int:
    return visible_orders(caller.actors).filter(status=TaskOrder.Status.ISSUED).count()


OFFICE_OF = "incident__office__parent__parent__parent"

KINDS = (
    Kind(
        TaskOrder,
        "orders",
        "order",
        "任务",
        ORDER_PAGES,
        visible_orders,
        ordering.why_not,
        related=("receiver", "incident__enterprise", OFFICE_OF),
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
        related=("requester", "holder", OFFICE_OF),
    ),
    Kind(
        Instruction,
        "instructions",
        "instruction",
        "批示",
        INSTRUCTION_PAGES,
        lambda actors: Instruction.objects.visible_to(actors),
        instructing.why_not,
        instructing.may_act,
        instructing.why_not_for,
        related=(
            OFFICE_OF,
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
        informing.may_act,
        informing.why_not_for,
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
)
