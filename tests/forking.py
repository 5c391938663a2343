"""The tests' real processes are forked from one that has imported the product already.

Importing it is most of what starting one costs, and two hundred are started. A process with another environment comes
of another parent, since settings are read from the environment at import; what it runs is the module and the arguments
that `manage.py up` runs. `python -m tests.forking` is such a parent: a line of JSON in, a line out.
"""

import gc
import json
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from importlib import import_module
from pathlib import Path

from zmd_emergency import processes, supervisor

IMPORTED = ["zmd_emergency.asgi", "zmd_emergency.celery", "zmd_emergency.beat", "time_machine"]
IMPORTED += ["uvicorn.main", "uvicorn.protocols.http.auto", "uvicorn.protocols.websockets.auto"]
IMPORTED += [
    "celery.bin.celery",
    "celery.apps.worker",
    "celery.worker.consumer",
    "celery.concurrency.prefork",
]
ALIVE = 3
"""So many parents wait for the next test."""


class Forked:
    """As much of a `Popen` as tests use."""

    def __init__(self, parent: "Parent", pid: int):
        self.parent, self.pid, self.returncode = parent, pid, None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self.parent.ask(ended=self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        deadline = time.monotonic() + (timeout or 3600)
        while self.poll() is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.01)
        return self.returncode

    def send_signal(self, sign: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sign)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Parent:
    """A process of one environment to fork from."""

    alive: dict[tuple, "Parent"] = {}

    def __init__(self, env: dict):
        self.lock = threading.Lock()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.forking"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=env,
            cwd=supervisor.HERE,
            text=True,
            start_new_session=True,
        )

    @classmethod
    def of(cls, env: dict) -> "Parent":
        key = tuple(sorted(env.items()))
        parent = cls.alive.pop(key, None)
        if parent is None or parent.process.poll() is not None:
            parent = cls(env)
        cls.alive[key] = parent
        return parent

    @classmethod
    def let_go(cls, keep: int = 0) -> None:
        """Those that were asked longest ago: between two tests, since a child ends with its parent."""
        for key in list(cls.alive)[: len(cls.alive) - keep]:
            process = cls.alive.pop(key).process
            process.stdin.close()
            process.wait()
            process.stdout.close()

    def ask(self, **question):
        with self.lock:
            self.process.stdin.write(json.dumps(question) + "\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())

    def start(self, command: list, log: Path) -> Forked:
        return Forked(self, self.ask(run=[str(part) for part in command], log=str(log)))


def import_all() -> None:
    """What web, worker and beat import before they are ready."""
    for name in IMPORTED:
        import_module(name)
    from django.urls import get_resolver

    from tests import hashing

    hashing.hurry()
    get_resolver().url_patterns  # noqa: B018
    gc.collect()
    gc.freeze()  # celery collects before each fork of its own


def serve() -> list[str]:
    """Answers until its questions end. In a child it returns what that has to run."""
    for line in sys.stdin:
        question = json.loads(line)
        if "ended" in question:
            pid, status = os.waitpid(question["ended"], os.WNOHANG)
            answer(os.waitstatus_to_exitcode(status) if pid else None)
        elif os.fork() == 0:
            os.setsid()
            processes.libc.prctl(processes.PR_SET_PDEATHSIG, signal.SIGTERM)
            become(os.getpid(), question["log"])
            return question["run"]
    os._exit(0)


def answer(value) -> None:
    os.write(1, json.dumps(value).encode() + b"\n")


def become(pid: int, log: str) -> None:
    """Who is told of the process finds its log."""
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    answer(pid)
    for own, standard in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(own, standard)
    os.close(nothing)
    os.close(output)


if __name__ == "__main__":
    import_all()
    module, *arguments = serve()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
