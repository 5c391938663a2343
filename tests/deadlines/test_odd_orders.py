"""Debts when things come in an odd order: nobody has swept for hours, the wrong firm was named, an incident flares up again,
what was dismissed goes on being reported (domain §2)."""

from datetime import timedelta

import pytest

from alerts.models import Deadline, FiredStep, Heartbeat, State
from alerts.services import escalation, firing_record
from incidents.models import Incident, Level
from incidents.refusals import Invalid
from incidents.services.closure import closing, replaying
from incidents.services.command import ordering
from incidents.services.debt import chasing, enforcing
from incidents.services.report import firm_clock, intake
from incidents.services.response import grading, merging, responding
from tests.cast import FIRM, OTHER_FIRM, call_in, facts, file_in, report
from tests.deadlines.moments import at
from tests.responses.stage import act, graded, on, order

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.2.1")]

HOUR = 60


def grade(cast, incident, level, now, reason="按现场情况"):
    grading.grade(actor=cast.office_director, number=incident.number, level=level, reason=reason, now=now)


def rows(incident, rule, now) -> list[tuple]:
    """By hours from the beginning: when each is due, and how it stands."""
    found = Deadline.objects.filter(incident=incident, rule__code=rule).order_by("round", "pk")
    return [((row.due_at - at(0)) / timedelta(hours=1), row.state(now)) for row in found]


@pytest.mark.parametrize("swept", [True, False])
def test_with_every_worker_dead_each_silent_interval_is_a_breach_all_the_same(cast, clock, swept):
    incident = graded(cast, known_at=clock(0))
    ended = graded(cast, known_at=clock(0), firm=OTHER_FIRM)
    if swept:
        for hour in (4, 8):
            escalation.sweep(now=clock(hour * HOUR + 1))
    now = clock(9 * HOUR)
    report(cast, incident, "FOLLOW_UP", now=now)
    assert rows(incident, "R5", now) == [
        (4, State.MET_LATE),
        (8, State.MET_LATE),
        (12, State.MET),
        (13, State.OPEN),
    ]
    act(closing.end_without_response, cast.office_director, ended, reason="已处置")
    escalation.sweep(now=clock(9 * HOUR + 1))
    over = [row for row in rows(ended, "R5", now) if row[1] != State.VOID]
    assert over == [(4, State.BREACHED), (8, State.BREACHED)], "nor is anything opened twice"


def test_an_overdue_brief_that_a_grading_set_aside_is_overdue_again_when_it_comes_to_that_after_all(
    cast, clock
):
    """Ⅳ, the written report overdue; facts say Ⅲ; graded Ⅳ; Ⅲ after all: no new hour for what was owed long ago."""
    incident = call_in(cast, known_at=at(0), now=clock(5))
    report(cast, incident, "FOLLOW_UP", now=clock(125), deaths=3)
    grade(cast, incident, Level.IV, clock(130))
    grading.regrade(
        actor=cast.commander, number=incident.number, level=Level.III, reason="属实", now=clock(150)
    )
    brief = incident.deadlines.get(rule__code="R2", relieved_at=None)
    assert (brief.due_at, brief.counted) == (at(120), False), "the same breach goes on, and counts once"


def test_whoever_was_named_wrongly_never_owed_anything(cast, clock):
    incident = file_in(cast, known_at=at(0), now=clock(40))
    oral = incident.deadlines.get(rule__code="R3")
    now = clock(80)
    enforcing.write_off(actor=cast.office_director, deadline=oral.pk, reason="未来电", now=now)
    arguments = {"enterprise": OTHER_FIRM, "known_at": at(85), "reason": "听错"}
    act(firm_clock.name_firm, cast.office_director, incident, **arguments, now=clock(90))
    act(firm_clock.correct_known_at, cast.duty_officer, incident, known_at=at(20), now=clock(95))
    theirs = incident.deadlines.filter(debtor__code=FIRM)
    written = theirs.get(rule__code="R4")
    assert (written.due_at, written.state(at(95)), written.counted) == (at(120), State.MET, False)
    assert theirs.get(rule__code="R3").state(at(95)) == State.VOID
    right = incident.deadlines.get(debtor__code=OTHER_FIRM, rule__code="R3")
    assert right.due_at == at(80)


def test_a_call_that_the_wrong_firm_claims_is_no_word_of_the_right_one(cast, clock):
    incident = file_in(cast, known_at=at(0), now=clock(40), oral_at=at(20))
    arguments = {"enterprise": OTHER_FIRM, "known_at": at(20), "reason": "听错"}
    act(firm_clock.name_firm, cast.office_director, incident, **arguments, now=clock(50))
    number = incident.reports.get().number
    act(firm_clock.confirm_oral, cast.duty_officer, incident, report_number=number, now=clock(55))
    oral = incident.deadlines.get(rule__code="R3", debtor__code=OTHER_FIRM)
    assert oral.state(at(55)) == State.OPEN


