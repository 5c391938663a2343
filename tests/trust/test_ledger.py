"""The ledger refuses change, and `verify_ledger` finds every forgery that domain §6 names."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from incidents import ledger
from incidents.models import LedgerEntry, LedgerHead, Level, PersonalValue
from incidents.services import grading
from tests.cast import call_in

pytestmark = pytest.mark.clause("6.4")


@pytest.fixture
def incident(cast):
    incident = call_in(cast)
    grading.verify(
        actor=cast.duty_officer, number=incident.number, with_whom="现场", how="电话", now=timezone.now()
    )
    grading.grade(actor=cast.office_director, number=incident.number, level=Level.IV, now=timezone.now())
    return incident


def forge(sql, *values):
    """As somebody with the owner's rights would, the triggers switched off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("ledgerentry", "personalvalue"):
            cursor.execute(f"ALTER TABLE incidents_{table} DISABLE TRIGGER USER")
        cursor.execute(sql, values)
        for table in ("ledgerentry", "personalvalue"):
            cursor.execute(f"ALTER TABLE incidents_{table} ENABLE TRIGGER USER")


def faults(exported=None):
    return [(fault.chain, fault.seq) for fault in ledger.verify(exported)]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE incidents_ledgerentry SET summary = 'x'",
        "DELETE FROM incidents_ledgerentry",
        "TRUNCATE incidents_ledgerentry CASCADE",
        "UPDATE incidents_report SET deaths = 0",
        "DELETE FROM incidents_report",
        "TRUNCATE incidents_report CASCADE",
    ],
)
def test_the_database_refuses_to_change_what_is_written(incident, change):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(change)


def test_an_honest_ledger_verifies(incident):
    assert faults() == []
    entries = LedgerEntry.objects.filter(incident=incident).order_by("seq")
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert entries[0].action == "incident.opened"
    assert {"report.filed", "incident.verified", "incident.graded", "deadline.met"} <= {
        e.action for e in entries
    }


def test_every_act_names_person_post_clause_and_time(incident, cast):
    graded = LedgerEntry.objects.get(incident=incident, action="incident.graded")
    assert (graded.person, graded.post) == (cast.office_director.person, cast.office_director.post)
    assert graded.clause == "3.2"


@pytest.mark.parametrize(
    "column",
    [
        "summary = 'x'",
        "reason = 'x'",
        "clause = '9'",
        "action = 'x'",
        "at = at - interval '1 hour'",
        "person_id = NULL",
        "data = '{}'",
        "for_firm = NOT for_firm",
        "text = replace(text, '2', '3')",
        "hash = repeat('0', 64)",
    ],
)
def test_a_changed_column_is_found(incident, column):
    forge(f"UPDATE incidents_ledgerentry SET {column} WHERE chain = %s AND seq = 3", incident.chain)
    assert faults() == [(incident.chain, 3)]


def test_a_row_gone_from_the_middle_is_found(incident):
    forge("DELETE FROM incidents_ledgerentry WHERE chain = %s AND seq = 4", incident.chain)
    assert faults() == [(incident.chain, 4)]


def test_a_row_gone_from_the_end_is_found(incident):
    last = ledger.last_seq(incident.chain)
    forge("DELETE FROM incidents_ledgerentry WHERE chain = %s AND seq = %s", incident.chain, last)
    assert faults() == [(incident.chain, last)]


def test_two_rows_swapped_are_found(incident):
    forge(
        "UPDATE incidents_ledgerentry SET seq = CASE seq WHEN 3 THEN 1004 ELSE 1003 END"
        " WHERE chain = %s AND seq IN (3, 4)",
        incident.chain,
    )
    forge("UPDATE incidents_ledgerentry SET seq = seq - 1000 WHERE seq > 1000")
    assert faults() == [(incident.chain, 3)]


def rebuild(incident, from_seq):
    """Rewrites the chain from a row on with everything consistent, its head too."""
    forge(
        "UPDATE incidents_ledgerentry SET summary = '改写' WHERE chain = %s AND seq = %s",
        incident.chain,
        from_seq,
    )
    previous = None
    for record in LedgerEntry.objects.filter(chain=incident.chain).order_by("seq"):
        if record.seq >= from_seq:
            record.previous = previous
            record.text = ledger.canonical(record, ledger.json.loads(record.text)["personal"])
            record.hash = ledger._hash(record.previous, record.text)
            forge(
                "UPDATE incidents_ledgerentry SET previous = %s, text = %s, hash = %s WHERE id = %s",
                record.previous,
                record.text,
                record.hash,
                record.pk,
            )
        previous = record.hash
    LedgerHead.objects.filter(chain=incident.chain).update(hash=previous)


def test_a_rebuilt_chain_is_found_against_the_exported_heads(incident, tmp_path):
    ledger.export_heads(tmp_path, at=timezone.now())
    rebuild(incident, 3)
    assert faults() == [], "inside the database nothing shows"
    assert [chain for chain, _ in faults(ledger.read_heads(tmp_path))] == [incident.chain]


def test_a_cut_off_end_with_a_forged_head_is_found_against_the_exported_heads(incident, tmp_path):
    ledger.export_heads(tmp_path, at=timezone.now())
    last = ledger.last_seq(incident.chain)
    forge("DELETE FROM incidents_ledgerentry WHERE chain = %s AND seq = %s", incident.chain, last)
    before = LedgerEntry.objects.get(chain=incident.chain, seq=last - 1)
    LedgerHead.objects.filter(chain=incident.chain).update(seq=last - 1, hash=before.hash)
    assert faults() == []
    assert faults(ledger.read_heads(tmp_path)) == [(incident.chain, last)]


def test_a_chain_gone_altogether_is_found(incident):
    forge("DELETE FROM incidents_personalvalue")
    forge("DELETE FROM incidents_ledgerentry WHERE chain = %s", incident.chain)
    LedgerHead.objects.filter(chain=incident.chain).delete()
    assert faults() == [(incident.chain, 1)]


def test_personal_values_stand_beside_the_ledger_and_can_be_erased(incident):
    entry = LedgerEntry.objects.get(incident=incident, action="report.filed")
    phone = PersonalValue.objects.get(entry=entry, name="phone")
    assert phone.value == "0396-1" and "0396-1" not in entry.text
    forge("UPDATE incidents_personalvalue SET value = '0396-2' WHERE id = %s", phone.pk)
    assert faults() == [(incident.chain, entry.seq)], "a changed value is found"
    forge("UPDATE incidents_personalvalue SET value = NULL, erased_at = now() WHERE id = %s", phone.pk)
    assert faults() == [], "an erased one leaves the chain whole"


def test_the_command_fails_on_a_forgery_and_exports_the_heads(incident, settings, tmp_path, capsys):
    settings.LEDGER_HEADS_DIR = tmp_path
    call_command("verify_ledger", "--export")
    assert "台账完好" in capsys.readouterr().out
    forge("UPDATE incidents_ledgerentry SET reason = '改写' WHERE chain = %s AND seq = 2", incident.chain)
    with pytest.raises(CommandError):
        call_command("verify_ledger")
    assert f"{incident.chain} 第 2 行" in capsys.readouterr().err
