"""Receivers, channels, and messages that are queued as the product queues them."""

import random
from datetime import datetime
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from alerts.channels import addresses, sealing
from alerts.models import Channel, Notification
from alerts.services import inbox, sending
from incidents.models import User
from tests.channels.receivers import Receiver

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SECRET = "Bearer s3cr3t-token-1a2b3c"


@pytest.fixture
def receive():
    made = []

    def make(*args, **kwargs) -> Receiver:
        made.append(Receiver(*args, **kwargs))
        return made[-1]

    yield make
    for receiver in made:
        receiver.close()


@pytest.fixture
def channel():
    """A channel of this owner; to a receiver, or of any kind by what its form says."""
    numbers = count(1)

    def make(owner, receiver: Receiver | None = None, *, kind="http", said=None, **more) -> Channel:
        n = next(numbers)
        said = said or {"url": receiver.url(), "headers": f"Authorization: {SECRET}"}
        defaults = {
            "name": f"渠道{n}",
            "order": n,
            "sealed": sealing.seal(said),
            "hint": addresses.WAYS[kind].hint(said),
            "may_reach_private": True,
            "created_at": timezone.now(),
        }
        owned = {"person" if isinstance(owner, User) else "organization": owner}
        return Channel.objects.create(kind=kind, **defaults | owned | more)

    return make


def tell(
    person: User, title: str = "ZMD-2026-0001 R4 书面报告 超法定时限", *, kind="breach", at=None, **more
):
    """One message, through the door through which every message passes."""
    at = at or timezone.now()
    (message,) = inbox.deliver(
        [Notification(person=person, kind=kind, title=title, created_at=at, clause="5.2.1", **more)]
    )
    return message


def drain(now: datetime | None = None) -> list[int]:
    """What the sender does, without its processes: as long as there is something to send at this moment."""
    now, sent = now or timezone.now(), []
    sending.give_up(now=now)
    while ready := sending.ready(now=now):
        for pk in ready:
            assert sending.send(pk, clock=lambda: now) or not sending.ready(now=now)
            sent.append(pk)
        assert len(sent) < 100
    return sent


@pytest.fixture
def steady(monkeypatch):
    """The longest pauses, so that a moment before and after can be named."""
    monkeypatch.setattr(random, "uniform", lambda low, high: high)
