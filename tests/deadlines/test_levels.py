"""Gradings, proposals and late words: what they do to debts of firm and office (domain §2, levels)."""

from datetime import timedelta

import pytest

from alerts.models import FiredStep, Notification, State
from alerts.services import escalation
from incidents.models import Incident, Level, Post, Role
from incidents.refusals import Invalid
from incidents.services.closure import closing
from incidents.services.debt import enforcing
from incidents.services.notice import reporting_up
from incidents.services.report import firm_clock, intake
from incidents.services.response import grading, merging
from tests.cast import FIRM, OTHER_FIRM, call_in, file_in, report
from tests.deadlines.moments import T0, at

pytestmark = pytest.mark.clause("5.2.1")


def grade(cast, incident, level, now, reason="按现场情况"):
    grading.grade(actor=cast.office_director, number=incident.number, level=level, reason=reason, now=now)


def regrade(cast, incident, level, now):
    grading.regrade(actor=cast.commander, number=incident.number, level=level, reason="变化", now=now)


def tell(cast, incident, to, now):
    reporting_up.report_up(
        actor=cast.duty_officer, number=incident.number, to=to, person="值班员", words="情况", now=now
    )


def standing(incident, rule, creditor=None):
    rows = incident.deadlines.filter(rule__code=rule, voided_at=None, relieved_at=None)
    return (rows.filter(creditor__kind=creditor) if creditor else rows).get()


def test_the_first_grading_counts_from_the_start_though_facts_had_raised_the_proposal(cast, clock):
    incident = file_in(cast, known_at=at(0), now=clock(10))
    report(cast, incident, "FOLLOW_UP", now=clock(35), deaths=3)
    assert standing(incident, "R1").due_at == at(50)
    grade(cast, incident, Level.III, clock(40))
    oral, written = standing(incident, "R1"), standing(incident, "R2")
    assert (oral.due_at, oral.state(at(40))) == (at(15), State.BREACHED)
    assert (written.due_at, written.state(at(40))) == (at(60), State.MET)
    assert written.counted and not incident.deadlines.get(rule__code="R4").counted, "once in punctuality"


@pytest.mark.clause("5.3")
def test_the_offices_clock_starts_at_the_grading_that_first_gives_the_level(cast, clock):
    incident = call_in(cast, figures={"deaths": 4}, known_at=at(0), now=clock(5))
    grade(cast, incident, Level.II, clock(10))
    due = {kind: standing(incident, "R7", kind).due_at for kind in ("HEADQUARTERS", "CITY_GOVERNMENT")}
    assert due == {"HEADQUARTERS": at(25), "CITY_GOVERNMENT": at(40)}


@pytest.mark.clause("5.4.1")
def test_superiors_told_of_a_milder_level_are_told_anew_from_the_upgrade_on(cast, clock):
    incident = call_in(cast, known_at=at(0), now=clock(10))
    grade(cast, incident, Level.IV, clock(20))
    tell(cast, incident, "HEADQUARTERS", clock(50))
    regrade(cast, incident, Level.III, clock(90))
    debt = standing(incident, "R6", "HEADQUARTERS")
    assert (debt.due_at, debt.state(at(90)), debt.counted) == (at(105), State.OPEN, True)
    assert incident.deadlines.get(rule__code="R11").state(at(90)) == State.MET
    tell(cast, incident, "HEADQUARTERS", clock(95))
    regrade(cast, incident, Level.II, clock(150))
    due = {row.creditor.kind: row.due_at for row in incident.deadlines.filter(rule__code="R7")}
    assert due["HEADQUARTERS"] == at(165) and due["PROVINCE"] == at(180)


@pytest.mark.clause("3.2")
def test_a_proposal_answered_by_the_grading_or_declined_does_not_come_back_by_itself(cast, clock):
    incident = call_in(cast, figures={"deaths": 4}, known_at=at(0), now=clock(5))
    grade(cast, incident, Level.IV, clock(10), reason="核减：一人轻伤")
    assert not Incident.objects.get().proposal_above_grade
    report(cast, incident, "FOLLOW_UP", now=clock(20))
    assert not incident.deadlines.filter(rule__code="R6", voided_at=None).exists(), "nothing new was said"
    report(cast, incident, "FOLLOW_UP", now=clock(30), deaths=12)
    assert Incident.objects.get().proposal_above_grade
    assert standing(incident, "R7", "HEADQUARTERS").due_at == at(45)
    grading.decline_proposal(actor=cast.commander, number=incident.number, reason="误", now=clock(31))
    report(cast, incident, "FOLLOW_UP", now=clock(32))
    assert not incident.deadlines.filter(rule__code="R7", voided_at=None).exists()
    report(cast, incident, "FOLLOW_UP", now=clock(33), deaths=0)
    report(cast, incident, "FOLLOW_UP", now=clock(34), deaths=5)
    assert standing(incident, "R6", "HEADQUARTERS").due_at == at(49), "it fell and rose again: a new proposal"


