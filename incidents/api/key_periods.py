"""Key periods (重点时期, §4.1): a firm's system says every day that nothing happened, and answers when the roll is called.
A parent enterprise speaks for those below it."""

from rest_framework.response import Response

from alerts.services import wire
from incidents.api import answers, changed, lists
from incidents.api.fields import Body, Choice, Count, Day, Flag, Text
from incidents.api.matters import OwnBodies, receiver
from incidents.api.serializers import stated, validated
from incidents.api.views import Resource
from incidents.models import KeyPeriod, RollAnswer, RollCall, ZeroReport
from incidents.models.key_period import asks
from incidents.querysets import sees_office_matters
from incidents.refusals import NotFound
from incidents.services.register import key_periods, roll_calls, zero_reports


class QuietSaid(Body):
    is_quiet = Flag()
    words = Text(2000)
    day = Day()
    body = Text(40)
    post = Count()


class RollAnswered(Body):
    person = Text(40)
    place = Text(80)
    state = Choice(*RollAnswer.State.values)
    words = Text(300)
    body = Text(40)
    post = Count()


class OfPeriods(OwnBodies, Resource):
    def of_own(self, rows, column="body"):
        """What the caller's bodies said; to whoever sees all, what all did."""
        sees_all = sees_office_matters(self.caller.actors)
        return rows if sees_all else rows.filter(**{f"{column}__in": self.own})

    def found(self, number: str) -> KeyPeriod:
        row = key_periods.visible(self.caller.actors).filter(number=number).first()
        if row is None:
            raise NotFound(f"没有编号为 {number} 的重点时期。", "not_found")
        return row


class KeyPeriods(OfPeriods):
    def get(self, request):
        """Periods in which your bodies report daily, the newest first (§4.1). `ends_on` may move and `bodies` change: `sync`
        brings that too."""
        query = lists.Query(request)
        rows = key_periods.visible(self.caller.actors).prefetch_related("bodies", "changes")
        return lists.answer(request, query, rows, ("-id",), self.shown, changed.itself)

    def shown(self, row: KeyPeriod) -> dict:
        sees_all = sees_office_matters(self.caller.actors)
        changes = key_periods.changes_by_body(row)
        asked = [body for body in row.bodies.all() if asks(changes.get(body.pk, []), self.now)]
        return {
            "number": row.number,
            "kind": row.kind,
            "name": row.name,
            "starts_on": row.starts_on.isoformat(),
            "ends_on": row.ends_on.isoformat(),
            "due_by": f"{row.due_by:%H:%M}",
            "note": row.note,
            "declared_at": wire.time(row.declared_at),
            "ended_at": wire.time(row.ended_at),
            "bodies": [body.code for body in asked if sees_all or body.pk in self.own],
        }


class ZeroReports(OfPeriods):
    code = "zero.report"

    def get(self, request, number):
        """What your bodies said of each day (§4.1)."""
        query = lists.Query(request)
        rows = self.of_own(self.found(number).reports.select_related("body", "period"))
        return lists.answer(request, query, rows, ("-id",), zero_report, changed.itself)

    def create(self, data, number):
        """零报告 of a day, today if absent (§4.1). Where something has happened it does not stand for the report of the
        incident (§5.2.1) or of the risk (§4.2)."""
        self.found(number)
        actor = receiver(self.actor(self.code, data), self.code)
        fields = {"is_quiet": None} | stated(validated(QuietSaid, data), "post")
        row = zero_reports.report(actor=actor, number=number, now=self.now, **fields)
        return Response(zero_report(row), 201)


class OfRolls(OfPeriods):
    def shown(self, row: RollCall) -> dict:
        said = self.of_own(row.answers.select_related("body")).order_by("pk")
        return {
            "number": row.number,
            "period": row.period.number,
            "words": row.words,
            "called_at": wire.time(row.called_at),
            "due_at": wire.time(row.due_at),
            "answers": [roll_answer(each) for each in said],
        }


class RollCalls(OfRolls):
    def get(self, request):
        """When the roll was called, and what your bodies answered, the newest first (§4.1)."""
        query = lists.Query(request)
        rows = roll_calls.visible(self.caller.actors).select_related("period")
        return lists.answer(request, query, rows, ("-id",), self.shown, changed.roll_calls)


class AnswerRoll(OfRolls):
    """A body is there: who keeps its desk, where, how it stands (§4.1). Once; late is better than not at all."""

    code = "roll.answer"

    def create(self, data, number):
        row = roll_calls.visible(self.caller.actors).filter(number=number).select_related("period").first()
        if row is None:
            raise NotFound(f"没有编号为 {number} 的点名。", "not_found")
        actor = receiver(self.actor(self.code, data), self.code)
        fields = {"person": "", "place": "", "state": ""} | stated(validated(RollAnswered, data), "post")
        roll_calls.answer(actor=actor, number=number, now=self.now, **fields)
        return Response(self.shown(row))


def zero_report(row: ZeroReport) -> dict:
    return {
        "id": row.pk,
        "body": row.body.code,
        "day": row.day.isoformat(),
        "is_quiet": row.is_quiet,
        "words": row.words,
        "by_phone": row.by_phone,
        "filed_at": answers.time(row.filed_at),
        "is_late": row.is_late,
    }


def roll_answer(row: RollAnswer) -> dict:
    return {
        "body": row.body.code,
        "answered_at": wire.time(row.answered_at),
        "by_phone": row.by_phone,
        "person": row.person,
        "place": row.place,
        "state": row.state or None,
        "words": row.words,
    }
