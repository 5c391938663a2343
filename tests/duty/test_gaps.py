"""Gaps: found, flagged days before, stated when they come, each exactly once."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from kombu import Connection

from alerts.models import GapNotice, Notification, Seat, Shift
from alerts.services import roster, roster_watch
from alerts.tasks import watch_roster
from incidents.models import LedgerEntry, Organization, Role
from incidents.services.roster import duty
from tests.cast import another_city, appoint
from tests.duty.stage import at, shift
from tests.trust.test_races import at_once
from zmd_emergency.processes import wait_for

pytestmark = pytest.mark.clause("5.2.3")


def found(body, hours=72, since=0):
    return [(g.seat, g.starts_at, g.ends_at) for g in roster.gaps(body, at(since), at(hours))]


@pytest.fixture
def office(cast):
    return cast.duty_officer.organization


def test_a_body_without_any_roster_has_no_gaps(office):
    assert found(office) == []


def test_the_office_is_kept_by_a_duty_officer_and_a_leader(cast, other, office):
    shift(cast.office_director, cast.duty_officer, 0, 24)
    assert found(office) == [(Seat.LEADER, at(0), None), (Seat.DUTY, at(24), None)]
    shift(cast.office_director, cast.office_director, 0, 72, seat=Seat.LEADER)
    shift(cast.office_director, other, 32, 72)
    assert found(office, 24) == [], "one that begins behind the time asked for is none of it"
    assert found(office) == [(Seat.DUTY, at(24), at(32))]


def test_a_firm_is_kept_by_a_duty_officer_and_a_standby_fills_no_gap(cast):
    shift(cast.enterprise, cast.enterprise, 0, 8, seat=Seat.STANDBY)
    assert found(cast.firm, 8) == [(Seat.DUTY, at(0), None)]


def test_a_running_gap_keeps_the_moment_it_began(cast, office):
    shift(cast.office_director, cast.duty_officer, 0, 8)
    assert (Seat.DUTY, at(8), None) in found(office, since=30)


def watch(hours):
    return roster_watch.watch(now=at(hours))


def test_a_gap_is_told_to_the_director_once_days_before_and_stated_once_when_it_comes(cast, other, office):
    shift(cast.office_director, cast.office_director, 0, 24 * 9, seat=Seat.LEADER)
    shift(cast.office_director, cast.duty_officer, 0, 96)
    shift(cast.office_director, other, 104, 24 * 9)
    assert watch(20) == 0, "more than three days ahead"
    assert watch(25) == 1 and watch(26) == 0 and watch(95) == 0
    ahead = Notification.objects.get(title__contains="将空岗")
    assert ahead.person == cast.office_director.person and "3月6日 08:00 至 3月6日 16:00" in ahead.title
    assert watch(96) == 1 and watch(97) == 0
    assert LedgerEntry.objects.filter(action="duty.gap_begun", summary__contains="空岗").count() == 1
    assert LedgerEntry.objects.filter(action="duty.gap_ahead").count() == 1


def test_a_firms_gap_is_told_to_the_firm_ahead_and_to_the_office_when_it_comes(cast):
    shift(cast.enterprise, cast.enterprise, 0, 8)
    watch(1)
    assert {n.person.username for n in Notification.objects.filter(title__contains="将空岗")} == {"firm"}
    watch(8)
    begun = Notification.objects.filter(title__contains="值班员空岗")
    assert {n.person.username for n in begun} == {"firm", "duty", "director"}


def test_of_two_cities_the_office_of_its_own_hears_of_an_empty_seat(cast, office):
    above = another_city()
    county = Organization.objects.get(code="other-county")
    desk = appoint("other-desk", above.code, Role.DUTY_OFFICER, "他市值班员", "DUTY")
    theirs = appoint("other-liaison", county.code, Role.COUNTY, "他县值班员")
    shift(theirs, theirs, 0, 8)
    roster_watch.watch(now=at(8))
    told = {row.person for row in Notification.objects.filter(kind="escalation")}
    assert told == {desk.person, theirs.person}


def test_a_gap_that_was_filled_is_never_stated(cast, office):
    shift(cast.enterprise, cast.enterprise, 0, 8)
    watch(1)
    shift(cast.enterprise, cast.enterprise, 8, 80)
    assert watch(8.5) == 1, "the one behind it, told ahead"
    assert not GapNotice.objects.filter(stage="begun").exists()


def test_ending_a_shift_early_opens_a_gap_that_is_stated_at_once(cast):
    running = shift(cast.enterprise, cast.enterprise, 0, 80)
    watch(1)
    duty.end_early(actor=cast.enterprise, shift=running.pk, reason="就医", now=at(2))
    watch(2 + 1 / 60)
    assert GapNotice.objects.filter(stage="begun", starts_at=at(2)).count() == 1


def test_two_watches_at_once_state_a_gap_once(cloned_database, cast):
    shift(cast.enterprise, cast.enterprise, 0, 8)
    news = at_once(*[lambda: watch(9)] * 3)
    assert sum(news) == 1
    assert LedgerEntry.objects.filter(action="duty.gap_begun").count() == 1


def test_gaps_of_many_bodies_take_three_queries(cast, django_assert_num_queries):
    for actor in (cast.enterprise, cast.other_enterprise, cast.member, cast.county):
        shift(actor, actor, 0, 8)
    bodies = [cast.firm, cast.other_firm, cast.member.organization, cast.county.organization]
    with django_assert_num_queries(3):
        gaps = roster.gaps_of_all(bodies, at(0), at(0) + timedelta(days=3))
    assert all(len(of_body) == 1 for of_body in gaps.values())


@pytest.mark.processes
def test_a_real_worker_states_the_gap(cloned_database, cast, processes, broker):
    now = timezone.now()
    Shift.objects.create(
        organization=cast.firm,
        seat=Seat.DUTY,
        person=cast.enterprise.person,
        period=roster.period_of(now - timedelta(hours=9), now - timedelta(hours=1)),
        drawn_up_at=now,
    )
    processes.worker()
    with Connection(broker) as connection:
        watch_roster.apply_async(connection=connection)
    assert wait_for(lambda: GapNotice.objects.filter(stage="begun").exists(), 90)
    assert settings.CELERY_BEAT_SCHEDULE["watch-roster"]["task"] == watch_roster.name
