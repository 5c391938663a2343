"""The firm's registers (§4.1, 4.3): hazards, findings of inspections, plans filed, safety rules and own checks."""

from incidents.api import register_papers, registers
from incidents.api.description.of_incidents import HAVE_IT
from incidents.api.description.operations import LIST, Operation, filter_by, several
from incidents.api.registers import GRADES
from incidents.models import FiledPlan, Finding, Hazard
from incidents.services.register import hazards

MOST_DAYS = ", ".join(f"`{GRADES[grade]}` {days}" for grade, days in hazards.MOST_DAYS.items())
HAZARDS, PLANS, SAFETY = "Hazards and inspections", "Filed plans", "Safety rules and checks"
FIRM = filter_by("enterprise", "Only of these enterprises, by code: your own or one below it.")


def _listed(values: list[str]) -> tuple:
    return (*LIST, several("status", "Only in these states.", values), FIRM)


def _form(file: str, needed: dict, more: dict | None = None) -> dict:
    """Fields beside a file, all of the first needed."""
    sent = {"type": "string", "format": "binary", "description": f"{file}; 8 MB at most."}
    properties = {"file": sent, **needed, **(more or {})}
    return {
        "type": "object",
        "properties": properties,
        "required": ["file", *needed],
        "additionalProperties": False,
    }


def _words(longest: int, words: str) -> dict:
    return {"type": "string", "minLength": 1, "maxLength": longest, "description": words}


ADOPTED = {"type": "string", "format": "date", "description": "When it was adopted."}
OF_FIRM = {
    "enterprise": {
        "type": "string",
        "maxLength": 40,
        "description": "A subsidiary, by its code; your own enterprise if absent.",
    }
}
PLAN_FORM = _form(
    "The plan",
    {"name": _words(100, "Its name."), "version": _words(30, "Its version."), "adopted_on": ADOPTED},
    OF_FIRM,
)
RULE_FORM = _form("The rule", {"name": _words(100, "Its name."), "adopted_on": ADOPTED}, OF_FIRM)
PROOF_FORM = _form("The proof", {"words": _words(2000, "What was done.")})

OPERATIONS = {
    "GET hazards/": Operation(
        HAZARDS, "List hazards", "HazardList", parameters=_listed(Hazard.Status.values)
    ),
    "POST hazards/": Operation(
        HAZARDS,
        "Register a hazard",
        "HazardDetail",
        status=201,
        body=registers.HazardFound,
        example={"kind": "source", "words": "充电区与包装材料混放", "place": "分拨中心东侧仓库"},
        versioned=True,
        if_match=False,
    ),
    "GET hazards/{number}/": Operation(HAZARDS, "Read a hazard", "HazardDetail", versioned=True),
    "POST hazards/{number}/assess/": Operation(
        HAZARDS,
        "Assess a hazard",
        "HazardDetail",
        body=registers.HazardAssessed,
        example={"likelihood": 4, "consequence": 3, "assessed_by": "安全员甲"},
        versioned=True,
    ),
    "POST hazards/{number}/plan/": Operation(
        HAZARDS,
        "Say how it is rectified, and until when",
        "HazardDetail",
        f"""What is done about it, by whom, until which day; from then on it is owed (§4.1). How many days you may give yourself
depends on the grade ({MOST_DAYS}: an internal target); office and county may give you more.""",
        body=registers.HazardPlanned,
        example={"measures": "移走包装材料", "responsible": "站长乙", "due_on": "2026-03-20"},
        versioned=True,
    ),
    "POST hazards/{number}/rectified/": Operation(
        HAZARDS,
        "Report it rectified",
        "HazardDetail",
        body=registers.Rectified,
        example={"words": "已全部移走"},
        form=PROOF_FORM,
        versioned=True,
    ),
    "GET findings/": Operation(
        HAZARDS, "List what inspections found", "FindingList", parameters=_listed(Finding.Status.values)
    ),
    "GET findings/{number}/": Operation(HAZARDS, "Read a finding", "FindingDetail", versioned=True),
    "POST findings/{number}/rectified/": Operation(
        HAZARDS,
        "Report a finding rectified",
        "FindingDetail",
        body=registers.Rectified,
        example={"words": "已更换"},
        form=PROOF_FORM,
        versioned=True,
    ),
    "GET filed-plans/": Operation(
        PLANS, "List filed plans", "FiledPlanList", parameters=_listed(FiledPlan.Status.values)
    ),
    "POST filed-plans/": Operation(
        PLANS,
        "File your plan",
        "FiledPlan",
        """Your plan, or a new version of it, as `multipart/form-data` (§4.3). Files as for an incident's attachments, up to
8 MB. The one that stands goes on until the new one is accepted; while one waits, another is refused (409)
until you withdraw it.""",
        status=201,
        body={"multipart/form-data": PLAN_FORM},
        versioned=True,
        if_match=False,
    ),
    "GET filed-plans/{number}/": Operation(PLANS, "Read a filed plan", "FiledPlan", versioned=True),
    "POST filed-plans/{number}/withdraw/": Operation(
        PLANS,
        "Withdraw a plan that waits",
        "FiledPlan",
        "What waits for the office is taken back; it counts as never filed, and another may be filed (§4.3).",
        body=register_papers.PlanWithdrawn,
        example={"reason": "附错了文件"},
        versioned=True,
    ),
    "GET register-files/{number}/": Operation(
        PLANS,
        "Read a file of a register",
        {"*/*": {"type": "string", "format": "binary"}},
        """A filed plan, a safety rule or the proof of a rectification as it came, with its SHA-256 as `ETag`. One that is no
longer what came is not handed out (409).""",
        parameters=(HAVE_IT,),
        versioned=True,
        also=(304, 409),
    ),
    "GET safety-rules/": Operation(SAFETY, "List safety rules", "SafetyRuleList", parameters=(*LIST, FIRM)),
    "POST safety-rules/": Operation(
        SAFETY,
        "State a safety rule",
        "SafetyRule",
        status=201,
        body=register_papers.RuleStated,
        example={"name": "收寄验视制度", "adopted_on": "2026-01-05"},
        form=RULE_FORM,
    ),
    "POST safety-rules/{rule_id}/repeal/": Operation(
        SAFETY,
        "Repeal a safety rule",
        "SafetyRule",
        body=register_papers.RuleRepealed,
        example={"repealed_on": "2026-03-02"},
    ),
    "GET safety-checks/": Operation(
        SAFETY, "List your own checks", "SafetyCheckList", parameters=(*LIST, FIRM)
    ),
    "POST safety-checks/": Operation(
        SAFETY,
        "File a check of your own",
        "SafetyCheck",
        status=201,
        body=register_papers.CheckMade,
        example={"checked_on": "2026-03-02", "what": "消防设施、用电、车辆"},
    ),
}
