"""Deadlines by the million: `python -m benchmarks.deadlines [--json] [--quick]`.

How much a sweep costs with ever more open deadlines, how soon after its due moment a step lies in the inbox, and how
long a storm takes; beside them, in the same run, on the same broker and database, two baselines
(`benchmarks/baselines.py`). Real engines with fsync, a real worker and a real beat. What is measured is when a
transaction committed, by PostgreSQL's own note.
"""

import argparse
import contextlib
import json
import statistics
import sys
import time
from datetime import timedelta

from benchmarks import ground
from benchmarks.ground import Memory, say

SECOND = timedelta(seconds=1)
FAR = timedelta(days=30)
DEBTS = ["R2", "R6", "R10"]
"""By which rules each copied incident owes, four debts in all."""
PER_INCIDENT = 4
STORM = ["R2"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--quick", action="store_true", help="small numbers, to see that it runs")
    options = parser.parse_args()
    sizes = [200, 1000] if options.quick else [1_000, 10_000, 100_000, 1_000_000]
    with ground.engines() as engines, ground.processes(engines) as processes:
        with contextlib.redirect_stdout(sys.stderr):
            incident = ground.set_up()
            run = Run(incident, engines, processes, storm=500 if options.quick else 10_000)
            found = run.all(sizes)
    print(json.dumps(found) if options.json else table(found))


def table(found: dict) -> str:
    return "\n".join(f"{name:34} {value}" for name, value in found.items())


class Run:
    def __init__(self, incident, engines, processes, *, storm: int):
        self.incident, self.engines, self.processes, self.storm_size = incident, engines, processes, storm
        self.found = {}

    def all(self, sizes: list[int]) -> dict:
        found, small, large = self.found, sizes[0], sizes[-1]
        for size in sizes:
            self.fill(size)
            found |= self.sweeps(size)
            found[f"scan_baseline_sweep_{size}_ms"] = self.scan_idle()
            if size in (small, large):
                found |= self.product_storm(size)
        found["sweep_ratio_1m_to_1k"] = self.ratio("sweep_idle", small, large)
        found["sweep_ratio_after_storm_under_snapshot"] = self.ratio("sweep_after_storm", small, large)
        found["sweep_ratio_100_due"] = self.ratio("sweep_100_due", small, large)
        found["scan_baseline_sweep_ratio"] = self.ratio("scan_baseline_sweep", small, large)
        found["storm_10k_s"] = found[f"storm_s_at_{large}"]
        found |= self.lag() | self.eta_baseline() | self.scan_baseline()
        return found

    def ratio(self, name: str, small: int, large: int) -> float:
        return round(self.found[f"{name}_{large}_ms"] / self.found[f"{name}_{small}_ms"], 2)

    # — what is open —

    def fill(self, size: int):
        from alerts.models import Deadline

        missing = size - Deadline.objects.filter(next_step_at__isnull=False).count()
        say(f"fill up to {size} open deadlines")
        self.copy(missing // PER_INCIDENT, DEBTS, at_present() + FAR, every=FAR / size, reminded=False)
        self.settle_down()

    def copy(self, count: int, rules: list[str], due_at, **more) -> int:
        from tests.bulk import multiply

        return multiply(self.incident, count, rules=rules, due_at=due_at, **more)

    def settle_down(self):
        """As autovacuum would in a while."""
        self.sql("VACUUM (ANALYZE) alerts_deadline, incidents_incident, alerts_heartbeat")
        ground.checkpoint(self.engines)

    def sql(self, text: str, *values) -> list[tuple]:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall() if cursor.description else []

    # — the cost of a sweep —

    def sweeps(self, size: int) -> dict:
        due = []
        for _ in range(5):
            first = self.copy(100, STORM, at_present() - 2 * SECOND)
            due.append(self.timed_sweep(fires=100))
            self.answer(first)
        self.settle_down()
        idle = self.idle_sweep()
        say(f"at {size}: idle {idle} ms, with 100 due {statistics.median(due):.0f} ms")
        return {f"sweep_idle_{size}_ms": idle, f"sweep_100_due_{size}_ms": round(statistics.median(due), 1)}

    def idle_sweep(self) -> float:
        """The lowest decile: what a sweep costs when the machine is not busy with something else."""
        took = [self.timed_sweep(fires=0) for _ in range(200)]
        return round(statistics.quantiles(took, n=10)[0], 2)

    def timed_sweep(self, *, fires: int) -> float:
        from alerts.services import escalation

        began = time.perf_counter()
        fired = escalation.sweep(now=at_present())
        took = (time.perf_counter() - began) * 1000
        assert fired == fires, (fired, fires)
        return took

    def answer(self, first_id: int):
        """What was due has been met: open is again what was open before."""
        self.sql(
            "UPDATE alerts_deadline SET met_at = %s, next_step_at = NULL WHERE incident_id >= %s",
            at_present(),
            first_id,
        )

    # — lag and storm, through a real worker and a real beat —

    @contextlib.contextmanager
    def working(self):
        worker = self.processes.worker()
        self.processes.beat()
        broker = self.engines.valkey.process.pid
        self.worker = worker.process.pid
        time.sleep(2)  # beat's first tick
        with Memory(worker.process.pid, broker) as memory:
            yield memory
        self.processes.end()
        self.found["peak_mib"] = round(max(memory.peak, self.found.get("peak_mib", 0)))

    def product_storm(self, size: int) -> dict:
        say(f"storm of {self.storm_size} at {size} open, a snapshot held meanwhile")
        with self.snapshot_held():
            with self.working():
                due_at = (at_present() + 4 * SECOND + self.storm_size * SECOND / 2000).replace(microsecond=0)
                first = self.copy(self.storm_size, STORM, due_at)
                used = ground.cpu_seconds(self.worker, self.engines.postgres.process.pid)
                took = max(self.lags(first, self.storm_size, 120))
                used = ground.cpu_seconds(self.worker, self.engines.postgres.process.pid) - used
            self.answer(first)
            after = self.idle_sweep()
        self.settle_down()
        say(f"fully escalated in {took} s; idle sweep afterwards, snapshot held, {after} ms")
        cpu = {f"storm_cpu_s_at_{size}": round(used, 1)}
        return cpu | {f"storm_s_at_{size}": took, f"sweep_after_storm_{size}_ms": after}

    @contextlib.contextmanager
    def snapshot_held(self):
        import psycopg2

        with contextlib.closing(psycopg2.connect(self.engines.database_url)) as other:
            other.set_session(isolation_level="REPEATABLE READ")
            other.cursor().execute("SELECT count(*) FROM alerts_heartbeat")
            yield

    def lags(self, first_id: int, debts: int, patience: float) -> list[float]:
        """For each debt, seconds from the moment its breach fires to the commit of the last message about it."""
        until = time.monotonic() + patience
        fired = "SELECT count(*) FROM alerts_firedstep s JOIN alerts_deadline d ON d.id = deadline_id WHERE incident_id >= %s AND planned_at >= due_at"
        while self.sql(fired, first_id)[0][0] < debts:
            if time.monotonic() > until:
                raise TimeoutError(f"{self.sql(fired, first_id)[0][0]} of {debts} fired in {patience} s")
            time.sleep(0.5)
        rows = self.sql(
            """SELECT extract(epoch FROM max(pg_xact_commit_timestamp(n.xmin)) - d.due_at) - 1
            FROM alerts_notification n JOIN alerts_deadline d ON d.id = n.deadline_id
            WHERE d.incident_id >= %s GROUP BY d.id, d.due_at""",
            first_id,
        )
        return [round(float(lag), 3) for (lag,) in rows]

    def lag(self) -> dict:
        count = 100 if self.storm_size < 10_000 else 300
        say(f"lag of {count} single deadlines")
        with self.working():
            first = self.copy(count, STORM, at_present() + 4 * SECOND, every=0.06789 * SECOND)
            lags = self.lags(first, count, 60)
        self.answer(first)
        return percentiles("lag", lags)

    # — the baselines —

    @contextlib.contextmanager
    def baseline(self, name: str):
        command = ["celery", "-A", "benchmarks.baselines", "worker", "--pool=prefork", "--concurrency=2"]
        command += ["-O", "fair", "--without-gossip", "--without-mingle", "--loglevel=WARNING"]
        worker = self.processes.start(name, command)
        with Memory(worker.process.pid, self.engines.valkey.process.pid) as memory:
            yield
        self.processes.end()
        self.found[f"{name}_peak_mib"] = round(memory.peak)

    def eta_baseline(self) -> dict:
        from benchmarks.baselines import app, eta

        say(f"baseline: {self.storm_size} eta tasks")
        due_at = (at_present() + 15 * SECOND + self.storm_size * SECOND / 400).replace(microsecond=0)
        first = self.copy(self.storm_size, STORM, due_at)
        self.sql("UPDATE alerts_deadline SET next_step_at = NULL WHERE incident_id >= %s", first)
        debts = [pk for (pk,) in self.sql("SELECT id FROM alerts_deadline WHERE incident_id >= %s", first)]
        began = time.monotonic()
        with self.baseline("eta_baseline"), app.producer_pool.acquire(block=True) as producer:
            for pk in debts:
                eta.apply_async([pk], eta=due_at + SECOND, producer=producer)
            said = time.monotonic() - began
            lags = self.lags(first, self.storm_size, 300)
        self.answer(first)
        say(f"eta baseline: {max(lags)} s")
        return {"eta_baseline_storm_s": max(lags), "eta_baseline_publishing_s": round(said, 1)}

    def scan_idle(self) -> float:
        """Beside the sweep: the same question, asked as a naive project would."""
        from benchmarks.baselines import scan

        began = time.perf_counter()
        scan(at_present().timestamp())
        return round((time.perf_counter() - began) * 1000, 1)

    def scan_baseline(self) -> dict:
        from benchmarks.baselines import scan

        say(f"baseline: a full scan that finds {self.storm_size} due")
        due_at = (at_present() + 10 * SECOND).replace(microsecond=0)
        first = self.copy(self.storm_size, STORM, due_at)
        self.sql("UPDATE alerts_deadline SET next_step_at = NULL WHERE incident_id >= %s", first)
        with self.baseline("scan_baseline"):
            scan.apply_async([due_at.timestamp()], eta=due_at + SECOND)
            lags = self.lags(first, self.storm_size, 600)
        self.answer(first)
        return {"scan_baseline_storm_s": max(lags)}


def percentiles(name: str, values: list[float]) -> dict:
    cuts = statistics.quantiles(values, n=100)
    return {
        f"{name}_p50_s": round(cuts[49], 3),
        f"{name}_p99_s": round(cuts[98], 3),
        f"{name}_max_s": max(values),
    }


def at_present():
    from django.utils import timezone

    return timezone.now()


if __name__ == "__main__":
    main()
