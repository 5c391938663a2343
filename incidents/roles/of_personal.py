"""Of what is held of private persons: who looks at it, who keeps it from being erased, who has it erased."""

from incidents.models.incident import Status
from incidents.models.people import Role

from .act import DIRECTOR, OFFICE, Act

TAB = "file"
OVER = frozenset({Status.CLOSED, Status.DISMISSED, Status.MERGED})


def _not_held(incident):
    return "个人信息已在保全中。" if _is_held(incident) else None


def _nothing_held(incident):
    common = incident.merged_into
    return "并入的事件的个人信息在保全中。" if common and _is_held(common) else _not_held(incident)


def _held(incident):
    return None if _is_held(incident) else "个人信息没有保全。"


def _is_held(incident) -> bool:
    return incident.legal_holds.filter(released_at=None).exists()


ACTS = (
    Act("personal.look", "查看个人信息", OFFICE, "5.2.1"),
    Act("personal.audit", "查阅个人信息查看记录", frozenset({DIRECTOR, Role.AUDITOR}), "6.4"),
    Act(
        "personal.hold",
        "保全个人信息",
        frozenset({DIRECTOR}),
        "6.4",
        frozenset(Status),
        (_not_held,),
        tab=TAB,
    ),
    Act("personal.release", "解除保全", frozenset({DIRECTOR}), "6.4", frozenset(Status), (_held,), tab=TAB),
    Act(
        "personal.erase",
        "依申请删除个人信息",
        frozenset({DIRECTOR}),
        "6.4",
        OVER,
        (_nothing_held,),
        tab=TAB,
    ),
)
