"""Where the time of one filed report goes: the request in this process, its parts timed one within the other."""

import statistics
import time
import uuid
from collections import defaultdict
from contextlib import ExitStack
from unittest.mock import patch

from django.db import connection
from django.test import Client

from alerts import live
from incidents.api import incidents, views
from incidents.api.authentication import KeyAuthentication
from incidents.services.report import intake

TRANSACTION = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT")

AUTHENTICATION, READING, ONCE = "authentication", "parsing and validation", "idempotency"
SERVICE, ANSWER, TELLING = "service", "answer", "telling open screens"
DATABASE, COMMIT, FRAME = "SQL, in the database", "commit (fsync)", "Django, DRF, middleware"


def parts() -> list[tuple[object, str, str]]:
    """What is timed as which part; what has none of its own counts as the part that it is called from."""
    return [
        (KeyAuthentication, "authenticate", AUTHENTICATION),
        (views.Resource, "read_body", READING),
        (incidents, "validated", READING),
        (views, "answer_once", ONCE),
        (intake, "open_incident", SERVICE),
        (incidents.Incidents, "create", ANSWER),
        (live.Telling, "__call__", TELLING),
        (connection, "_commit", COMMIT),
    ]


class Stopwatch:
    """Each moment of the request counts as the innermost part that runs."""

    def __init__(self):
        self.spent, self.running, self.queries, self._since = defaultdict(float), [FRAME], 0, 0.0

    def timed(self, function, part: str):
        def run(*args, **kwargs):
            with self.within(part):
                return function(*args, **kwargs)

        return run

    def within(self, part: str):
        self._turn()
        self.running.append(part)
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._turn()
        self.running.pop()

    def _turn(self):
        now = time.perf_counter()
        self.spent[self.running[-1]] += now - self._since
        self._since = now

    def of_query(self, execute, sql, params, many, context):
        self.queries += not sql.startswith(TRANSACTION)
        with self.within(DATABASE):
            return execute(sql, params, many, context)

    def of(self, request) -> dict[str, float]:
        self.spent.clear()
        self.queries, self._since = 0, time.perf_counter()
        request()
        self._turn()
        return dict(self.spent)


def where_time_goes(body: str, key: str, *, reports: int) -> dict:
    """The queries of one report (after the first, whatever the transaction's own statements), and its parts' medians."""
    client, watch = Client(SERVER_NAME="127.0.0.1"), Stopwatch()

    def file():
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": uuid.uuid4().hex}
        answer = client.post("/api/v1/incidents/", body, "application/json", headers=headers)
        assert answer.status_code == 201, answer.content

    for _ in range(3):
        file()
    with ExitStack() as patches:
        for owner, name, part in parts():
            patches.enter_context(patch.object(owner, name, watch.timed(getattr(owner, name), part)))
        patches.enter_context(connection.execute_wrapper(watch.of_query))
        taken = [watch.of(file) for _ in range(reports)]
    from benchmarks.bare import Filed

    rows = Filed().rows
    order = (AUTHENTICATION, READING, ONCE, SERVICE, ANSWER, TELLING, DATABASE, COMMIT, FRAME)
    parts_ms = {part: round(statistics.median(one.get(part, 0) for one in taken) * 1000, 2) for part in order}
    return {"queries_per_report": watch.queries, "rows_per_report": rows, "where_time_goes_ms": parts_ms}
