"""Live screens under load: `python -m benchmarks.live [--screens 500] [--json] [--quick]`.

A real web process on engines of its own. Many screens are opened on it; what is measured is whether they hold
database connections, what they cost others' pages, and how long an act takes to reach all of them. Pages are
measured in turns with and without screens, in one run, since the machine's other work comes and goes.
"""

import argparse
import asyncio
import contextlib
import http.client
import json
import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

PER_PERSON = 20
READERS = 8
HELD = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--screens", type=int, default=500)
    parser.add_argument("--json", action="store_true", help="print JSON alone")
    parser.add_argument("--quick", action="store_true", help="fewer requests and acts, to see that it runs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zmd-live-") as folder:
        result = measure(Path(folder), options.screens, options.quick)
    print(json.dumps(result, indent=None if options.json else 2))


def measure(folder: Path, screens: int, quick: bool) -> dict:
    from zmd_emergency.engines import running

    os.chmod(folder, 0o755)
    with running(folder / "engines") as engines:
        os.environ |= engines.environment
        os.environ |= {"ZMD_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "zmd_emergency.settings"}
        stage = Stage(-(-screens // PER_PERSON))
        from tests.processes import Processes

        started = Processes(engines.database_url, engines.redis_url, folder, timedelta())
        try:
            web = started.web()
            return asyncio.run(run(stage, web.url, engines.database_url, screens, quick))
        finally:
            started.end()


class Stage:
    """The city's data, people of the office, an incident, a firm's key."""

    def __init__(self, people: int):
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection
        from django.utils import timezone

        from incidents.models import Role
        from incidents.services.identity import keys
        from tests import cast

        call_command("migrate", verbosity=0)
        call_command("load_reference", verbosity=0)
        self.cast = cast.assemble()
        office = self.cast.duty_officer.organization.code
        for n in range(people):
            cast.appoint(f"duty-{n}", office, Role.DUTY_OFFICER, f"值班员{n}")
        self.names = [f"duty-{n}" for n in range(people)]
        self.number = cast.call_in(self.cast).number
        for _ in range(20):
            cast.call_in(self.cast)
        _, self.key = keys.create(enterprise=cast.FIRM, name="调度系统", now=timezone.now())
        connection.close()


async def run(stage: Stage, url: str, database: str, screens: int, quick: bool) -> dict:
    from tests.live.visitor import Visitor

    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(READERS + 2))
    cookies = [(await asyncio.to_thread(Visitor, url, name)).cookie for name in stage.names]
    requests = 80 if quick else 400
    pages = {"0": [], str(screens): []}
    connections = {}
    await read_pages(url, cookies[0], 40)
    latencies, opening = [], []
    for turn in range(1 if quick else 3):
        pages["0"].append(await read_pages(url, cookies[0], requests))
        connections.setdefault("0", await held(database))
        began = time.perf_counter()
        crowd = await asyncio.gather(*(Screen.open(url, cookies[n // PER_PERSON]) for n in range(screens)))
        opening.append(time.perf_counter() - began)
        connections[str(screens)] = await held(database)
        pages[str(screens)].append(await read_pages(url, cookies[0], requests))
        if turn == 0:
            latencies = await act_and_wait(stage, url, crowd, 3 if quick else 20)
        for screen in crowd:
            screen.close()
    return {
        "benchmark": "live",
        "screens": screens,
        "database_connections": connections,
        "opening_all_seconds": round(min(opening), 2),
        "page": {who: summary(runs) for who, runs in pages.items()},
        "page_throughput_ratio": round(
            statistics.median(run["per_second"] for run in pages[str(screens)])
            / statistics.median(run["per_second"] for run in pages["0"]),
            3,
        ),
        "event_seconds": spread(latencies),
        "events_received": len(latencies),
    }


async def held(database: str) -> int:
    """Connections to the product's database, once those of a moment have gone."""
    import psycopg2

    await asyncio.sleep(1)

    def ask():
        with contextlib.closing(psycopg2.connect(database)) as connection:
            cursor = connection.cursor()
            cursor.execute(HELD)
            return cursor.fetchone()[0]

    return await asyncio.to_thread(ask)


class Screen:
    """One open stream, and when the next event came."""

    @classmethod
    async def open(cls, url: str, cookie: str) -> "Screen":
        screen = cls()
        host, port = url.removeprefix("http://").split(":")
        screen.reader, screen.writer = await asyncio.open_connection(host, port)
        since = round(time.time() * 1000)
        head = f"GET /live/?since={since} HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookie}\r\n\r\n"
        screen.writer.write(head.encode())
        status = await screen.reader.readline()
        assert b" 200 " in status, status
        while b'"feed":true' not in await screen.reader.readline():
            pass
        screen.came = asyncio.get_running_loop().create_future()
        screen.task = asyncio.create_task(screen.listen())
        return screen

    async def listen(self):
        while line := await self.reader.readline():
            if b"event: changed" in line and not self.came.done():
                self.came.set_result(time.perf_counter())

    def close(self):
        self.task.cancel()
        self.writer.close()


async def act_and_wait(stage: Stage, url: str, crowd: list[Screen], acts: int) -> list[float]:
    """From sending a firm's follow-up report to its event at each screen."""
    latencies = []
    await asyncio.sleep(1)
    for _ in range(acts):
        for screen in crowd:
            screen.came = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        await asyncio.to_thread(report, url, stage)
        came = await asyncio.wait_for(asyncio.gather(*(screen.came for screen in crowd)), 60)
        latencies += [at - began for at in came]
        await asyncio.sleep(0.3)
    return latencies


def report(url: str, stage: Stage):
    client = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
    body = json.dumps({"kind": "follow_up", "development": "续报"})
    headers = {"Authorization": f"Bearer {stage.key}", "Content-Type": "application/json"}
    client.request("POST", f"/api/v1/incidents/{stage.number}/reports/", body, headers)
    answer = client.getresponse()
    assert answer.status == 201, answer.read()


async def read_pages(url: str, cookie: str, requests: int) -> dict:
    """The desk's board, by eight readers at once."""
    shares = [requests // READERS] * READERS
    began = time.perf_counter()
    taken = await asyncio.gather(*(asyncio.to_thread(read, url, cookie, share) for share in shares))
    seconds = [each for share in taken for each in share]
    return {"per_second": len(seconds) / (time.perf_counter() - began), "seconds": seconds}


def read(url: str, cookie: str, requests: int) -> list[float]:
    client = http.client.HTTPConnection(url.removeprefix("http://"), timeout=60)
    taken = []
    for _ in range(requests):
        began = time.perf_counter()
        client.request("GET", "/desk/rows/", headers={"Cookie": cookie})
        answer = client.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        taken.append(time.perf_counter() - began)
    return taken


def summary(runs: list[dict]) -> dict:
    rate = statistics.median(run["per_second"] for run in runs)
    return {"per_second": round(rate, 1), **spread([each for run in runs for each in run["seconds"]])}


def spread(seconds: list[float]) -> dict:
    cuts = statistics.quantiles(seconds, n=100)
    return {"p50": round(cuts[49], 4), "p99": round(cuts[98], 4), "max": round(max(seconds), 4)}


if __name__ == "__main__":
    main()
