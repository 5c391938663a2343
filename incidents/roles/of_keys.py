"""Keys by which an enterprise's own system reports (§5.2.1): its own people keep them, or the administrator for it."""

from incidents.models.people import Role

from .act import FIRM, Act

KEEPERS = FIRM | {Role.ADMINISTRATOR}

ACTS = (
    Act("key.create", "建立接口密钥", KEEPERS, "5.2.1", is_never_drilled=True),
    Act("key.rename", "重命名接口密钥", KEEPERS, "5.2.1", is_never_drilled=True),
    Act("key.rotate", "轮换接口密钥", KEEPERS, "5.2.1", is_never_drilled=True),
    Act("key.revoke", "吊销接口密钥", KEEPERS, "5.2.1", is_never_drilled=True),
    Act("key.signing", "设定接口请求是否须签名", KEEPERS, "5.2.1", is_never_drilled=True),
)
