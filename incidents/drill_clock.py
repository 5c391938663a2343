"""The clock of a drill (domain §7): real times are stored; who acts in a drill is shown, and says, the drill's own.

A drill's time is a straight line over the real one. `running` sets it for one request, one document, one test; everywhere
else, and outside drills, `shown` and `meant` leave a time as it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone


@dataclass(frozen=True)
class DrillClock:
    started_at: datetime
    """When it started in earnest."""
    story_at: datetime
    """What the time was then in the drill."""
    speed: int

    def shown(self, at: datetime) -> datetime:
        """The drill's time at this real time."""
        return self.story_at + (at - self.started_at) * self.speed

    def meant(self, at: datetime) -> datetime:
        """The real time that a time of the drill stands for."""
        return self.started_at + (at - self.story_at) / self.speed


_clock: ContextVar[DrillClock | None] = ContextVar("drill_clock", default=None)


@contextmanager
def running(clock: DrillClock | None) -> Iterator[None]:
    token = _clock.set(clock)
    try:
        yield
    finally:
        _clock.reset(token)


def begin(clock: DrillClock | None):
    """For whoever can't hold a block open (a middleware): in force until it is set anew."""
    _clock.set(clock)


def current() -> DrillClock | None:
    return _clock.get()


def speed() -> int:
    clock = _clock.get()
    return clock.speed if clock else 1


def shown(at: datetime) -> datetime:
    clock = _clock.get()
    return clock.shown(at) if clock else at


def local(at: datetime | None = None) -> datetime:
    """As `shown` (by default: now), in city time."""
    return timezone.localtime(shown(at or timezone.now()))


def meant(at: datetime) -> datetime:
    clock = _clock.get()
    return clock.meant(at) if clock else at


def lasts(length: timedelta) -> timedelta:
    """How long this real length of time is in the drill."""
    return length * speed()
