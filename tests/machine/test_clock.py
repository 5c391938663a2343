"""Real processes can live on another day."""

import re
import subprocess
import sys
import time
from datetime import datetime, timedelta

import pytest

from zmd_emergency.processes import wait_for
from zmd_emergency.supervisor import HERE

pytestmark = pytest.mark.processes


def test_a_module_lives_on_another_day(tmp_path):
    (tmp_path / "tell.py").write_text("import sys, time\nprint(time.time(), *sys.argv[1:])")
    command = [sys.executable, "-m", "tests.clock", str(-266 * 86400), "tell", "with", "arguments"]
    env = {"PYTHONPATH": f"{HERE}:{tmp_path}"}
    said = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    there, *arguments = said.split()
    assert abs(float(there) + 266 * 86400 - time.time()) < 30
    assert arguments == ["with", "arguments"]


@pytest.mark.parametrize("days", [-266, 3653])
def test_web_worker_and_beat_run_on_another_day(request, days):
    request.node.add_marker(pytest.mark.clock(days=days))
    server = request.getfixturevalue("server")
    worker, beat = request.getfixturevalue("celery_processes")
    there = datetime.now() + timedelta(days=days)
    assert wait_for(lambda: "LocalTime" in beat.log.read_text(), 60)
    told = re.search(r"LocalTime -> (\S+ \S+)", beat.log.read_text())[1]
    assert abs(datetime.fromisoformat(told) - there) < timedelta(days=2)
    for running in (server, worker, beat):
        assert running.process.poll() is None, running.log.read_text()