def test_a_fax_that_came_in_time_clears_the_breach_that_an_upgrade_had_relieved(cast, clock):
    incident = call_in(cast, known_at=at(0), now=clock(10))
    grade(cast, incident, Level.IV, clock(20))
    escalation.sweep(now=clock(121))
    regrade(cast, incident, Level.III, clock(125))
    fax = {"actor": cast.duty_officer, "channel": "FAX", "arrived_at": at(110)}
    report(cast, incident, "WRITTEN", now=clock(130), **fax)
    for rule in ("R4", "R2"):
        assert incident.deadlines.get(rule__code=rule).state(at(131)) == State.MET
    assert Notification.objects.filter(kind="correction", person=cast.duty_officer.person).exists()


def test_a_later_known_at_undoes_a_write_off_of_what_was_not_overdue(cast, clock):
    incident = file_in(cast, known_at=at(0), now=clock(40))
    debt = incident.deadlines.get(rule__code="R3")
    arguments = {"actor": cast.office_director, "reason": "未来电"}
    enforcing.write_off(deadline=debt.pk, now=clock(80), **arguments)
    firm_clock.correct_known_at(number=incident.number, known_at=at(35), now=clock(85), **arguments)
    assert (standing(incident, "R3").due_at, standing(incident, "R3").written_off_at) == (at(95), None)
    assert incident.deadlines.get(pk=debt.pk).state(at(85)) == State.VOID


def test_a_later_known_at_leaves_a_write_off_of_what_was_overdue_anyway(cast, clock):
    incident = file_in(cast, known_at=at(0), now=clock(40))
    debt = incident.deadlines.get(rule__code="R3")
    arguments = {"actor": cast.office_director, "reason": "未来电"}
    enforcing.write_off(deadline=debt.pk, now=clock(80), **arguments)
    firm_clock.correct_known_at(number=incident.number, known_at=at(10), now=clock(85), **arguments)
    debt.refresh_from_db()
    assert (debt.due_at, debt.state(at(85))) == (at(70), State.BREACHED) and debt.written_off_at


def test_the_wrong_firms_word_does_not_answer_for_the_right_one(cast, clock):
    incident = call_in(cast, known_at=at(0), now=clock(10))
    firm_clock.name_firm(
        actor=cast.office_director,
        number=incident.number,
        enterprise=OTHER_FIRM,
        known_at=at(50),
        now=clock(50),
        reason="听错",
    )
    oral = incident.deadlines.get(rule__code="R3", debtor=cast.other_firm)
    assert (oral.due_at, oral.state(at(51))) == (at(110), State.OPEN)


def test_a_superior_units_word_answers_for_its_firm_after_an_upgrade(cast, clock):
    incident = call_in(cast, firm="express-a-hub", known_at=at(0), now=clock(5))
    report(cast, incident, "WRITTEN", now=clock(20))
    grade(cast, incident, Level.III, clock(25))
    assert incident.reports.get(kind="WRITTEN").reporter.code == FIRM
    assert standing(incident, "R2").state(at(25)) == State.MET


def test_a_call_is_confirmed_after_the_end_too(cast, clock):
    incident = file_in(cast, known_at=at(0), now=clock(40), oral_at=at(20))
    grade(cast, incident, Level.IV, clock(50))
    closing.end_without_response(
        actor=cast.office_director, number=incident.number, reason="已处置", now=clock(70)
    )
    firm_clock.confirm_oral(
        actor=cast.duty_officer,
        number=incident.number,
        report_number=incident.reports.get().number,
        now=clock(75),
    )
    assert incident.deadlines.get(rule__code="R3").state(at(76)) == State.MET


