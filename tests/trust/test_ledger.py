"""The ledger refuses change, and `verify_ledger` finds every forgery that domain §6 names."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from incidents import ledger, ledger_heads
from incidents.models import LedgerEntry, LedgerHead, Level, PersonalValue
from incidents.services.response import grading
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
    ledger_heads.export(tmp_path, at=timezone.now())
    rebuild(incident, 3)
    assert faults() == [], "inside the database nothing shows"
    assert [chain for chain, _ in faults(ledger_heads.read(tmp_path))] == [incident.chain]


def test_a_cut_off_end_with_a_forged_head_is_found_against_the_exported_heads(incident, tmp_path):
    ledger_heads.export(tmp_path, at=timezone.now())
    last = ledger.last_seq(incident.chain)
    forge("DELETE FROM incidents_ledgerentry WHERE chain = %s AND seq = %s", incident.chain, last)
    before = LedgerEntry.objects.get(chain=incident.chain, seq=last - 1)
    LedgerHead.objects.filter(chain=incident.chain).update(seq=last - 1, hash=before.hash)
    assert faults() == []
    assert faults(ledger_heads.read(tmp_path)) == [(incident.chain, last)]


def test_a_chain_gone_altogether_is_found(incident):
    forge("DELETE FROM incidents_personalvalue")
    forge("DELETE FROM incidents_ledgerentry WHERE chain = %s", incident.chain)
    LedgerHead.objects.filter(chain=incident.chain).delete()
    assert faults() == [(incident.chain, 1)]


def told(exported=None):
    return {(fault.chain, fault.seq): fault.what for fault in ledger.verify(exported)}


@pytest.mark.parametrize(
    "change, seq, word",
    [
        ("seq = seq + 2", 2, "已不在"),
        ("seq = seq - 1", 0, "之后的记录"),
        ("hash = repeat('0', 64)", 0, "链头与最后一行不符"),
    ],
)
def test_a_changed_head_is_found(incident, change, seq, word):
    last = ledger.last_seq(incident.chain)
    forge(f"UPDATE incidents_ledgerhead SET {change} WHERE chain = %s", incident.chain)
    ((where, what),) = told().items()
    assert where == (incident.chain, last + (1 if seq else 0)) and word in what


def test_a_lost_head_is_found(incident):
    forge("DELETE FROM incidents_ledgerhead WHERE chain = %s", incident.chain)
    assert told() == {
        (incident.chain, ledger.LedgerEntry.objects.filter(chain=incident.chain).count()): "链头缺失"
    }


def test_a_row_slipped_in_at_the_end_is_found(incident):
    """With a hash that fits; the head shows that the system did not write it."""
    last = LedgerEntry.objects.filter(chain=incident.chain).latest("seq")
    last.pk, last.seq, last.previous, last.summary = None, last.seq + 1, last.hash, "添上的一行"
    last.text = ledger.canonical(last, {})
    last.hash = ledger._hash(last.previous, last.text)
    last.save(force_insert=True)
    assert faults() == [(incident.chain, last.seq)]


def test_the_contents_of_two_rows_swapped_are_found(incident):
    """Each under the other's number, whole with text and hash."""
    columns = (
        "at, action, summary, clause, reason, person_id, post_id, organization_id, data, text, previous, hash"
    )
    forge(
        f"UPDATE incidents_ledgerentry a SET ({columns}) = (SELECT {columns} FROM incidents_ledgerentry b"
        " WHERE b.chain = a.chain AND b.seq = 7 - a.seq) WHERE chain = %s AND seq IN (3, 4)",
        incident.chain,
    )
    assert faults() == [(incident.chain, 3)]


def test_each_broken_chain_is_named_by_its_own_first_row(incident, cast):
    other = call_in(cast)
    forge("UPDATE incidents_ledgerentry SET reason = 'x' WHERE chain = %s AND seq IN (2, 3)", other.chain)
    forge("DELETE FROM incidents_ledgerentry WHERE chain = %s AND seq IN (4, 5)", incident.chain)
    assert sorted(faults()) == sorted([(incident.chain, 4), (other.chain, 2)])
    assert ledger.verify_chain(incident.chain).seq == 4


