"""Requests for support (§5.5): the firm asks, reads what is answered, and says when it has come."""

from django.db.models import QuerySet
from rest_framework.response import Response

from incidents.api import answers, changed, lists, visible
from incidents.api.serializers import Fulfilled, SupportWanted, stated, validated
from incidents.api.views import Resource, etag_of
from incidents.models import SupportRequest
from incidents.querysets import visible_requests
from incidents.refusals import NotAllowed, NotFound, WrongState
from incidents.services import subject
from incidents.services.command import supporting

WHAT = "支援请求"
FULFIL = "support.fulfil"


class SupportRequests(Resource):
    """What the firm has asked for on this incident, and how it was answered (§5.5)."""

    code = "support.raise"

    def get(self, request, number):
        query = lists.Query(request, "status")
        wanted = query.wanted(status=query.choices("status", SupportRequest.Status.values))
        return lists.answer(
            request,
            query,
            seen_by(self, number).filter(wanted),
            ("serial",),
            lambda row: answer(self, row),
            lambda since: changed.support_requests(since, self.now),
        )

    def create(self, data, number):
        """Asks for support (§5.5)."""
        actor, _ = self.lock(self.code, number, data)
        fields = stated(validated(SupportWanted, data), "post")
        raised = supporting.raise_support(actor=actor, number=number, now=self.now, **fields)
        row = find(self, number, raised.number)
        there = f"{self.request.path.rstrip('/')}/{row.number}/"
        return Response(answer(self, row), 201, headers={"ETag": tag(row), "Location": there})


class OneSupportRequest(Resource):
    """One request, with whom it lies, and what is owed about it (§5.5)."""

    def get(self, request, number, asked):
        row = find(self, number, asked)
        return Response(answer(self, row), headers={"ETag": tag(row)})


class Fulfil(Resource):
    """What was granted has come; said by whoever asked (§5.5)."""

    code = FULFIL

    def create(self, data, number, asked):
        find(self, number, asked)
        actor = self.actor(FULFIL, data)
        _, row = subject.locked_with(actor, FULFIL, visible_requests([actor]), asked, WHAT)
        if not supporting.may_act_for_holder(row, FULFIL, actor):
            raise NotAllowed("支援请求由提出单位登记落实。", "role", supporting.CLAUSE)
        self.refuse_unless_matching(tag(row))
        if why := supporting.why_not(row, FULFIL):
            raise WrongState(why, "wrong_state", supporting.CLAUSE)
        fields = stated(validated(Fulfilled, data), "post")
        supporting.fulfil(actor=actor, request=asked, now=self.now, **fields)
        row = find(self, number, asked)
        return Response(answer(self, row), headers={"ETag": tag(row)})


def seen_by(view: Resource, number: str) -> QuerySet[SupportRequest]:
    rows = visible_requests(view.caller.actors).filter(incident=view.find(number))
    return rows.select_related("incident", "requester", "holder").prefetch_related(
        visible.owed_about(view.caller.actors)
    )


def find(view: Resource, number: str, asked: str) -> SupportRequest:
    row = seen_by(view, number).filter(number=asked).first()
    if row is None:
        raise NotFound(f"没有编号为 {asked} 的支援请求。", "not_found")
    return row


def tag(row: SupportRequest) -> str:
    return etag_of(row.status, row.holder_id, row.answered_at, row.fulfilled_at)


def answer(view: Resource, row: SupportRequest) -> dict:
    may_fulfil = supporting.why_not(row, FULFIL) is None and any(
        supporting.may_act_for_holder(row, FULFIL, actor) for actor in view.caller.actors_for(FULFIL)
    )
    return {
        "number": row.number,
        "status": row.status,
        "requester": row.requester.code,
        "lies_with": row.holder.short_name,
        "needs": row.needs,
        "why": row.why,
        "place": row.place,
        "raised_at": answers.time(row.raised_at),
        "answer": row.answer,
        "answered_at": answers.time(row.answered_at),
        "outcome": row.outcome,
        "fulfilled_at": answers.time(row.fulfilled_at),
        "deadlines": answers.deadlines(row.owed, view.now),
        "actions": answers.actions_of(
            [FULFIL] if may_fulfil else [], number=row.incident.number, asked=row.number
        ),
    }
