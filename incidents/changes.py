"""What has changed since a moment, with nothing missed of what was committed late.

A time can't tell: a transaction that began before a page was read and commits after it has an older time and was not on
the page. So the database keeps with each row of the tables below the transaction that last wrote it, in `changed_xid`
(a default and a trigger; the models don't know the column, and nothing in Python can forget it). What a page may have
missed are the rows of transactions from the snapshot's `xmin` on; there may be more among them, never less.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import BooleanField, F, Func

FIRST, NEVER = 3, 2**63 - 1
"""PostgreSQL's first ordinary transaction: what rows from before the column are said to be of. And one that never comes."""


@dataclass(frozen=True)
class Since:
    """The transactions from `xid` on, below `until`; what moves by time alone has moved after `at`.

    `until` leaves out what stands in rows that were restored into a younger cluster, whose count has not come so far.
    """

    xid: int
    until: int
    at: datetime


@dataclass(frozen=True)
class Moment:
    """A snapshot: all transactions below `xmin` are over, none from `xmax` on has begun.

    `cluster` is another one after a restore, a failover or a point-in-time recovery, when transactions can't be
    compared any more. `bodies_xid` is the last one that changed a body's name, place in the tree or standing, by which
    what everybody sees of everything may change.
    """

    xmin: int
    xmax: int
    cluster: str
    bodies_xid: int


MOMENT = """
SELECT pg_snapshot_xmin(now)::text, pg_snapshot_xmax(now)::text,
    concat_ws('.', (pg_control_system()).system_identifier, left(pg_walfile_name(pg_current_wal_lsn()), 8),
        (SELECT oid FROM pg_database WHERE datname = current_database()),
        'incidents_organization'::regclass::oid),
    (SELECT changed_xid::text FROM incidents_organization body WHERE body.changed_xid < pg_snapshot_xmax(now)
        ORDER BY body.changed_xid DESC LIMIT 1)
FROM pg_current_snapshot() now
"""


def moment() -> Moment:
    """Of a snapshot of its own: ask before the rows are read."""
    with connection.cursor() as cursor:
        cursor.execute(MOMENT)
        xmin, xmax, cluster, bodies_xid = cursor.fetchone()
    return Moment(int(xmin), int(xmax), cluster, int(bodies_xid or FIRST))


def first_xid_from(at: datetime) -> int:
    """The earliest transaction among the first that the ledger, in which every change stands, has from this time on.

    A time can't be exact here: what was committed late may have an earlier one.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT changed_xid::text FROM (
                SELECT changed_xid FROM incidents_ledgerentry WHERE at >= %s ORDER BY at LIMIT 1000) first
            ORDER BY first.changed_xid LIMIT 1""",
            [at],
        )
        found = cursor.fetchone()
    return int(found[0]) if found else NEVER


class ChangedIn(Func):
    """Whether a row was last written in these transactions: `rows.filter(ChangedIn(since))`."""

    output_field = BooleanField()

    def __init__(self, since: Since):
        self.since = since
        super().__init__(F("pk"))

    def as_sql(self, compiler, connection, **extra):
        (key,) = self.source_expressions
        column = f'{compiler.quote_name_unless_alias(key.alias)}."changed_xid"'
        return f"({column} >= %s::xid8 AND {column} < %s::xid8)", [str(self.since.xid), str(self.since.until)]


# — for migrations —

NOTE_CHANGE = """
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_xid := pg_current_xact_id();
    RETURN NEW;
END $$
"""


def noting(table: str, *, of: tuple[str, ...] = ()) -> tuple[str, str]:
    """SQL that keeps `changed_xid` in a table, and the SQL that undoes it.

    Adding the column with a constant rewrites no row, so old rows count as never changed; the real default comes after.
    The index is built under a lock that stops writing to the table, about a second for a million rows.
    `of`: only changes of these columns count, and a new row does not.
    """
    default = f"ALTER TABLE {table} ALTER COLUMN changed_xid SET DEFAULT pg_current_xact_id();"
    return (
        f"""ALTER TABLE {table} ADD COLUMN changed_xid xid8 NOT NULL DEFAULT '{FIRST}';
        {"" if of else default}
        CREATE INDEX {table}_changed ON {table} (changed_xid);
        {_trigger(table, of)}""",
        f"""DROP TRIGGER zz_note_change ON {table};
        ALTER TABLE {table} DROP COLUMN changed_xid;""",
    )


def noting_more(table: str, *, of: tuple[str, ...], before: tuple[str, ...]) -> tuple[str, str]:
    """SQL that lets changes of other columns count than did before, and the SQL that undoes it."""
    gone = f"DROP TRIGGER zz_note_change ON {table};"
    return gone + _trigger(table, of), gone + _trigger(table, before)


def _trigger(table: str, of: tuple[str, ...]) -> str:
    """Named so as to fire last: a guard before it compares what was asked for."""
    columns = f" OF {', '.join(of)}" if of else ""
    return f"""CREATE TRIGGER zz_note_change BEFORE UPDATE{columns} ON {table}
        FOR EACH ROW EXECUTE FUNCTION note_change();"""
