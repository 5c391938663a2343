"""What a firm is asked beside orders: instructions, call-ups, its own plan, guides, meetings, schemes, the aftermath."""

from incidents.api import aftermath, call_ups, guides, instructions, own_plans, resources
from incidents.api.description.operations import LIST, Operation, several, yes_or_no
from incidents.api.serializers import Bare
from incidents.models import CallUp

INSTRUCTIONS, CALL_UPS, PLANS = "Instructions", "Call-ups", "Own plans and guides"
READING, AFTER = "Meetings and schemes", "Evaluation"
RESOURCES = "Resources"
TENTS = {
    "kind": "supplies",
    "name": "防水帐篷",
    "total": 20,
    "unit": "顶",
    "county": "驿城区",
    "place": "解放路1号仓库",
    "custodian": "王保管",
    "phone": "0396-1234567",
    "expires_on": "2035-12-31",
}

OPERATIONS = {
    "GET incidents/{number}/own-plans/": Operation(
        PLANS, "List your own plans", "OwnPlanList", parameters=LIST
    ),
    "POST incidents/{number}/own-plans/": Operation(
        PLANS,
        "Say that your own plan was started",
        "OwnPlan",
        status=201,
        body=own_plans.PlanStarted,
        example={"name": "快递企业甲突发事件应急预案", "by": "张三"},
        versioned=True,
    ),
    "POST incidents/{number}/own-plans/end/": Operation(
        PLANS,
        "Say that your own plan has ended",
        "OwnPlan",
        body=own_plans.PlanEnded,
        example={},
        versioned=True,
    ),
    "GET incidents/{number}/guides/": Operation(PLANS, "Read the handling guides", "Guides", versioned=True),
    "POST incidents/{number}/guide-steps/{step}/tick/": Operation(
        PLANS,
        "Tick a step",
        "Guides",
        body=guides.Ticked,
        example={"words": "已断电"},
        versioned=True,
    ),
    "POST incidents/{number}/guide-steps/{step}/untick/": Operation(
        PLANS,
        "Take a tick back",
        "Guides",
        body=guides.TakenBack,
        example={"reason": "点错了"},
        versioned=True,
    ),
    "GET instructions/": Operation(
        INSTRUCTIONS,
        "List your instructions",
        "InstructionList",
        parameters=(*LIST, yes_or_no("done", "`false`: only what is still open.")),
    ),
    "GET instructions/{number}/": Operation(
        INSTRUCTIONS, "Read an instruction", "Instruction", versioned=True
    ),
    "POST instructions/{number}/acknowledge/": Operation(
        INSTRUCTIONS,
        "Acknowledge an instruction",
        "Instruction",
        body=Bare,
        example={},
        versioned=True,
    ),
    "POST instructions/{number}/answer/": Operation(
        INSTRUCTIONS,
        "Answer an instruction",
        "Instruction",
        body=instructions.Answered,
        example={"words": "已组织排查"},
        versioned=True,
    ),
    "POST instructions/{number}/done/": Operation(
        INSTRUCTIONS,
        "Report an instruction as carried out",
        "Instruction",
        body=instructions.Answered,
        example={"words": "排查完毕，隐患已消除"},
        versioned=True,
    ),
    "GET resources/": Operation(
        RESOURCES,
        "List your resources",
        "ResourceList",
        parameters=(*LIST, several("kind", "Only of these kinds.", CallUp.Kind.values)),
    ),
    "POST resources/": Operation(
        RESOURCES,
        "Enter a resource",
        "Resource",
        status=201,
        body=resources.NewResource,
        example=TENTS,
        versioned=True,
        if_match=False,
    ),
    "GET resources/{resource}/": Operation(RESOURCES, "Read a resource", "Resource", versioned=True),
    "PUT resources/{resource}/": Operation(
        RESOURCES,
        "Replace a resource's card",
        "Resource",
        body=resources.ResourceCard,
        example=TENTS,
        versioned=True,
    ),
    "GET call-ups/": Operation(
        CALL_UPS,
        "List your call-ups",
        "CallUpList",
        parameters=(*LIST, several("status", "Only in these states.", CallUp.Status.values)),
    ),
    "GET call-ups/{number}/": Operation(CALL_UPS, "Read a call-up", "CallUpDetail", versioned=True),
    "POST call-ups/{number}/agree/": Operation(
        CALL_UPS, "Agree to lend", "CallUpDetail", body=call_ups.Agreed, example={}, versioned=True
    ),
    "POST call-ups/{number}/refuse/": Operation(
        CALL_UPS,
        "Refuse to lend",
        "CallUpDetail",
        body=call_ups.Refused,
        example={"reason": "车辆均在外地"},
        versioned=True,
    ),
    "POST call-ups/{number}/dispatch/": Operation(
        CALL_UPS,
        "Say that it has left",
        "CallUpDetail",
        body=call_ups.Moved,
        example={"quantity": 2, "words": "两车同行"},
        versioned=True,
    ),
    "POST call-ups/{number}/arrive/": Operation(
        CALL_UPS,
        "Say that it has come",
        "CallUpDetail",
        body=call_ups.Moved,
        example={"quantity": 2},
        versioned=True,
    ),
    "POST call-ups/{number}/give-back/": Operation(
        CALL_UPS,
        "Give it back",
        "CallUpDetail",
        body=call_ups.GivenBack,
        example={"returned": 2, "used_up": 0, "damaged": 0},
        versioned=True,
    ),
    "GET meetings/": Operation(
        READING, "List meetings that you are called to", "MeetingList", parameters=LIST
    ),
    "GET meetings/{number}/": Operation(READING, "Read a meeting", "Meeting", versioned=True),
    "GET schemes/": Operation(READING, "List schemes that your orders cite", "SchemeList", parameters=LIST),
    "GET schemes/{number}/": Operation(READING, "Read a scheme", "Scheme", versioned=True),
    "GET evaluation-inputs/": Operation(
        AFTER,
        "List what you are asked for the evaluation",
        "EvaluationInputList",
        parameters=(*LIST, yes_or_no("answered", "`false`: only what is still owed.")),
    ),
    "GET evaluation-inputs/{number}/": Operation(
        AFTER, "Read a question of the evaluation", "EvaluationInput", versioned=True
    ),
    "POST evaluation-inputs/{number}/answer/": Operation(
        AFTER,
        "Answer a question of the evaluation",
        "EvaluationInput",
        body=aftermath.Opinion,
        example={"words": "处置及时，建议增配吊车"},
        versioned=True,
    ),
    "GET improvements/": Operation(
        AFTER,
        "List your improvements",
        "ImprovementList",
        parameters=(*LIST, yes_or_no("done", "`false`: only those still open.")),
    ),
    "GET improvements/{number}/": Operation(AFTER, "Read an improvement", "Improvement", versioned=True),
    "POST improvements/{number}/done/": Operation(
        AFTER,
        "Report an improvement as made",
        "Improvement",
        body=aftermath.Outcome,
        example={"words": "已更换分拣机电机"},
        versioned=True,
    ),
}
