"""Recurring debts: the next row always exists one ahead, counted from the last report (§5.2.1) or by the day (§4.3)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from alerts.models import FiredStep, State, Warning
from alerts.services import escalation
from alerts.services.debts import DebtBook
from incidents.models import DeadlineRule, Level, Organization, PlanVersion
from incidents.services.closure import closing
from incidents.services.debt import enforcing
from incidents.services.response import grading
from tests.cast import call_in, report

T0 = datetime(2026, 3, 2, 14, tzinfo=UTC)  # 22:00 in the city
Clock = DeadlineRule.Clock


def at(hours):
    return T0 + timedelta(hours=hours)


@pytest.fixture
def clock():
    """Moves the time, letting the worker wake at every due moment on the way."""
    with time_machine.travel(T0, tick=False) as traveller:

        def move(hours):
            while (due := escalation.next_due()) and due <= at(hours):
                traveller.move_to(due)
                escalation.sweep(now=due)
            traveller.move_to(at(hours))
            return at(hours)

        yield move


@pytest.fixture
def grave(cast, clock):
    incident = call_in(cast, figures={"deaths": 4}, known_at=T0, now=T0)
    grading.grade(actor=cast.office_director, number=incident.number, level=Level.III, now=T0)
    return incident


def rounds_of(subject, rule, now, **which):
    """(due in hours after T0, state) of every row that stands."""
    rows = subject.deadlines.filter(rule__code=rule, voided_at=None, **which).order_by("round")
    return [((row.due_at - T0).total_seconds() / 3600, row.state(now)) for row in rows]


@pytest.mark.clause("5.2.1")
def test_graded_to_three_the_firm_owes_a_follow_up_every_four_hours_from_its_last(cast, grave, clock):
    report(cast, grave, "FOLLOW_UP", now=clock(1))
    assert rounds_of(grave, "R5", at(1)) == [(4, State.MET), (5, State.OPEN)]
    report(cast, grave, "FOLLOW_UP", now=clock(6))
    assert rounds_of(grave, "R5", at(6)) == [
        (4, State.MET),
        (5, State.MET_LATE),
        (9, State.MET),
        (10, State.OPEN),
    ]


@pytest.mark.clause("5.2.1")
def test_silence_goes_on_reading_as_overdue(cast, grave, clock):
    now = clock(13)
    assert rounds_of(grave, "R5", now) == [
        (4, State.BREACHED),
        (8, State.BREACHED),
        (12, State.BREACHED),
        (16, State.OPEN),
    ]
    breaches = FiredStep.objects.filter(deadline__rule__code="R5", step__offset=timedelta(0))
    assert breaches.count() == 3


@pytest.mark.clause("5.2.1")
def test_a_late_report_answers_all_that_is_overdue_and_the_next_counts_from_it(cast, grave, clock):
    report(cast, grave, "FOLLOW_UP", now=clock(13))
    assert rounds_of(grave, "R5", at(13)) == [
        (4, State.MET_LATE),
        (8, State.MET_LATE),
        (12, State.MET_LATE),
        (16, State.MET),
        (17, State.OPEN),
    ]


@pytest.mark.clause("5.2.1")
def test_a_fax_typed_in_later_moves_the_row_that_its_silence_had_opened(cast, grave, clock):
    clock(5)
    report(cast, grave, "FOLLOW_UP", actor=cast.duty_officer, channel="FAX", now=at(5), arrived_at=at(3))
    assert rounds_of(grave, "R5", at(5)) == [(4, State.MET), (7, State.OPEN)]


@pytest.mark.clause("5.2.1")
def test_after_an_outage_every_missed_round_is_opened_and_breached_once(cast, grave):
    with time_machine.travel(at(13), tick=False):
        escalation.sweep(now=at(13))
        assert [due for due, _ in rounds_of(grave, "R5", at(13))] == [4, 8, 12, 16]
        assert escalation.sweep(now=at(13)) == 0


@pytest.mark.clause("5.2.1")
def test_with_every_worker_dead_the_row_ahead_reads_as_overdue(grave):
    assert rounds_of(grave, "R5", at(50)) == [(4, State.BREACHED)]


@pytest.mark.clause("5.4.5")
def test_follow_ups_end_with_the_incident(cast, grave, clock):
    clock(5)
    closing.end_without_response(actor=cast.office_director, number=grave.number, reason="已处置", now=at(5))
    clock(20)
    assert rounds_of(grave, "R5", at(20)) == [(4, State.BREACHED)]


def test_a_waived_round_leaves_the_next_one_owed(cast, grave):
    row = grave.deadlines.get(rule__code="R5")
    enforcing.waive(actor=cast.office_director, deadline=row.pk, reason="现场已断网", now=at(1))
    assert rounds_of(grave, "R5", at(1)) == [(4, State.WAIVED), (8, State.OPEN)]


@pytest.mark.clause("5.2.1")
def test_a_start_opens_no_second_set_and_a_graver_level_tightens_the_open_row(cast, clock):
    incident = call_in(cast, known_at=T0, now=T0)
    grading.grade(actor=cast.office_director, number=incident.number, level=Level.IV, now=T0)
    book = DebtBook(incident, T0)
    book.follow_up(Level.IV, T0, {cast.firm: None})
    book.save()
    assert rounds_of(incident, "R5", T0) == [(24, State.OPEN)]
    now = clock(2)
    grading.regrade(actor=cast.commander, number=incident.number, level=Level.III, reason="扩大", now=now)
    assert rounds_of(incident, "R5", now) == [(6, State.OPEN)]
    report(cast, incident, "FOLLOW_UP", now=now)
    assert rounds_of(incident, "R5", now) == [(6, State.MET), (6, State.OPEN)]


# — by calendar day —


@pytest.fixture
def warning(cast, clock):
    office = Organization.objects.get(kind="OFFICE")
    warning = Warning(
        number="ZMD-W-2026-0001",
        year=2026,
        serial=1,
        plan_version=PlanVersion.in_force(),
        office=office,
        title="暴雨",
        channel=Warning.Channel.METEOROLOGY,
        risk="暴雨红色预警",
        received_at=T0,
        created_at=T0,
    )
    warning.propose(Level.III)
    warning.issue(Level.III, T0)
    warning.save()
    return warning


def in_force(warning, interval=None):
    book = DebtBook(warning, T0)
    book.start(Clock.IN_FORCE, T0, interval=interval)
    book.save()


def daily(warning, now, day):
    book = DebtBook(warning, now)
    book.settle("DAILY", now, day=day)
    book.save()


def day(number):
    return datetime(2026, 3, number).date()


@pytest.mark.clause("4.3")
def test_one_daily_report_per_calendar_day_of_the_city(warning, clock):
    in_force(warning)
    daily(warning, clock(1), day(2))
    assert rounds_of(warning, "W3", at(1)) == [(2, State.MET), (26, State.OPEN)]
    clock(27)
    assert rounds_of(warning, "W3", at(27)) == [(2, State.MET), (26, State.BREACHED), (50, State.OPEN)]


@pytest.mark.clause("4.3")
def test_a_daily_report_settles_the_day_that_it_names(warning, clock):
    in_force(warning)
    daily(warning, clock(30), day(2))
    assert rounds_of(warning, "W3", at(30)) == [(2, State.MET_LATE), (26, State.BREACHED), (50, State.OPEN)]


@pytest.mark.clause("4.3")
def test_where_headquarters_sets_an_interval_reports_are_due_more_often(warning, clock):
    in_force(warning, timedelta(hours=6))
    daily(warning, clock(1), day(2))
    assert rounds_of(warning, "W3", at(1)) == [(2, State.MET), (7, State.OPEN)]
    clock(8)
    assert rounds_of(warning, "W3", at(8)) == [(2, State.MET), (7, State.BREACHED), (13, State.OPEN)]


@pytest.mark.clause("4.3")
def test_a_warnings_breach_tells_the_office_and_stands_in_the_warnings_own_chain(cast, warning, clock):
    from incidents.models import LedgerEntry

    in_force(warning)
    clock(2.5)
    told = warning.notifications.filter(kind="breach").values_list("person__username", flat=True)
    assert set(told) == {"duty", "director"}
    fired = LedgerEntry.objects.filter(chain=warning.chain, action="deadline.fired")
    assert fired.filter(data__step="breach").count() == 1


def test_the_body_that_a_warning_came_from_is_not_told_back(warning):
    book = DebtBook(warning, T0)
    province = Organization.objects.get(kind="PROVINCE")
    rows = book.start(Clock.RISK_RECEIVED, T0, but_not_to=province)
    assert [row.creditor.kind for row in rows] == ["HEADQUARTERS"]
