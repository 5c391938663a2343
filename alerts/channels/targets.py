"""The address of a firm's own system: what of it is refused when it is saved, and which hosts it may lead to.

A name is resolved once per request and every address that it stands for is looked at; the connection then goes to
exactly these (`pinned.py`), so that a name which answers otherwise the next time (DNS rebinding) gains nothing.
"""

import re
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from alerts.channels import guard

LONGEST = 500
UNUSUAL_BELOW = 1024
"""Of the system ports only those of the web: whatever else listens there is no webhook."""
PATIENCE = 2.0
"""Seconds that saving waits for the name service; a name that it can't tell in time is judged when it is used."""
PRINTABLE = re.compile(r"[\x21-\x7e]+")

_resolvers = ThreadPoolExecutor(4, thread_name_prefix="webhook-names")


class BadTarget(ValueError):
    """Why an address is refused: a stable code, and words for people."""

    def __init__(self, code: str, words: str):
        super().__init__(words)
        self.code, self.words = code, words


@dataclass(frozen=True)
class Target:
    is_https: bool
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_https else 80) else f"{host}:{self.port}"


def parse(url: str) -> Target:
    """What can be said of an address without asking anybody; `BadTarget` if it is refused."""
    if len(url) > LONGEST:
        raise BadTarget("too_long", f"地址最多 {LONGEST} 个字符。")
    if not PRINTABLE.fullmatch(url):
        raise BadTarget("not_a_url", "地址只能由可见的 ASCII 字符组成，如 https://example.com/hooks/zmd。")
    try:
        parts = urlsplit(url)
        port = parts.port
        (parts.hostname or "").encode("idna")
    except ValueError:
        raise BadTarget("not_a_url", "不是完整的地址，应如 https://example.com/hooks/zmd。") from None
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise BadTarget("not_a_url", "不是完整的地址，应如 https://example.com/hooks/zmd。")
    if parts.scheme == "http" and not settings.PRIVATE_TARGETS:
        raise BadTarget("https_required", "地址须以 https:// 开头。")
    if parts.username is not None or parts.password is not None:
        raise BadTarget("credentials_in_url", "地址中不能带用户名或密码；收到的请求以签名验证。")
    if parts.fragment:
        raise BadTarget("not_a_url", "地址中不能带 # 之后的部分。")
    is_https = parts.scheme == "https"
    port = (443 if is_https else 80) if port is None else port
    if not (port in (80, 443) or port >= UNUSUAL_BELOW):
        raise BadTarget("port_refused", f"端口须为 443，或不小于 {UNUSUAL_BELOW}。")
    if not settings.PRIVATE_TARGETS and guard.is_private(parts.hostname):
        raise BadTarget("private_target", f"{guard.WORDS}。")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(is_https, parts.hostname, port, path)


def check(url: str):
    """What is looked at when an address is saved: its form, and where its name leads at this moment."""
    target = parse(url)
    try:
        _resolvers.submit(addresses_of, target).result(PATIENCE)
    except OSError:  # too late, or unknown
        return


def addresses_of(target: Target) -> list[str]:
    """The addresses that its host stands for now, all of them public unless private ones are allowed.

    `BadTarget` if one is not; `OSError` if the name is not known."""
    found = list(dict.fromkeys(resolve(target.host, target.port)))
    if not settings.PRIVATE_TARGETS and any(map(guard.is_private, found)):
        raise BadTarget("private_target", f"{guard.WORDS}。")
    return found


def resolve(host: str, port: int) -> list[str]:
    return [where[0] for *_, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
