"""The tests' own time: minutes from `T0`."""

from datetime import UTC, datetime, timedelta

T0 = datetime(2026, 3, 2, 2, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)
