"""The database or the broker is killed in the middle of a sweep. These tests own the engine that they kill."""

import os
import subprocess
import sys
from contextlib import ExitStack
from datetime import timedelta

import dj_database_url
import pytest

from tests.cast import assemble
from tests.conftest import Database
from tests.faults.storm import Storm
from tests.processes import Processes
from zmd_emergency import supervisor
from zmd_emergency.engines import Engines, Valkey

pytestmark = [pytest.mark.processes, pytest.mark.clause("5.2.1")]
IN_SMALL_BATCHES = ["tests.faults.failing", 50, "", ""]


def test_broker_killed_with_all_it_held(cloned_database, cast, tmp_path):
    broker = Valkey(tmp_path)
    broker.start()
    processes = Processes(cloned_database.product_url, broker.url, tmp_path, timedelta())
    try:
        storm = Storm(cloned_database, cast)
        processes.worker(through=IN_SMALL_BATCHES)
        processes.beat()
        storm.await_middle()
        broker.kill()
        later = Storm(cloned_database, cast)
        broker.start()
        for each in (storm, later):
            each.await_end()
        for each in (storm, later):
            each.fired_exactly_once()
    finally:
        processes.end()
        broker.stop()


@pytest.fixture
def engines(tmp_path, django_db_blocker):
    """Engines of the test's own with the city's data, under the ORM too."""
    from django.db import connection

    ours = Engines(tmp_path / "engines", fsync=False)
    env = os.environ | {"ZMD_VAR": str(tmp_path)}
    with ExitStack() as stack:
        stack.enter_context(ours.owned())
        stack.callback(ours.stop)
        ours.start()
        env |= ours.environment
        command = [sys.executable, "-m", "zmd_emergency.prepare", "http://127.0.0.1"]
        subprocess.run(command, env=env, cwd=supervisor.HERE, check=True, capture_output=True)
        stack.enter_context(django_db_blocker.unblock())
        elsewhere = dict(connection.settings_dict)
        stack.callback(connection.settings_dict.update, elsewhere)
        stack.callback(connection.close)
        connection.close()
        named = dj_database_url.parse(ours.database_url)
        connection.settings_dict.update(
            {name: named[name] for name in ("HOST", "PORT", "USER", "PASSWORD", "NAME")}
        )
        yield ours


def test_database_killed(engines, tmp_path):
    from django.db import connection

    database = Database(engines.postgres.owner_url, engines.database_url)
    storm = Storm(database, assemble())
    connection.close()
    processes = Processes(engines.database_url, engines.redis_url, tmp_path, timedelta())
    try:
        processes.worker(through=IN_SMALL_BATCHES)
        processes.beat()
        storm.await_middle()
        engines.postgres.kill()
        engines.postgres.start()
        assert storm.missing(), "killed in the middle"
        storm.await_end()
        storm.fired_exactly_once()
    finally:
        processes.end()
