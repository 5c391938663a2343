"""Drills that the firm held by itself (§8.3), stated by its own system."""

from rest_framework.response import Response

from incidents.api import answers, changed, lists
from incidents.api.fields import Body, Choice, Count, Day, NeededText, Text, Texts
from incidents.api.serializers import stated, validated
from incidents.api.views import Resource
from incidents.models import Drill, HeldDrill
from incidents.services.drill import held_drills

CLAUSE = held_drills.CLAUSE


class DrillHeld(Body):
    enterprise = Text(40)
    title = NeededText(100, "请填写名称。", CLAUSE)
    held_on = Day(required=True, allow_null=False)
    kind = Choice(*Drill.Kind.values, required=True, allow_null=False)
    contents = Texts(30, required=True, allow_null=False)
    people = Count(required=True, allow_null=False)
    result = NeededText(held_drills.LONGEST, "请填写演练情况。", CLAUSE)
    post = Count()


class HeldDrills(Resource):
    code = "drill.state"

    def get(self, request):
        """The drills that the firm and those below it have stated, but for what was withdrawn (§8.3)."""
        query = lists.Query(request, "enterprise")
        rows = held_drills.visible(self.caller.actors).filter(withdrawn_at=None).select_related("body")
        rows = rows.filter(query.wanted(body__code=query.words("enterprise")))
        return lists.answer(request, query, rows, ("-id",), answer, changed.itself)

    def create(self, data):
        """States a drill that the firm held by itself: it counts towards what it owes (§8.3)."""
        actor = self.actor(self.code, data)
        fields = stated(validated(DrillHeld, data), "post")
        row = held_drills.state(actor=actor, now=self.now, body=fields.pop("enterprise", ""), **fields)
        return Response(answer(row), 201)


def answer(row: HeldDrill) -> dict:
    return {
        "id": row.pk,
        "enterprise": row.body.code,
        "title": row.title,
        "held_on": row.held_on.isoformat(),
        "kind": row.kind,
        "contents": row.contents,
        "people": row.people,
        "result": row.result,
        "stated_at": answers.time(row.recorded_at),
    }
