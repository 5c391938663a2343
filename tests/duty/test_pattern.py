"""Patterns: laid over days in one act, skipping what stands there; holidays take another set of hours."""

from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from alerts.models import DayKind, Seat, Shift, ShiftPattern
from alerts.services.roster import Days
from incidents.models import LedgerEntry
from incidents.refusals import Invalid, NotAllowed, WrongState
from incidents.services.roster import duty_plan
from tests import cast as people
from tests.duty.stage import at, shift

pytestmark = pytest.mark.clause("5.2.3")
MONDAY = date(2026, 3, 2)


def pattern(words):
    return ShiftPattern.objects.get(name__startswith=words)


def lay(cast, which, actors, first=MONDAY, last=MONDAY, *, by=None, seat=Seat.DUTY, now=None):
    return duty_plan.lay(
        actor=by or cast.office_director,
        body=cast.duty_officer.organization,
        pattern=which.pk,
        seat=seat,
        people=[actor.person.pk for actor in actors],
        first=first,
        last=last,
        now=now or at(-24),
    )


def hours():
    return [
        f"{timezone.localtime(s.starts_at):%d %H}-{timezone.localtime(s.ends_at):%d %H} {s.person.username}"
        for s in Shift.objects.order_by("period")
    ]


def test_three_shifts_a_day_take_turns(cast, other):
    drawn, skipped = lay(cast, pattern("三班倒"), [cast.duty_officer, other], last=date(2026, 3, 3))
    assert skipped == [] and len(drawn) == 6
    assert hours() == [
        "02 00-02 08 duty",
        "02 08-02 16 colleague",
        "02 16-03 00 duty",
        "03 00-03 08 colleague",
        "03 08-03 16 duty",
        "03 16-04 00 colleague",
    ]
    entry = LedgerEntry.objects.get(action="duty.laid")
    assert "排 6 班" in entry.summary and other.person.name not in entry.text


def test_what_is_covered_is_skipped_and_said(cast, other):
    shift(cast.office_director, cast.duty_officer, 1, 3, now=at(-24))  # 09:00–11:00
    shift(cast.office_director, other, 12, 14, seat=Seat.STANDBY, now=at(-24))  # 20:00–22:00
    drawn, skipped = lay(cast, pattern("白班"), [cast.duty_officer, other], last=date(2026, 3, 3))
    assert [why for _, why in skipped] == ["已有人值班", "此人另有班次"]
    assert len(drawn) == 2
    assert "跳过 2 班" in LedgerEntry.objects.get(action="duty.laid").summary
    with pytest.raises(WrongState):
        lay(cast, pattern("白班"), [cast.duty_officer], last=MONDAY, now=at(13))


def test_a_holiday_takes_other_hours(cast, other):
    """National day 2026 begins on Thursday 1 October; Wednesday is worked."""
    drawn, _ = lay(
        cast,
        pattern("工作日 24"),
        [cast.duty_officer, other],
        first=date(2026, 9, 30),
        last=date(2026, 10, 1),
    )
    assert [drawn_.ends_at - drawn_.starts_at for drawn_ in drawn] == [
        timedelta(hours=h) for h in (24, 12, 12)
    ]


def test_days_are_those_of_the_law_and_what_was_set_right_by_hand(db):
    days = Days(date(2026, 10, 1), date(2026, 10, 31))
    assert days.is_rest(date(2026, 10, 1)) and days.name(date(2026, 10, 1)) == "国庆节"
    assert not days.is_rest(date(2026, 10, 10)) and days.name(date(2026, 10, 10)) == "调休上班"
    assert days.is_rest(date(2026, 10, 17)) and not days.is_rest(date(2026, 10, 16))
    DayKind.objects.create(day=date(2026, 10, 16), kind=DayKind.Kind.REST, note="市政府通知")
    assert Days(date(2026, 10, 1), date(2026, 10, 31)).is_rest(date(2026, 10, 16))


@pytest.mark.clause("8.2")
def test_one_untrained_in_the_rotation_refuses_the_whole(cast, other):
    other.person.trainings.all().delete()
    people.train(other.person, valid_until=date(2026, 3, 10))
    with pytest.raises(Invalid) as refusal:
        lay(cast, pattern("三班倒"), [cast.duty_officer, other], last=date(2026, 3, 31))
    assert refusal.value.clause == "8.2" and other.person.name in refusal.value.detail
    assert not Shift.objects.exists()
    lay(cast, pattern("三班倒"), [cast.duty_officer, other], last=date(2026, 3, 9))


@pytest.mark.parametrize(
    "odd",
    [
        {"last": date(2026, 3, 1)},
        {"last": date(2026, 12, 31)},
        {"actors": []},
    ],
)
def test_odd_spans_and_people_are_refused(cast, odd):
    with pytest.raises(Invalid):
        lay(cast, pattern("三班倒"), odd.pop("actors", [cast.duty_officer]), **odd)


def test_a_duty_officer_lays_none(cast):
    with pytest.raises(NotAllowed):
        lay(cast, pattern("三班倒"), [cast.duty_officer], by=cast.duty_officer)


def test_the_preview_is_what_is_then_laid(cast, other):
    own = ShiftPattern.objects.create(name="自定")
    own.segments.create(starts=time(6), length=timedelta(hours=6))
    office = cast.duty_officer.organization
    found, chosen = duty_plan.checked_plan(office, own.pk, [other.person.pk], MONDAY, MONDAY)
    ((slot, why),) = duty_plan.preview(office, found, Seat.DUTY, chosen, MONDAY, MONDAY, at(-24))
    assert why == ""
    (drawn,), _ = lay(cast, own, [other])
    assert (drawn.starts_at, drawn.ends_at, drawn.person) == (slot.starts_at, slot.ends_at, slot.person)
