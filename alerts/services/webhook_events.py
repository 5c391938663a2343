"""What a firm's own system is told of (`webhook_types.py`), and how: an event is queued in the transaction of its
cause, from the few places where a firm is told of something.

Once per cause and firm; a parent enterprise hears of what concerns those below it as well. Of a drill only test
webhooks hear, of all else only the others. Sending itself: `webhook_sending.py`.
"""

import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from alerts.models import Webhook, WebhookDelivery, WebhookEvent
from alerts.services import outbox, wire
from alerts.services.webhook_types import TEST
from incidents.models import Organization
from incidents.querysets import above
from incidents.rows import insert

API = "/api/v1/"


@dataclass(frozen=True)
class Happening:
    """`data` is asked only if somebody listens. `cause`: what happens once, as `order.issued/17`."""

    type: str
    firm: Organization
    cause: str
    data: Callable[[], dict]
    is_drill: bool = False


def is_drill(subject) -> bool:
    """What is tried out with a test key (演练, domain §8): the one place to say so."""
    return subject.is_drill


def queue(happenings: Iterable[Happening], *, at: datetime):
    """At most four statements, whatever the number of happenings; one where nobody listens, none without any."""
    happenings = list(happenings)
    if not happenings:
        return
    hooks = list(Webhook.objects.active().only("enterprise_id", "events", "is_test"))
    if not hooks:
        return
    over = above({happening.firm.pk for happening in happenings})
    told = [(happening, _listening(hooks, happening, over)) for happening in happenings]
    told = [(_event(happening, at), listening) for happening, listening in told if listening]
    insert([event for event, _ in told])
    send([_delivery(hook, event, at) for event, listening in told for hook in listening])


def queue_test(hook: Webhook, *, at: datetime) -> WebhookDelivery:
    """A test goes to this webhook alone, whatever it asks for, and is tried once."""
    data = {"href": href("webhooks", hook.pk), "words": "这是一条测试消息。"}
    happening = Happening(TEST, hook.enterprise, f"test/{secrets.token_hex(16)}", lambda: data)
    event = _event(happening, at)
    event.save()
    return send([_delivery(hook, event, at)])[0]


def send(deliveries: list[WebhookDelivery]) -> list[WebhookDelivery]:
    insert(deliveries)
    if deliveries:
        transaction.on_commit(outbox.poke)
    return deliveries


def href(*path) -> str:
    return API + "".join(f"{part}/" for part in path)


def _listening(hooks: list[Webhook], happening: Happening, over: dict[int, set[int]]) -> list[Webhook]:
    return [
        hook
        for hook in hooks
        if happening.type in hook.events
        and hook.is_test == happening.is_drill
        and hook.enterprise_id in over[happening.firm.pk]
    ]


def _event(happening: Happening, at: datetime) -> WebhookEvent:
    data = {"href": "", "enterprise": happening.firm.code} | happening.data()
    payload = {"type": happening.type, "timestamp": wire.time(at), "data": data}
    return WebhookEvent(
        enterprise=happening.firm,
        message=f"msg_{secrets.token_hex(16)}",
        type=happening.type,
        cause=happening.cause,
        at=at,
        payload=json.dumps(payload, ensure_ascii=False, separators=(",", ":")),
    )


def _delivery(hook: Webhook, event: WebhookEvent, at: datetime) -> WebhookDelivery:
    return WebhookDelivery(webhook=hook, event=event, created_at=at, next_attempt_at=at)
