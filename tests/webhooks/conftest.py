"""Firms with webhooks, receivers that really listen, and the sender without its processes."""

import json
import random

import pytest
from django.utils import timezone

from alerts.channels import targets
from alerts.models import Webhook, WebhookDelivery
from alerts.services import webhook_sending
from incidents.services.identity import webhooks
from incidents.services.identity.webhooks import Wish
from tests.api.conftest import as_described, firm, other  # noqa: F401
from tests.channels.conftest import receive  # noqa: F401

PUBLIC = "93.184.215.14"


@pytest.fixture(autouse=True)
def names(monkeypatch):
    """What the name service says: addresses by name, one list for each time that it is asked; others are public."""
    known: dict[str, list[list[str]]] = {}

    def resolve(host, port):
        if host.replace(".", "").isdigit():
            return [host]
        said = known.get(host, [[PUBLIC]])
        return said.pop(0) if len(said) > 1 else said[0]

    monkeypatch.setattr(targets, "resolve", resolve)
    return known


@pytest.fixture
def inside(settings):
    """Addresses of this machine are allowed, as in development."""
    settings.PRIVATE_TARGETS = True


@pytest.fixture
def steady(monkeypatch):
    """The longest pauses, so that a moment before and after can be named."""
    monkeypatch.setattr(random, "uniform", lambda low, high: high)


@pytest.fixture
def hook_of(inside):
    """A webhook of this actor's firm; its secret stands beside it."""

    def make(actor, receiver, **wish) -> Webhook:
        hook, secret = webhooks.add(actor=actor, wish=Wish(url=receiver.url(), **wish), now=timezone.now())
        hook.secret = secret
        return hook

    return make


def drain(now=None) -> int:
    """What the sender does, as long as there is something to send at this moment."""
    now, made = now or timezone.now(), 0
    webhook_sending.give_up(now=now)
    while ready := webhook_sending.ready(now=now):
        before = made
        made += sum(webhook_sending.send(pk, clock=lambda: now) for pk in ready)
        assert made > before
    return made


def told(hook: Webhook) -> list[dict]:
    """What a webhook has been told, or is to be: the payloads in order."""
    rows = WebhookDelivery.objects.filter(webhook=hook).order_by("id").select_related("event")
    return [json.loads(row.event.payload) for row in rows]
