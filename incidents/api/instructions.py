"""Instructions (领导批示、上级指令, §2.2.2(2), 5.3, 5.4.3) addressed to a firm: seen, answered, done. A parent enterprise
answers for those below it."""

from django.db.models import Prefetch

from alerts.models import Instruction, InstructionAddressee
from incidents.api import answers, changed, lists
from incidents.api.fields import Body, Count, NeededText
from incidents.api.matters import MatterAct, Matters, flag
from incidents.api.serializers import Bare
from incidents.api.views import etag_of
from incidents.services.command import instruction_answering, instruction_steps

ACTS = ("instruction.acknowledge", "instruction.answer", "instruction.done")


class Answered(Body):
    words = NeededText(instruction_steps.LONGEST, "请填写落实情况。", "5.4.3")
    post = Count()


def visible(actors):
    return Instruction.objects.visible_to(actors)


class OfInstructions(Matters):
    noun = "批示"
    visible = staticmethod(visible)

    def rows(self):
        addressees = InstructionAddressee.objects.select_related("organization__parent__parent")
        return (
            visible(self.caller.actors)
            .select_related("incident", "warning", "commander__organization", "superior")
            .prefetch_related(Prefetch("addressees", addressees.prefetch_related("answers")))
        )

    def tag(self, row: Instruction) -> str:
        return etag_of(
            *(
                (
                    one.organization_id,
                    one.acknowledged_at,
                    one.reminded_at,
                    one.done_at,
                    len(one.answers.all()),
                )
                for one in instruction_steps.own_rows(row, self.caller.actors)
            )
        )

    def shown(self, row: Instruction) -> dict:
        own = instruction_steps.own_rows(row, self.caller.actors)
        may = [
            code
            for code in ACTS
            if own and instruction_steps.why_not_for(row, code, self.caller.actors_for(code)) is None
        ]
        return {
            "number": row.number,
            "incident": row.incident and row.incident.number,
            "warning": row.warning and row.warning.number,
            "clause": "5.3" if row.is_superiors else "2.2.2",
            "giver": row.giver,
            "given_at": answers.time(row.given_at),
            "by_phone": row.by_phone,
            "urgency": row.urgency,
            "words": row.words,
            "due_at": answers.time(row.due_at),
            "addressees": [addressee(one) for one in own],
            "actions": answers.actions_of(may, number=row.number),
        }


def addressee(one: InstructionAddressee) -> dict:
    said = [{"at": answers.time(said.at), "words": said.words} for said in one.answers.all()]
    return {
        "body": one.organization.code,
        "acknowledged_at": answers.time(one.acknowledged_at),
        "reminded_at": answers.time(one.reminded_at),
        "done_at": answers.time(one.done_at),
        "answers": said,
    }


class Instructions(OfInstructions):
    def get(self, request):
        """Instructions addressed to the firm and those below it; `?done=false` for those still open (§5.4.3)."""
        query = lists.Query(request, "done")
        rows = self.rows()
        if (done := flag(query, "done")) is not None:
            waiting = InstructionAddressee.objects.filter(organization__in=self.own, done_at=None)
            is_open = {"pk__in": waiting.values("instruction")}
            rows = rows.exclude(**is_open) if done else rows.filter(**is_open)
        return lists.answer(request, query, rows, ("-id",), self.shown, changed.instructions)


class OneInstruction(OfInstructions):
    def get(self, request, number):
        """One instruction with what the firm did about it so far (§5.4.3)."""
        return self.whole(number)


class InstructionAct(MatterAct, OfInstructions):
    def locked(self, actor, number):
        instruction_steps.taken(actor, self.code, number)
        return self.found(number)

    def is_own(self, row, actor):
        return instruction_steps.may_act(row, self.code, actor)

    def why_not(self, row, actor):
        return instruction_steps.why_not_for(row, self.code, [actor])


class AcknowledgeInstruction(InstructionAct):
    """Somebody of the firm has seen it (§5.4.3)."""

    code, form = "instruction.acknowledge", Bare

    def act(self, actor, number, **fields):
        instruction_answering.acknowledge(actor=actor, instruction=number, now=self.now)


class AnswerInstruction(InstructionAct):
    """What was done about it so far; may be said several times, and counts as having seen it (§5.4.3)."""

    code, form = "instruction.answer", Answered

    def act(self, actor, number, **fields):
        instruction_answering.answer(actor=actor, instruction=number, now=self.now, **fields)


class FinishInstruction(InstructionAct):
    """It is carried out; nothing can be added afterwards (§5.4.3)."""

    code, form = "instruction.done", Answered

    def act(self, actor, number, **fields):
        instruction_answering.answer(actor=actor, instruction=number, done=True, now=self.now, **fields)
