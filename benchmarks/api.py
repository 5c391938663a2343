"""Filing by the API beside bare views: `python -m benchmarks.api [--json] [--quick]`.

A real web process with the settings of production, on engines of its own with fsync. A few clients that keep their
connections file reports, in short turns: the real endpoint with everything on (key, `Idempotency-Key`, validation,
timeline, deadlines, messages), then each view of `benchmarks/bare.py`. What is told are medians over the rounds of
the ratios within a round, since the machine's other work comes and goes.

`bare_drf` and `bare_django` insert one row, `same_rows` the very rows of a report one by one; none of them asks who
calls, or checks what he says.
"""

import argparse
import contextlib
import json
import os
import statistics
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from benchmarks import ground
from benchmarks.caller import Caller
from benchmarks.ground import say

REAL, BARE_DRF, BARE_DJANGO, SAME_ROWS = "real", "bare_drf", "bare_django", "same_rows"
PATHS = {
    REAL: "/api/v1/incidents/",
    BARE_DRF: "/bare/drf/",
    SAME_ROWS: "/bare/rows/",
    BARE_DJANGO: "/bare/django/",
}
PRODUCTION = {
    "ZMD_ENV": "production",
    "ZMD_TLS_REDIRECT": "0",
    "ALLOWED_HOSTS": "127.0.0.1",
    "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
    "SECRET_KEY": "for one benchmark" * 5,
    "ZMD_API_LIMITS": "filing=1000000",  # counted as ever; the product's would be used up within the minute
}
CLIENTS = 4


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--quick", action="store_true", help="a few requests, to see that it runs")
    options = parser.parse_args()
    with ground.engines() as engines, ground.processes(engines) as processes:
        os.environ |= PRODUCTION
        with contextlib.redirect_stdout(sys.stderr):
            found = measure(engines, processes, quick=options.quick)
    print(json.dumps(found) if options.json else table(found))


def measure(engines, processes, *, quick: bool) -> dict:
    ground.set_up()
    from benchmarks.inside import where_time_goes

    body, key = a_filing(), a_key()
    say("where the time of one report goes")
    inside = where_time_goes(body, key, reports=5 if quick else 200)
    from django.db import connection

    connection.close()
    web = processes.web(**PRODUCTION)
    servers = (web.process.pid, engines.postgres.process.pid)
    with contextlib.closing(Crowd(web.url, body, key, servers)) as crowd:
        rounds = [crowd.round(0.1 if quick else 1.5, n) for n in range(2 if quick else 17)]
    return report(rounds[1:], inside)


class Turn:
    """What one contestant did in one turn."""

    def __init__(self, seconds: list[float], took: float, used: float):
        self.seconds, self.per_second, self.cpu_ms = seconds, len(seconds) / took, used / len(seconds) * 1000


class Crowd:
    """Clients of the web process, each with a connection of its own that it keeps."""

    def __init__(self, url: str, body: str, key: str, servers: tuple[int, ...]):
        self.body, self.key, self.servers = body, key, servers
        self.callers = [Caller(url) for _ in range(CLIENTS)]
        self.pool = ThreadPoolExecutor(CLIENTS)

    def close(self):
        self.pool.shutdown()
        for caller in self.callers:
            caller.close()

    def round(self, seconds: float, number: int) -> dict[str, Turn]:
        """Every contestant once; each round begins with another."""
        names = list(PATHS)
        names = names[number % len(names) :] + names[: number % len(names)]
        turns = {name: self.turn(name, seconds) for name in names}
        say(f"round {number}: " + ", ".join(f"{name} {turns[name].per_second:.0f}/s" for name in PATHS))
        return turns

    def turn(self, name: str, seconds: float) -> Turn:
        used, began = ground.cpu_seconds(*self.servers), time.perf_counter()
        done = list(self.pool.map(lambda caller: self.post(caller, name, began + seconds), self.callers))
        took, used = time.perf_counter() - began, ground.cpu_seconds(*self.servers) - used
        return Turn([each for share in done for each in share], took, used)

    def post(self, caller: Caller, name: str, until: float) -> list[float]:
        taken = []
        while not taken or time.perf_counter() < until:
            headers = {}
            if name == REAL:
                headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": uuid.uuid4().hex}
            began = time.perf_counter()
            status, answer = caller.post(PATHS[name], self.body, headers)
            taken.append(time.perf_counter() - began)
            assert status == 201, (name, status, answer)
        return taken


