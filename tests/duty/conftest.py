import pytest
import time_machine

from tests.duty.stage import T0, at, colleague


@pytest.fixture
def clock():
    """Stands at T0; `clock(hours)` moves it and returns the time."""
    with time_machine.travel(T0, tick=False) as traveller:
        yield lambda hours: traveller.move_to(at(hours)) or at(hours)


@pytest.fixture
def other(cast):
    """A second duty officer of the office."""
    return colleague(cast)
