"""What a benchmark stands on: engines of its own with fsync, the city's data, the cast, processes to be ended."""

import contextlib
import os
import shutil
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

from zmd_emergency.engines import Engines, var_directory


@contextlib.contextmanager
def engines():
    """PostgreSQL (which notes when each transaction committed) and Valkey, thrown away at the end."""
    home = var_directory() / "benchmark" / str(os.getpid())
    ours = Engines(home)
    ours.postgres.settings |= {"track_commit_timestamp": "on"}
    try:
        with ours.owned():
            try:
                ours.start()
                os.environ |= ours.environment
                yield ours
            finally:
                ours.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def set_up():
    """The product's tables and data, and people in every role: a firm with a desk and a leader of its own, so that
    a breach reaches three. Returns an incident of which copies can be made."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zmd_emergency.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from incidents.models import Contact, Role
    from tests import cast

    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    people = cast.assemble()
    Contact.objects.filter(person=people.enterprise.person, duty=Contact.Duty.LEADER).delete()
    cast.appoint("leader", cast.FIRM, Role.ENTERPRISE, "企业负责人", Contact.Duty.LEADER)
    incident = cast.call_in(people, figures={"deaths": 3})
    incident.deadlines.update(next_step_at=None)
    return incident


@contextlib.contextmanager
def processes(ours: Engines):
    from tests.processes import Processes

    folder = ours.directory / "processes"
    folder.mkdir(exist_ok=True)
    started = Processes(ours.database_url, ours.redis_url, folder, timedelta())
    try:
        yield started
    finally:
        started.end()


def checkpoint(ours: Engines):
    """So that what was filled in before is not written out while something is measured."""
    import psycopg2

    with contextlib.closing(psycopg2.connect(ours.postgres.superuser_url)) as owner:
        owner.autocommit = True
        owner.cursor().execute("CHECKPOINT")


class Memory:
    """The peak of what processes and their children hold, shared pages counted once (PSS)."""

    def __init__(self, *roots: int):
        self.roots, self.peak, self._stop = roots, 0.0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _watch(self):
        while not self._stop.wait(0.5):
            self.peak = max(self.peak, sum(map(_held, self.roots)))


def _held(pid: int) -> float:
    """MiB."""
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        held = next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return held + sum(_held(int(child)) for child in children)
    return 0.0


def cpu_seconds(*roots: int) -> float:
    """What processes and their living children have used: it counts the same on a machine busy with other work."""
    used = 0.0
    for pid in roots:
        with contextlib.suppress(OSError):
            ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
            used += sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
            used += cpu_seconds(*map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
    return used


def say(words: str):
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)
