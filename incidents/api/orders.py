"""Task orders (§5.2.2, 5.2.6, 5.4.3), as whoever received one reads, acknowledges and carries it out. Of an incident that
is another firm's, an order shows no more than the paper itself."""

from collections.abc import Callable
from dataclasses import replace

from django.db.models import QuerySet
from rest_framework.response import Response

from alerts.services import wire
from incidents.api import answers, lists, visible
from incidents.api.fields import Body
from incidents.api.serializers import Acknowledgement, Confirmation, Done, Progress, stated, validated
from incidents.api.views import Resource, etag_of
from incidents.models import TaskOrder
from incidents.querysets import visible_orders
from incidents.refusals import Invalid, NotFound, WrongState
from incidents.roles import TABLE, Actor
from incidents.services import ordering, subject
from incidents.services.ordering import OnScene

WHAT = "任务"
ACTS = ("order.acknowledge", "order.progress", "order.done", "order.confirm")
POINTERS = {f"/on_scene_{name}": f"/on_scene/{name}" for name in ("head", "phone", "place")}
"""Where the wire keeps together what the screens' form asks one by one."""


class Orders(Resource):
    def get(self, request):
        query = lists.Query(request, "status")
        rows = seen_by(self)
        if statuses := query.choices("status", TaskOrder.Status.values):
            rows = rows.filter(status__in=statuses)
        return lists.answer(request, query, rows, ("priority", "-id"), lambda row: answer(self, row))


class OneOrder(Resource):
    def get(self, request, number):
        return whole(self, number)


class OrderAct(Resource):
    """What the receiver does with an order; answers with the order as it then is."""

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
        if why := ordering.why_not(row, self.code):
            raise WrongState(why, "wrong_state", TABLE[self.code].clause)


class Acknowledge(OrderAct):
    code, form, act = "order.acknowledge", Acknowledgement, staticmethod(ordering.acknowledge)


class ReportProgress(OrderAct):
    code, form, act = "order.progress", Progress, staticmethod(ordering.progress)


class ReportDone(OrderAct):
    code, form, act = "order.done", Done, staticmethod(ordering.done)


class ConfirmRelease(OrderAct):
    code, form, act = "order.confirm", Confirmation, staticmethod(ordering.confirm)


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
        "on_scene": {"head": head, "phone": phone, "place": place} if head else None,
        "done_at": answers.time(row.done_at),
        "report": row.execution_report,
        "over_at": answers.time(row.over_at),
        "deadlines": answers.deadlines(row.owed, view.now),
        "actions": answers.actions_of(
            code for code in ACTS if view.caller.actors_for(code) and ordering.why_not(row, code) is None
        ),
    }
