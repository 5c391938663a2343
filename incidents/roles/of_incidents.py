"""On an incident: reported, verified, graded, merged, ended, closed (§3.2, 4.3, 5.2, 6)."""

from incidents import conditions
from incidents.models.incident import Status
from incidents.models.plan import Level

from .act import COMMAND, COMMANDER, DIRECTOR, FIRM, GRADED, OFFICE, RECEIVERS, UNDER_WAY, UNGRADED, Act


def _no_firm_or_told(incident):
    return "涉事企业已明确并已获知。" if incident.enterprise_id and incident.known_at else None


def _not_the_highest(incident):
    return "已是最高级别。" if incident.level == Level.I else None


def _not_the_lowest(incident):
    return "已是最低级别。" if incident.level == Level.IV else None


def _proposal_stands(incident):
    return None if incident.proposal_above_grade else "没有高于现级别的建议。"


ACTS = (
    Act("incident.open", "接报", OFFICE | FIRM, "5.2.1"),
    Act("report.file", "报送报告", RECEIVERS | OFFICE, "5.2.1", UNDER_WAY | {Status.ENDED, Status.MERGED}),
    Act("oral.confirm", "确认企业来电", OFFICE, "5.2.1", UNDER_WAY | {Status.ENDED, Status.MERGED}),
    Act(
        "incident.name_firm",
        "明确企业并告知",
        OFFICE,
        "5.2.1",
        UNDER_WAY,
        (_no_firm_or_told,),
    ),
    Act(
        "incident.replace_firm",
        "更正涉事企业",
        frozenset({DIRECTOR}),
        "5.2.1",
        UNDER_WAY,
        (conditions.firm_needed,),
    ),
    Act(
        "incident.correct_known_at",
        "更正获知时间",
        OFFICE,
        "5.2.1",
        UNDER_WAY | {Status.MERGED},
        (conditions.firm_needed,),
    ),
    Act(
        "incident.delay_known_at",
        "推后获知时间",
        frozenset({DIRECTOR}),
        "5.2.1",
        UNDER_WAY | {Status.MERGED},
    ),
    Act("incident.verify", "核实", OFFICE, "4.3", UNDER_WAY, (conditions.unverified,)),
    Act("incident.locate", "标注位置", OFFICE, "5.2.1", UNDER_WAY | {Status.ENDED}),
    Act(
        "incident.correct_county",
        "更正县区",
        OFFICE,
        "5.2.1",
        UNDER_WAY | {Status.ENDED, Status.MERGED},
    ),
    Act("incident.propose_grade", "建议定级", OFFICE, "3.2", UNDER_WAY),
    Act("incident.grade", "定级", frozenset({DIRECTOR}), "3.2", UNGRADED),
    Act("incident.upgrade", "升级", frozenset({DIRECTOR, COMMANDER}), "5.1", GRADED, (_not_the_highest,)),
    Act("incident.downgrade", "降级", frozenset({COMMANDER}), "5.1", GRADED, (_not_the_lowest,)),
    Act(
        "incident.decline_proposal",
        "不采纳升级建议",
        frozenset({DIRECTOR, COMMANDER}),
        "3.2",
        GRADED,
        (_proposal_stands,),
    ),
    Act(
        "incident.dismiss",
        "不成立",
        frozenset({DIRECTOR}),
        "4.3",
        frozenset({Status.REPORTED, Status.GRADED}),
    ),
    Act(
        "incident.merge",
        "并案",
        frozenset({DIRECTOR}),
        "4.3",
        frozenset({Status.REPORTED, Status.GRADED}),
    ),
    Act("report.up", "向上报告", OFFICE, "5.2", UNDER_WAY),
    Act(
        "attachment.add",
        "上传附件",
        RECEIVERS | OFFICE | COMMAND,
        "5.2.1",
        UNDER_WAY | {Status.ENDED, Status.MERGED},
    ),
    Act("item.settle", "办结待办", OFFICE, "4.3", UNDER_WAY | {Status.ENDED}),
    Act(
        "incident.end",
        "无需响应，结束",
        frozenset({DIRECTOR}),
        "5.4.5",
        frozenset({Status.GRADED}),
    ),
    Act(
        "incident.evaluate",
        "总结评估",
        frozenset({DIRECTOR, COMMANDER}),
        "6.2",
        frozenset({Status.ENDED}),
    ),
    Act("incident.investigate", "调查处理", frozenset({DIRECTOR}), "6.3", frozenset({Status.ENDED})),
    Act("incident.close", "归档", frozenset({DIRECTOR}), "6.3", frozenset({Status.ENDED})),
    Act(
        "incident.reopen",
        "复燃重启",
        frozenset({COMMANDER}),
        "2.2.2",
        frozenset({Status.ENDED, Status.CLOSED}),
    ),
    Act(
        "incident.declare_outgrown",
        "可能超出本市能力",
        OFFICE | COMMAND,
        "4.3",
        UNDER_WAY,
        (conditions.not_declared,),
    ),
)
