"""Secrets at rest: a channel's particulars, encrypted and authenticated (Fernet).

The keys come from `ZMD_CHANNEL_KEY` (several with commas between; the first seals, all open), and from
`SECRET_KEY` where that is not set.
"""

import base64
import json

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(Exception):
    def __str__(self):
        return "密钥已更换，保存的内容打不开，请重新填写"


def seal(particulars: dict) -> str:
    return _box().encrypt(json.dumps(particulars, ensure_ascii=False).encode()).decode()


def unseal(sealed: str) -> dict:
    try:
        return json.loads(_box().decrypt(sealed.encode()))
    except (InvalidToken, ValueError):
        raise Unreadable from None


def reseal(sealed: str) -> str:
    """The same under the newest key."""
    try:
        return _box().rotate(sealed.encode()).decode()
    except InvalidToken:
        raise Unreadable from None


def _box() -> MultiFernet:
    secrets = settings.CHANNEL_KEYS or [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"zmd outside channels")
    return base64.urlsafe_b64encode(derived.derive(secret.encode()))
