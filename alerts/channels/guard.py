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
    led_to = (address, *_led_to(address))
    return any(address in old for old in OUTDATED) or any(
        not one.is_global or one.is_multicast for one in led_to
    )


NAT64 = ipaddress.ip_network("64:ff9b::/96")
OUTDATED = [ipaddress.ip_network(each) for each in ("64:ff9b:1::/48", "fec0::/10", "::/96")]
"""A network's own NAT64, site-local and IPv4-compatible addresses: none of them is out in the open."""


def _led_to(address) -> list:
    """Where a gateway on the way would carry what is sent to this address."""
    if address.version == 4:
        return []
    led = [address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        led.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in led if one]


def _hook(event: str, arguments: tuple):
    if event != "socket.connect" or not getattr(_state, "active", False):
        return
    where = arguments[1]
    if not isinstance(where, tuple) or is_private(str(where[0])):
        raise Refused
