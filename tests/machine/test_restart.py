"""A rolling restart under load, as `deploy/update` does it: every request is answered, every step fires once.

The listening socket is the test's, as in production it is systemd's; the servers inherit it, one after the other.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import timedelta

import pytest
from django.utils import timezone

from incidents.models import ApiKey, Incident, Scope
from tests.api.conftest import filing
from tests.faults.storm import Storm
from tests.live.visitor import Visitor
from zmd_emergency.processes import end, wait_for
from zmd_emergency.supervisor import HERE

pytestmark = pytest.mark.processes
STEPS = 150
TITLE = "重启期间上报的事件"
INHERIT = """import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.executable, [sys.executable, "-m", "zmd_emergency.serve", "--grace", "60"])"""


class Servers:
    """One after the other on the same socket; `said`: what they told systemd."""

    def __init__(self, env: dict, folder):
        self.env = env | {"NOTIFY_SOCKET": str(folder / "notify")}
        self.said = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.said.bind(self.env["NOTIFY_SOCKET"])
        self.said.settimeout(60)
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.address = self.listening.getsockname()
        self.url = "http://{}:{}".format(*self.address)
        self.log = open(folder / "web.log", "ab")  # noqa: SIM115
        self.process = None

    def start(self):
        number = self.listening.fileno()
        command = [sys.executable, "-c", INHERIT, str(number)]
        self.process = subprocess.Popen(
            command, env=self.env, cwd=HERE, pass_fds=[number], stdout=self.log, stderr=self.log
        )

    def await_word(self, word: bytes):
        while self.said.recv(100) != word:
            pass

    def restart(self):
        self.process.send_signal(signal.SIGTERM)
        self.await_word(b"STOPPING=1")
        assert self.process.wait(30) == -signal.SIGTERM, "an open screen holds nothing up for its whole grace"
        self.start()
        self.await_word(b"READY=1")

    def close(self):
        end(self.process)
        for each in (self.said, self.listening, self.log):
            each.close()


class Caller(threading.Thread):
    """Files and asks without pause, each time on a connection of its own, whose request comes `late` and in pieces."""

    def __init__(self, servers: Servers, secret: str, late: float):
        super().__init__(daemon=True)
        self.servers, self.secret, self.late = servers, secret, late
        self.answers: list = []
        self.done = threading.Event()

    def run(self):
        while not self.done.is_set():
            for path, body, good in (("/livez", b"", 200), ("/api/v1/incidents/", self.report(), 201)):
                try:
                    self.answers.append((path, good, self.ask(path, body)))
                except (OSError, http.client.HTTPException) as lost:
                    self.answers.append((path, good, repr(lost)))

    def report(self) -> bytes:
        return json.dumps(filing(title=TITLE)).encode()

    def ask(self, path: str, body: bytes) -> int:
        with closing(http.client.HTTPConnection(*self.servers.address, timeout=60)) as connection:
            connection.connect()
            time.sleep(self.late)
            connection.putrequest("POST" if body else "GET", path)
            connection.putheader("Authorization", f"Bearer {self.secret}")
            connection.putheader("Content-Type", "application/json")
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders()
            for part in (body[:100], body[100:]) if body else ():
                time.sleep(self.late)
                connection.send(part)
            answer = connection.getresponse()
            answer.read()
            return answer.status


@pytest.fixture
def servers(processes, tmp_path):
    found = Servers(processes.env, tmp_path)
    yield found
    found.close()


def test_a_rolling_restart_loses_no_request_and_no_step(cloned_database, cast, processes, servers):
    firm = cast.enterprise.organization
    secret = ApiKey.create(enterprise=firm, name="load", at=timezone.now(), scopes=[Scope.REPORT])[1]
    servers.start()
    servers.await_word(b"READY=1")
    screen = Visitor(servers.url, "duty").listen()
    callers = [Caller(servers, secret, late) for late in (0, 0.005, 0.02)]
    processes.beat()
    worker = processes.worker()
    soon = timezone.now() + timedelta(seconds=1)
    storm = Storm(cloned_database, cast, STEPS, due_at=soon, every=timedelta(seconds=5) / STEPS)
    for caller in callers:
        caller.start()
    storm.await_middle()
    worker.process.send_signal(signal.SIGTERM)
    assert worker.process.wait(30) == 0, "it finished what it was at"
    servers.restart()
    assert wait_for(lambda: screen.ended, 60)
    processes.worker()
    storm.await_end()
    for caller in callers:
        caller.done.set()
    for caller in callers:
        caller.join(60)
    storm.fired_exactly_once()
    answers = [answer for caller in callers for answer in caller.answers]
    assert [each for each in answers if each[1] != each[2]] == []
    filed = sum(1 for path, _, status in answers if status == 201)
    assert filed > 10 and Incident.objects.filter(title=TITLE).count() == filed


def test_without_a_socket_it_says_so():
    env = {name: value for name, value in os.environ.items() if name != "LISTEN_PID"}
    command = [sys.executable, "-m", "zmd_emergency.serve"]
    done = subprocess.run(command, env=env, cwd=HERE, capture_output=True, text=True)
    assert done.returncode == 2 and "no socket was inherited" in done.stderr
