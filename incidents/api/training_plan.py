"""A firm's training plan of a year (§8.2): its lines, what is planned no longer, and by which course one was carried out."""

from rest_framework.response import Response

from incidents.api import answers, changed, lists
from incidents.api.duty import OfRosters
from incidents.api.fields import MOST_PEOPLE, Body, Choice, Count, NeededText, Text
from incidents.api.serializers import stated, validated
from incidents.models import Course, PlannedCourse
from incidents.refusals import NotFound
from incidents.services.training import training_plan
from incidents.services.training.courses import CLAUSE


class Planned(Body):
    body = Text(40)
    year = Count(2099, required=True, allow_null=False)
    month = Count(12, required=True, allow_null=False)
    name = NeededText(80, "请填写培训内容。", CLAUSE)
    kind = Choice(*Course.Kind.values, required=True, allow_null=False)
    audience = NeededText(100, "请填写培训对象。", CLAUSE)
    people = Count(MOST_PEOPLE, required=True, allow_null=False)
    post = Count()


class Dropped(Body):
    reason = NeededText(200, "请填写理由。", CLAUSE)
    post = Count()


class CarriedOut(Body):
    course = Count(required=True)
    post = Count()


class TrainingPlan(OfRosters):
    code = training_plan.ACT

    def get(self, request):
        """The lines of the plans of the firm and those below it, every year; `?body=` chooses (§8.2)."""
        query = lists.Query(request, "body")
        rows = training_plan.visible(self.caller.actors).select_related("body")
        if "body" in query.given:
            rows = rows.filter(body__in=self.bodies(query))
        return lists.answer(request, query, rows, ("-id",), line, changed.itself)

    def create(self, data):
        """A line of the firm's training plan of a year (§8.2)."""
        actor = self.actor(self.code, data)
        fields = stated(validated(Planned, data), "post")
        return Response(line(training_plan.keep(actor=actor, now=self.now, **fields)), 201)


class OfLine(OfRosters):
    """What is done with one line: 404, 403, 409, 422; answers with it as it then is."""

    code = training_plan.ACT
    form: type[Body]

    def act(self, **fields) -> PlannedCourse:
        raise NotImplementedError

    def create(self, data, line_id):
        pk = int(line_id)
        if not training_plan.visible(self.caller.actors).filter(pk=pk).exists():
            raise NotFound("没有这项培训计划。", "not_found", CLAUSE)
        actor = self.actor(self.code, data)
        training_plan.kept(actor, pk)
        fields = stated(validated(self.form, data), "post")
        return Response(line(self.act(actor=actor, line=pk, now=self.now, **fields)))


class DropPlanned(OfLine):
    """It is planned no longer; why is kept on file (§8.2)."""

    form = Dropped
    act = staticmethod(training_plan.drop)


class CarryOut(OfLine):
    """By which course of the same body and year it was carried out; null: by none (any more) (§8.2)."""

    form = CarriedOut

    def act(self, course: int | None = None, **fields):
        return training_plan.carry_out(course=course, **fields)


def line(row: PlannedCourse) -> dict:
    names = ("year", "month", "name", "kind", "audience", "people")
    return {
        "id": row.pk,
        "body": row.body.code,
        **{name: getattr(row, name) for name in names},
        "course": row.course_id,
        "recorded_at": answers.time(row.recorded_at),
        "cancelled_at": answers.time(row.cancelled_at),
    }
