"""Who owns the tables, and what the product's own role may do with them (domain §6).

The product connects as the role of `DATABASE_URL`, which owns nothing: it can't change a table, switch off a trigger or
empty anything, and of what is append-only it may not even try to change a row. Migrations connect as the role of
`DATABASE_OWNER_URL`. What the product may do is said here alone, and anew after each `migrate`.
"""

from contextlib import contextmanager

from django.conf import settings
from django.core import checks
from django.db import connection, transaction
from psycopg2 import sql

ONLY_THESE_COLUMNS = {
    "incidents_ledgerhead": ("seq", "hash"),
    "incidents_personalvalue": ("value", "erased_at"),
    "incidents_report": ("superior_told_who",),
    "incidents_commendation": ("person_name",),
    "incidents_accountability": ("person_name",),
}
"""Rows that are never deleted, and of which no more than this is ever changed."""

ONLY_READ = ("django_migrations",)

NEVER_CHANGED = """
SELECT tgrelid::regclass::text, bool_or(tgtype & 16 > 0), bool_or(tgtype & 8 > 0) FROM pg_trigger
WHERE tgfoid = to_regproc('refuse_change') AND tgtype & 1 > 0 AND tgqual IS NULL AND tgattr = '' GROUP BY tgrelid
"""
"""Tables of which a trigger refuses every UPDATE (bit 16) or DELETE (bit 8) of a row, whatever it holds."""


@contextmanager
def as_owner():
    """The connection is the owner's for the time of this block; where no owner is named, it stays as it is."""
    owner = settings.DATABASE_OWNER
    before = {name: connection.settings_dict[name] for name in owner}
    if before == owner:
        yield
        return
    connection.close()
    connection.settings_dict.update(owner)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


@transaction.atomic
def grant() -> None:
    """What the product's role may do, in one transaction, so that it never has more or less in between."""
    if not owner_is_apart():
        return
    role = sql.Identifier(settings.DATABASE_ROLE)
    with connection.cursor() as cursor:

        def do(words: str, table: str = "", columns: tuple[str, ...] = ()) -> None:
            names = {"role": role, "table": sql.Identifier(table or "none")}
            names["columns"] = sql.SQL(", ").join(map(sql.Identifier, columns))
            cursor.execute(sql.SQL(words).format(**names))

        do("GRANT USAGE ON SCHEMA public TO {role}")
        do("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
        do("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        do("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        cursor.execute(NEVER_CHANGED)
        for table, update, delete in cursor.fetchall():
            if update:
                do("REVOKE UPDATE ON {table} FROM {role}", table)
            if delete:
                do("REVOKE DELETE ON {table} FROM {role}", table)
        for table, columns in ONLY_THESE_COLUMNS.items():
            do("REVOKE UPDATE, DELETE ON {table} FROM {role}", table)
            do("GRANT UPDATE ({columns}) ON {table} TO {role}", table, columns)
        for table in ONLY_READ:
            do("REVOKE INSERT, UPDATE, DELETE ON {table} FROM {role}", table)


def owner_is_apart() -> bool:
    """Whether the product's role is another than the one that owns the tables."""
    return settings.DATABASE_OWNER.get("USER", settings.DATABASE_ROLE) != settings.DATABASE_ROLE


def can_rewrite_the_ledger() -> bool:
    """What the database itself says of the role that asks: owners and superusers can, the product should not."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT rolsuper OR pg_has_role(relowner, 'MEMBER')
                OR has_table_privilege(pg_class.oid, 'UPDATE, DELETE, TRUNCATE')
            FROM pg_class, pg_roles WHERE pg_class.oid = 'incidents_ledgerentry'::regclass AND rolname = current_user"""
        )
        return cursor.fetchone()[0]


@checks.register(checks.Tags.security, deploy=True)
def owner_apart_from_product(app_configs, **kwargs):
    if owner_is_apart():
        return []
    return [
        checks.Warning(
            "The product connects as the role that owns the ledger, and could rewrite it.",
            hint="Give DATABASE_URL a role of its own and name the owner in DATABASE_OWNER_URL (docs/deployment.md).",
            id="incidents.W001",
        )
    ]
