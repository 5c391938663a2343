"""What answers hold of instructions, call-ups, own plans, guides, meetings, schemes and the aftermath."""

from incidents.api.description.shapes import (
    a,
    choice,
    count,
    flag,
    many,
    number,
    or_null,
    page_of,
    shape,
    text,
    time,
)
from incidents.api.description.told import ACTIONS, LEVEL
from incidents.models import CallUp, Meeting, Resource, Response, SchemeVersion

SAID = many(shape(at=time("When."), words=text("What was said.")), "What was answered, oldest first.")

INSTRUCTION = shape(
    "领导批示、上级指令 (§2.2.2, 5.3).",
    number=text("Its number."),
    incident=or_null(text("The incident it belongs to …")),
    warning=or_null(text("… or the warning.")),
    clause=text("The clause behind it."),
    giver=text("Who gave it."),
    given_at=time("When."),
    by_phone=flag("By telephone."),
    urgency=count("1 特急, 2 加急, 3 平件.", enum=[1, 2, 3]),
    words=text("What it says."),
    due_at=or_null(time("Until when it is to be done.")),
    addressees=many(
        shape(
            body=text("Code of the body."),
            acknowledged_at=or_null(time("When it was seen.")),
            reminded_at=or_null(time("When the body was last reminded.")),
            done_at=or_null(time("When it was carried out.")),
            answers=SAID,
        ),
        "Your bodies that it is addressed to.",
    ),
    actions=ACTIONS,
)
RESOURCE = shape(
    "A team, vehicles, supplies or communications of a body (§2.2.2(4)).",
    id=count("What the path names."),
    body=text("Code of the body."),
    kind=choice("人员, 车辆, 物资装备, 通信资源.", *CallUp.Kind.values),
    name=text("What."),
    total=number("How many there are."),
    reserved=number("Promised to call-ups, not yet sent."),
    out=number("Sent, not yet back."),
    in_hand=number("`total` less `reserved` and `out`."),
    unit=text("Of what unit."),
    state=choice("Of a team: `normal` 正常, `standby` 备勤 (§4.3(3)), `out` 出动.", *Resource.State.values),
    county=or_null(text("The county, by its code.")),
    place=text("Where it is kept."),
    longitude=or_null(number("Degrees east.")),
    latitude=or_null(number("Degrees north.")),
    custodian=text("Who keeps or leads it."),
    phone=text("The telephone of who does."),
    expires_on=or_null({"type": "string", "format": "date", "description": "Until when it is good."}),
    notes=text("Anything else."),
    is_active=flag("It may be called up."),
    changed_at=time("When the card was last changed."),
)
CALL_UP = {
    "number": text("Its number."),
    "incident": text("The incident's number."),
    "way": choice("`called` 调用, `requisitioned` 征用 (§2.2.2(4)).", *CallUp.Way.values),
    "status": choice("Where it stands.", *CallUp.Status.values),
    "since": time("Since when it stands there."),
    "kind": choice("人员, 车辆, 物资装备, 通信资源.", *CallUp.Kind.values),
    "what": text("What."),
    "quantity": number("How many."),
    "unit": text("Of what unit."),
    "resource": or_null(count("Which of the lender's registered resources, by its `id`.")),
    "owner": or_null(text("Code of the body that lends it.")),
    "receiver": or_null(text("Code of the body that gets it.")),
    "place": text("Whither."),
    "wanted_by": or_null(time("Until when it is needed.")),
    "requested_at": time("When it was asked for."),
    **{
        name: or_null(number(f"How many were {words}."))
        for name, words in {
            "dispatched": "sent",
            "arrived": "received",
            "returned": "given back",
            "used_up": "used up",
            "damaged": "damaged",
        }.items()
    },
    "actions": ACTIONS,
}
STEP = shape(
    at=time("When."),
    status=choice("What it became.", *CallUp.Status.values),
    quantities=text("In words."),
    words=text("What was said."),
)
RETURN = shape(
    at=time("When."),
    returned=number("How many came back."),
    used_up=number("How many were used up."),
    damaged=number("How many were damaged."),
    words=text("What was said."),
)
OWN_PLAN = shape(
    "A firm's own plan, started with a response (§5.4.1).",
    id=count("Which."),
    body=text("Code of the body."),
    name=text("The plan's name."),
    by=text("Who decided."),
    started_at=time("When it was started."),
    recorded_at=time("When that was recorded."),
    ended_at=or_null(time("When it ended (§5.4.5).")),
)
GUIDE_STEP = shape(
    id=count("What the path names."),
    order=count("Its place."),
    words=text("What to do."),
    source=text("Where it comes from."),
    from_gazette=flag("In the words of the published plan."),
    for_firm=flag("Yours to do and tick."),
    done_at=or_null(time("When it was ticked.")),
    note=or_null(text("What was noted with it.")),
    actions=ACTIONS,
)
GUIDES = shape(
    incident=text("The incident's number."),
    guides=many(
        shape(
            event_class=text("The event class it is for."),
            version=count("Its version."),
            source=text("Where it comes from."),
            opened_at=time("When it was opened on the incident."),
            steps=many(a("GuideStep"), "Its steps."),
        ),
        "处置要领 (§5.4.4), the newest first.",
    ),
)
MEETING = shape(
    number=text("Its number."),
    incident=text("The incident's number."),
    kind=choice("会商会议 or 紧急成员会议.", *Meeting.Kind.values),
    clause=text("The clause behind it."),
    status=choice("Where it stands.", *Meeting.Status.values),
    topic=text("What about."),
    means=choice("How it is held.", *Meeting.Means.values),
    place=text("Where."),
    starts_at=time("When it begins."),
    convened_at=time("When it was called."),
    held_at=or_null(time("When it was held.")),
    cancelled_reason=text("Why it was called off; else empty."),
    called=many(
        shape(
            body=text("Code of the body."),
            name=text("Its name."),
            presence=or_null(text("`present`, `deputy`, `absent`; null before.")),
        ),
        "Who is called.",
    ),
    words=text("The record; empty until then."),
    decisions=many(
        shape(
            words=text("What was decided."),
            body=or_null(text("Whose it is.")),
            due_at=or_null(time("Until when.")),
        ),
        "What was decided.",
    ),
)
SCHEME = shape(
    number=text("Its number."),
    incident=text("The incident's number."),
    title=text("Its title."),
    versions=many(
        shape(
            version=count("Its version."),
            status=choice("Where it stands.", *SchemeVersion.Status.values),
            assessment=text("分析研判."),
            measures=text("处置措施."),
            resources=text("Resources."),
            decided_at=or_null(time("When it was decided.")),
        ),
        "The versions that your orders cite, the newest first.",
    ),
)
INPUT = shape(
    number=text("Its number."),
    incident=text("The incident's number."),
    body=text("Code of the body that is asked."),
    question=text("What is asked."),
    asked_at=time("When."),
    due_at=or_null(time("Until when.")),
    answered_at=or_null(time("When it was answered.")),
    words=text("The answer; empty until then."),
    actions=ACTIONS,
)
IMPROVEMENT = shape(
    number=text("Its number."),
    incident=text("The incident's number."),
    body=text("Code of the body that sees to it."),
    measure=text("What is to be improved."),
    opened_at=time("When it was decided."),
    due_at=or_null(time("Until when.")),
    done_at=or_null(time("When it was made.")),
    words=text("What came of it; empty until then."),
    actions=ACTIONS,
)

