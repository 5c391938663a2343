"""Years of incidents, most of them closed long ago, filled into a database as fast as it takes them (`benchmarks.rows`)."""

import contextlib
from collections.abc import Iterator

from benchmarks.ground import say
from benchmarks.rows import Given, Rows

OPEN = 300
"""Not closed, however many there are."""
AT_ONCE = 100_000


class Filling(Rows):
    def __init__(self, cursor, given: Given, size: int):
        super().__init__(cursor, {"size": size, "open": min(OPEN, size // 2)} | given.__dict__)
        self.size = size

    def run(self):
        from alerts.models import Deadline, Notification
        from incidents.models import Incident, LedgerEntry, Report, TaskOrder

        models = (Incident, Report, LedgerEntry, Deadline, TaskOrder, Notification)
        self.cursor.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        self.cursor.execute("SET maintenance_work_mem = '256MB'; SET max_parallel_maintenance_workers = 2")
        self.cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
        with self.without_indexes([model._meta.db_table for model in models]):
            self.fill()
        for model in models:
            table = model._meta.db_table
            self.cursor.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
        self.figures()
        self.cursor.execute("VACUUM (ANALYZE)")

    def fill(self):
        self.first = self.number("SELECT max(id) + 1 FROM incidents_incident")
        self.prepare()
        for start in range(0, self.size, AT_ONCE):
            self.values |= {"from": start + 1, "to": min(start + AT_ONCE, self.size)}
            for part in (
                self.incidents,
                self.affected,
                self.reports,
                self.ledger,
                self.debts,
                self.orders,
                self.messages,
            ):
                part()
            say(f"{self.values['to']} of {self.size} incidents")

    def figures(self):
        """The sums of 统计, which triggers keep in the product; here they were off."""
        from alerts.services import debt_tally
        from incidents.services.analysis import folding

        tables = (
            "incidents_incidentmove",
            "incidents_incidenttally",
            "incidents_incidentcell",
            "incidents_incidentmoment",
            "alerts_debttally",
        )
        for table in tables:
            self.cursor.execute(f"DELETE FROM {table}")
        for sql in (folding.REBUILD, folding.MOMENTS, debt_tally.REBUILD):
            self.cursor.execute(sql)

    def number(self, sql: str) -> int:
        self.cursor.execute(sql, self.values)
        return self.cursor.fetchone()[0]

    @contextlib.contextmanager
    def without_indexes(self, tables: list[str]) -> Iterator[None]:
        """What is filled in at once is indexed at once; only primary keys stay."""
        self.cursor.execute(
            """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE contype = 'u' AND conrelid = ANY(%s::regclass[])""",
            [tables],
        )
        unique = self.cursor.fetchall()
        for table, name, _ in unique:
            self.cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        self.cursor.execute(
            """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
            WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary""",
            [tables],
        )
        indexes = self.cursor.fetchall()
        for name, _ in indexes:
            self.cursor.execute(f"DROP INDEX {name}")
        yield
        say("indexes")
        for _, definition in indexes:
            self.cursor.execute(definition)
        for table, name, definition in unique:
            self.cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')

    def prepare(self):
        """Firms with their counties, and classes, in an order that can be counted through."""
        self.cursor.execute(
            """CREATE TEMP TABLE firm AS SELECT row_number() OVER (ORDER BY id) - 1 AS n, id
                FROM incidents_organization WHERE kind = 'ENTERPRISE';
            CREATE TEMP TABLE county AS SELECT row_number() OVER (ORDER BY id) - 1 AS n, id, short_name
                FROM incidents_organization WHERE kind = 'COUNTY';
            CREATE TEMP TABLE class AS SELECT row_number() OVER (ORDER BY e.id) - 1 AS n, e.id
                FROM incidents_eventclass e JOIN incidents_incident i ON i.plan_version_id = e.version_id
                WHERE i.id = %(incident)s;
            CREATE TEMP TABLE debt AS SELECT row_number() OVER (ORDER BY id) AS k, d.*
                FROM alerts_deadline d WHERE incident_id = %(incident)s ORDER BY id LIMIT %(debts)s;""",
            self.values,
        )
        counts = {name: self.number(f"SELECT count(*) FROM {name}") for name in ("firm", "county", "class")}
        self.values |= counts | {"first": self.first}
