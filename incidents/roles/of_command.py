"""What starting a response opens: meetings, working groups, on-scene command, schemes, experts, own plans (§5.4)."""

from incidents import conditions
from incidents.models.incident import Status

from .act import COMMAND, COMMANDER, GRADED, OFFICE, RECEIVERS, Act

TAB = "command"


def _here(code, name, roles, clause, states=GRADED, conditions=(conditions.grave_enough,)):
    return Act(code, name, roles, clause, states, conditions, tab=TAB)


ACTS = (
    _here("on_scene.name", "登记现场指挥机构", OFFICE | {COMMANDER}, "5.4.4"),
    _here("group.form", "成立应急工作组", OFFICE | {COMMANDER}, "2.2.4"),
    Act("group.change", "调整工作组", OFFICE | {COMMANDER}, "2.2.4"),
    Act("group.dissolve", "撤销工作组", OFFICE | {COMMANDER}, "2.2.4"),
    _here("meeting.convene", "召集会议", OFFICE | {COMMANDER}, "5.4.3"),
    Act("meeting.record", "记录会议", OFFICE | {COMMANDER}, "5.4.3"),
    Act("meeting.decide", "补记议定事项", OFFICE | {COMMANDER}, "5.4.3"),
    Act("meeting.cancel", "取消会议", OFFICE | {COMMANDER}, "5.4.3"),
    _here("scheme.draft", "拟订处置方案", OFFICE, "5.4.3"),
    Act("scheme.revise", "另拟一版", OFFICE, "5.4.3"),
    Act("scheme.adopt", "采纳方案", COMMAND, "2.2.2"),
    Act("scheme.reject", "不采纳方案", COMMAND, "2.2.2"),
    Act("expert.keep", "维护专家库", OFFICE, "2.3", is_never_drilled=True),
    _here("expert.name", "确定专家组", COMMAND, "2.3"),
    _here(
        "expert.call",
        "召集专家",
        OFFICE,
        "5.4.3",
        conditions=(conditions.grave_enough, conditions.experts_named),
    ),
    _here("expert.advise", "记录专家意见", OFFICE, "5.4.3"),
    _here(
        "own_plan.start",
        "登记启动本单位预案",
        RECEIVERS | OFFICE,
        "5.4.1",
        frozenset({Status.RESPONDING}),
        (conditions.three_or_above_runs,),
    ),
    _here(
        "own_plan.end",
        "登记终止本单位预案",
        RECEIVERS | OFFICE,
        "5.4.5",
        frozenset({Status.RESPONDING, Status.ENDED}),
        (conditions.own_plan_runs,),
    ),
)