def test_a_firm_knew_at_the_latest_when_its_own_fax_came(cast, clock):
    incident = call_in(cast, known_at=at(30), now=clock(30))
    fax = {"actor": cast.duty_officer, "channel": "FAX", "arrived_at": at(10)}
    report(cast, incident, "BRIEF", now=clock(40), **fax)
    assert Incident.objects.get().known_at == at(10)
    assert incident.deadlines.get(rule__code="R4").due_at == at(130)


def test_the_earliest_word_counts_though_a_later_one_was_put_on_record_before_it(cast, clock):
    incident = file_in(cast, known_at=at(0), now=clock(40), oral_at=at(20))
    oral = incident.deadlines.get(rule__code="R3")
    call = {"actor": cast.duty_officer, "channel": "PHONE"}
    report(cast, incident, "ORAL", now=clock(80), **call)
    assert Deadline.objects.get(pk=oral.pk).state(at(80)) == State.MET_LATE
    filed, before = incident.reports.get(serial=1).number, replaying.stops_of(incident)[-1]
    act(firm_clock.confirm_oral, cast.duty_officer, incident, report_number=filed, now=clock(90))
    oral.refresh_from_db()
    assert (oral.met_at, oral.state(at(90)), oral.met_by.number) == (at(20), State.MET, filed)
    report(cast, incident, "ORAL", now=clock(95), **call)
    assert Deadline.objects.get(pk=oral.pk).met_at == at(20)
    then = {debt.rule.code: debt.met_at for debt in replaying.stood(incident, before).debts}
    assert then["R3"] == at(80), "what stood then is not rewritten"


def named_after_a_downgrade(cast, clock) -> Incident:
    """Ⅲ by the word of the police, Ⅳ after an hour; only then does anybody know which firm it is."""
    by_police = intake.Arrival("PHONE", informant="POLICE", call=intake.Call("民警", "110"))
    said = {"facts": facts(firm="") | {"known_at": None}, "contents": {"deaths": 4}}
    incident, _ = intake.open_incident(
        actor=cast.duty_officer, kind="ORAL", arrival=by_police, now=clock(0), **said
    )
    grade(cast, incident, Level.III, clock(5))
    act(grading.regrade, cast.commander, incident, level=Level.IV, reason="重新核定", now=clock(60))
    act(firm_clock.name_firm, cast.duty_officer, incident, enterprise=FIRM, known_at=at(70), now=clock(70))
    return incident


def owed_by_the_firm(incident) -> dict:
    theirs = incident.deadlines.filter(debtor__code=FIRM, voided_at=None, relieved_at=None)
    return {row.rule.code: row.due_at for row in theirs if row.rule.runs_from_knowing}


def test_who_first_hears_of_it_after_a_downgrade_has_heard_of_a_milder_incident(cast, clock):
    incident = named_after_a_downgrade(cast, clock)
    assert owed_by_the_firm(incident) == {"R3": at(130), "R4": at(190)}
    act(firm_clock.correct_known_at, cast.duty_officer, incident, known_at=at(50), now=clock(80))
    assert owed_by_the_firm(incident) == {"R1": at(65), "R2": at(110)}, "it knew while it was Ⅲ"


def test_raised_again_it_has_the_graver_rules_and_superiors_hear_of_it_once(cast, clock):
    incident = named_after_a_downgrade(cast, clock)
    upward = set(incident.deadlines.filter(rule__kind="UPWARD").values_list("pk", "due_at"))
    act(grading.regrade, cast.commander, incident, level=Level.III, reason="扩大", now=clock(90))
    assert owed_by_the_firm(incident) == {"R1": at(105), "R2": at(150)}
    assert set(incident.deadlines.filter(rule__kind="UPWARD").values_list("pk", "due_at")) == upward


def test_where_and_when_it_happened_is_corrected_with_the_report_that_said_it(cast, clock):
    incident = file_in(cast, known_at=at(0), now=clock(5))
    wrong, fresh = incident.reports.get(), lambda: Incident.objects.get(pk=incident.pk)
    report(cast, incident, "WRITTEN", now=clock(10), occurred_at=at(-40), place="别处")
    assert (fresh().occurred_at, fresh().place) == (at(-5), wrong.place), "another word corrects nothing"
    said = {"kind": "FOLLOW_UP", "arrival": intake.Arrival("FORM"), "supersedes": wrong.number}
    contents = {"development": "更正", "occurred_at": at(-30), "place": "正阳路2号"}
    act(intake.file_report, cast.enterprise, incident, contents=contents, **said, now=clock(15))
    assert (fresh().occurred_at, fresh().place) == (at(-30), "正阳路2号")


