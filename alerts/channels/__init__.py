"""The door to the outside: one message through one channel, by apprise.

`send` never raises and never tells a secret: what went wrong comes back in words of ours, and what apprise
says for itself (addresses among it) goes into no log.
"""

import logging
import threading
from contextlib import contextmanager
from dataclasses import dataclass

from apprise import AppriseAsset, NotifyType

from alerts.channels import addresses, guard, robots, sealing

CONNECT_TIMEOUT, READ_TIMEOUT = 5.0, 10.0
"""Seconds. A whole attempt is ended by the task's time limit."""

robots.register()


@dataclass(frozen=True)
class Outcome:
    ok: bool
    error: str = ""


def send(kind: str, sealed: str, title: str, body: str, *, may_reach_private: bool) -> Outcome:
    try:
        address = addresses.build(kind, sealing.unseal(sealed))
    except sealing.Unreadable as why:
        return Outcome(False, str(why))
    except addresses.Incomplete:
        return Outcome(False, "渠道内容不完整，请重新填写")
    plugin = addresses.plugin_of(address, _asset())
    if plugin is None:
        return Outcome(False, "地址不能识别，请重新填写")
    plugin.socket_connect_timeout, plugin.socket_read_timeout = CONNECT_TIMEOUT, READ_TIMEOUT
    plugin.redirects = False
    with _listening() as said:
        try:
            with guard.public_only(not may_reach_private):
                ok = bool(plugin.notify(body=body, title=title, notify_type=NotifyType.WARNING))
        except guard.Refused:
            return Outcome(False, guard.WORDS)
        except Exception as error:
            said.append(repr(error))
            ok = False
    return Outcome(True) if ok else Outcome(False, _in_our_words(" ".join(said)))


def _asset() -> AppriseAsset:
    return AppriseAsset(app_id="ZMD-Emergency", app_desc="驻马店邮政业应急指挥", storage_mode="memory")


FAULTS = (
    (guard.MARK, guard.WORDS),
    ("timed out", "超时，对方没有回应"),
    ("timeout", "超时，对方没有回应"),
    ("refused", "对方拒绝连接"),
    ("name or service", "找不到主机"),
    ("resolve", "找不到主机"),
    ("getaddrinfo", "找不到主机"),
    ("certificate", "对方的证书不可信"),
    ("ssl", "加密连接没有建立"),
    ("authentication", "用户名或密码不对"),
    ("535", "用户名或密码不对"),
    ("unreachable", "网络不通"),
    ("reset", "对方中断了连接"),
    ("closed", "对方中断了连接"),
)


def _in_our_words(said: str) -> str:
    """What went wrong, told without quoting anything that was heard."""
    if found := robots.CODE.search(said):
        return f"对方没有接收，代码 {found[1]}"
    said = said.lower()
    return next((words for sign, words in FAULTS if sign in said), "对方没有接收")


class _Ear(logging.Handler):
    """Hears what apprise says in its own thread, and keeps it nowhere."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.said = threading.local()

    def emit(self, record):
        heard = getattr(self.said, "now", None)
        if heard is not None:
            heard.append(record.getMessage())


_ear = _Ear()
_apprise_log = logging.getLogger("apprise")
_apprise_log.handlers = [_ear]
_apprise_log.propagate = False
_apprise_log.setLevel(logging.DEBUG)


@contextmanager
def _listening():
    _ear.said.now = heard = []
    try:
        yield heard
    finally:
        _ear.said.now = None
