"""A firm's training and publicity (§8.1, 8.2): its courses and who passed them, its workers on post, its activities."""

from decimal import Decimal

from rest_framework.response import Response
from rest_framework.serializers import ListField

from incidents.api import answers, changed, lists
from incidents.api.duty import OfRosters, person_of
from incidents.api.fields import MOST_PEOPLE, Body, Choice, Count, Day, NeededText, Number, Text
from incidents.api.serializers import stated, validated
from incidents.models import Course, CourseAttendance, Publicity, WorkforceStatement
from incidents.refusals import FieldError, Invalid, NotFound
from incidents.services.training import course_attendance, course_results, courses, publicity, workforce

MOST_LISTED = 100
RESULTS = [result for result in CourseAttendance.Result.values if result]


class CourseHeld(Body):
    body = Text(40)
    name = NeededText(80, "请填写培训内容。", courses.CLAUSE)
    kind = Choice(*Course.Kind.values, required=True, allow_null=False)
    held_on = Day(required=True, allow_null=False)
    hours = Number(1, required=True, allow_null=False)
    place = Text(100)
    teacher = Text(60)
    valid_until = Day()
    post = Count()


class Attended(Body):
    person = Text(150)
    name = Text(40)
    result = Choice(*RESULTS)


class Listed(Body):
    body = Text(40)
    attended = ListField(child=Attended(), max_length=MOST_LISTED)
    post = Count()


class Stated(Body):
    body = Text(40)
    year = Count(9999, required=True, allow_null=False)
    quarter = Count(4, required=True, allow_null=False)
    on_post = Count(MOST_PEOPLE, required=True, allow_null=False)
    trained = Count(MOST_PEOPLE, required=True, allow_null=False)
    passed = Count(MOST_PEOPLE, required=True, allow_null=False)
    note = Text(200)
    post = Count()


class Activity(Body):
    body = Text(40)
    held_on = Day(required=True, allow_null=False)
    kind = Choice(*Publicity.Kind.values, required=True, allow_null=False)
    topic = NeededText(100, "请填写主题。", publicity.CLAUSE)
    audience = NeededText(100, "请填写对象。", publicity.CLAUSE)
    reached = Count(MOST_PEOPLE, required=True, allow_null=False)
    place = Text(100)
    materials = Text(300)
    post = Count()


class Courses(OfRosters):
    code = "course.keep"

    def get(self, request):
        """The courses of the firm and those below it, and those on which their people were; `?body=` chooses (§8.2)."""
        query = lists.Query(request, "body")
        rows = courses.visible(self.caller.actors).filter(cancelled_at=None).select_related("body", "expert")
        if "body" in query.given:
            rows = rows.filter(body__in=self.bodies(query))
        return lists.answer(request, query, rows, ("-id",), course, changed.courses)

    def create(self, data):
        """A course is held; a pass is good for 12 months unless `valid_until` says otherwise (§8.2)."""
        actor = self.actor(self.code, data)
        fields = stated(validated(CourseHeld, data), "post")
        row = courses.keep(actor=actor, now=self.now, **fields)
        there = f"{self.request.path.rstrip('/')}/{row.pk}/"
        return Response(course(row), 201, headers={"Location": there})


class OneCourse(OfRosters):
    def get(self, request, course):
        """A course with who of the firm's own was on it, and with what result (§8.2)."""
        return Response(whole(self, found(self, course)))


