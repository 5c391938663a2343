"""W3 (§4.3(1)): one daily report per calendar day in which the warning is in force; more often where 指挥部 says so."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from alerts.models import State
from incidents.refusals import Invalid, NotAllowed
from incidents.services.warning import warning_issuing, warning_reporting
from tests import cast as people
from tests.warnings.conftest import T0, debts, states

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.3")]

DAYS = [date(2026, 3, 2) + timedelta(days=n) for n in range(5)]


@pytest.fixture
def warning(cast, clock):
    return people.issue(cast)


def daily(cast, warning, day: date, *, actor=None):
    return warning_reporting.file_daily(
        actor=actor or cast.duty_officer,
        number=warning.number,
        day=day,
        contents="雨量减小",
        now=timezone.now(),
    )


def by_day(warning) -> dict[date, State]:
    return {row.day: row.state(timezone.now()) for row in debts(warning, "W3")}


def test_a_day_is_due_at_its_end_and_the_next_always_stands(cast, clock, warning):
    assert [row.due_at for row in debts(warning, "W3")] == [T0.replace(hour=0) + timedelta(days=1)]
    daily(cast, warning, DAYS[0])
    assert by_day(warning) == {DAYS[0]: State.MET, DAYS[1]: State.OPEN}


def test_two_days_missed_are_two_breaches_and_a_late_report_answers_its_own_day(cast, clock, warning):
    clock.after(44)  # the third day, four in the afternoon
    assert by_day(warning) == {
        DAYS[0]: State.BREACHED,
        DAYS[1]: State.BREACHED,
        DAYS[2]: State.OPEN,
    }
    daily(cast, warning, DAYS[1])
    assert by_day(warning) == {
        DAYS[0]: State.BREACHED,
        DAYS[1]: State.MET_LATE,
        DAYS[2]: State.OPEN,
    }


def test_the_day_of_lifting_is_void_and_a_missed_one_stays_breached_and_may_be_answered(cast, clock, warning):
    clock.after(12)
    warning_issuing.lift(actor=cast.commander, number=warning.number, reason="雨停", now=timezone.now())
    assert by_day(warning) == {DAYS[0]: State.BREACHED, DAYS[1]: State.VOID}
    clock.after(80)
    assert len(debts(warning, "W3")) == 2, "nothing goes on after the lifting"
    daily(cast, warning, DAYS[0])
    assert by_day(warning)[DAYS[0]] == State.MET_LATE


def test_the_day_must_be_one_in_force_and_none_ahead(cast, clock, warning):
    clock.after(10)
    for day, code in ((DAYS[2], "in_future"), (DAYS[0] - timedelta(days=1), "not_in_force")):
        with pytest.raises(Invalid) as refused:
            daily(cast, warning, day)
        assert refused.value.errors[0].code == code
    with pytest.raises(NotAllowed):
        daily(cast, warning, DAYS[1], actor=cast.commander)


def test_a_second_report_of_a_day_is_kept_and_settles_nothing(cast, clock, warning):
    first, second = daily(cast, warning, DAYS[0]), daily(cast, warning, DAYS[0])
    assert (first.number, second.number) == (f"{warning.number}-D1", f"{warning.number}-D2")
    assert states(warning, "W3") == [State.MET, State.OPEN]


def test_an_interval_tightens_the_running_row_and_sets_those_that_follow(cast, clock, warning):
    every = {"number": warning.number, "interval": timedelta(hours=2), "now": clock.after(1)}
    with pytest.raises(NotAllowed):
        warning_reporting.set_daily_interval(actor=cast.office_director, **every)
    warning_reporting.set_daily_interval(actor=cast.commander, **every)
    assert [row.due_at for row in debts(warning, "W3")] == [T0 + timedelta(hours=3)]
    clock.after(2)
    daily(cast, warning, DAYS[0])
    clock.after(7)
    assert [(row.due_at - T0, row.state(timezone.now())) for row in debts(warning, "W3")] == [
        (timedelta(hours=3), State.MET),
        (timedelta(hours=4), State.BREACHED),
        (timedelta(hours=6), State.BREACHED),
        (timedelta(hours=8), State.OPEN),
    ]


def test_an_interval_does_not_loosen_and_can_be_taken_back(cast, clock, warning):
    clock.after(3)
    set_to = {"actor": cast.commander, "number": warning.number, "now": timezone.now()}
    warning_reporting.set_daily_interval(**set_to, interval=timedelta(hours=12))
    assert debts(warning, "W3")[0].due_at == T0 + timedelta(hours=4), "midnight stays the latest"
    warning_reporting.set_daily_interval(**set_to, interval=None)
    daily(cast, warning, DAYS[0])
    assert debts(warning, "W3")[-1].due_at == T0 + timedelta(hours=28)
    for hours in (0.1, 30):
        with pytest.raises(Invalid):
            warning_reporting.set_daily_interval(**set_to, interval=timedelta(hours=hours))


def test_with_every_worker_dead_a_day_is_settled_by_its_own_report(cast, clock, warning):
    clock.traveller.move_to(T0 + timedelta(hours=38))  # the third day, and nobody has swept
    daily(cast, warning, DAYS[2])
    assert by_day(warning) == {
        DAYS[0]: State.BREACHED,
        DAYS[1]: State.BREACHED,
        DAYS[2]: State.MET,
        DAYS[3]: State.OPEN,
    }
