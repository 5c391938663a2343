from datetime import UTC, datetime, timedelta

import pytest
import time_machine

T0 = datetime(2026, 3, 2, 2, tzinfo=UTC)


@pytest.fixture
def clock(cast):
    """Stands at T0; `clock(hours)` moves it to so many hours after T0 and returns the time."""

    def move(hours: float) -> datetime:
        moment = T0 + timedelta(hours=hours)
        traveller.move_to(moment)
        return moment

    with time_machine.travel(T0, tick=False) as traveller:
        yield move
