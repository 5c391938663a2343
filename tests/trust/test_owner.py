"""The product's role owns nothing: whoever takes the product over can't rewrite what is written (domain §6)."""

import os
from contextlib import closing
from threading import Thread

import psycopg2
import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone
from psycopg2 import errors

from incidents import ledger, owner
from incidents.models import LedgerEntry
from tests.cast import call_in

REFUSED = [
    "UPDATE incidents_ledgerentry SET summary = 'x'",
    "UPDATE incidents_ledgerentry SET at = now() WHERE false",
    "DELETE FROM incidents_ledgerentry",
    "TRUNCATE incidents_ledgerentry CASCADE",
    "ALTER TABLE incidents_ledgerentry DISABLE TRIGGER USER",
    "DROP TRIGGER ledger_is_append_only ON incidents_ledgerentry",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "SET session_replication_role = replica",
    "DROP TABLE incidents_ledgerentry CASCADE",
    "ALTER TABLE incidents_ledgerentry ADD COLUMN x int",
    "SET ROLE zmd",
    "DELETE FROM incidents_ledgerhead",
    "UPDATE incidents_ledgerhead SET chain = 'x'",
    "DELETE FROM incidents_personalvalue",
    "UPDATE incidents_personalvalue SET salt = 'x'",
    "UPDATE incidents_report SET deaths = 0",
    "DELETE FROM incidents_report",
    "DELETE FROM django_migrations",
    "TRUNCATE django_session",
    "CREATE TABLE mine (id int)",
]


@pytest.mark.clause("6.4")
def test_the_products_role_is_refused_by_privilege_whatever_the_triggers_say(cloned_database, cast):
    call_in(cast)
    connection.close()
    with closing(psycopg2.connect(cloned_database.product_url)) as product, product.cursor() as cursor:
        product.autocommit = True
        for statement in REFUSED:
            with pytest.raises(errors.InsufficientPrivilege, match="permission denied|must be owner"):
                cursor.execute(statement)
        cursor.execute("SELECT seq, hash FROM incidents_ledgerhead FOR UPDATE")
        assert cursor.fetchall()
        cursor.execute(
            "SELECT usename = tableowner FROM pg_tables, pg_user"
            " WHERE tablename LIKE 'incidents%' AND usename = current_user"
        )
        assert {row for (row,) in cursor.fetchall()} == {False}


def test_the_product_may_do_its_work_on_every_table(cloned_database):
    """Read and write it all but what is guarded: a table that a migration adds is not forgotten."""
    asked = """SELECT relname, has_table_privilege(oid, 'SELECT'), has_table_privilege(oid, 'INSERT'),
        has_any_column_privilege(oid, 'UPDATE'), has_table_privilege(oid, 'DELETE'), has_table_privilege(oid, 'TRUNCATE')
        FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"""
    with closing(psycopg2.connect(cloned_database.product_url)) as product, product.cursor() as cursor:
        cursor.execute(asked)
        may = {table: rights for table, *rights in cursor.fetchall()}
    assert may.pop("django_migrations") == [True, False, False, False, False]
    assert all(rights[:2] == [True, True] and not rights[4] for rights in may.values())
    ours = {model._meta.db_table for model in apps.get_models()}
    assert ours <= may.keys()
    kept = {table for table, rights in may.items() if not rights[3]}
    assert {"incidents_ledgerentry", "incidents_report", "incidents_attachment", "alerts_bulletin"} <= kept
    assert may["incidents_ledgerhead"] == may["incidents_personalvalue"] == [True, True, True, False, False]
    assert may["incidents_incident"] == [True, True, True, True, False]


def test_the_orm_is_told_that_it_may_not_rewrite_the_ledger(as_product, cast):
    """The worked examples and the demo run in this role: what the product does, it may do."""
    assert not owner.can_rewrite_the_ledger()
    entry = call_in(cast).timeline.first()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        LedgerEntry.objects.filter(pk=entry.pk).update(summary="x")


def test_who_asks_is_told_whether_he_could_rewrite_the_ledger(db, settings):
    assert owner.can_rewrite_the_ledger(), "the tests' own process works as the owner"
    assert owner.owner_apart_from_product(None) == [], "but the product does not"
    settings.DATABASE_OWNER = {}
    assert [warning.id for warning in owner.owner_apart_from_product(None)] == ["incidents.W001"]


def test_real_processes_are_the_products_role(processes):
    assert processes.env["DATABASE_URL"].startswith("postgres://zmd_app:")
    assert "DATABASE_OWNER_URL" not in processes.env and "DATABASE_OWNER_URL" in os.environ


def test_what_is_written_while_the_ledger_is_checked_is_no_fault(cloned_database, cast, monkeypatch):
    """Heads and rows are read one after the other; both stand as they did at one moment."""
    incident, read = call_in(cast), ledger._records

    def append():
        with transaction.atomic():
            entry = ledger.Entry("x", "同时写入")
            ledger.append(incident.chain, entry, at=timezone.now(), incident=incident)
        connection.close()

    def and_another_writes(rows):
        writer = Thread(target=append)
        writer.start()
        writer.join()
        return read(rows)

    monkeypatch.setattr(ledger, "_records", and_another_writes)
    assert list(ledger.verify()) == [] and ledger.verify_chain(incident.chain) is None
    assert LedgerEntry.objects.filter(chain=incident.chain, action="x").count() == 2
