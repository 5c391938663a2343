"""Of what an incident leaves to do (§6.1–6.4): recovery, evaluation, investigation, commendation, accountability."""

from incidents.models.incident import Status

from .act import COMMANDER, DIRECTOR, GRADED, OFFICE, RECEIVERS, Act

TAB = "after"
AFTER = frozenset({Status.ENDED})
AFTERWARDS = frozenset({Status.ENDED, Status.CLOSED})
DECIDING = frozenset({DIRECTOR, COMMANDER})


def _not_evaluated(incident):
    return "总结评估已通过，不能再改。" if incident.is_evaluated else None


def _not_investigated(incident):
    return "调查处理已有结论，不能再改。" if incident.is_investigated else None


ACTS = (
    Act("recovery.open", "登记善后事项", OFFICE, "6.1", GRADED | AFTER, tab=TAB),
    Act("recovery.change", "更正金额依据", OFFICE, "6.1"),
    Act("recovery.settle", "办结", OFFICE, "6.1"),
    Act("recovery.set_aside", "无须办理", frozenset({DIRECTOR}), "6.1"),
    Act("evaluation.draft", "起草总结评估", OFFICE | {COMMANDER}, "6.2", AFTER, (_not_evaluated,), tab=TAB),
    Act("evaluation.ask", "征求评估意见", OFFICE | {COMMANDER}, "6.2", AFTER, (_not_evaluated,), tab=TAB),
    Act("evaluation.answer", "答复评估意见", RECEIVERS, "6.2"),
    Act("improvement.open", "登记改进措施", OFFICE | {COMMANDER}, "6.2", AFTERWARDS, tab=TAB),
    Act("improvement.done", "报告改进完成", RECEIVERS | OFFICE, "6.2"),
    Act("investigation.team", "指定调查组", DECIDING, "2.2.2", AFTER, (_not_investigated,), tab=TAB),
    Act("investigation.draft", "起草调查报告", OFFICE, "6.3", AFTER, (_not_investigated,), tab=TAB),
    Act("verdict.commend", "登记表彰", DECIDING, "6.4", AFTERWARDS, tab=TAB),
    Act("verdict.account", "登记责任追究", DECIDING, "6.4", AFTERWARDS, tab=TAB),
)
