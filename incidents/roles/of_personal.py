"""Of what is held of private persons: who looks at it, who keeps it from being erased, who has it erased."""

from incidents.models.people import Role

from .act import DIRECTOR, OFFICE, Act

ACTS = (
    Act("personal.look", "查看个人信息", OFFICE, "5.2.1"),
    Act("personal.audit", "查阅个人信息查看记录", frozenset({DIRECTOR, Role.AUDITOR}), "6.4"),
    Act("personal.hold", "保全个人信息", frozenset({DIRECTOR}), "6.4"),
    Act("personal.release", "解除保全", frozenset({DIRECTOR}), "6.4"),
    Act("personal.erase", "依申请删除个人信息", frozenset({DIRECTOR}), "6.4", is_never_drilled=True),
)