def test_a_text_that_is_none_any_more_is_a_fault_like_others(incident):
    forge("UPDATE incidents_ledgerentry SET text = '[' WHERE chain = %s AND seq = 2", incident.chain)
    assert faults() == [(incident.chain, 2)]
    forge(
        "UPDATE incidents_ledgerentry SET text = '{\"personal\": [1]}' WHERE chain = %s AND seq = 2",
        incident.chain,
    )
    assert faults() == [(incident.chain, 2)]


def test_exported_files_vouch_for_each_other_and_the_ledger_for_the_last(incident, tmp_path):
    now = timezone.now()
    first, second, third = (ledger_heads.export(tmp_path, at=now + timedelta(days=n)) for n in range(3))
    assert list(ledger_heads.faults(tmp_path)) == []
    assert list(ledger_heads.gaps(tmp_path, now=now + timedelta(days=3))) == []
    late = list(ledger_heads.gaps(tmp_path, now=now + timedelta(days=5)))
    assert late == [(now + timedelta(days=2), now + timedelta(days=5))]

    def named():
        return [fault.chain.split()[-1] for fault in ledger_heads.faults(tmp_path)]

    whole = second.read_text()
    second.write_text(whole.replace("incident", "accident"))
    assert named() == [second.name], "changed"
    second.unlink()
    assert named() == [second.name], "gone from the middle"
    assert list(ledger_heads.gaps(tmp_path, now=now + timedelta(days=2))) == [(now, now + timedelta(days=2))]
    second.write_text(whole)
    third.unlink()
    assert named() == [third.name], "gone from the end"
    forge("DELETE FROM incidents_personalvalue")
    forge("DELETE FROM incidents_ledgerentry WHERE chain = %s AND seq = 3", ledger_heads.CHAIN)
    assert named() == [], "the ledger's own word of it taken away too"
    assert (ledger_heads.CHAIN, 3) in faults(ledger_heads.read(tmp_path)), "which shows in its chain"


def test_many_rows_are_read_a_few_at_a_time(incident, django_assert_max_num_queries):
    chain = "body:0"
    ledger.append(
        chain, *[ledger.Entry("x", str(n), personal={"p": str(n)}) for n in range(4100)], at=timezone.now()
    )
    with django_assert_max_num_queries(12):
        assert faults() == []


def test_personal_values_stand_beside_the_ledger_and_can_be_erased(incident):
    entry = LedgerEntry.objects.get(incident=incident, action="report.filed")
    phone = PersonalValue.objects.get(entry=entry, name="phone")
    assert phone.value == "0396-1" and "0396-1" not in entry.text
    forge("UPDATE incidents_personalvalue SET value = '0396-2' WHERE id = %s", phone.pk)
    assert faults() == [(incident.chain, entry.seq)], "a changed value is found"
    forge("UPDATE incidents_personalvalue SET value = NULL, erased_at = now() WHERE id = %s", phone.pk)
    assert faults() == [(incident.chain, entry.seq)], "gone, and no row tells of it"
    erased_at = timezone.now()
    ledger.append(incident.chain, ledger.Entry(ledger.ERASED, "按期限删除"), at=erased_at)
    forge("UPDATE incidents_personalvalue SET erased_at = %s WHERE id = %s", erased_at, phone.pk)
    assert faults() == [], "an erased one leaves the chain whole"
    forge("UPDATE incidents_personalvalue SET erased_at = NULL WHERE id = %s", phone.pk)
    assert faults() == [(incident.chain, entry.seq)], "but not one that is only missing"
    forge("DELETE FROM incidents_personalvalue WHERE id = %s", phone.pk)
    assert faults() == [(incident.chain, entry.seq)], "nor one taken away"


def test_the_command_fails_on_a_forgery_and_exports_the_heads(incident, settings, tmp_path, capsys):
    settings.LEDGER_HEADS_DIR = tmp_path
    call_command("verify_ledger", "--export")
    assert "台账完好" in capsys.readouterr().out
    forge("UPDATE incidents_ledgerentry SET reason = '改写' WHERE chain = %s AND seq = 2", incident.chain)
    with pytest.raises(CommandError):
        call_command("verify_ledger")
    assert f"{incident.chain} 第 2 行" in capsys.readouterr().err
