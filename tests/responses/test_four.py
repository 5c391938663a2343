"""Ⅳ belongs to the enterprise (§5.5); what closing waits for (§6); flaring up again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.models import Deadline, State
from incidents.models import Level, Response, Status
from incidents.refusals import Invalid, NotAllowed, WrongState
from incidents.services.closure import aftermath, closing
from incidents.services.debt import enforcing
from incidents.services.notice import reporting_up
from incidents.services.response import grading, responding
from tests.cast import call_in, file_in, report


@pytest.fixture
def incident(cast):
    incident = call_in(cast)
    grading.grade(actor=cast.office_director, number=incident.number, level=Level.IV, now=timezone.now())
    return incident


def act(service, actor, incident, **arguments):
    return service(actor=actor, number=incident.number, now=arguments.pop("now", timezone.now()), **arguments)


def status(incident):
    return type(incident).objects.get(pk=incident.pk).status


@pytest.mark.clause("5.5")
def test_the_firm_starts_and_ends_four(cast, incident):
    act(responding.start_four, cast.enterprise, incident, measures="启动本企业预案")
    assert status(incident) == Status.RESPONDING
    act(responding.end_four, cast.enterprise, incident, result="扑灭")
    assert status(incident) == Status.ENDED
    assert incident.responses.get().status == Response.Status.ENDED
    actions = list(incident.timeline.values_list("action", flat=True))
    assert {"response.started", "response.ended", "incident.ended"} <= set(actions)


@pytest.mark.clause("5.5")
def test_neither_commander_nor_another_firm_starts_four(cast, incident):
    with pytest.raises(NotAllowed) as refusal:
        act(responding.start_four, cast.commander, incident, measures="x")
    assert refusal.value.clause == "5.5"


@pytest.mark.clause("5.5")
def test_the_duty_officer_logs_it_on_the_firms_word(cast, incident):
    at = timezone.now() - timedelta(minutes=5)
    response = act(responding.start_four, cast.duty_officer, incident, measures="企业来电", at=at)
    assert response.started_at == at and response.body == cast.firm


@pytest.mark.clause("5.5")
def test_one_already_over_is_recorded_in_one_act_with_both_times(cast, incident):
    now = timezone.now()
    times = {"started_at": now - timedelta(hours=2), "ended_at": now - timedelta(hours=1)}
    response = act(responding.record_past_four, cast.enterprise, incident, measures="x", result="y", **times)
    assert (response.started_at, response.ended_at) == tuple(times.values())
    assert status(incident) == Status.ENDED


@pytest.mark.clause("5.5")
def test_at_three_the_firm_no_longer_starts_or_ends_four(cast, incident):
    act(responding.start_four, cast.enterprise, incident, measures="x")
    act(grading.regrade, cast.commander, incident, level=Level.III, reason="扩大")
    with pytest.raises(WrongState) as refusal:
        act(responding.end_four, cast.enterprise, incident, result="y")
    assert refusal.value.clause == "5.5"
    assert incident.responses.get().status == Response.Status.ACTIVE


@pytest.mark.clause("5.4.5")
def test_when_the_subject_ends_what_is_not_due_becomes_void_and_what_is_overdue_stays(cast):
    long_ago = timezone.now() - timedelta(minutes=90)
    incident = file_in(cast, known_at=long_ago, now=timezone.now())
    act(grading.grade, cast.office_director, incident, level=Level.IV)
    act(closing.end_without_response, cast.office_director, incident, reason="已自行处置")
    now = timezone.now()
    states = {debt.rule.code: debt.state(now) for debt in incident.deadlines.all()}
    assert states == {"R3": State.BREACHED, "R4": State.MET, "R10": State.VOID, "R11": State.VOID} | {
        "P2": State.OPEN
    }


@pytest.mark.clause("6.3")
def test_closing_waits_for_final_report_investigation_and_debts(cast, incident):
    act(responding.start_four, cast.enterprise, incident, measures="x")
    act(responding.end_four, cast.enterprise, incident, result="y")
    with pytest.raises(WrongState) as refusal:
        act(closing.close, cast.office_director, incident)
    assert refusal.value.missing == ["final_report", "investigation", "debts"]
    report(cast, incident, "FINAL")
    with pytest.raises(Invalid) as refusal:
        act(
            aftermath.adopt_investigation,
            cast.office_director,
            incident,
            findings="",
            responsibility="x",
            outcome="y",
        )
    assert refusal.value.errors[0].pointer == "/findings"
    act(
        aftermath.adopt_investigation,
        cast.office_director,
        incident,
        findings="短路",
        responsibility="网点",
        outcome="整改",
    )
    act(closing.close, cast.office_director, incident)
    assert status(incident) == Status.CLOSED


@pytest.mark.clause("6.2")
def test_three_or_above_ever_reached_also_needs_the_evaluation(cast):
    incident = call_in(cast, figures={"deaths": 4})
    act(grading.grade, cast.office_director, incident, level=Level.III)
    act(grading.regrade, cast.commander, incident, level=Level.IV, reason="重新核定")
    act(closing.end_without_response, cast.office_director, incident, reason="已处置")
    assert "evaluation" in closing.missing_for_closure(
        type(incident).objects.get(pk=incident.pk), timezone.now()
    )
    points = dict.fromkeys(["cause", "nature", "impact", "responsibility", "lessons"], "已查明")
    act(aftermath.adopt_evaluation, cast.commander, incident, **points)
    assert "evaluation" not in closing.missing_for_closure(
        type(incident).objects.get(pk=incident.pk), timezone.now()
    )


@pytest.mark.clause("6.4")
def test_a_breach_blocks_closing_until_it_is_written_off(cast):
    incident = file_in(cast, known_at=timezone.now() - timedelta(hours=3), now=timezone.now())
    act(grading.grade, cast.office_director, incident, level=Level.IV)
    act(closing.end_without_response, cast.office_director, incident, reason="已处置")
    report(cast, incident, "FINAL")
    act(
        aftermath.adopt_investigation,
        cast.office_director,
        incident,
        findings="x",
        responsibility="y",
        outcome="z",
    )
    with pytest.raises(WrongState) as refusal:
        act(closing.close, cast.office_director, incident)
    assert refusal.value.missing == ["debts"]
    oral = Deadline.objects.get(incident=incident, rule__code="R3")
    enforcing.write_off(
        actor=cast.office_director, deadline=oral.pk, reason="企业始终未来电", now=timezone.now()
    )
    act(closing.close, cast.office_director, incident)
    oral.refresh_from_db()
    assert oral.state(timezone.now()) == State.BREACHED


@pytest.mark.clause("2.2.2")
def test_it_flares_up_again(cast, incident):
    act(closing.end_without_response, cast.office_director, incident, reason="已处置")
    with pytest.raises(NotAllowed):
        act(closing.reopen, cast.office_director, incident, reason="复燃")
    act(closing.reopen, cast.commander, incident, reason="复燃")
    assert status(incident) == Status.GRADED


@pytest.mark.clause("5.4.1")
def test_the_proposal_alone_meets_what_is_owed_to_the_city_government(cast):
    incident = call_in(cast, figures={"deaths": 4})
    act(grading.grade, cast.office_director, incident, level=Level.III)
    act(
        reporting_up.report_up,
        cast.duty_officer,
        incident,
        to="CITY_GOVERNMENT",
        person="总值班室",
        words="四人死亡",
    )
    city = incident.deadlines.get(rule__code="R6", creditor__kind="CITY_GOVERNMENT")
    assert city.met_at is None
    act(reporting_up.propose_response, cast.office_director, incident, words="建议启动Ⅲ级响应")
    city.refresh_from_db()
    assert city.met_at
    with pytest.raises(WrongState):
        act(reporting_up.propose_response, cast.office_director, incident, words="再次建议")


@pytest.mark.clause("5.3")
def test_two_of_level_two_owes_three_reports_and_names_debtor_and_desk(cast):
    incident = call_in(cast, figures={"deaths": 12})
    debts = {debt.creditor.kind: debt for debt in incident.deadlines.filter(rule__code="R7")}
    assert {kind: debt.debtor.short_name for kind, debt in debts.items()} == {
        "HEADQUARTERS": "市邮政管理局",
        "CITY_GOVERNMENT": incident.office.parent.short_name,
        "PROVINCE": incident.office.parent.short_name,
    }
    assert {debt.desk for debt in debts.values()} == {incident.office}
    for to in ("HEADQUARTERS", "PROVINCE"):
        act(reporting_up.report_up, cast.duty_officer, incident, to=to, person="值班长", words="十二人死亡")
    now = timezone.now()
    states = {debt.creditor.kind: debt.state(now) for debt in incident.deadlines.filter(rule__code="R7")}
    assert states == {"HEADQUARTERS": State.MET, "PROVINCE": State.MET, "CITY_GOVERNMENT": State.OPEN}


@pytest.mark.clause("5.4.1")
def test_an_upward_report_does_not_answer_for_a_level_that_it_did_not_tell(cast, incident):
    act(
        reporting_up.report_up,
        cast.duty_officer,
        incident,
        to="HEADQUARTERS",
        person="总指挥",
        words="一般火情",
    )
    act(grading.regrade, cast.commander, incident, level=Level.III, reason="三人死亡")
    now = timezone.now()
    assert incident.deadlines.get(rule__code="R11").state(now) == State.MET
    assert incident.deadlines.get(rule__code="R6", creditor__kind="HEADQUARTERS").state(now) == State.OPEN
