"""Handling guides (处置要领, §5.4.4) opened on an incident: their steps, and that the firm's own are done."""

from rest_framework.response import Response

from incidents.api import answers
from incidents.api.fields import Body, Count, NeededText, Text
from incidents.api.serializers import stated, validated
from incidents.api.views import Resource, etag
from incidents.models import GuideStep, GuideTick, Incident, OpenedGuide
from incidents.querysets import sees_office_matters
from incidents.refusals import NotAllowed
from incidents.roles import TABLE, why_not_now
from incidents.services.command import guiding


class Ticked(Body):
    words = Text(200)
    post = Count()


class TakenBack(Body):
    reason = NeededText(200, "请填写理由。", "5.4.4")
    post = Count()


class Guides(Resource):
    def get(self, request, number):
        """The guides opened on the incident, step by step, and which steps are done (§5.4.4)."""
        return whole(self, self.find(number))


class Tick(Resource):
    """A step that is marked for the firm is done (§5.4.4)."""

    code = "guide.tick"

    def create(self, data, number, step):
        actor, incident = self.lock(self.code, number, data)
        fields = stated(validated(Ticked, data), "post")
        guiding.tick(actor=actor, number=number, step=int(step), now=self.now, **fields)
        return whole(self, incident)


class Untick(Resource):
    """It was not done after all; a firm takes back only what it ticked itself (§5.4.4)."""

    code = "guide.untick"

    def create(self, data, number, step):
        actor, incident = self.lock(self.code, number, data)
        fields = stated(validated(TakenBack, data), "post")
        guiding.untick(actor=actor, number=number, step=int(step), now=self.now, **fields)
        return whole(self, incident)


def whole(view: Resource, incident: Incident) -> Response:
    if not (view.caller.actors_for("guide.tick") or sees_office_matters(view.caller.actors)):
        raise NotAllowed("处置要领由应急办、指挥部和涉事企业使用。", "role", guiding.CLAUSE)
    rows = incident.opened_guides.select_related("guide").order_by("-id")
    rows = rows.prefetch_related("guide__steps", "ticks__by", "ticks__key")
    guides = [answer(view, incident, row) for row in rows]
    return Response({"incident": incident.number, "guides": guides}, headers={"ETag": etag(incident)})


def answer(view: Resource, incident: Incident, row: OpenedGuide) -> dict:
    standing = {tick.step_id: tick for tick in row.ticks.all() if tick.undone_at is None}
    return {
        "event_class": row.event_class,
        "version": row.guide.version,
        "source": row.guide.source,
        "opened_at": answers.time(row.opened_at),
        "steps": [
            shown(view, incident, step, standing.get(step.pk)) | {"order": step.order}
            for step in row.guide.steps.all()
        ],
    }


def shown(view: Resource, incident: Incident, step: GuideStep, tick: GuideTick | None) -> dict:
    code = "guide.untick" if tick else "guide.tick"
    able = any(guiding.may_act(actor, step, tick) for actor in view.caller.actors_for(code))
    may = [code] if able and why_not_now(TABLE[code], incident) is None else []
    return {
        "id": step.pk,
        "words": step.words,
        "source": step.source,
        "from_gazette": step.from_gazette,
        "for_firm": step.for_firm,
        "done_at": tick and answers.time(tick.at),
        "note": tick and tick.words,
        "actions": answers.actions_of(may, number=incident.number, step=step.pk),
    }
