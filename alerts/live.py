"""Live screens: whoever changes something tells those who may see it, over Redis pub/sub, after the commit.

An event is a kind and a name (an incident's number, or nothing), never a fact: the screen asks again, with its own
rights. Its audiences are fixed when it is published: a word per kind of post and body, or one person. Nothing is
kept: what a screen missed it learns by asking, and a broker that is down never holds up the work.
"""

import json
import logging
from collections.abc import Iterable
from functools import cache

import redis
from django.conf import settings
from django.db import connection, connections, transaction

from alerts.models import Warning
from alerts.services.warning_audiences import audiences_for_warnings
from incidents.audiences import audience_of_drill, audiences_for_families, audiences_of_new
from incidents.models import Incident

log = logging.getLogger(__name__)

MOST = 200
"""Events of one transaction; when it changed more, they become one of each kind, without names."""
SECONDS_FOR_REDIS = 0.5

Event = tuple[str, str, list[str]]
"""Kind, name, audiences. The name is empty where the event speaks of any number of things of that kind."""


def tell_changed(*incidents: Incident):
    """Something of these incidents is different once this transaction has committed."""
    real = {incident.pk for incident in incidents if not incident.is_drill}
    _collect(incidents=real, events=_in_drills("incident", incidents))


def tell_opened(incident: Incident):
    """The incident is there once this transaction has committed; who may see it is known without asking."""
    if incident.is_drill:
        _collect(events=_in_drills("incident", [incident]))
        return
    _collect(events={("incident", incident.number, audience) for audience in audiences_of_new(incident)})


def tell_warnings(*warnings: Warning):
    """Something of these warnings is different once this transaction has committed; their incidents' pages show them."""
    real = [warning for warning in warnings if not warning.is_drill]
    became = {warning.incident_id for warning in real if warning.incident_id}
    events = _in_drills("warning", warnings)
    events |= _in_drills("incident", [w.incident for w in warnings if w.drill_id and w.incident_id])
    _collect(warnings={warning.pk for warning in real}, incidents=became, events=events)


def _in_drills(kind: str, subjects: Iterable[Incident | Warning]) -> set[tuple[str, str, str]]:
    """Told to all who act in the same drill; of a sandbox no screen tells."""
    return {(kind, row.number, audience_of_drill(row.drill_id)) for row in subjects if row.drill_id}


def tell_inbox(people: Iterable[int]):
    """The inboxes of these persons (by id) are different once this transaction has committed."""
    _collect(events={("inbox", "", f"person:{person}") for person in people})


def tell(kind: str, name: str, audiences: Iterable[str]):
    """Anything else that screens show: `kind` is what their fragments name in `data-live`."""
    _collect(events={(kind, name, audience) for audience in audiences})


def _collect(*, incidents=frozenset(), warnings=frozenset(), events=frozenset()):
    """Into what this transaction already has to tell, found among what its commit will run."""
    hooks = (hook for _, hook, *_ in connection.run_on_commit)
    telling = next((hook for hook in hooks if isinstance(hook, Telling)), None)
    known = telling is not None
    telling = telling or Telling()
    telling.incidents |= incidents
    telling.warnings |= warnings
    telling.events |= events
    if not known:
        transaction.on_commit(telling, robust=True)


class Telling:
    """What one transaction has to tell: collected while it runs, published in one message after its commit."""

    def __init__(self):
        self.incidents: set[int] = set()
        self.warnings: set[int] = set()
        self.events: set[tuple[str, str, str]] = set()

    def __call__(self):
        if events := self._events():
            publish(events)

    def _events(self) -> list[Event]:
        found = set(self.events)
        if self.incidents:
            for number, audiences in audiences_for_families(self.incidents):
                found |= {("incident", number, audience) for audience in audiences}
        if self.warnings:
            for number, audiences in audiences_for_warnings(self.warnings):
                found |= {("warning", number, audience) for audience in audiences}
        grouped: dict[tuple[str, str], list[str]] = {}
        nameless = len({(kind, name) for kind, name, _ in found}) > MOST
        for kind, name, audience in sorted({(k, "" if nameless else n, a) for k, n, a in found}):
            grouped.setdefault((kind, name), []).append(audience)
        return [(kind, name, audiences) for (kind, name), audiences in grouped.items()]


def publish(events: list[Event]):
    try:
        _publisher().publish(channel(), json.dumps(events, separators=(",", ":")))
    except redis.RedisError as error:
        log.warning("Live events were not sent, screens will learn by asking: %s", error)


@cache
def _publisher() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=SECONDS_FOR_REDIS,
        socket_connect_timeout=SECONDS_FOR_REDIS,
        retry=redis.retry.Retry(redis.backoff.NoBackoff(), 1),
    )


def channel() -> str:
    """Pub/sub knows no numbered databases: whoever shares a server is kept apart by the database's name."""
    return f"zmd:live:{connections.settings['default']['NAME']}"
