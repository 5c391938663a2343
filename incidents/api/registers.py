"""The firm's own registers (§4.1): its hazards, and what inspections found."""

from collections.abc import Callable

from rest_framework.response import Response

from incidents.api import answers, changed, lists
from incidents.api.fields import Body, Choice, Count, Day, NeededText, Number, Text
from incidents.api.matters import Matters
from incidents.api.serializers import stated, validated
from incidents.api.uploads import MayTakeFile
from incidents.api.views import Resource, etag_of
from incidents.models import Finding, Hazard, RegisterFile, RiskGrade
from incidents.models.hazard import MOST_POINTS
from incidents.register_sight import visible_findings, visible_hazards
from incidents.roles import Actor
from incidents.services.register import hazards, inspecting
from incidents.services.register.firm_registers import LONGEST, firm_of

CLAUSE = "4.1"
GRADES = {grade: grade.name.lower() for grade in RiskGrade}


class HazardFound(Body):
    enterprise = Text(40)
    kind = Choice(*Hazard.Kind.values, required=True, allow_null=False)
    words = NeededText(LONGEST, "请填写情况。", CLAUSE)
    place = NeededText(200, "请填写地点。", CLAUSE)
    county = Text(40)
    longitude = Number()
    latitude = Number()
    post = Count()


class HazardAssessed(Body):
    likelihood = Count(MOST_POINTS, required=True, allow_null=False)
    consequence = Count(MOST_POINTS, required=True, allow_null=False)
    assessed_by = NeededText(60, "请填写评估人。", CLAUSE)
    assessed_on = Day()
    post = Count()


class HazardPlanned(Body):
    measures = NeededText(LONGEST, "请填写整改措施。", CLAUSE)
    responsible = NeededText(60, "请填写整改责任人。", CLAUSE)
    due_on = Day(required=True, allow_null=False)
    post = Count()


class Rectified(Body):
    words = NeededText(LONGEST, "请填写整改情况。", CLAUSE)
    post = Count()


class Entered(Resource):
    """A new entry of the caller's own firm, or of one below it that the body names."""

    def entered(self, data, form: type[Body], do: Callable, clause: str = CLAUSE):
        actor = self.actor(self.code, data)
        fields = stated(validated(form, data), "post")
        body = firm_of(actor, fields.pop("enterprise", ""), clause)
        return do(actor=actor, body=body, now=self.now, **fields)


class InRegister(Matters):
    def tag(self, row) -> str:
        return etag_of(row.status, row.since)

    def actions(self, row, codes: tuple[str, ...], why_not: Callable) -> list[dict]:
        may = [code for code in codes if self.caller.actors_for(code) and why_not(row, code) is None]
        return answers.actions_of(may, number=row.number)

    def listed(self, request, known: list[str]) -> Response:
        query = lists.Query(request, "status", "enterprise")
        rows = self.rows().filter(query.wanted(status=query.choices("status", known)))
        rows = rows.filter(query.wanted(**{self.firm: query.words("enterprise")}))
        return lists.answer(request, query, rows, ("-id",), self.shown, changed.itself)

    firm = "body__code"


class RegisterAct(InRegister):
    """What a firm does with an entry of its own: 404, 403, 412, 409, 422; answers with it as it then is."""

    form: type[Body]

    def act(self, actor: Actor, number: str, **fields):
        raise NotImplementedError

    def create(self, data, number):
        row, said = self.found(number), self.said(data)
        actor = self.actor(self.code, said)
        self.refuse_unless_matching(self.tag(row))
        self.act(actor, number, **self.fields(said))
        return self.whole(number)

    def said(self, data) -> dict:
        return data

    def fields(self, said: dict) -> dict:
        return stated(validated(self.form, said), "post")


class WithProof(MayTakeFile, RegisterAct):
    """An act that a file may prove."""

    form = Rectified

    def fields(self, said: dict) -> dict:
        return self.file_sent(said) | super().fields(said)