class Results(OfRosters):
    """Puts people on the list of a course, and says who passed; an account that passed can be rostered (§8.2)."""

    code = "course.judge"

    def create(self, data, course):
        row = found(self, course)
        actor = self.actor(self.code, data)
        courses.kept(actor, self.code, row.pk)
        said = stated(validated(Listed, data), "post")
        body = said.get("body", "")
        results = {}
        for n, each in enumerate(said["attended"]):
            attendance = self._listed(actor, row, body, each, f"/attended/{n}")
            if each.get("result"):
                results[attendance.pk] = each["result"]
        course_results.judge(actor=actor, course=row.pk, results=results, now=self.now)
        return Response(whole(self, row))

    def _listed(self, actor, row: Course, body: str, each: dict, pointer: str) -> CourseAttendance:
        person, name = each.get("person"), each.get("name")
        if bool(person) == bool(name):
            raise Invalid(
                FieldError(
                    pointer, "one_of_two", "请填写账号（person）或姓名（name）中的一项。", courses.CLAUSE
                )
            )
        common = {"actor": actor, "course": row.pk, "body": body, "now": self.now}
        if name:
            course_attendance.attend(names=name, **common)
            return course_attendance.row_of(actor, row.pk, body, name)
        whose = (body and courses.body_named(actor, body)) or row.body
        pk = person_of(whose, person, f"{pointer}/person")
        course_attendance.attend(people=[pk], **common)
        return row.attendances.get(person=pk)


class Workforce(OfRosters):
    code = "workforce.state"

    def get(self, request):
        """What the firm and those below it have stated; `?body=` chooses (§8.2)."""
        query = lists.Query(request, "body")
        rows = workforce.visible(self.caller.actors).select_related("body")
        if "body" in query.given:
            rows = rows.filter(body__in=self.bodies(query))
        return lists.answer(request, query, rows, ("-id",), statement, changed.itself)

    def create(self, data):
        """Workers on post, trained and passed in a quarter; stated again it is corrected (§8.2)."""
        actor = self.actor(self.code, data)
        fields = stated(validated(Stated, data), "post")
        return Response(statement(workforce.state(actor=actor, now=self.now, **fields)), 201)


class Activities(OfRosters):
    code = "publicity.keep"

    def get(self, request):
        """The publicity of the firm and those below it; `?body=` chooses (§8.1)."""
        query = lists.Query(request, "body")
        rows = publicity.visible(self.caller.actors).select_related("body")
        if "body" in query.given:
            rows = rows.filter(body__in=self.bodies(query))
        return lists.answer(request, query, rows, ("-id",), activity, changed.itself)

    def create(self, data):
        """An activity of publicity or education was held, or material given out (§8.1)."""
        actor = self.actor(self.code, data)
        fields = stated(validated(Activity, data), "post")
        return Response(activity(publicity.keep(actor=actor, now=self.now, **fields)), 201)


def found(view: OfRosters, pk: str) -> Course:
    rows = courses.visible(view.caller.actors).select_related("body", "expert")
    row = rows.filter(pk=int(pk), cancelled_at=None).first()
    if row is None:
        raise NotFound("没有这个培训班。", "not_found")
    return row


def whole(view: OfRosters, row: Course) -> dict:
    actors = view.caller.actors
    kept = {body.pk for body in courses.kept_bodies(actors)}
    seen = courses.visible_attendances(actors).filter(course=row).select_related("person", "body", "course")
    return course(row) | {
        "attended": [
            {
                "body": each.body.code,
                "person": each.person and each.person.username,
                "name": course_attendance.shown_name(each, kept),
                "result": each.result or None,
            }
            for each in seen.order_by("pk")
        ]
    }


def course(row: Course) -> dict:
    return {
        "id": row.pk,
        "body": row.body.code,
        "name": row.name,
        "kind": row.kind,
        "held_on": row.held_on.isoformat(),
        "hours": float(Decimal(row.hours)),
        "place": row.place,
        "teacher": row.taught_by,
        "valid_until": row.valid_until.isoformat(),
        "recorded_at": answers.time(row.recorded_at),
    }


def statement(row: WorkforceStatement) -> dict:
    names = ("year", "quarter", *workforce.FIGURES, "note")
    said = {name: getattr(row, name) for name in names}
    return {"id": row.pk, "body": row.body.code} | said | {"stated_at": answers.time(row.stated_at)}


def activity(row: Publicity) -> dict:
    return {
        "id": row.pk,
        "body": row.body.code,
        "held_on": row.held_on.isoformat(),
        "kind": row.kind,
        "topic": row.topic,
        "audience": row.audience,
        "reached": row.reached,
        "place": row.place,
        "materials": row.materials,
        "recorded_at": answers.time(row.recorded_at),
        "withdrawn_at": answers.time(row.withdrawn_at),
    }
