"""Real processes of the product for one test: the commands of `manage.py up`, on another database."""

import os
import signal
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import redis

from tests.forking import ALIVE, Forked, Parent
from zmd_emergency import supervisor
from zmd_emergency.engine import free_port
from zmd_emergency.processes import tail, wait_for

GENEROUS = "read=1000000 write=1000000 filing=1000000 browser=1000000 refused=1000000"
"""What tests ask in a minute is no measure of a firm's system."""


@dataclass
class Running:
    process: Forked
    log: Path
    url: str = ""


class Processes:
    def __init__(self, database_url: str, redis_url: str, folder: Path, offset=timedelta(), var=None):
        """Logs lie in `folder`; so does what the product keeps, unless `var` is a place that others had before:
        what is started with the environment of an earlier test needs no parent of its own."""
        self.folder, self.redis_url = folder, redis_url
        self.clock = ["tests.clock", str(offset.total_seconds())] if offset else []
        self.env = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
        self.env |= {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
        self.env |= {"ZMD_VAR": str(var or folder), "PYTHONUNBUFFERED": "1", "SECRET_KEY": "for one test" * 5}
        self.env |= {"ZMD_LIVE_BEAT": "4", "ZMD_LIVE_ROUND": "3", "ZMD_BACKUP_AT": ""}
        self.env |= {"ZMD_API_LIMITS": os.environ.get("ZMD_API_LIMITS", GENEROUS)}
        self.env.pop("DATABASE_OWNER_URL", None)
        self.started: list[Running] = []

    def start(self, name: str, command: list, **env: str) -> Running:
        """Any module of the product, on the test's database, broker and clock."""
        log = self.folder / f"{name}-{len(self.started)}.log"
        process = Parent.of(self.env | env).start([*self.clock, *command], log)
        running = Running(process, log)
        self.started.append(running)
        return running

    def web(self, **env: str) -> Running:
        port = free_port()
        running = self.start("web", supervisor.web(port), **env)
        running.url = f"http://127.0.0.1:{port}"
        self.await_ready(running, lambda: supervisor.answers(running.url))
        return running

    def worker(self, *, through: list = (), pool: str = "prefork", **env: str) -> Running:
        """`through`: a module that starts it, with its arguments."""
        command = [part.replace("=prefork", f"={pool}") for part in supervisor.WORKER]
        return self._consumer("worker", [*through, *command], "celery", **env)

    def sender(self, **env: str) -> Running:
        """Of what waits in the outbox."""
        return self._consumer("sender", supervisor.SENDER, "outbox", **env)

    def _consumer(self, name: str, command: list, queue: str, **env: str) -> Running:
        running = self.start(name, command, **env)
        with redis.Redis.from_url(self.redis_url) as client:
            self.await_ready(running, lambda: client.exists(f"_kombu.binding.{queue}"))
        return running

    def beat(self, *, through: list = (), **env: str) -> Running:
        return self.start("beat", [*through, *supervisor.BEAT], **env)

    def await_ready(self, running: Running, condition) -> None:
        wait_for(lambda: running.process.poll() is not None or condition(), 90)
        assert running.process.poll() is None and condition(), tail(running.log, 40)

    def end(self) -> None:
        """The database goes with them, so nobody is asked to finish what he is at."""
        for running in self.started:
            if running.process.poll() is None:
                os.killpg(running.process.pid, signal.SIGKILL)
        for running in self.started:
            running.process.wait()
        Parent.let_go(keep=ALIVE)
