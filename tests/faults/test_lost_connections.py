"""Fifty firms' systems whose connections break wherever they like, and a web server that is killed: what got a receipt
is there, once; what got none is there whole or not at all (§5.2.1)."""

import http.client
import json
import random
import socket
import struct
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier
from time import monotonic, sleep
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.utils import timezone

from incidents import ledger
from incidents.models import IdempotentAnswer, Incident, LedgerEntry, Report
from incidents.services.identity import keys
from tests.api.conftest import filing
from tests.cast import FIRM, OTHER_FIRM
from zmd_emergency.processes import wait_for

pytestmark = [pytest.mark.processes, pytest.mark.clause("5.2.1")]

CLIENTS, EACH = 50, 3
CUTS = ("sending", "waiting", "reading")
LONGEST = 40
"""Seconds that a client tries to get one receipt, on a machine that is busy with other things."""
BUSY = {409, 429, 503}


@dataclass
class Server:
    """Where the clients call; another address after the server was killed."""

    url: str

    def connect(self) -> socket.socket:
        where = urlsplit(self.url)
        return socket.create_connection((where.hostname, where.port), timeout=20)


@dataclass
class Filing:
    """One report that a client wants to file: where its connections break, and whether it goes on to the end."""

    title: str
    key: str
    cuts: tuple[str, ...]
    gives_up: bool
    receipt: dict = field(default_factory=dict)


@dataclass
class Firm:
    """A firm's own system with a key of its own, which files one report after another."""

    secret: str
    caller: str
    chance: random.Random
    filings: list[Filing]

    def works(self, server: Server, start: Barrier):
        start.wait(20)
        for each in self.filings:
            request = self.request(each)
            for cut in each.cuts:
                self.loses(server, request, cut)
            if not each.gives_up:
                each.receipt = self.insists(server, request)

    def request(self, one: Filing) -> bytes:
        body = json.dumps(filing(title=one.title)).encode()
        head = "POST /api/v1/incidents/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        head += f"Authorization: Bearer {self.secret}\r\nIdempotency-Key: {one.key}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body

    def loses(self, server: Server, request: bytes, cut: str):
        try:
            with server.connect() as line:
                if cut == "sending":
                    line.sendall(request[: self.chance.randrange(1, len(request))])
                else:
                    line.sendall(request)
                    if cut == "reading":
                        line.recv(self.chance.randrange(1, 300))
                if self.chance.random() < 0.5:  # with a reset instead of a farewell
                    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            pass  # the server is being started again

    def insists(self, server: Server, request: bytes) -> dict:
        until = monotonic() + LONGEST
        while monotonic() < until:
            try:
                status, told = asks(server, request)
            except (OSError, http.client.HTTPException):
                sleep(0.1)
                continue
            if status not in BUSY:
                assert status == 201, told
                return told
            sleep(0.05)
        raise AssertionError("no receipt in time")


def asks(server: Server, request: bytes) -> tuple[int, dict]:
    with server.connect() as line:
        line.sendall(request)
        answer = http.client.HTTPResponse(line)
        answer.begin()
        return answer.status, json.loads(answer.read())


def firms(name: str, mark: str, count: int, each: int) -> list[Firm]:
    made = []
    for n in range(count):
        chance = random.Random(f"{name}{n}")
        code = (FIRM, OTHER_FIRM)[n % 2]
        key, secret = keys.create(enterprise=code, name=f"{name}{n}", now=timezone.now())
        wanted = [
            Filing(
                f"{name} 第{n}家第{serial}件",
                f"{mark}-{serial}",
                tuple(chance.choice(CUTS) for _ in range(chance.choice((0, 0, 1, 1, 2)))),
                gives_up=chance.random() < 0.2,
            )
            for serial in range(each)
        ]
        made.append(Firm(secret, f"key:{key.pk}", chance, wanted))
    return made


def work_at_once(made: list[Firm], server: Server, meanwhile=lambda: None):
    start = Barrier(len(made) + 1)
    with ThreadPoolExecutor(len(made)) as pool:
        working = [pool.submit(firm.works, server, start) for firm in made]
        start.wait(20)
        meanwhile()
        for each in working:
            each.result(120)


def is_quiet() -> bool:
    """No other connection of this database is at work."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state <> 'idle' AND backend_type = 'client backend'"
        )
        return cursor.fetchone()[0] == 0


def exactly_what_got_a_receipt(made: list[Firm]):
    filed = Counter(Incident.objects.values_list("title", flat=True))
    numbers = dict(Incident.objects.values_list("title", "number"))
    receipts = IdempotentAnswer.objects.values_list("caller", "key", "status", "body")
    kept = {(caller, key): (status, json.loads(body)) for caller, key, status, body in receipts}
    expected_receipts = 0
    for firm in made:
        for each in firm.filings:
            assert bool(each.receipt) != each.gives_up
            assert filed[each.title] == 1 if each.receipt else filed[each.title] <= 1, each
            if filed[each.title]:
                expected_receipts += 1
                status, told = kept[firm.caller, each.key]
                assert status == 201 and told["number"] == numbers[each.title]
                assert not each.receipt or each.receipt == told
            else:
                assert (firm.caller, each.key) not in kept
    return expected_receipts


def nothing_is_half_there():
    incidents = Incident.objects.order_by("serial")
    assert [row.serial for row in incidents] == list(range(1, len(incidents) + 1))
    assert IdempotentAnswer.objects.count() == len(incidents)
    first_reports = {f"{row.number}-R1" for row in incidents}
    assert set(Report.objects.values_list("number", flat=True)) == first_reports
    for action in ("incident.opened", "report.filed"):
        told = Counter(LedgerEntry.objects.filter(action=action).values_list("incident__number", flat=True))
        assert told == Counter(row.number for row in incidents), action
    owed = {row.number: set(row.deadlines.values_list("rule__code", flat=True)) for row in incidents}
    assert set(map(frozenset, owed.values())) == {frozenset({"R3", "R4", "R10", "R11"})}
    assert list(ledger.verify()) == []


def test_fifty_clients_lose_connections_and_the_server_is_killed(processes, cast):
    web = processes.web()
    server = Server(web.url)
    calm = firms("断线", "lost", CLIENTS, EACH)
    work_at_once(calm, server)
    assert wait_for(is_quiet, 60)

    stormy = firms("停机", "killed", CLIENTS, 2)

    def kill_in_the_middle():
        before = Incident.objects.count()
        assert wait_for(lambda: Incident.objects.count() > before + CLIENTS // 2, 60, 0.02)
        web.process.kill()
        web.process.wait(60)
        server.url = processes.web().url

    work_at_once(stormy, server, kill_in_the_middle)
    assert wait_for(is_quiet, 60)

    assert exactly_what_got_a_receipt(calm + stormy) == Incident.objects.count() > CLIENTS
    nothing_is_half_there()
