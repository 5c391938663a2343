"""Task orders (§5.2.2, 5.2.6, 5.4.3), as whoever received one reads, acknowledges and carries it out. Of an incident that
is another firm's, an order shows no more than the paper itself."""

from collections.abc import Callable
from dataclasses import replace

from django.db.models import QuerySet
from rest_framework.response import Response

from alerts.services import wire
from incidents.api import answers, changed, lists, visible
from incidents.api.fields import Body
from incidents.api.serializers import Acknowledgement, Confirmation, Done, Progress, stated, validated
from incidents.api.views import Resource, etag_of
from incidents.models import Scope, TaskOrder
from incidents.querysets import visible_orders
from incidents.refusals import Invalid, NotFound, WrongState
from incidents.roles import TABLE, Actor
from incidents.services import subject
from incidents.services.command import order_steps, ordering, releasing
from incidents.services.command.ordering import OnScene

WHAT = "任务"
ACTS = ("order.acknowledge", "order.progress", "order.done", "order.confirm")
POINTERS = {f"/on_scene_{name}": f"/on_scene/{name}" for name in ("head", "phone", "place")}
"""Where the wire keeps together what the screens' form asks one by one."""


class Orders(Resource):
    """Task orders that the firm has received, also of incidents that are another firm's (§5.2.2)."""

    def get(self, request):
        query = lists.Query(request, "status", "incident")
        rows = seen_by(self).filter(
            query.wanted(
                status=query.choices("status", TaskOrder.Status.values),
                incident__number=query.words("incident"),
            )
        )
        return lists.answer(
            request,
            query,
            rows,
            ("priority", "-id"),
            lambda row: answer(self, row),
            lambda since: changed.orders(since, self.now),
        )


class OneOrder(Resource):
    """One order, its progress so far, what is owed about it and may be done with it (§5.2.2)."""

    def get(self, request, number):
        return whole(self, number)


class OrderAct(Resource):
    """What the receiver does with an order; answers with the order as it then is."""

    writing_needs = Scope.ORDERS
    code: str
    form: type[Body]
    act: Callable

    def create(self, data, number):
        find(self, number)
        actor = self.actor(self.code, data)
        self.lock_order(actor, number)
        fields = stated(validated(self.form, data), "post")
        if "on_scene" in fields:
            fields["on_scene"] = OnScene(**stated(fields["on_scene"]))
        try:
            self.act(actor=actor, order=number, now=self.now, **fields)
        except Invalid as refusal:
            moved = (replace(e, pointer=POINTERS.get(e.pointer, e.pointer)) for e in refusal.errors)
            raise Invalid(*moved) from refusal
        return whole(self, number)

    def lock_order(self, actor: Actor, number: str):
        _, row = subject.locked_with(actor, self.code, visible_orders([actor]), number, WHAT)
        self.refuse_unless_matching(tag(row))
        if why := order_steps.why_not(row, self.code):
            raise WrongState(why, "wrong_state", TABLE[self.code].clause)


class Acknowledge(OrderAct):
    """The receiver has the order, and names its on-scene command (§5.2.2)."""

    code, form, act = "order.acknowledge", Acknowledgement, staticmethod(ordering.acknowledge)


class ReportProgress(OrderAct):
    """How the order goes; as often as there is something to say (§5.4.3)."""

    code, form, act = "order.progress", Progress, staticmethod(ordering.progress)


class ReportDone(OrderAct):
    """The order is carried out (§5.4.3)."""

    code, form, act = "order.done", Done, staticmethod(ordering.done)


class ConfirmRelease(OrderAct):
    """The receiver has the notice that the order is released (§5.2.6)."""

    code, form, act = "order.confirm", Confirmation, staticmethod(releasing.confirm)


def seen_by(view: Resource) -> QuerySet[TaskOrder]:
    rows = visible_orders(view.caller.actors).select_related("receiver", "incident__event_class")
    return rows.prefetch_related(visible.owed_about(view.caller.actors))


def find(view: Resource, number: str) -> TaskOrder:
    row = seen_by(view).filter(number=number).first()
    if row is None:
        raise NotFound(f"没有编号为 {number} 的任务。", "not_found")
    return row


def tag(row: TaskOrder) -> str:
    times = (row.written_at, row.acknowledged_at, row.done_at, row.released_at, row.over_at)
    return etag_of(row.status, *times, row.on_scene_head, row.progress_entries.count())


def whole(view: Resource, number: str) -> Response:
    row = find(view, number)
    progress = [{"at": answers.time(said.at), "words": said.words} for said in row.progress_entries.all()]
    return Response(answer(view, row) | {"progress": progress}, headers={"ETag": tag(row)})


def answer(view: Resource, row: TaskOrder) -> dict:
    head, phone, place = row.on_scene_head, row.on_scene_phone, row.on_scene_place
    return wire.order(row) | {
        "is_drill": row.incident.is_drill,
        "on_scene": {"head": head, "phone": phone, "place": place} if head else None,
        "done_at": answers.time(row.done_at),
        "report": row.execution_report,
        "over_at": answers.time(row.over_at),
        "deadlines": answers.deadlines(row.owed, view.now),
        "actions": answers.actions_of(
            (c for c in ACTS if view.caller.actors_for(c) and order_steps.why_not(row, c) is None),
            number=row.number,
        ),
    }
