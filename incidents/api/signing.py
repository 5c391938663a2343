"""Signed requests: proof that a request comes, unchanged and now, from whoever holds a key's signing secret.

An enterprise may make signatures a duty for all its keys (接口 page); a signature that is sent is checked in any case.
Signing is on top of the key: `Authorization: Bearer <key>` stays. Three headers are added:

    Zmd-Timestamp: 1772388300          seconds since 1970 (UTC); within 5 minutes of the server's clock
    Zmd-Nonce: 7f2c9d1e5b8a4c60        16 to 64 letters, digits, `-` or `_`; another one for every request
    Zmd-Signature: v1=<hex>            HMAC-SHA256, in lower-case hexadecimal

The HMAC's key is the signing secret as shown when the key was made, with its `zmdsig_`, as UTF-8. What is signed is
these six lines, joined by a line feed (`\\n`), without one at the end:

    v1
    POST                               the method, in capitals
    /api/v1/incidents/?limit=20        path and query as they stand in the request line, percent-encoded
    1772388300                         as in Zmd-Timestamp
    7f2c9d1e5b8a4c60                   as in Zmd-Nonce
    <hex>                              SHA-256 of the body's bytes as sent (of a form: with its boundaries); of no body,
                                       that of nothing: e3b0c442…b855

Test vector. Secret `zmdsig_example`, `POST /api/v1/incidents/?dry=1`, timestamp 1772388300, nonce `7f2c9d1e5b8a4c60`,
body `{"title":"驿城区分拨中心起火"}` in UTF-8:

    Zmd-Signature: v1=9e00c964d86779cc53320980fb8109ea75d255b5b0175865bf27e98b4b8b8ae9

A request that is sent again is signed again: new timestamp, new nonce, same `Idempotency-Key`. Refusals are 401:
`signature_missing` (asked for, or not all three headers), `signature_wrong`, `signature_expired` (clock), and
`signature_replayed` (nonce taken); `signing_secret_unreadable` if the server has lost the secret: rotate the key.
"""

import hashlib
import hmac
import re
from datetime import UTC, datetime
from tempfile import SpooledTemporaryFile

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.encoding import escape_uri_path
from rest_framework.exceptions import AuthenticationFailed

from incidents.models import ApiKey
from incidents.services.identity import key_signing

HEADERS = ("Zmd-Timestamp", "Zmd-Nonce", "Zmd-Signature")
TIMESTAMP = re.compile(r"[0-9]{1,11}")
NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")
IN_MEMORY = CHUNK = 1_000_000


def verify(http: HttpRequest, key: ApiKey, *, now: datetime):
    """Raises 401 unless the request is signed as it must be. Leaves the body to be read as if it had not been."""
    sent = {name: http.headers.get(name, "") for name in HEADERS}
    if not any(sent.values()) and not key.enterprise.must_sign:
        return
    if missing := [name for name in HEADERS if not sent[name]]:
        raise AuthenticationFailed(f"请求须签名，缺少 {'、'.join(missing)} 头。", "signature_missing")
    timestamp, nonce, signature = sent.values()
    if not TIMESTAMP.fullmatch(timestamp):
        raise AuthenticationFailed("Zmd-Timestamp 须为 1970 年以来的秒数。", "signature_wrong")
    if not NONCE.fullmatch(nonce):
        raise AuthenticationFailed("Zmd-Nonce 须为 16 至 64 个字母、数字、- 或 _。", "signature_wrong")
    signed_at = datetime.fromtimestamp(int(timestamp), UTC)
    if abs(signed_at - now) > key_signing.WINDOW:
        detail = f"签名时间与服务器时间相差超过 5 分钟；服务器时间 {int(now.timestamp())}。"
        raise AuthenticationFailed(detail, "signature_expired")
    text = signed_text(http.method, target(http), timestamp, nonce, body_digest(http))
    if not hmac.compare_digest(f"v1={sign(secret_of(key), text)}".encode(), signature.encode()):
        raise AuthenticationFailed("签名不正确：请核对签名密钥和所签内容。", "signature_wrong")
    if not key_signing.take(key, nonce, signed_at):
        raise AuthenticationFailed(
            "这个签名已经用过；重发请求须用新的 Zmd-Nonce 重新签名。", "signature_replayed"
        )


def signed_text(method: str, target: str, timestamp: str, nonce: str, digest: str) -> str:
    return "\n".join(("v1", method, target, timestamp, nonce, digest))


def sign(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def secret_of(key: ApiKey) -> str:
    try:
        secret = key_signing.secret_of(key)
    except key_signing.Unreadable:
        secret = None
    if secret is None:
        detail = "服务器上没有这个密钥的签名密钥，请轮换此密钥。"
        raise AuthenticationFailed(detail, "signing_secret_unreadable")
    return secret


def target(http: HttpRequest) -> str:
    """Path and query as they stood in the request line."""
    query = http.META.get("QUERY_STRING", "")
    return escape_uri_path(http.path) + (f"?{query}" if query else "")


def body_digest(http: HttpRequest) -> str:
    """SHA-256 of the raw body. It is read to the end, a large one onto the disk, and put back at its beginning, since
    Django keeps no body that it has parsed as a form, and refuses to keep a large one."""
    digest, body, size = hashlib.sha256(), SpooledTemporaryFile(IN_MEMORY), 0
    while chunk := http._stream.read(CHUNK):
        size += len(chunk)
        if size > settings.UPLOAD_MOST:
            raise RequestDataTooBig
        digest.update(chunk)
        body.write(chunk)
    body.seek(0)
    http._stream = body
    return digest.hexdigest()
