"""The sandbox: what office and 指挥部 would do, for a test key's own drills. To any other caller there is no such path."""

from rest_framework.response import Response

from incidents.api import orders, warnings
from incidents.api.fields import Body, Choice, Count, Text, Time
from incidents.api.incidents import whole
from incidents.api.serializers import LONG, ROMAN, stated, validated
from incidents.api.views import Resource, etag
from incidents.models import Level, TaskOrder
from incidents.refusals import NotFound
from incidents.services.identity import sandbox

LEVELS = {ROMAN[level]: level for level in Level}


class Graded(Body):
    level = Choice(*LEVELS, required=True, allow_null=False)


class Ordered(Body):
    incident = Text(30, required=True, allow_null=False)
    task = Text(200, required=True, allow_null=False)
    requirements = Text(LONG)
    priority = Count(max(TaskOrder.Priority))
    acknowledge_by = Time()
    done_by = Time()


class Nothing(Body):
    """An act that needs no words."""


class OfSandbox:
    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        if not any(actor.in_drill for actor in self.caller.actors):
            raise NotFound("接口没有这个路径。", "unknown_path")

    @property
    def played_by(self):
        return self.caller.actors[0]


class Grade(OfSandbox, Resource):
    """`{"level": "IV"}`: then a response can be started; from Ⅲ on, orders can be given (§3.2)."""

    def create(self, data, number):
        self.find(number)
        level = LEVELS[validated(Graded, data)["level"]]
        sandbox.grade(actor=self.played_by, number=number, level=level, now=self.now)
        incident = self.find(number)
        return Response(whole(self, incident), headers={"ETag": etag(incident)})


class Orders(OfSandbox, Resource):
    """An order to the firm itself, as 指挥部 would give it (§5.2.2)."""

    def create(self, data):
        what = stated(validated(Ordered, data))
        number = what.pop("incident")
        self.find(number)
        row = sandbox.order(actor=self.played_by, number=number, now=self.now, **what)
        answer = orders.whole(self, row.number)
        answer.status_code = 201
        answer["Location"] = f"{self.request.path.partition('sandbox/')[0]}orders/{row.number}/"
        return answer


class Release(OfSandbox, Resource):
    """The end order; then the receiver confirms (§5.2.6)."""

    def create(self, data, number):
        orders.find(self, number)
        validated(Nothing, data)
        sandbox.release(actor=self.played_by, order=number, now=self.now)
        return orders.whole(self, number)


class Issue(OfSandbox, warnings.OfWarnings):
    """`{"level": "IV"}`: the firm's warning information becomes a bulletin in force, to be acknowledged (§4.2)."""

    def create(self, data, number):
        self.find_warning(number)
        level = LEVELS[validated(Graded, data)["level"]]
        sandbox.issue_warning(actor=self.played_by, number=number, level=level, now=self.now)
        warning = self.find_warning(number)
        return Response(self.whole(warning), headers={"ETag": etag(warning)})
