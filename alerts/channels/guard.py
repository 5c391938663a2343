"""Addresses that an untrusted post entered must not lead into the inner network.

The check sits where the connection is made, by an audit hook: a name that resolves to another address
the second time, and a redirect, are caught as well. It says nothing of what a proxy does behind us.
"""

import ipaddress
import sys
import threading
from contextlib import contextmanager

MARK = "inner network refused"
WORDS = "地址在内部网络，不允许"

_state = threading.local()
_installed = False


class Refused(OSError):
    def __init__(self):
        super().__init__(MARK)


@contextmanager
def public_only(active: bool):
    """In this thread, connections reach public addresses only."""
    global _installed
    if active and not _installed:
        sys.addaudithook(_hook)
        _installed = True
    _state.active = active
    try:
        yield
    finally:
        _state.active = False


def is_private(host: str) -> bool:
    """Whether this host, told as an address, is not of the public internet. A name is judged when it is used."""
    if host.lower().rstrip(".") == "localhost" or host.lower().rstrip(".").endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return not address.is_global or address.is_multicast


def _hook(event: str, arguments: tuple):
    if event != "socket.connect" or not getattr(_state, "active", False):
        return
    where = arguments[1]
    if not isinstance(where, tuple) or is_private(str(where[0])):
        raise Refused
