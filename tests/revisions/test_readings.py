"""§8.5: the office's readings of clauses are dated and signed, stay through revisions, and never change."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from incidents import ledger
from incidents.models import Clause, ClauseReading, LedgerEntry, PlanVersion
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.services.revision import plan_readings, plan_revision
from tests.revisions import acts

pytestmark = [pytest.mark.django_db, pytest.mark.clause("8.5"), pytest.mark.clause("2.2.3")]


def issue(cast, clause="5.2.1", words="“立即”指获知后 15 分钟内。", **more):
    return plan_readings.issue(
        actor=cast.office_director, clause=clause, words=words, now=timezone.now(), **more
    )


def test_the_director_signs_a_reading_and_it_never_changes(cast):
    for actor in (cast.duty_officer, cast.administrator, cast.commander):
        with pytest.raises(NotAllowed):
            plan_readings.issue(actor=actor, clause="5.2.1", words="x", now=timezone.now())
    for clause, words, pointer in (("", "x", "/clause"), ("9.9", "x", "/clause"), ("5.2.1", " ", "/words")):
        with pytest.raises(Invalid) as refusal:
            issue(cast, clause, words)
        assert [error.pointer for error in refusal.value.errors] == [pointer]
    reading = issue(cast, "§5.2.1")
    year = timezone.localdate().year
    assert (reading.number, reading.clause) == (f"ZMD-JS-{year}-0001", "5.2.1")
    assert reading.signed_by == cast.office_director.post
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        ClauseReading.objects.update(words="别的")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        ClauseReading.objects.all()._raw_delete("default")
    assert LedgerEntry.objects.get(action="reading.issued").data["words"] == reading.words


def test_a_reading_is_replaced_or_withdrawn_with_a_reason(cast):
    first = issue(cast)
    with pytest.raises(Invalid, match="同一条"):
        issue(cast, "5.2.2", replaces=first.number, why="x")
    with pytest.raises(Invalid, match="为什么取代"):
        issue(cast, replaces=first.number)
    second = issue(cast, words="“立即”指 10 分钟内。", replaces=first.number, why="与值班制度一致")
    first.refresh_from_db()
    assert first.replaced_by == second and second.number in first.withdrawn_why
    with pytest.raises(WrongState, match="已经废止"):
        issue(cast, replaces=first.number, why="x")

    def withdraw(number, why):
        return plan_readings.withdraw(actor=cast.office_director, number=number, why=why, now=timezone.now())

    with pytest.raises(NotFound):
        withdraw("ZMD-JS-1999-0001", "x")
    with pytest.raises(Invalid, match="废止的理由"):
        withdraw(second.number, " ")
    withdraw(second.number, "条文已改")
    clause = Clause.objects.get(version=PlanVersion.in_force(), number="5.2.1")
    assert plan_readings.standing_on(clause) == []
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        ClauseReading.objects.filter(pk=second.pk).update(withdrawn_at=None)
    assert not list(ledger.verify())


def test_a_reading_stays_with_its_clause_and_says_when_the_clause_has_changed(cast):
    issue(cast)
    issue(cast, "5.2.2", "书面通知以盖章为准。")
    now = timezone.now()
    draft = acts.draft(cast, now)
    Clause.objects.filter(version=draft, number="5.2.1").update(text="另有规定。")
    acts.assessed(cast, now)
    plan_revision.activate(
        actor=cast.office_director,
        reason="市政府已批准",
        document_no="驻政办〔2026〕9号",
        document_day=timezone.localdate(now),
        now=now,
    )
    clauses = Clause.objects.filter(version=PlanVersion.in_force())
    assert [plan_readings.standing_on(clauses.get(number=n))[0].moved_on for n in ("5.2.1", "5.2.2")] == [
        True,
        False,
    ]
