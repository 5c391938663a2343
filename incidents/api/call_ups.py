"""Call-ups (调用, 征用, §2.2.2(4), 5.4.3, 6.1): what is asked of a firm, or handed over to it, until it is given back. Of an
incident that is another firm's, it shows no more than the paper itself."""

from incidents.api import answers, changed, lists
from incidents.api.fields import Body, Count, Flag, NeededText, Number, Text
from incidents.api.matters import MatterAct, Matters
from incidents.api.serializers import LONG
from incidents.api.views import etag_of
from incidents.models import CallUp
from incidents.querysets import visible_call_ups
from incidents.services.call_up import call_up_moving, call_up_steps, calling_up
from incidents.services.closure import call_up_settling

ACTS = ("call_up.agree", "call_up.refuse", "call_up.dispatch", "call_up.arrive", "call_up.give_back")
QUANTITIES = ("dispatched", "arrived", "returned", "used_up", "damaged")


class Agreed(Body):
    post = Count()


class Refused(Body):
    reason = NeededText(LONG, "请填写理由。", "5.4.3")
    post = Count()


class Moved(Body):
    quantity = Number(places=2, required=True, allow_null=False)
    words = Text(LONG)
    post = Count()


class GivenBack(Body):
    returned = Number(places=2, required=True, allow_null=False)
    used_up = Number(places=2, required=True, allow_null=False)
    damaged = Number(places=2, required=True, allow_null=False)
    is_part = Flag()
    words = Text(LONG)
    post = Count()


class OfCallUps(Matters):
    noun = "调用"
    visible = staticmethod(visible_call_ups)

    def rows(self):
        return visible_call_ups(self.caller.actors).select_related("incident", "owner", "receiver", "draw")

    def tag(self, row: CallUp) -> str:
        return etag_of(row.status, row.since, *(getattr(row, name) for name in QUANTITIES))

    def shown(self, row: CallUp) -> dict:
        may = [
            code
            for code in ACTS
            if self.own.intersection(call_up_steps.sides(row, code))
            and call_up_steps.why_not(row, code) is None
        ]
        return {
            "number": row.number,
            "incident": row.incident.number,
            "way": row.way,
            "status": row.status,
            "since": answers.time(row.since),
            "kind": row.kind,
            "what": row.what,
            "quantity": answers.number(row.quantity),
            "unit": row.unit,
            "resource": row.draw.resource_id if hasattr(row, "draw") else None,
            "owner": row.owner and row.owner.code,
            "receiver": row.receiver and row.receiver.code,
            "place": row.place,
            "wanted_by": answers.time(row.wanted_by),
            "requested_at": answers.time(row.requested_at),
            **{name: answers.number(getattr(row, name)) for name in QUANTITIES},
            "actions": answers.actions_of(may, number=row.number),
        }

    def detail(self, row: CallUp) -> dict:
        steps = [
            {
                "at": answers.time(step.at),
                "status": step.status,
                "quantities": step.quantities,
                "words": step.words,
            }
            for step in row.steps.order_by("id")
        ]
        returns = [
            {"at": answers.time(each.at), "words": each.words}
            | {name: answers.number(getattr(each, name)) for name in QUANTITIES[2:]}
            for each in row.returns.order_by("id")
        ]
        return {"steps": steps, "returns": returns}


class CallUps(OfCallUps):
    def get(self, request):
        """What is asked of the firm and those below it, or handed over to them; `?status=` chooses (§5.4.3)."""
        query = lists.Query(request, "status")
        rows = self.rows()
        if statuses := query.choices("status", CallUp.Status.values):
            rows = rows.filter(status__in=statuses)
        return lists.answer(request, query, rows, ("-id",), self.shown, changed.itself)


class OneCallUp(OfCallUps):
    def get(self, request, number):
        """One call-up with its steps and what may be done with it now (§5.4.3)."""
        return self.whole(number)


class CallUpAct(MatterAct, OfCallUps):
    def is_own(self, row, actor):
        return call_up_steps.may_act(row, self.code, actor)

    def why_not(self, row, actor):
        return call_up_steps.why_not(row, self.code)


class Agree(CallUpAct):
    """Its owner agrees to lend it (§5.4.3)."""

    code, form = "call_up.agree", Agreed

    def act(self, actor, number, **fields):
        calling_up.agree(actor=actor, call_up=number, now=self.now)


class Refuse(CallUpAct):
    """Its owner can't lend it, for a reason; a requisition can't be refused (§5.4.3, 2.2.2(4))."""

    code, form = "call_up.refuse", Refused

    def act(self, actor, number, **fields):
        calling_up.refuse(actor=actor, call_up=number, now=self.now, **fields)


class Dispatch(CallUpAct):
    """It has left its owner: how many (§5.4.3)."""

    code, form = "call_up.dispatch", Moved

    def act(self, actor, number, **fields):
        call_up_moving.dispatch(actor=actor, call_up=number, now=self.now, **fields)


class Arrive(CallUpAct):
    """Whoever receives it confirms how many have come (§5.4.3)."""

    code, form = "call_up.arrive", Moved

    def act(self, actor, number, **fields):
        call_up_moving.arrive(actor=actor, call_up=number, now=self.now, **fields)


class GiveBack(CallUpAct):
    """What came back, was used up, was damaged: the last of it, and the rest becomes a recovery item; or a part (`is_part`),
    and the rest stays in use (§6.1)."""

    code, form = "call_up.give_back", GivenBack

    def act(self, actor, number, **fields):
        call_up_settling.give_back(actor=actor, call_up=number, now=self.now, **fields)