@pytest.mark.clause("4.3")
def test_when_the_common_incident_ends_the_merged_firms_open_debts_end_too(cast, clock):
    common = call_in(cast, known_at=at(0), now=clock(0))
    other = call_in(cast, firm=OTHER_FIRM, known_at=at(0), now=clock(0))
    merging.merge(
        actor=cast.office_director,
        number=other.number,
        into=common.number,
        reason="同一火情",
        now=clock(5),
    )
    grading.dismiss(actor=cast.office_director, number=common.number, reason="误报", now=clock(10))
    assert other.deadlines.get(rule__code="R4").state(at(11)) == State.VOID


@pytest.mark.clause("5.2.3")
def test_after_an_outage_no_commander_is_told_twice_of_one_debt(cast, clock):
    director = cast.office_director.person
    headquarters = cast.commander.organization
    Post.objects.create(person=director, organization=headquarters, role=Role.COMMANDER, title="副总指挥")
    incident = call_in(cast, known_at=at(0), now=clock(0))
    escalation.sweep(now=clock(200))
    told = Notification.objects.filter(
        deadline=incident.deadlines.get(rule__code="R4"), person=director, kind="escalation"
    )
    assert told.count() == 1
    assert FiredStep.objects.filter(deadline__rule__code="R4", skipped=False).count() == 3


@pytest.mark.parametrize(
    ("stated", "pointer"),
    [
        ({"deaths": 10**10}, "/deaths"),
        ({"loss_yuan": -1}, "/loss_yuan"),
        ({"deaths": "4"}, "/deaths"),
        ({"place": "路" * 201}, "/place"),
        ({"network_scope": "galaxy"}, "/network_scope"),
        ({"superior_unit_told": {"who": "经" * 101, "at": T0}}, "/superior_unit_told/who"),
        ({"occurred_at": T0.replace(tzinfo=None)}, "/occurred_at"),
    ],
)
def test_what_no_column_holds_is_refused_by_name(cast, clock, stated, pointer):
    incident = file_in(cast, known_at=at(0), now=clock(0))
    with pytest.raises(Invalid) as refused:
        report(cast, incident, "WRITTEN", now=clock(1), **stated)
    assert refused.value.errors[0].pointer == pointer


@pytest.mark.clause("6.4")
def test_names_of_people_stand_beside_the_ledger(cast, clock):
    incident = call_in(cast, known_at=at(0), now=clock(0))
    intake.file_report(
        actor=cast.duty_officer,
        number=incident.number,
        kind="FOLLOW_UP",
        arrival=intake.Arrival("PHONE", call=intake.Call("来电人甲", "0396-55")),
        contents={
            "development": "续报",
            "superior_unit_told": {"who": "省公司值班员乙", "at": at(0)},
            "oral_report": {"to": "接听人丙", "at": at(0)},
        },
        now=clock(1),
    )
    texts = "".join(incident.timeline.values_list("text", flat=True))
    assert not [name for name in ("来电人甲", "0396-55", "省公司值班员乙", "接听人丙") if name in texts]


def test_a_breach_set_aside_by_facts_goes_on_when_the_grading_is_the_milder_level_after_all(cast, clock):
    incident = call_in(cast, known_at=at(0), now=clock(5))
    report(cast, incident, "FOLLOW_UP", now=clock(125), deaths=3)
    assert standing(incident, "R2").due_at == at(120), "takes over the due time"
    grade(cast, incident, Level.IV, clock(130))
    written = incident.deadlines.get(rule__code="R4")
    assert written.relieved_at is None and written.next_step_at and written.counted
    brief = incident.deadlines.get(rule__code="R2")
    assert brief.relieved_at and not brief.counted, "one breach counts once"
    report(cast, incident, "WRITTEN", now=clock(140))
    written.refresh_from_db()
    assert written.state(at(141)) == State.MET_LATE


def test_a_revived_breach_does_not_send_again_what_its_successor_has_sent(cast, clock):
    incident = call_in(cast, known_at=at(0), now=clock(5))
    escalation.sweep(now=clock(121))
    report(cast, incident, "FOLLOW_UP", now=clock(125), deaths=3)
    escalation.sweep(now=clock(135))
    assert standing(incident, "R2").fired_steps.filter(step__offset=timedelta(minutes=15)).exists()
    grade(cast, incident, Level.IV, clock(140))
    written = standing(incident, "R4")
    assert written.next_step_at == at(150), "the +15 is behind it"
    escalation.sweep(now=clock(150))
    told = Notification.objects.filter(deadline__rule__code__in=["R2", "R4"], kind="escalation")
    director = told.filter(person=cast.office_director.person, fired_step__step__offset=timedelta(minutes=15))
    assert director.count() == 1
