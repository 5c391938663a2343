"""The real sender and beat bring it out, and one that hangs holds up nobody."""

import pytest
from django.utils import timezone
from standardwebhooks import Webhook as Verifier

from alerts.services import webhook_events
from alerts.services.webhook_events import Happening
from incidents.services.identity import webhooks
from incidents.services.identity.webhooks import Wish
from zmd_emergency.processes import wait_for

pytestmark = pytest.mark.processes


def test_the_sender_brings_it_out_past_one_that_hangs(processes, cast, receive, settings):
    settings.SECRET_KEY, settings.PRIVATE_TARGETS = processes.env["SECRET_KEY"], True
    hanging, sound = receive(hangs=True), receive()
    now, secrets = timezone.now(), {}
    for receiver in (hanging, sound):
        wish = Wish(url=receiver.url())
        hook, secrets[receiver] = webhooks.add(actor=cast.enterprise, wish=wish, now=now)
    processes.sender(ZMD_PRIVATE_TARGETS="1"), processes.beat()
    webhook_events.queue([Happening("order.issued", cast.firm, f"x/{n}", dict) for n in range(3)], at=now)
    assert wait_for(lambda: len(sound.got) == 3 and hanging.got, 30)
    assert wait_for(lambda: hook.deliveries.filter(delivered_at__isnull=False).count() == 3, 60)
    headers, body = sound.requests[0]
    assert Verifier(secrets[sound]).verify(body, headers)["type"] == "order.issued"
    assert len(hanging.requests) == 1, "one at a time, and then a rest"
