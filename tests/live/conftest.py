import pytest

from zmd_emergency.engines import Valkey


@pytest.fixture
def own_redis(tmp_path_factory):
    """May be killed. Every test has it at the same address, so that servers that use it can be forked."""
    folder = tmp_path_factory.getbasetemp() / "own_redis"
    folder.mkdir(exist_ok=True)
    engine = Valkey(folder)
    engine.start()
    yield engine
    engine.stop()
