"""The live events of one web process: one Redis subscription for all its screens, whatever their number.

A screen that reads slowly does not pile events up: what waits for it is a set, and past a limit it only says
"look at everything again". The last events are remembered, so that a screen that was away for a moment, or
loaded its page a moment before it began to listen, misses none.
"""

import asyncio
import contextlib
import json
import logging
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

import redis.asyncio
from django.conf import settings
from django.utils import timezone
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from alerts.live import Event, channel

log = logging.getLogger(__name__)

REMEMBERED = 1000
MOST_WAITING = 50
SLACK = 2.0
"""Seconds by which a page's own time may be off from when an event came in here."""
SILENCE = 10
LONGEST_PAUSE = 5.0


@dataclass(eq=False)
class Stream:
    """One open screen: to whom it belongs, and what waits to be sent to it."""

    key: str
    person: int
    audiences: set[str]
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    changed: dict[tuple[str, str], None] = field(default_factory=dict)
    everything: bool = False
    ended: bool = False

    def offer(self, events: Iterable[Event]):
        for kind, name, audiences in events:
            if not self.audiences.isdisjoint(audiences):
                self.changed[kind, name] = None
                self.wake.set()
        if len(self.changed) > MOST_WAITING:
            self.look_at_everything()

    def look_at_everything(self):
        self.changed.clear()
        self.everything = True
        self.wake.set()

    def end(self):
        """Its session is over."""
        self.ended = True
        self.wake.set()

    def take(self) -> tuple[dict | None, bool]:
        """What to tell now of changes, and whether it is the last that is told."""
        events, everything = list(self.changed), self.everything
        self.changed, self.everything = {}, False
        self.wake.clear()
        changed = {"events": events, "everything": everything} if events or everything else None
        return changed, self.ended


class Hub:
    def __init__(self):
        self.streams: set[Stream] = set()
        self.recent: deque[tuple[float, list[Event]]] = deque(maxlen=REMEMBERED)
        self.complete_since: float | None = None
        """From when on nothing was missed; `None` while there is no subscription."""
        self.warning: str | None = None
        """What the watchdog says; `None` until it was asked."""

    def add(self, stream: Stream, since: float | None):
        """From now on the stream hears; what came after `since` (the page's own time) it hears at once."""
        self.streams.add(stream)
        if self.complete_since is None:
            return
        if since is None or since - SLACK < self._remembers_since():
            stream.look_at_everything()
        else:
            for at, events in self.recent:
                if at >= since - SLACK:
                    stream.offer(events)

    def _remembers_since(self) -> float:
        forgotten = self.recent[0][0] if len(self.recent) == REMEMBERED else 0.0
        return max(self.complete_since or 0.0, forgotten)

    def hear(self, events: list[Event]):
        self.recent.append((timezone.now().timestamp(), events))
        for stream in self.streams:
            stream.offer(events)

    def warn(self, warning: str):
        """The watchdog's word; a new one goes to every screen at once."""
        if warning != self.warning:
            self.warning = warning
            self.wake_all()

    def wake_all(self):
        for stream in self.streams:
            stream.wake.set()

    async def listen(self):
        """The one subscription, for as long as the process lives; lost, it is tried again ever less eagerly."""
        pause = 0.2
        while True:
            try:
                async with self._client() as client, client.pubsub() as subscription:
                    await subscription.subscribe(channel())
                    await self._read(subscription)
            except (redis.RedisError, OSError, TimeoutError) as error:
                if self.complete_since is not None or pause == 0.2:
                    log.warning("The live feed is lost, screens ask by themselves: %s", error)
                pause = 0.2 if self.complete_since is not None else min(pause * 2, LONGEST_PAUSE)
                self.complete_since = None
                self.wake_all()
                await asyncio.sleep(pause)

    async def _read(self, subscription):
        asked = False
        while True:
            message = await subscription.get_message(timeout=SILENCE)
            if message is None:
                if asked:
                    raise TimeoutError("Redis is silent")
                await subscription.ping()
            elif message["type"] == "subscribe":
                self._listening()
            elif message["type"] == "message":
                with contextlib.suppress(ValueError, TypeError):  # somebody else's on our channel
                    self.hear([(kind, name, list(to)) for kind, name, to in json.loads(message["data"])])
            asked = message is None

    def _listening(self):
        self.complete_since = timezone.now().timestamp()
        self.recent.clear()
        for stream in self.streams:
            stream.look_at_everything()

    def _client(self) -> redis.asyncio.Redis:
        return redis.asyncio.Redis.from_url(
            settings.REDIS_URL,
            socket_connect_timeout=2,
            socket_timeout=SILENCE + 5,
            retry=Retry(NoBackoff(), 0),
        )
