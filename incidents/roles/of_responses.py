"""On its responses, with their four authorities (§5.3–5.5)."""

from incidents import conditions
from incidents.models.incident import Status
from incidents.models.plan import Level

from .act import APPROVER, COMMANDER, DIRECTOR, FIRM, GRADED, OFFICE, UNDER_WAY, Act


def _only_four(incident):
    return None if incident.level == Level.IV else "Ⅳ级响应只在事件为Ⅳ级时由企业启动；Ⅲ级以上由指挥部启动。"


def _only_three(incident):
    if incident.level != Level.III:
        return "Ⅲ级事件才向市政府提出响应建议（Ⅰ、Ⅱ级由指挥部立即启动）。"
    return None


ACTS = (
    Act(
        "response.propose",
        "提出Ⅲ级响应建议",
        frozenset({DIRECTOR, COMMANDER}),
        "5.4.1",
        GRADED,
        (_only_three, conditions.no_higher_runs, conditions.nothing_being_decided),
    ),
    Act("response.approve", "批准Ⅲ级响应", APPROVER, "5.4.1", GRADED, (conditions.awaits_approval,)),
    Act(
        "response.approve_by_phone",
        "登记电话批准",
        APPROVER | OFFICE,
        "5.4.1",
        GRADED,
        (conditions.awaits_approval,),
    ),
    Act("response.refuse", "不批准Ⅲ级响应", APPROVER, "5.4.1", GRADED, (conditions.awaits_approval,)),
    Act(
        "response.record_document",
        "补录批准文号",
        APPROVER | OFFICE,
        "5.4.1",
        UNDER_WAY | {Status.ENDED},
        (conditions.document_missing,),
    ),
    Act(
        "response.start_three",
        "启动Ⅲ级响应",
        frozenset({COMMANDER}),
        "5.4.1",
        GRADED,
        (conditions.approved,),
    ),
    Act(
        "response.start_at_once",
        "启动Ⅰ、Ⅱ级响应",
        frozenset({COMMANDER}),
        "5.3",
        GRADED,
        (conditions.one_or_two, conditions.not_at_this_level_yet),
    ),
    Act(
        "response.propose_end",
        "建议结束Ⅲ级响应",
        frozenset({DIRECTOR, COMMANDER}),
        "5.4.5",
        frozenset({Status.RESPONDING}),
        (conditions.three_active,),
    ),
    Act(
        "response.declare_end",
        "宣布Ⅲ级响应结束",
        frozenset({COMMANDER}),
        "5.4.5",
        frozenset({Status.RESPONDING}),
        (conditions.end_proposed,),
    ),
    Act(
        "response.decline_end",
        "不采纳结束建议",
        frozenset({COMMANDER}),
        "5.4.5",
        frozenset({Status.RESPONDING}),
        (conditions.end_proposed,),
    ),
    Act(
        "response.end_on_order",
        "按上级命令结束响应",
        OFFICE | {COMMANDER},
        "5.3",
        frozenset({Status.RESPONDING}),
        (conditions.one_or_two_runs,),
    ),
    Act(
        "response.start",
        "启动Ⅳ级响应",
        FIRM | OFFICE,
        "5.5",
        frozenset({Status.GRADED}),
        (conditions.firm_needed, _only_four),
    ),
    Act(
        "response.end",
        "结束Ⅳ级响应",
        FIRM | OFFICE,
        "5.5",
        frozenset({Status.RESPONDING}),
        (_only_four, conditions.four_runs),
    ),
)