class OfHazards(InRegister):
    noun = "危险源（隐患）"
    acts = ("hazard.assess", "hazard.plan", "hazard.rectified")

    def rows(self):
        return visible_hazards(self.caller.actors).select_related("body", "county")

    def shown(self, row: Hazard) -> dict:
        return {
            "number": row.number,
            "enterprise": row.body.code,
            "status": row.status,
            "since": answers.time(row.since),
            "kind": row.kind,
            "source": row.source,
            "words": row.words,
            "county": row.county.short_name,
            "place": row.place,
            "longitude": answers.number(row.longitude),
            "latitude": answers.number(row.latitude),
            "registered_at": answers.time(row.registered_at),
            "assess_by": day(row.assess_by),
            "likelihood": row.likelihood,
            "consequence": row.consequence,
            "grade": row.grade and GRADES[row.grade],
            "assessed_on": day(row.assessed_on),
            "measures": row.measures,
            "due_on": day(row.due_on),
            "rectified_at": answers.time(row.rectified_at),
            "closed_at": answers.time(row.closed_at),
            "actions": self.actions(row, self.acts, hazards.why_not),
        }

    def detail(self, row: Hazard) -> dict:
        people = {"assessed_by": row.assessed_by, "responsible": row.responsible}
        return people | {"steps": steps_of(row)}


class Hazards(OfHazards, Entered):
    code = "hazard.register"

    def get(self, request):
        """The hazards of the firm and those below it; `?status=`, `?enterprise=` choose (§4.1)."""
        return self.listed(request, Hazard.Status.values)

    def create(self, data):
        """Registers a danger source, a dangerous area or a flaw (§4.1)."""
        row = self.entered(data, HazardFound, hazards.register)
        where = {"Location": f"/api/v1/hazards/{row.number}/"}
        answer = self.whole(row.number)
        return Response(answer.data, 201, headers={"ETag": answer.headers["ETag"]} | where)


class OneHazard(OfHazards):
    def get(self, request, number):
        """One hazard with its steps and what may be done with it now (§4.1)."""
        return self.whole(number)


class AssessHazard(OfHazards, RegisterAct):
    """How likely and how grave it is; the product of both gives the grade (§4.1)."""

    code, form = "hazard.assess", HazardAssessed

    def act(self, actor, number, **fields):
        hazards.assess(actor=actor, hazard=number, now=self.now, **fields)


class PlanHazard(OfHazards, RegisterAct):
    """What is done about it, by whom, until which day; from then on it is owed (§4.1)."""

    code, form = "hazard.plan", HazardPlanned

    def act(self, actor, number, **fields):
        hazards.plan(actor=actor, hazard=number, now=self.now, **fields)


class HazardRectified(WithProof, OfHazards):
    """It was put right; office or county checks it (§4.1)."""

    code = "hazard.rectified"

    def act(self, actor, number, **fields):
        hazards.rectified(actor=actor, hazard=number, now=self.now, **fields)


class OfFindings(InRegister):
    noun = "检查问题"
    firm = "inspection__body__code"

    def rows(self):
        return visible_findings(self.caller.actors).select_related(
            "inspection__body", "inspection__inspector"
        )

    def shown(self, row: Finding) -> dict:
        held = row.inspection
        return {
            "number": row.number,
            "inspection": held.number,
            "enterprise": held.body.code,
            "inspector": held.inspector.short_name,
            "held_on": day(held.held_on),
            "place": held.place,
            "status": row.status,
            "since": answers.time(row.since),
            "words": row.words,
            "demand": row.demand,
            "due_on": day(row.due_on),
            "rectified_at": answers.time(row.rectified_at),
            "actions": self.actions(row, ("finding.rectified",), inspecting.why_not),
        }

    def detail(self, row: Finding) -> dict:
        return {"steps": steps_of(row)}


class Findings(OfFindings):
    def get(self, request):
        """What inspections found at the firm and those below it; `?status=`, `?enterprise=` choose (§4.1)."""
        return self.listed(request, Finding.Status.values)


class OneFinding(OfFindings):
    def get(self, request, number):
        """One finding with what was reported and decided on it (§4.1)."""
        return self.whole(number)


class FindingRectified(WithProof, OfFindings):
    """It was put right; the inspector checks it (§4.1)."""

    code = "finding.rectified"

    def act(self, actor, number, **fields):
        inspecting.rectified(actor=actor, finding=number, now=self.now, **fields)


def steps_of(row) -> list[dict]:
    return [
        {
            "at": answers.time(step.at),
            "what": step.what,
            "words": step.words,
            "proof": file_of(step.proof),
        }
        for step in row.steps.select_related("proof").order_by("id")
    ]


def file_of(row: RegisterFile | None) -> dict | None:
    """What is told of a file; `href`: where it is handed out."""
    return row and {
        "number": row.number,
        "name": row.name,
        "size": row.size,
        "sha256": row.sha256,
        "href": f"/api/v1/register-files/{row.number}/",
    }


def day(value) -> str | None:
    return value and value.isoformat()
