import pytest
import time_machine

from tests.deadlines.moments import T0, at


@pytest.fixture
def clock():
    """Moves the clock to so many minutes from `T0`; returns that moment."""
    with time_machine.travel(T0, tick=False) as traveller:
        yield lambda minutes: traveller.move_to(at(minutes)) or at(minutes)
