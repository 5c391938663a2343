"""The firm's due times under gradings, upgrades and corrections, against the formula in one line each (§5.2.1)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.models import State
from alerts.services import escalation
from incidents.models import Level
from incidents.refusals import Invalid, NotAllowed
from incidents.services.report import firm_clock
from incidents.services.response import grading
from tests.cast import call_in, file_in, report
from tests.deadlines.moments import T0, at

ORAL = {Level.III: 15, Level.IV: 60}
WRITTEN = {Level.III: 60, Level.IV: 120}
quiet = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def due(incident, rule):
    row = incident.deadlines.filter(rule__code=rule, voided_at=None).get()
    return (row.due_at - T0).total_seconds() / 60


def state(incident, rule, minutes):
    return incident.deadlines.filter(rule__code=rule).order_by("pk").last().state(at(minutes))


@pytest.mark.clause("5.2.1")
@quiet
@given(called=st.integers(0, 30), upgraded=st.integers(31, 118))
def test_an_upgrade_is_due_at_the_earlier_of_old_due_and_upgrade_plus_limit(cast, clock, called, upgraded):
    incident = call_in(cast, known_at=at(0), now=clock(called))
    grading.grade(actor=cast.office_director, number=incident.number, level=Level.IV, now=clock(called))
    grading.regrade(
        actor=cast.commander, number=incident.number, level=Level.III, reason="扩大", now=clock(upgraded)
    )
    assert due(incident, "R2") == min(120, upgraded + 60)
    assert due(incident, "R1") == min(60, upgraded + 15)
    assert state(incident, "R1", upgraded) == State.MET
    assert state(incident, "R4", upgraded) == State.VOID


@pytest.mark.clause("5.2.1")
@quiet
@given(called=st.integers(0, 55), graded=st.integers(0, 50))
def test_the_first_grading_counts_as_known_from_the_start(cast, clock, called, graded):
    """Provisional Ⅳ, graded Ⅲ: due as if Ⅲ had been known when the firm knew."""
    incident = call_in(cast, known_at=at(0), now=clock(called))
    when = called + graded
    grading.grade(
        actor=cast.office_director,
        number=incident.number,
        level=Level.III,
        reason="现场严重",
        now=clock(when),
    )
    assert due(incident, "R2") == WRITTEN[Level.III]
    assert due(incident, "R1") == ORAL[Level.III]
    assert state(incident, "R1", when) == (State.MET if called <= 15 else State.MET_LATE)
    assert state(incident, "R4", when) == State.VOID


@pytest.mark.clause("5.2.1")
def test_an_overdue_row_hands_over_its_due_time_and_its_fired_steps(cast, clock):
    incident = call_in(cast, known_at=at(0), now=clock(5))
    grading.grade(actor=cast.office_director, number=incident.number, level=Level.IV, now=clock(10))
    for moment in (90, 110, 117, 121):
        escalation.sweep(now=clock(moment))
    grading.regrade(
        actor=cast.commander, number=incident.number, level=Level.III, reason="扩大", now=clock(125)
    )
    old = incident.deadlines.get(rule__code="R4")
    new = incident.deadlines.get(rule__code="R2")
    assert old.state(at(125)) == new.state(at(125)) == State.BREACHED
    assert new.due_at == old.due_at == at(120)
    assert [step.step.label for step in new.fired_steps.all()] == ["remind"] * 3 + ["breach"]
    assert (old.counted, new.counted) == (True, False), "the pair counts once"
    escalation.sweep(now=clock(135))
    assert old.fired_steps.count() == 4, "the old ladder has stopped"
    assert new.fired_steps.filter(inherited=False).get().step.label == "+15"
    report(cast, incident, "WRITTEN", now=clock(140))
    assert state(incident, "R2", 141) == State.MET_LATE
    assert state(incident, "R4", 141) == State.BREACHED


@pytest.mark.clause("5.2.1")
def test_a_brief_answers_the_brief_only(cast, clock):
    incident = call_in(cast, known_at=at(0), now=clock(5))
    report(cast, incident, "BRIEF", now=clock(20))
    assert state(incident, "R4", 21) == State.OPEN
    severe = call_in(cast, known_at=at(0), now=clock(30), figures={"deaths": 4})
    report(cast, severe, "BRIEF", now=clock(31))
    assert state(severe, "R2", 32) == State.MET


@pytest.mark.clause("5.2.1")
def test_nothing_written_answers_an_oral_debt(cast, clock):
    incident = file_in(cast, known_at=at(0), now=clock(5))
    report(cast, incident, "FOLLOW_UP", now=clock(10))
    assert state(incident, "R3", 11) == State.OPEN


@pytest.mark.clause("5.2.1")
@quiet
@given(earlier=st.integers(1, 90))
def test_an_earlier_known_at_moves_the_due_times_at_once(cast, clock, earlier):
    incident = call_in(cast, known_at=at(0), now=clock(0))
    firm_clock.correct_known_at(
        actor=cast.duty_officer, number=incident.number, known_at=at(-earlier), now=clock(10)
    )
    assert due(incident, "R4") == 120 - earlier
    assert due(incident, "R3") == 60 - earlier
    assert state(incident, "R3", 10) == (State.MET if earlier <= 60 else State.MET_LATE)


@pytest.mark.clause("5.2.1")
def test_a_later_known_at_is_the_directors_alone_with_a_reason(cast, clock):
    incident = call_in(cast, known_at=at(-30), now=clock(0))
    later = {"number": incident.number, "known_at": at(-10), "now": clock(10)}
    with pytest.raises(NotAllowed):
        firm_clock.correct_known_at(actor=cast.duty_officer, reason="误记", **later)
    with pytest.raises(Invalid):
        firm_clock.correct_known_at(actor=cast.office_director, reason=" ", **later)
    firm_clock.correct_known_at(actor=cast.office_director, reason="误记", **later)
    assert due(incident, "R4") == 110


@pytest.mark.clause("5.2.1")
def test_facts_above_the_grade_never_regrade_by_themselves(cast, clock):
    """The proposal waits on the desk; superiors hear of it from that receipt on; declined, that ends."""
    incident = file_in(cast, known_at=at(0), now=clock(0))
    grading.grade(actor=cast.office_director, number=incident.number, level=Level.IV, now=clock(5))
    report(cast, incident, "FOLLOW_UP", now=clock(20), deaths=4)
    incident.refresh_from_db(fields=["level", "proposed_level"])
    assert (incident.level, incident.proposed_level) == (Level.IV, Level.III)
    assert incident.proposal_above_grade
    assert due(incident, "R11") == 60
    headquarters = incident.deadlines.get(rule__code="R6", creditor__kind="HEADQUARTERS")
    assert headquarters.due_at == at(35)
    assert not incident.deadlines.filter(rule__code__in=["R1", "R2"]).exists()
    grading.decline_proposal(
        actor=cast.office_director, number=incident.number, reason="数字有误", now=clock(25)
    )
    assert state(incident, "R6", 26) == State.VOID
    assert due(incident, "R11") == 60


@pytest.mark.clause("5.4.1")
def test_a_regrade_after_such_facts_keeps_the_earlier_clock(cast, clock):
    incident = file_in(cast, known_at=at(0), now=clock(0))
    grading.grade(actor=cast.office_director, number=incident.number, level=Level.IV, now=clock(5))
    report(cast, incident, "FOLLOW_UP", now=clock(20), deaths=4)
    grading.regrade(
        actor=cast.office_director, number=incident.number, level=Level.III, reason="四人死亡", now=clock(30)
    )
    assert incident.deadlines.get(rule__code="R6", creditor__kind="HEADQUARTERS").due_at == at(35)
    assert state(incident, "R11", 31) == State.VOID
    assert due(incident, "R2") == 90


@pytest.mark.clause("5.2.1")
def test_a_breach_relieved_by_the_first_grading_does_not_stand_in_for_a_later_upgrade(cast, clock):
    """Provisional Ⅲ, the brief overdue; graded Ⅳ; upgraded after all: the brief is owed anew, the breach stays."""
    incident = call_in(cast, known_at=at(0), now=clock(5), figures={"deaths": 4})
    grading.grade(
        actor=cast.office_director, number=incident.number, level=Level.IV, reason="核减", now=clock(70)
    )
    old = incident.deadlines.get(rule__code="R2")
    assert old.relieved_at and old.next_step_at is None and old.state(at(71)) == State.BREACHED
    grading.regrade(
        actor=cast.commander, number=incident.number, level=Level.III, reason="属实", now=clock(90)
    )
    new = incident.deadlines.get(rule__code="R2", relieved_at=None)
    assert new.due_at == at(120) and new.state(at(91)) == State.OPEN


@pytest.mark.clause("5.2.1")
def test_one_call_counts_once_in_punctuality(cast, clock):
    incident = call_in(cast, known_at=at(0), now=clock(5))
    grading.grade(
        actor=cast.office_director, number=incident.number, level=Level.III, reason="严重", now=clock(10)
    )
    oral = incident.deadlines.filter(rule__kind="ORAL", voided_at=None).order_by("pk")
    assert [(debt.rule.code, debt.counted) for debt in oral] == [("R3", False), ("R1", True)]
