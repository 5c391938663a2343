"""On instructions, notices and public releases (§2.2.2(2), 5.2.4, 5.2.5)."""

from incidents.models.incident import Status

from .act import APPROVER, COMMAND, DIRECTOR, OFFICE, RECEIVERS, UNDER_WAY, Act

DIRECTORS = frozenset({DIRECTOR})
ADDRESSEES = RECEIVERS | OFFICE | COMMAND
OPEN = UNDER_WAY | {Status.ENDED}
WARNED = frozenset({"received", "proposed", "issued"})

ACTS = (
    Act("instruction.write", "作出批示", COMMAND, "2.2.2", OPEN, tab="instructions"),
    Act("instruction.record", "登记批示、上级指令", OFFICE | COMMAND, "5.3", OPEN, tab="instructions"),
    Act("warning.instruct", "作出批示", COMMAND, "2.2.2", WARNED, on="warning"),
    Act(
        "warning.record_instruction",
        "登记批示、上级指令",
        OFFICE | COMMAND,
        "4.3",
        WARNED | {"lifted"},
        on="warning",
    ),
    Act("instruction.acknowledge", "签收批示", ADDRESSEES, "5.4.3"),
    Act("instruction.answer", "报告落实情况", ADDRESSEES, "5.4.3"),
    Act("instruction.done", "报告办结", ADDRESSEES, "5.4.3"),
    Act("instruction.remind", "催办批示", OFFICE | COMMAND, "2.2.3"),
    Act("instruction.order", "转为应急任务", OFFICE | COMMAND, "5.2.2"),
    Act("notice.draft", "起草通报", DIRECTORS, "5.2.4", OPEN, tab="words"),
    Act("notice.revise", "修改通报", DIRECTORS, "5.2.4"),
    Act("notice.approve", "审定通报", DIRECTORS, "5.2.4"),
    Act("notice.send", "发出通报", OFFICE, "5.2.4"),
    Act("notice.remind", "提醒未阅单位", OFFICE, "5.2.4"),
    Act("notice.correct", "更正通报", DIRECTORS, "5.2.4"),
    Act("notice.read", "阅知通报", RECEIVERS, "5.2.4"),
    Act("release.draft", "起草信息发布", DIRECTORS, "5.2.5", OPEN, tab="words"),
    Act("release.revise", "修改发布稿", DIRECTORS, "5.2.5"),
    Act("release.review", "审核发布稿", OFFICE | COMMAND, "5.2.5"),
    Act("release.send_back", "退回修改", OFFICE | COMMAND | APPROVER, "5.2.5"),
    Act("release.consult", "登记与新闻主管部门会商", OFFICE, "5.2.5"),
    Act("release.approve", "批准发布", COMMAND | APPROVER, "5.2.5"),
    Act("release.publish", "发布", OFFICE, "5.2.5"),
    Act("release.supersede", "起草新版", DIRECTORS, "5.2.5"),
    Act("release.withdraw", "撤回发布", DIRECTORS | COMMAND, "5.2.5"),
)
