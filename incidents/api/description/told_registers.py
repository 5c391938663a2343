"""What answers hold of the firm's registers."""

from incidents.api.description.shapes import a, choice, count, many, or_null, page_of, shape, text, time
from incidents.api.registers import GRADES
from incidents.models import FiledPlan, Finding, FindingStep, Hazard, HazardStep, SafetyCheck


def _day(words: str) -> dict:
    return {"type": "string", "format": "date", "description": words}


FILE = shape(
    number=text("Its number."),
    name=text("The file's name."),
    size=count("Bytes."),
    sha256=text("Its SHA-256, in hexadecimal."),
    href=text("Where it is handed out."),
)


def _steps(values: list[str]) -> dict:
    step = shape(
        at=time("When."),
        what=choice("What was done.", *values),
        words=text("In what words."),
        proof=or_null(FILE),
    )
    return many(step, "What became of it, oldest first.")


NUMBER = {"type": "number", "description": "Degrees."}
ENTERPRISE = text("The enterprise's code.")
HAZARD = {
    "number": text("Its number."),
    "enterprise": ENTERPRISE,
    "status": choice("Where it stands.", *Hazard.Status.values),
    "since": time("Since when."),
    "kind": choice("`source` 危险源, `area` 危险区域, `flaw` 事故隐患.", *Hazard.Kind.values),
    "source": choice("How it came to be known.", *Hazard.Source.values),
    "words": text("What it is."),
    "county": text("County."),
    "place": text("Where it lies."),
    "longitude": or_null(NUMBER),
    "latitude": or_null(NUMBER),
    "registered_at": time("When it was registered."),
    "assess_by": or_null(_day("Until when it is to be assessed (an internal target).")),
    "likelihood": or_null(count("1 to 5.")),
    "consequence": or_null(count("1 to 5.")),
    "grade": or_null(choice("By the product of both (an internal standard).", *GRADES.values())),
    "assessed_on": or_null(_day("When it was assessed.")),
    "measures": text("What is done about it; else empty."),
    "due_on": or_null(_day("Until when.")),
    "rectified_at": or_null(time("When it was last reported rectified.")),
    "closed_at": or_null(time("When it was closed.")),
    "actions": many(a("Action"), "What may be done now."),
}
FINDING = {
    "number": text("Its number."),
    "inspection": text("The inspection's number."),
    "enterprise": ENTERPRISE,
    "inspector": text("Who inspected."),
    "held_on": _day("The day of the inspection."),
    "place": text("Where."),
    "status": choice("Where it stands.", *Finding.Status.values),
    "since": time("Since when."),
    "words": text("What was found."),
    "demand": text("What is asked; else empty."),
    "due_on": _day("Until when."),
    "rectified_at": or_null(time("When it was last reported rectified.")),
    "actions": many(a("Action"), "What may be done now."),
}
SCHEMAS = {
    "Hazard": shape(**HAZARD),
    "HazardList": page_of("Hazard"),
    "HazardDetail": shape(
        **HAZARD,
        assessed_by=text("Who assessed it; else empty."),
        responsible=text("Who sees to it; else empty."),
        steps=_steps(HazardStep.What.values),
    ),
    "Finding": shape(**FINDING),
    "FindingList": page_of("Finding"),
    "FindingDetail": shape(**FINDING, steps=_steps(FindingStep.What.values)),
    "FiledPlan": shape(
        number=text("Its number."),
        enterprise=ENTERPRISE,
        status=choice("Where it stands.", *FiledPlan.Status.values),
        since=time("Since when."),
        name=text("Its name."),
        version=text("Its version."),
        adopted_on=_day("When it was adopted."),
        filed_at=time("When it was filed."),
        record_no=text("备案号; empty until it is accepted."),
        valid_until=or_null(_day("Until when it is valid.")),
        reason=text("Why it was sent back or withdrawn; else empty."),
        file=FILE,
        actions=many(a("Action"), "What may be done now."),
    ),
    "FiledPlanList": page_of("FiledPlan"),
    "SafetyRule": shape(
        id=count("What the path names."),
        enterprise=ENTERPRISE,
        name=text("Its name."),
        adopted_on=_day("When it was adopted."),
        stated_at=time("When it was stated here."),
        repealed_on=or_null(_day("When it was repealed.")),
        file=or_null(FILE),
    ),
    "SafetyRuleList": page_of("SafetyRule"),
    "SafetyCheck": shape(
        number=text("Its number."),
        enterprise=ENTERPRISE,
        checked_on=_day("When it was made."),
        what=text("What was looked at."),
        result=choice("What came of it.", *SafetyCheck.Result.values),
        problems=text("What was found; else empty."),
        filed_at=time("When it was filed."),
    ),
    "SafetyCheckList": page_of("SafetyCheck"),
}