def a_filing() -> str:
    """A first report with all that §5.2.1 asks for."""
    from tests.api.conftest import filing

    return json.dumps(filing())


def a_key() -> str:
    from django.utils import timezone

    from incidents.services.identity import keys
    from tests import cast

    return keys.create(enterprise=cast.FIRM, name="调度系统", now=timezone.now())[1]


def report(rounds: list[dict], inside: dict) -> dict:
    seconds = {name: [each for turn in rounds for each in turn[name].seconds] for name in PATHS}
    cpu = {name: statistics.median(turn[name].cpu_ms for turn in rounds) for name in PATHS}
    rates = {name: statistics.median(turn[name].per_second for turn in rounds) for name in PATHS}
    return {
        "benchmark": "api",
        "rounds": len(rounds),
        "clients": CLIENTS,
        "reports_per_second": round(rates[REAL], 1),
        "p50_ms": percentile(seconds[REAL], 50),
        "p99_ms": percentile(seconds[REAL], 99),
        "ratio_to_bare_drf": ratio(rounds, BARE_DRF),
        "ratio_to_same_rows": ratio(rounds, SAME_ROWS),
        "ratio_to_bare_django": ratio(rounds, BARE_DJANGO),
        "ratio_by_cpu_to_bare_drf": by_cpu(cpu, BARE_DRF),
        "ratio_by_cpu_to_same_rows": by_cpu(cpu, SAME_ROWS),
        "contestants": {
            name: {
                "per_second": round(rates[name], 1),
                "p50_ms": percentile(seconds[name], 50),
                "p99_ms": percentile(seconds[name], 99),
                "ratio_of_real_from_to": spread(rounds, name),
                "cpu_ms": round(cpu[name], 2),
            }
            for name in PATHS
        },
    } | inside


def by_cpu(cpu: dict[str, float], name: str) -> float | None:
    """The same, by the processor time of web process and database: what is left of it on a machine that is busy."""
    return round(cpu[name] / cpu[REAL], 3) if cpu[REAL] else None


def ratios(rounds: list[dict], name: str) -> list[float]:
    return [turn[REAL].per_second / turn[name].per_second for turn in rounds]


def ratio(rounds: list[dict], name: str) -> float:
    return round(statistics.median(ratios(rounds, name)), 3)


def spread(rounds: list[dict], name: str) -> list[float]:
    return [round(edge(ratios(rounds, name)), 3) for edge in (min, max)]


def percentile(seconds: list[float], which: int) -> float:
    """Milliseconds."""
    return round(statistics.quantiles(seconds, n=100, method="inclusive")[which - 1] * 1000, 2)


def table(found: dict) -> str:
    lines = [f"{'':14}{'per second':>12}{'p50 ms':>10}{'p99 ms':>10}{'CPU ms':>10}{'real : it':>12}"]
    for name, its in found["contestants"].items():
        share = found.get(f"ratio_to_{name}", 1.0)
        figures = f"{its['per_second']:>12}{its['p50_ms']:>10}{its['p99_ms']:>10}{its['cpu_ms']:>10}"
        lines.append(f"{name:14}{figures}{share:>12}")
    lines += ["", f"{found['queries_per_report']} queries and {found['rows_per_report']} rows per report:"]
    lines += [f"  {phase:34}{ms:>8} ms" for phase, ms in found["where_time_goes_ms"].items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
