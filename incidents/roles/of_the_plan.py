"""The plan itself: its revision (§8.4) and the office's readings of it (§8.5). An administrator enters, and never puts into
force; what rests on the plan is 市政府's to approve, what was decided here the director's."""

from incidents.models.people import Role

from .act import APPROVER, DIRECTOR, RECEIVERS, Act

OF_THE_DIRECTOR = frozenset({DIRECTOR})


def _real(*row) -> Act:
    return Act(*row, is_never_drilled=True)


ACTS = (
    _real("plan.draft", "编辑预案草案", frozenset({Role.ADMINISTRATOR, DIRECTOR}), "8.4"),
    _real("plan.discard", "作废预案草案", OF_THE_DIRECTOR, "8.4"),
    _real("plan.assess", "办理预案评估", OF_THE_DIRECTOR, "8.4"),
    _real("plan.answer", "答复预案征求意见", RECEIVERS, "8.4"),
    _real("plan.submit", "预案修订报批、撤回", OF_THE_DIRECTOR, "8.4"),
    _real("plan.approve", "批准或不批准预案修订", APPROVER, "8.4"),
    _real("plan.activate", "预案生效", OF_THE_DIRECTOR, "8.4"),
    _real("plan.withdraw", "取消待生效的版本", OF_THE_DIRECTOR, "8.4"),
    _real("reading.issue", "签发条文解释", OF_THE_DIRECTOR, "8.5"),
    _real("reading.withdraw", "废止条文解释", OF_THE_DIRECTOR, "8.5"),
)
