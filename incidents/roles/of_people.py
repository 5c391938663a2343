"""Accounts, posts and sign-ins (§2.2.1): the administrator keeps them, and decides nothing of incidents."""

from incidents.models.people import Role

from .act import Act

KEEPER = frozenset({Role.ADMINISTRATOR})

ACTS = tuple(
    Act(code, name, roles, "2.2.1", is_never_drilled=True)
    for code, name, roles in (
        ("account.create", "建立账号", KEEPER),
        ("account.change", "修改账号", KEEPER),
        ("account.assign", "任职", KEEPER),
        ("account.end_post", "免去任职", KEEPER),
        ("account.password", "发放初始密码", KEEPER),
        ("account.deactivate", "停用账号", KEEPER),
        ("account.reactivate", "恢复账号", KEEPER),
        ("account.end_session", "结束他人的登录", KEEPER),
        ("permissions.read", "查看权限一览", KEEPER | {Role.AUDITOR}),
    )
)
