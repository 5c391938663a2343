"""A firm's own plan (§5.4.1(4)(5), 5.4.5(3)): that it was started with the response, and ended with it."""

from rest_framework.response import Response

from incidents.api import answers, changed, lists
from incidents.api.fields import Body, Count, NeededText, Time
from incidents.api.matters import OwnBodies, receiver
from incidents.api.serializers import stated, validated
from incidents.api.views import Resource, etag
from incidents.models import OwnPlan
from incidents.querysets import sees_office_matters
from incidents.roles import Actor
from incidents.services.response import own_plans


class PlanStarted(Body):
    name = NeededText(100, "请填写预案名称。", "5.4.1")
    by = NeededText(60, "请填写由谁启动。", "5.4.1")
    at = Time()
    post = Count()


class PlanEnded(Body):
    at = Time()
    post = Count()


class OwnPlans(OwnBodies, Resource):
    code = "own_plan.start"

    def get(self, request, number):
        """The plans that the caller's own bodies have started on this incident (§5.4.1)."""
        query = lists.Query(request)
        rows = self.find(number).own_plans.select_related("body")
        if not sees_office_matters(self.caller.actors):
            rows = rows.filter(body__in=self.own)
        return lists.answer(request, query, rows, ("id",), answer, changed.itself)

    def create(self, data, number):
        """The firm has started its own plan: which, when, who decided so (§5.4.1(4))."""
        actor = taken(self, number, data)
        fields = stated(validated(PlanStarted, data), "post")
        plan = own_plans.start(actor=actor, number=number, now=self.now, **fields)
        return Response(answer(plan), 201, headers={"ETag": etag(self.find(number))})


class EndOwnPlan(Resource):
    """The firm has ended its own plan, as the response is over (§5.4.5(3))."""

    code = "own_plan.end"

    def create(self, data, number):
        actor = taken(self, number, data)
        fields = stated(validated(PlanEnded, data), "post")
        plan = own_plans.end(actor=actor, number=number, now=self.now, **fields)
        return Response(answer(plan), headers={"ETag": etag(self.find(number))})


def taken(view: Resource, number: str, data: dict) -> Actor:
    """404, 403, 409 and 412, as everywhere: the office has its screens for this, whatever the state."""
    view.find(number)
    receiver(view.actor(view.code, data), view.code)
    return view.lock(view.code, number, data)[0]


def answer(row: OwnPlan) -> dict:
    return {
        "id": row.pk,
        "body": row.body.code,
        "name": row.name,
        "by": row.started_by,
        "started_at": answers.time(row.started_at),
        "recorded_at": answers.time(row.recorded_at),
        "ended_at": answers.time(row.ended_at),
    }
