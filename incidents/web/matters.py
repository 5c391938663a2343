"""Orders and requests on the screens: which of their acts a person may do now, and where each is done."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from alerts.models import Deadline
from incidents.models import Incident, SupportRequest, TaskOrder
from incidents.querysets import visible_orders, visible_requests
from incidents.roles import TABLE, Actor, Caller
from incidents.services import ordering, supporting
from incidents.web.order_acts import ORDER_PAGES
from incidents.web.support_acts import SUPPORT_PAGES

Matter = TaskOrder | SupportRequest


@dataclass(frozen=True)
class Line:
    """An order or a request as it stands in a list: what is owed about it, and what this person may do."""

    matter: Matter
    debts: list[Deadline] = field(default_factory=list)
    acts: list[dict] = field(default_factory=list)


def concerns(matter: Matter, code: str, actor: Actor) -> bool:
    """Whether the act on it is for this post: it exists for him, and is his to do."""
    if isinstance(matter, TaskOrder):
        return visible_orders([actor]).filter(pk=matter.pk).exists()
    seen = visible_requests([actor]).filter(pk=matter.pk).exists()
    return seen and supporting.may_act_for_holder(matter, code, actor)


def why_not(matter: Matter, code: str) -> str | None:
    module = ordering if isinstance(matter, TaskOrder) else supporting
    return module.why_not(matter, code)


def url_of(matter: Matter, code: str) -> str:
    name = "order-act" if isinstance(matter, TaskOrder) else "support-act"
    return reverse(name, args=[matter.number, code])


def acts_on(matter: Matter, caller: Caller) -> list[dict]:
    """What may be done now; who sees a matter only in another post is told so when he tries."""
    pages = ORDER_PAGES if isinstance(matter, TaskOrder) else SUPPORT_PAGES
    found = []
    for code in pages:
        able = caller.actors_for(code)
        if isinstance(matter, SupportRequest):
            able = [actor for actor in able if supporting.may_act_for_holder(matter, code, actor)]
        if able and why_not(matter, code) is None:
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
