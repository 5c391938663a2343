"""Who hears of it, when, and what happens where nobody is found (§5.2.3, domain §2)."""

from datetime import timedelta

import pytest

from alerts.models import FiredStep, Notification
from alerts.services import escalation
from incidents.models import Contact, LedgerEntry, Post, Role
from incidents.services.debt import enforcing
from incidents.services.response import grading
from tests.cast import call_in, file_in, report
from tests.deadlines.moments import at

pytestmark = pytest.mark.clause("5.2.3")


@pytest.fixture
def incident(cast, clock):
    """Ⅳ, the oral report in, the office's own duties done; the written report is due at 2:00."""
    incident = call_in(cast, known_at=at(0), now=clock(0))
    incident.deadlines.filter(rule__code__in=["R10", "R11"]).update(voided_at=at(0), next_step_at=None)
    return incident


def sweep(clock, *minutes):
    for moment in minutes:
        escalation.sweep(now=clock(moment))


def heard(incident, kind=None):
    """Who was told, by steps of the ladder."""
    told = Notification.objects.filter(incident=incident, fired_step__isnull=False)
    return {n.person.username for n in (told.filter(kind=kind) if kind else told)}


def test_the_ladder_reaches_firm_office_director_and_commanders_in_turn(incident, clock):
    sweep(clock, 90)
    assert heard(incident) == {"firm"}
    sweep(clock, 121)
    assert heard(incident, "breach") == {"firm", "duty"}
    sweep(clock, 135)
    assert heard(incident, "escalation") == {"director"}
    sweep(clock, 150)
    assert heard(incident, "escalation") == {"director", "commander", "deputy"}


def test_the_breach_says_legal_or_internal_limit_and_names_the_clause(cast, incident, clock):
    sweep(clock, 121)
    breach = Notification.objects.filter(kind="breach").first()
    assert "超法定时限" in breach.title and breach.clause == "5.2.1"
    own = call_in(cast, known_at=at(130), now=clock(130))
    sweep(clock, 161)
    assert "超内部时限" in Notification.objects.filter(incident=own, kind="breach").first().title


def test_a_reminder_that_finds_nobody_goes_to_the_desk(incident, cast, clock):
    Contact.objects.filter(organization=cast.firm).delete()
    sweep(clock, 90)
    assert heard(incident) == {"duty"}
    assert FiredStep.objects.get(deadline__incident=incident).found_nobody


def test_whoever_holds_the_post_when_the_step_fires_is_told(incident, cast, clock):
    sweep(clock, 90)
    successor = cast.auditor.person
    Contact.objects.filter(organization=cast.firm, duty="DUTY").update(person=successor)
    sweep(clock, 110)
    assert Notification.objects.filter(person=successor, kind="reminder").count() == 1


def test_a_last_step_that_finds_nobody_goes_to_everyone_of_office_and_headquarters(incident, cast, clock):
    Post.objects.filter(role__in=[Role.COMMANDER]).update(is_active=False)
    sweep(clock, 121, 135, 150)
    last = FiredStep.objects.get(deadline__incident=incident, step__offset=timedelta(minutes=30))
    assert last.found_nobody
    assert {n.person.username for n in last.notifications.all()} == {"duty", "director"}
    gap = LedgerEntry.objects.get(incident=incident, action="deadline.fired", data__step="+30")
    assert "无人" in gap.summary and gap.data["found_nobody"]


def test_commanders_already_reached_are_not_told_twice(cast, clock):
    """The director of the bureau is deputy commander and director of the office at once (§2.2.1)."""
    Post.objects.create(
        person=cast.office_director.person,
        organization=cast.commander.organization,
        role=Role.COMMANDER,
        title="副总指挥",
    )
    incident = call_in(cast, known_at=at(0), now=clock(0))
    debt = incident.deadlines.get(rule__code="R4")
    sweep(clock, 121, 135, 150)
    told = Notification.objects.filter(deadline=debt, person=cast.office_director.person, kind="escalation")
    assert told.count() == 1


def test_a_debt_born_overdue_is_told_once_in_one_message(cast, clock):
    incident = file_in(cast, known_at=at(0), now=clock(95))
    debt = incident.deadlines.get(rule__code="R3")
    sweep(clock, 95)
    assert [step.step.label for step in debt.fired_steps.all()] == ["breach", "+15", "+30"]
    told = Notification.objects.filter(deadline=debt)
    assert told.count() == len({n.person_id for n in told}) == 5
    assert len({n.fired_step_id for n in told}) == 1


def test_settling_stops_the_ladder(incident, cast, clock):
    sweep(clock, 121)
    report(cast, incident, "WRITTEN", now=clock(125))
    sweep(clock, 135, 150, 200)
    assert "director" not in heard(incident)


def test_a_report_that_had_come_in_time_corrects_those_who_were_reached(incident, cast, clock):
    sweep(clock, 90, 121, 135)
    fired = FiredStep.objects.filter(deadline__incident=incident).count()
    report(
        cast, incident, "WRITTEN", actor=cast.duty_officer, channel="FAX", arrived_at=at(115), now=clock(140)
    )
    corrected = Notification.objects.filter(kind="correction")
    assert {n.person.username for n in corrected} == {"firm", "duty", "director"}
    assert FiredStep.objects.filter(deadline__incident=incident).count() == fired, (
        "what fired stays on record"
    )


def test_a_waived_debt_is_quiet(incident, cast, clock):
    debt = incident.deadlines.get(rule__code="R4")
    enforcing.waive(actor=cast.office_director, deadline=debt.pk, reason="现场被封控", now=clock(100))
    sweep(clock, 121, 150)
    assert "director" not in heard(incident)


def test_sweeping_twice_fires_nothing_twice(incident, clock):
    sweep(clock, 121, 121, 121)
    labels = [step.step.label for step in FiredStep.objects.filter(deadline__incident=incident)]
    assert sorted(labels) == ["breach", "remind", "remind", "remind"]
    assert FiredStep.objects.filter(deadline__incident=incident, skipped=True).count() == 3


def test_a_dismissed_incident_is_quiet(incident, cast, clock):
    grading.dismiss(actor=cast.office_director, number=incident.number, reason="误报", now=clock(10))
    sweep(clock, 121, 150)
    assert heard(incident) == set()
    assert incident.deadlines.get(rule__code="R4").voided_at
