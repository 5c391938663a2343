"""Pages by the million incidents: `python -m benchmarks.scale [--json] [--quick] [--sizes 1000,100000]`.

One database for each size, all on the same engines with fsync, each filled with ten years of incidents
(`benchmarks/filling.py`, `benchmarks/rows.py`) of which the same number is open. The pages are asked for in turns: every
page at every size, round after round, so that whatever else the machine does falls on all sizes alike. What is told are
the medians; the ratio of the largest size to the smallest is the median over the rounds.

A page is asked for in this process (Django's test client: all of the product but the socket), by people and firms that
may see it; how often it asks the database is counted beside, and must be the same at every size.
"""

import argparse
import contextlib
import json
import statistics
import sys
import time
from dataclasses import dataclass, field

from benchmarks import ground
from benchmarks.ground import say

SIZES, QUICK = (1_000, 100_000, 1_000_000), (200, 2_000)
ROUNDS, QUICK_ROUNDS = 15, 3
LEAST = 100
VERIFIED = 20
"""So many chains of the ledger are verified, spread over the years."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--quick", action="store_true", help="small numbers, to see that it runs")
    parser.add_argument("--sizes", help="other sizes, parted by commas, the smallest first")
    options = parser.parse_args()
    sizes = QUICK if options.quick else SIZES
    if options.sizes:
        sizes = tuple(sorted(map(int, options.sizes.split(","))))
    if sizes[0] < LEAST:
        parser.error(f"a size below {LEAST} leaves nothing to search for")
    with ground.engines() as engines:
        with contextlib.redirect_stdout(sys.stderr):
            found = Run(engines, sizes, QUICK_ROUNDS if options.quick else ROUNDS).all()
    print(json.dumps(found, ensure_ascii=False) if options.json else table(found))
    if found["queries_differ"]:
        sys.exit(f"pages that do not ask equally often at every size: {found['queries_differ']}")


@dataclass(frozen=True)
class Page:
    """Who asks for what."""

    name: str
    who: str
    path: str
    headers: dict = field(default_factory=dict)


class Run:
    def __init__(self, engines, sizes: tuple[int, ...], rounds: int):
        self.engines, self.sizes, self.rounds = engines, sizes, rounds
        self.differ: dict[str, dict[int, int]] = {}
        """Pages that ask more often at one size than at another: there should be none."""

    def all(self) -> dict:
        given, doors = self.given(ground.set_up()), self.doors()
        filled = {size: self.fill(size, given) for size in self.sizes}
        pages = {size: self.pages(size) for size in self.sizes}
        queries = self.queries(pages, doors)
        taken = self.measure(pages, doors)
        return self.report(taken, queries, filled)

    # — the ground —

    def given(self, incident):
        """An incident with a report, an order and debts that all others are copies of."""
        from django.contrib.auth import get_user_model
        from django.utils import timezone

        from benchmarks.rows import Given
        from incidents.services.command import ordering
        from incidents.services.response import grading
        from tests import cast

        now, get = timezone.now(), get_user_model().objects.get
        director, commander = actor_of(get(username="director")), actor_of(get(username="commander"))
        grading.grade(actor=director, number=incident.number, level=3, reason="核实", now=now)
        order = ordering.issue(
            actor=commander, number=incident.number, to=cast.FIRM, task="转移邮件", now=now
        )
        report = incident.reports.get()
        return Given(incident.pk, report.pk, order.pk, get(username="duty").pk)

    def doors(self) -> dict:
        """Signed in before the databases are made, so that every one of them knows the session."""
        from django.contrib.auth import get_user_model
        from django.test import Client
        from django.utils import timezone

        from incidents.services.identity import keys
        from tests import cast

        found = {name: Client(SERVER_NAME="127.0.0.1") for name in ("duty", "commander", "firm", "county")}
        for name, client in found.items():
            client.force_login(get_user_model().objects.get(username=name))
        _, self.secret = keys.create(enterprise=cast.FIRM, name="调度系统", now=timezone.now())
        return found | {"key": Client(SERVER_NAME="127.0.0.1")}

    def fill(self, size: int, given) -> dict:
        """A database of this size."""
        import psycopg2
        from django.db import connections

        from benchmarks.filling import Filling

        connections.close_all()
        with contextlib.closing(psycopg2.connect(self.engines.postgres.superuser_url)) as owner:
            owner.autocommit = True
            owner.cursor().execute(f'CREATE DATABASE "{name_of(size)}" TEMPLATE zmd STRATEGY FILE_COPY')
        began = time.monotonic()
        with contextlib.closing(
            psycopg2.connect(self.engines.postgres.superuser_url, dbname=name_of(size))
        ) as owner:
            owner.autocommit = True
            with owner.cursor() as cursor:
                Filling(cursor, given, size).run()
                cursor.execute("SELECT pg_database_size(current_database())")
                held = cursor.fetchone()[0]
        ground.checkpoint(self.engines)
        self.use(size)
        self.verify()
        found = {"fill_s": round(time.monotonic() - began, 1), "database_mib": round(held / 2**20)}
        say(f"{size} incidents: {found}")
        return found | {"rows": self.rows()}

    def use(self, size: int):
        from django.db import connection

        connection.close()
        connection.settings_dict["NAME"] = name_of(size)

    def rows(self) -> dict[str, int]:
        from alerts.models import Deadline
        from incidents.models import Incident, LedgerEntry, Report

        kinds = {"incidents": Incident, "reports": Report, "ledger": LedgerEntry, "debts": Deadline}
        return {name: model._base_manager.count() for name, model in kinds.items()}

    def verify(self):
        from incidents import ledger
        from incidents.models import Incident

        first, last = (Incident.objects.order_by(by).values_list("pk", flat=True)[0] for by in ("pk", "-pk"))
        for pk in range(first, last, max((last - first) // VERIFIED, 1)):
            assert ledger.verify_chain(f"incident:{pk}") is None, pk

    # — what is asked —

    def pages(self, size: int) -> list[Page]:
        from benchmarks.rows import COMMON, RARE
        from incidents.models import Incident

        self.use(size)
        closed = Incident.objects.filter(status="closed", level=3).order_by("pk")
        old = closed[closed.count() // 2]
        report = old.reports.last()
        opened = Incident.objects.filter(status="graded").order_by("pk").last()
        bearer = {"Authorization": f"Bearer {self.secret}"}
        pages = [
            Page("duty_desk", "duty", "/desk/"),
            Page("dashboard", "commander", "/command/"),
            Page("incident", "duty", f"/incidents/{opened.number}/"),
            Page("incident_closed", "duty", f"/incidents/{old.number}/"),
            Page("search_rare_word", "duty", f"/search/?q={RARE}"),
            Page("search_common_word", "duty", f"/search/?q={COMMON}"),
            Page("search_two_words", "duty", f"/search/?q={COMMON}+驿城区"),
            Page("search_no_hit", "duty", "/search/?q=海啸"),
            Page("search_number", "duty", f"/search/?q={report.number}"),
            Page("search_part_of_number", "duty", f"/search/?q={old.number[-4:]}"),
            Page("search_of_a_firm", "firm", f"/search/?q={COMMON}"),
            Page("search_page_of_a_kind", "duty", f"/search/?q={COMMON}&kind=report&before={report.pk}"),
            Page("suggestions", "duty", f"/search/suggestions/?q={COMMON}"),
            Page("api_list", "key", "/api/v1/incidents/", bearer),
            Page("api_list_filtered", "key", "/api/v1/incidents/?level=III&status=closed", bearer),
            Page("deadlines", "duty", "/deadlines/"),
            Page("deadlines_met_late", "duty", "/deadlines/?state=met_late"),
            Page("deadlines_of_a_firm", "firm", "/deadlines/"),
            Page("punctuality", "duty", "/deadlines/?view=punctuality"),
            Page(
                "punctuality_by_rule",
                "duty",
                f"/deadlines/?view=punctuality&by=rule&since={inside_a_month()}",
            ),
            Page("firm", "firm", "/firm/"),
            Page("inbox", "duty", "/inbox/"),
            Page("places_typed", "duty", "/intake/places/?q=分拨中心"),
        ]
        county, event_class = old.county.code, old.event_class.code
        return [
            *pages,
            Page("statistics", "duty", "/statistics/"),
            Page("statistics_filtered", "duty", f"/statistics/?county={county}"),
            Page(
                "statistics_filtered_twice", "duty", f"/statistics/?county={county}&event_class={event_class}"
            ),
            Page("statistics_of_ten_years", "duty", f"/statistics/?{ten_years()}"),
            Page(
                "statistics_of_ten_years_filtered",
                "duty",
                f"/statistics/?{ten_years()}&event_class={event_class}",
            ),
            Page("statistics_of_a_firm", "firm", "/statistics/"),
            Page("statistics_of_a_county", "county", "/statistics/"),
            Page("statistics_list", "duty", f"/statistics/incidents/?county={county}&standing=stands"),
            Page("statistics_list_of_graded", "duty", "/statistics/incidents/?standing=stands&has=graded"),
            Page(
                "statistics_list_of_proposed", "duty", "/statistics/incidents/?standing=stands&has=proposed"
            ),
        ]

    def ask(self, page: Page, doors: dict) -> float:
        began = time.perf_counter()
        answer = doors[page.who].get(page.path, headers=page.headers)
        took = (time.perf_counter() - began) * 1000
        assert answer.status_code in (200, 302) and "/login/" not in answer.get("Location", ""), (
            page,
            answer,
        )
        return took

    def queries(self, pages: dict, doors: dict) -> dict[str, int]:
        """How often a page asks, the same at every size; asked once before, for what is read once per process."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        found: dict[str, dict[int, int]] = {}
        for size in self.sizes:
            self.use(size)
            for page in pages[size]:
                self.ask(page, doors)
                with CaptureQueriesContext(connection) as captured:
                    self.ask(page, doors)
                found.setdefault(page.name, {})[size] = len(captured)
        self.differ = {name: counts for name, counts in found.items() if len(set(counts.values())) > 1}
        return {name: next(iter(counts.values())) for name, counts in found.items()}

    def measure(self, pages: dict, doors: dict) -> dict[str, dict[int, list[float]]]:
        taken: dict[str, dict[int, list[float]]] = {}
        for number in range(self.rounds):
            for size in self.sizes:
                self.use(size)
                self.ask(pages[size][0], doors)  # the connection, and what it is told once
                for page in pages[size]:
                    taken.setdefault(page.name, {}).setdefault(size, []).append(self.ask(page, doors))
            say(f"round {number + 1} of {self.rounds}")
        return taken

    def report(self, taken, queries, filled) -> dict:
        small, large = self.sizes[0], self.sizes[-1]
        pages = {
            name: {
                "queries": queries[name],
                "ms": {size: round(statistics.median(of[size]), 1) for size in self.sizes},
                "ratio": round(
                    statistics.median(
                        much / little for little, much in zip(of[small], of[large], strict=True)
                    ),
                    2,
                ),
            }
            for name, of in taken.items()
        }
        return {
            "benchmark": "scale",
            "sizes": list(self.sizes),
            "rounds": self.rounds,
            "ratio_1m_to_1k": {name: page["ratio"] for name, page in pages.items()},
            "database_mib": filled[large]["database_mib"],
            "databases": filled,
            "pages": pages,
            "chains_verified": VERIFIED,
            "queries_differ": self.differ,
        }


def actor_of(person):
    from incidents.roles import Caller

    return Caller.of_user(person).actors[0]


def ten_years() -> str:
    from django.utils import timezone

    from incidents.days import later
    from incidents.services.analysis.periods import LONGEST

    this = timezone.localdate().replace(day=1)
    return f"since={later(this, 1 - LONGEST):%Y-%m}&until={this:%Y-%m}"


def inside_a_month():
    """Of whose month a part has to be counted."""
    from django.utils import timezone

    from incidents.days import later

    return later(timezone.localdate().replace(day=1), -6).replace(day=10)


def name_of(size: int) -> str:
    return f"scale_{size}"


def table(found: dict) -> str:
    sizes = found["sizes"]
    lines = [f"{'':24}{'queries':>9}" + "".join(f"{size:>14,}" for size in sizes) + f"{'ratio':>8}"]
    for name, page in found["pages"].items():
        times = "".join(f"{page['ms'][size]:>11} ms" for size in sizes)
        lines.append(f"{name:24}{page['queries']:>9}{times}{page['ratio']:>8}")
    for size, of in found["databases"].items():
        lines.append(
            f"{size:,} incidents: {of['database_mib']} MiB, filled in {of['fill_s']} s, {of['rows']}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
