"""The plans that a firm has filed (§4.3), its safety rules and its checks of itself (§4.1)."""

from functools import partial

from rest_framework.response import Response

from incidents.api import answers, changed, lists
from incidents.api.attachments import handed_out
from incidents.api.fields import Body, Count, Day, NeededText, Text
from incidents.api.registers import CLAUSE, Entered, InRegister, RegisterAct, day, file_of
from incidents.api.serializers import stated, validated
from incidents.api.uploads import MayTakeFile, TakesFile, post_of
from incidents.api.views import Resource
from incidents.models import FiledPlan, SafetyCheck, SafetyRule
from incidents.refusals import NotFound
from incidents.register_sight import visible_filed_plans, visible_safety_checks, visible_safety_rules
from incidents.services.register import plan_filing, register_files, safety
from incidents.services.register.firm_registers import LONGEST, firm_of


class RuleStated(Body):
    enterprise = Text(40)
    name = NeededText(100, "请填写制度名称。", CLAUSE)
    adopted_on = Day(required=True, allow_null=False)
    post = Count()


class RuleRepealed(Body):
    repealed_on = Day(required=True, allow_null=False)
    post = Count()


class CheckMade(Body):
    enterprise = Text(40)
    checked_on = Day(required=True, allow_null=False)
    what = NeededText(LONGEST, "请填写自查内容。", CLAUSE)
    problems = Text(LONGEST)
    hazard_place = Text(200)
    post = Count()


class PlanWithdrawn(Body):
    reason = NeededText(LONGEST, "请填写理由。", "4.3")
    post = Count()


class PlanFiled(Body):
    enterprise = Text(40)
    name = NeededText(100, "请填写预案名称。", "4.3")
    version = NeededText(30, "请填写版本。", "4.3")
    adopted_on = Day(required=True, allow_null=False)


class OfPlans(InRegister):
    noun = "预案"

    def rows(self):
        return visible_filed_plans(self.caller.actors).select_related("body", "file")

    def shown(self, row: FiledPlan) -> dict:
        return {
            "number": row.number,
            "enterprise": row.body.code,
            "status": row.status,
            "since": answers.time(row.since),
            "name": row.name,
            "version": row.version,
            "adopted_on": day(row.adopted_on),
            "filed_at": answers.time(row.filed_at),
            "record_no": row.record_no,
            "valid_until": day(row.valid_until),
            "reason": row.reason,
            "file": file_of(row.file),
            "actions": self.actions(row, ("filed_plan.withdraw",), plan_filing.why_not),
        }


class FiledPlans(OfPlans, TakesFile):
    code = "filed_plan.file"
    writes_count_as = "filing"

    def get(self, request):
        """The plans that the firm and those below it have filed, every version (§4.3)."""
        return self.listed(request, FiledPlan.Status.values)

    def create(self, data):
        """Files the firm's plan, or a new version of it, with its file (§4.3)."""
        given = self.given(data)
        actor = self.actor(self.code, post_of(given))
        self.refuse_unless_one_file(given)
        fields = stated(validated(PlanFiled, given))
        body = firm_of(actor, fields.pop("enterprise", ""), plan_filing.CLAUSE)
        row = plan_filing.file(actor=actor, body=body, file=self.file, now=self.now, **fields)
        where = {"Location": f"/api/v1/filed-plans/{row.number}/", "ETag": self.tag(row)}
        return Response(self.shown(row), 201, headers=where)


class OneFiledPlan(OfPlans):
    def get(self, request, number):
        """One version, and what became of it (§4.3)."""
        return self.whole(number)


class WithdrawPlan(OfPlans, RegisterAct):
    """The firm takes back a version that waits: it counts as never filed, and another may be filed (§4.3)."""

    code, form = "filed_plan.withdraw", PlanWithdrawn

    def act(self, actor, number, **fields):
        plan_filing.withdraw(actor=actor, filed_plan=number, now=self.now, **fields)


class OneRegisterFile(Resource):
    """A file of an entry that the caller may see; its `ETag` is its SHA-256, by which who has it is answered 304 (§4.1)."""

    def get(self, request, number):
        row, file = register_files.hand_out(actors=self.caller.actors, number=number, now=self.now)
        return handed_out(request, row, file)


class SafetyRules(MayTakeFile, Entered):
    code = "safety.rule"

    def get(self, request):
        """The safety rules of the firm and those below it, with those repealed (§4.1)."""
        query = lists.Query(request, "enterprise")
        rows = visible_safety_rules(self.caller.actors).select_related("body", "file")
        rows = rows.filter(query.wanted(body__code=query.words("enterprise")))
        return lists.answer(request, query, rows, ("-id",), rule, changed.itself)

    def create(self, data):
        """States a safety rule that the firm has (§4.1)."""
        said = self.said(data)
        state = partial(safety.state_rule, **self.file_sent(said))
        return Response(rule(self.entered(said, RuleStated, state)), 201)


class RepealRule(Resource):
    """The rule stands no more (§4.1)."""

    code = "safety.repeal"

    def create(self, data, rule_id):
        if not visible_safety_rules(self.caller.actors).filter(pk=rule_id).exists():
            raise NotFound("没有这项安全管理制度。", "not_found", CLAUSE)
        actor = self.actor(self.code, data)
        fields = stated(validated(RuleRepealed, data), "post")
        return Response(rule(safety.repeal_rule(actor=actor, rule=int(rule_id), now=self.now, **fields)))


class SafetyChecks(Entered):
    code = "safety.check"

    def get(self, request):
        """The checks that the firm and those below it have made of themselves (§4.1)."""
        query = lists.Query(request, "enterprise")
        rows = visible_safety_checks(self.caller.actors).select_related("body")
        rows = rows.filter(query.wanted(body__code=query.words("enterprise")))
        return lists.answer(request, query, rows, ("-id",), check, changed.itself)

    def create(self, data):
        """Files a check of the firm's own; the next one is owed an interval later (§4.1)."""
        return Response(check(self.entered(data, CheckMade, safety.file_check)), 201)


def rule(row: SafetyRule) -> dict:
    return {
        "id": row.pk,
        "enterprise": row.body.code,
        "name": row.name,
        "adopted_on": day(row.adopted_on),
        "stated_at": answers.time(row.stated_at),
        "repealed_on": day(row.repealed_on),
        "file": file_of(row.file),
    }


def check(row: SafetyCheck) -> dict:
    return {
        "number": row.number,
        "enterprise": row.body.code,
        "checked_on": day(row.checked_on),
        "what": row.what,
        "result": row.result,
        "problems": row.problems,
        "filed_at": answers.time(row.filed_at),
    }
