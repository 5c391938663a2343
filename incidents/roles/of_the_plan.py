"""The plan itself (§8.4)."""

from incidents.models.people import Role

from .act import DIRECTOR, Act

ACTS = (
    Act(
        "plan.draft", "编辑预案草案", frozenset({Role.ADMINISTRATOR, DIRECTOR}), "8.4", is_never_drilled=True
    ),
    Act("plan.activate", "预案生效", frozenset({DIRECTOR}), "8.4", is_never_drilled=True),
)
