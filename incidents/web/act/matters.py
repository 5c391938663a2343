"""What within an incident has acts of its own (orders, requests …): which of them a person may do now, and where."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from alerts.models import Deadline
from incidents.models import CallUp, Incident, SupportRequest, TaskOrder
from incidents.querysets import visible_call_ups, visible_orders, visible_requests
from incidents.roles import TABLE, Actor, Caller
from incidents.web.act.matter_kinds import Matter, kind_of


@dataclass(frozen=True)
class Line:
    """An order or a request as it stands in a list: what is owed about it, and what this person may do."""

    matter: Matter
    debts: list[Deadline] = field(default_factory=list)
    acts: list[dict] = field(default_factory=list)


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
