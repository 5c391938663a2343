"""The outbox: what is to go outside is queued in the transaction of the change that caused it.

Inside, a message is exactly once (domain §2); outside it is at least once: whoever dies between sending and
recording leaves a message that is sent again. Sending itself: `sending.py`.

A person's message goes by his own channels. A body that has channels (a group's robot) gets a copy of what
its people get, once, however many of them are told.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

from celery import current_app
from django.db import transaction

from alerts.models import Attempt, Channel, Delivery, Notification
from incidents.kept import kept
from incidents.models import Post, Role

log = logging.getLogger(__name__)

DRAIN, QUEUE = "alerts.tasks.drain", "outbox"
NOT_ADDRESSED = (Role.AUDITOR, Role.ADMINISTRATOR)
"""Posts in which nobody is told of incidents: their bodies' groups get no copy."""


def stays_inside(message: Notification) -> bool:
    """What must never reach an outside channel (演练, domain §8): the one place to say so."""
    return message.is_of_a_drill


def queue(messages: Iterable[Notification], taken: dict[tuple, list[Channel]] | None = None):
    """At most four statements, whatever the number of messages; one where nobody has a channel, none where `taken`
    has been read before."""
    messages = [message for message in messages if not stays_inside(message)]
    if not messages:
        return
    taken = channels() if taken is None else taken
    if not taken:
        return
    deliveries = [
        _delivery(message, person_id=message.person_id)
        for message in messages
        if _carried(taken.get((message.person_id, None)), message)
    ]
    deliveries += _copies(messages, taken)
    if deliveries:
        Delivery.objects.bulk_create(deliveries)
        transaction.on_commit(poke)


Taken = dict[tuple, list[Channel]]


def channels() -> Taken:
    """All outside channels in use, by person and body."""
    taken = {}
    for person, body, takes in _channels():
        taken.setdefault((person, body), []).append(Channel(takes=takes))
    return taken


@kept
def _channels():
    return Channel.objects.active().values_list("person", "organization", "takes")


def _copies(messages: list[Notification], taken: dict) -> list[Delivery]:
    """One for each body and message, by the first of its people who is told."""
    bodies = {body for _, body in taken if body}
    if not bodies:
        return []
    people = {message.person_id for message in messages}
    posts = Post.objects.filter(organization__in=bodies, person__in=people, is_active=True)
    bodies_of = {}
    for person, body in (
        posts.exclude(role__in=NOT_ADDRESSED).values_list("person", "organization").distinct()
    ):
        bodies_of.setdefault(person, []).append(body)
    copies = {}
    for message in messages:
        for body in bodies_of.get(message.person_id, ()):
            if _carried(taken[None, body], message):
                about = message.incident_id, message.warning_id, message.fired_step_id
                same = (body, message.kind, message.title, *about)
                copies.setdefault(same, _delivery(message, organization_id=body))
    return list(copies.values())


def _carried(channels: list[Channel] | None, message: Notification) -> bool:
    return any(channel.carries(message.kind) for channel in channels or ())


def _delivery(message: Notification, **addressee) -> Delivery:
    at = message.created_at
    return Delivery(notification=message, kind=message.kind, created_at=at, next_attempt_at=at, **addressee)


def queue_test(channel: Channel, *, at: datetime) -> Delivery:
    """A test takes the way of every message, but this channel alone, and is tried once."""
    delivery = Delivery.objects.create(
        person=channel.person,
        organization=channel.organization,
        test_of=channel,
        kind=Delivery.TEST,
        created_at=at,
        next_attempt_at=at,
    )
    transaction.on_commit(poke)
    return delivery


def poke():
    """Wakes the sender. Without a broker the beat's next tick does it; the change itself is safe."""
    try:
        current_app.send_task(DRAIN, queue=QUEUE, expires=10, retry=False)
    except Exception as error:
        log.warning("The sender could not be woken (%s); the next tick will", type(error).__name__)


def depth() -> int:
    """How many messages wait for an outside channel."""
    return Delivery.objects.pending().count()


def failures_since(at: datetime) -> int:
    """How many attempts have failed since then."""
    return Attempt.objects.filter(ok=False, ended_at__gte=at).count()
