"""What an incident leaves a firm to do (§6.2): its word on the evaluation, and the improvements that are its own."""

from incidents.api import answers, changed, lists
from incidents.api.fields import Body, Count, NeededText
from incidents.api.matters import MatterAct, Matters, flag
from incidents.api.serializers import LONG
from incidents.api.views import etag_of
from incidents.models import EvaluationInput, Improvement
from incidents.paper_sight import visible_improvements, visible_inputs
from incidents.services.closure import aftermath


class Opinion(Body):
    words = NeededText(LONG, "请填写意见。", "6.2")
    post = Count()


class Outcome(Body):
    words = NeededText(LONG, "请填写完成情况。", "6.2")
    post = Count()


class OfInputs(Matters):
    noun = "征求意见"
    visible = staticmethod(visible_inputs)

    def rows(self):
        return visible_inputs(self.caller.actors).select_related("incident", "body")

    def tag(self, row: EvaluationInput) -> str:
        return etag_of(row.answered_at)

    def shown(self, row: EvaluationInput) -> dict:
        may = [] if row.answered_at or row.body_id not in self.own else ["evaluation.answer"]
        return {
            "number": row.number,
            "incident": row.incident.number,
            "body": row.body.code,
            "question": row.question,
            "asked_at": answers.time(row.asked_at),
            "due_at": answers.time(row.due_at),
            "answered_at": answers.time(row.answered_at),
            "words": row.words,
            "actions": answers.actions_of(may, number=row.number),
        }


class EvaluationInputs(OfInputs):
    def get(self, request):
        """What the firm is asked for the evaluation; `?answered=false` for what is still owed (§6.2)."""
        query = lists.Query(request, "answered")
        rows = self.rows()
        if (answered := flag(query, "answered")) is not None:
            rows = rows.filter(answered_at__isnull=not answered)
        return lists.answer(request, query, rows, ("-id",), self.shown, changed.itself)


class OneEvaluationInput(OfInputs):
    def get(self, request, number):
        """One question of the evaluation, and what the firm answered (§6.2)."""
        return self.whole(number)


class AnswerEvaluation(MatterAct, OfInputs):
    """The firm's word on the evaluation; it can't be changed afterwards (§6.2)."""

    code, form = "evaluation.answer", Opinion

    def is_own(self, row, actor):
        return aftermath.may_act(row, self.code, actor)

    def why_not(self, row, actor):
        return aftermath.input_why_not(row, self.code)

    def act(self, actor, number, **fields):
        aftermath.answer(actor=actor, asked=number, now=self.now, **fields)


class OfImprovements(Matters):
    noun = "改进措施"
    visible = staticmethod(visible_improvements)

    def rows(self):
        return visible_improvements(self.caller.actors).select_related("incident", "body")

    def tag(self, row: Improvement) -> str:
        return etag_of(row.done_at)

    def shown(self, row: Improvement) -> dict:
        may = [] if row.done_at or row.body_id not in self.own else ["improvement.done"]
        return {
            "number": row.number,
            "incident": row.incident.number,
            "body": row.body.code,
            "measure": row.measure,
            "opened_at": answers.time(row.opened_at),
            "due_at": answers.time(row.due_at),
            "done_at": answers.time(row.done_at),
            "words": row.words,
            "actions": answers.actions_of(may, number=row.number),
        }


class Improvements(OfImprovements):
    def get(self, request):
        """The improvements that the firm sees to; `?done=false` for those still open (§6.2)."""
        query = lists.Query(request, "done")
        rows = self.rows()
        if (done := flag(query, "done")) is not None:
            rows = rows.filter(done_at__isnull=not done)
        return lists.answer(request, query, rows, ("-id",), self.shown, changed.itself)


class OneImprovement(OfImprovements):
    def get(self, request, number):
        """One improvement, until when, and what came of it (§6.2)."""
        return self.whole(number)


class ImprovementDone(MatterAct, OfImprovements):
    """The improvement is made; said in words (§6.2)."""

    code, form = "improvement.done", Outcome

    def is_own(self, row, actor):
        return aftermath.may_act(row, self.code, actor)

    def why_not(self, row, actor):
        return aftermath.improvement_why_not(row, self.code)

    def act(self, actor, number, **fields):
        aftermath.improvement_done(actor=actor, improvement=number, now=self.now, **fields)
