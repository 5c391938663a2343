"""The wall's screens, by which the situation is put before those who decide (§5.4.2(3))."""

from incidents.models.people import Role

from .act import DIRECTOR, Act

IN_CHARGE = frozenset({Role.ADMINISTRATOR, DIRECTOR})

ACTS = (
    Act("display.give", "发放大屏链接", IN_CHARGE, "5.4.2", is_never_drilled=True),
    Act("display.end", "停用大屏链接", IN_CHARGE, "5.4.2", is_never_drilled=True),
)
