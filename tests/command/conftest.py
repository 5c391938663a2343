import pytest

from tests.command.stage import Door
from tests.responses.stage import started


@pytest.fixture
def incident(cast):
    """A Ⅲ that has been started."""
    return started(cast)


@pytest.fixture
def door(cast, incident):
    return Door(cast, incident)