@pytest.mark.clause("2.2.2")
def test_what_flares_up_again_is_reported_again_by_all_its_firms_and_upward(cast, clock):
    common, other = call_in(cast, known_at=clock(0)), call_in(cast, known_at=at(0), firm=OTHER_FIRM)
    act(merging.merge, cast.office_director, other, into=common.number, reason="同一火情")
    grade(cast, common, Level.III, clock(5))
    act(closing.end_without_response, cast.office_director, common, reason="已处置", now=clock(20))
    report(cast, common, "FINAL", now=clock(30), deaths=12)
    assert not common.deadlines.filter(rule__code="R7").exists(), "it is over"
    act(closing.reopen, cast.commander, common, reason="复燃", now=clock(40))
    for incident in (common, other):
        assert (at(40) + timedelta(hours=4)) in {
            row.due_at for row in incident.deadlines.filter(rule__code="R5", voided_at=None)
        }
    assert {row.due_at for row in common.deadlines.filter(rule__code="R7")} == {at(55), at(70)}


@pytest.mark.clause("4.3")
def test_a_report_on_what_was_dismissed_is_kept_and_opens_no_debt_that_nobody_could_meet(cast, clock):
    common, other = call_in(cast, known_at=clock(0)), call_in(cast, known_at=at(0), firm=OTHER_FIRM)
    act(merging.merge, cast.office_director, other, into=common.number, reason="同一火情")
    act(grading.dismiss, cast.office_director, common, reason="误报", now=clock(5))
    report(cast, other, "WRITTEN", actor=cast.other_enterprise, now=clock(10), deaths=12)
    common = Incident.objects.get(pk=common.pk)
    assert common.proposed_level == Level.II
    assert not common.deadlines.filter(voided_at=None, met_at=None).exists()


@pytest.mark.clause("5.2.2")
def test_who_promised_to_sign_for_an_order_keeps_his_word_by_signing(cast, clock):
    incident = graded(cast, known_at=clock(0))
    task = order(cast, incident, to=cast.member.organization.code)
    theirs = order(cast, incident)
    for body in (cast.member.organization, cast.firm):
        said = {"answered_by": "张三", "promised_by": at(20)}
        act(chasing.chase, cast.duty_officer, incident, debtor=body.code, **said, now=clock(10))
    on(ordering.acknowledge, cast.member, task, now=clock(15))
    promises = incident.deadlines.filter(rule__code="C1")
    assert promises.get(debtor=cast.member.organization).state(at(15)) == State.MET
    assert promises.get(debtor=cast.firm).state(at(15)) == State.OPEN, "another's signature keeps nothing"
    on(ordering.acknowledge, cast.enterprise, theirs, now=clock(19))
    assert promises.get(debtor=cast.firm).state(at(19)) == State.MET


@pytest.mark.clause("5.5")
def test_a_year_typed_wrongly_opens_no_thousand_follow_ups(cast, clock):
    incident = graded(cast, Level.IV, known_at=clock(0))
    long_ago = at(0) - timedelta(days=365)
    with pytest.raises(Invalid) as refused:
        act(responding.start_four, cast.duty_officer, incident, measures="企业来电", at=long_ago)
    assert refused.value.errors[0].code == "before_incident"
    times = {"started_at": long_ago, "ended_at": at(0)}
    with pytest.raises(Invalid):
        act(responding.record_past_four, cast.duty_officer, incident, measures="x", result="y", **times)


@pytest.mark.clause("5.2.3")
def test_what_is_broken_in_one_incident_holds_up_no_others_ladder_and_is_not_silent(
    cast, clock, monkeypatch, caplog
):
    broken, whole = call_in(cast, known_at=clock(0)), call_in(cast, known_at=at(0), firm=OTHER_FIRM)
    entry_of = firing_record._entry

    def fails(firing, now):
        assert firing.debt.incident_id != broken.pk, "cannot be told"
        return entry_of(firing, now)

    monkeypatch.setattr(firing_record, "_entry", fails)
    escalation.write_heartbeat()
    before = Heartbeat.objects.get(name="sweep").at
    with pytest.raises(AssertionError):
        escalation.sweep(now=clock(121))
    breached = FiredStep.objects.filter(step__offset=timedelta(), deadline__rule__code="R4")
    assert [step.deadline.incident for step in breached] == [whole]
    assert Heartbeat.objects.get(name="sweep").at == before, "the watchdog says it on every page"
    assert f"The ladders of incident {broken.pk} are held up" in caplog.text
    monkeypatch.undo()
    escalation.sweep(now=clock(122))
    assert breached.all().count() == 2