SCHEMAS = {
    "ResponseTold": shape(
        level=LEVEL,
        status=choice("Where it stands.", *Response.Status.values),
        body=text("Code of the body that leads it."),
        started_at=or_null(time("When it began.")),
        ended_at=or_null(time("When it ended.")),
    ),
    "OnSceneCommandSince": shape(
        "现场指挥机构 (§5.4.4).",
        head=text("Who leads."),
        phone=text("Telephone."),
        place=text("Where."),
        since=time("Since when."),
        until=or_null(time("When another took its place.")),
    ),
    "Instruction": INSTRUCTION,
    "InstructionList": page_of("Instruction"),
    "Resource": RESOURCE,
    "ResourceList": page_of("Resource"),
    "CallUp": shape(**CALL_UP),
    "CallUpList": page_of("CallUp"),
    "CallUpDetail": shape(
        **CALL_UP,
        steps=many(STEP, "What became of it, oldest first."),
        returns=many(RETURN, "What came back and when, oldest first (§6.1)."),
    ),
    "OwnPlan": OWN_PLAN,
    "OwnPlanList": page_of("OwnPlan"),
    "GuideStep": GUIDE_STEP,
    "Guides": GUIDES,
    "Meeting": MEETING,
    "MeetingList": page_of("Meeting"),
    "Scheme": SCHEME,
    "SchemeList": page_of("Scheme"),
    "EvaluationInput": INPUT,
    "EvaluationInputList": page_of("EvaluationInput"),
    "Improvement": IMPROVEMENT,
    "ImprovementList": page_of("Improvement"),
}
