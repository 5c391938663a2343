"""Who helps whom through the door: accounts that are locked, or whose second factor is lost (domain §5)."""

from incidents.models.people import Role

from .act import Act

HELPERS = frozenset({Role.ADMINISTRATOR})

ACTS = (
    Act("account.unlock", "解除登录锁定", HELPERS, "6.4", is_never_drilled=True),
    Act("account.reset_factors", "清除第二重验证", HELPERS, "6.4", is_never_drilled=True),
)
