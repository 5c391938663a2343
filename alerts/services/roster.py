"""The roster read: who is on shift at a moment, where it has gaps, how a pattern lies over days.

The office must be kept around the clock by a duty officer and a leader; a liaison's body, a county and an
enterprise by a duty officer (§5.2.3(2), 5.4.2(1)). A body that has never drawn up a roster has no gaps, it
has none at all, and its standing contacts answer.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

import holidays
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Max, Min
from django.utils import timezone

from alerts.models import DayKind, HandOver, PatternSegment, Seat, Shift, ShiftPattern, Training
from incidents.days import city_time
from incidents.models import Organization, User

Kind = Organization.Kind
DESK_KEPT = {Kind.OFFICE: (Seat.DUTY, Seat.LEADER)}
AHEAD = timedelta(days=3)
"""How long before it comes a gap is flagged."""
DAY = timedelta(days=1)


def seats_kept(body: Organization) -> tuple[Seat, ...]:
    """The seats that may not stand empty; of others an empty hour is no gap."""
    return DESK_KEPT.get(body.kind, (Seat.DUTY,))


@dataclass(frozen=True)
class Gap:
    """Nobody is rostered for a seat that must be kept, until the next shift, or with none behind it."""

    seat: Seat
    starts_at: datetime
    ends_at: datetime | None

    def has_begun(self, now: datetime) -> bool:
        return self.starts_at <= now

    @property
    def words(self) -> str:
        return (
            f"{_moment(self.starts_at)} {f'至 {_moment(self.ends_at)}' if self.ends_at else '起，后续未排'}"
        )


def gaps(body: Organization, since: datetime, until: datetime) -> list[Gap]:
    return gaps_of_all([body], since, until)[body.pk]


def gaps_of_all(bodies: Iterable[Organization], since: datetime, until: datetime) -> dict[int, list[Gap]]:
    """The gaps of each body that touch this time, in order: three queries, whatever the number of bodies.

    One that runs at `since` begins where the shift before it ended, so that it keeps its name from hour to hour.
    """
    bodies = {body.pk: body for body in bodies}
    mine = Shift.objects.manned().filter(organization__in=bodies)
    first = dict(mine.values_list("organization").annotate(Min("period__startswith")).order_by())
    before = {
        (body, seat): end
        for body, seat, end in mine.filter(period__endswith__lte=since)
        .values_list("organization", "seat")
        .annotate(Max("period__endswith"))
        .order_by()
    }
    covered = defaultdict(list)
    for shift in mine.filter(period__endswith__gt=since).order_by("period"):
        covered[shift.organization_id, shift.seat].append(shift.period)
    found = {}
    for pk, body in bodies.items():
        found[pk] = []
        if pk not in first:
            continue
        for seat in seats_kept(body):
            begin = max(before.get((pk, seat)) or first[pk], first[pk])
            found[pk] += _holes(seat, covered[pk, seat], begin, since, until)
        found[pk].sort(key=lambda gap: (gap.starts_at, gap.seat))
    return found


def _holes(seat: Seat, periods, begin: datetime, since: datetime, until: datetime) -> Iterator[Gap]:
    reached = begin
    for period in periods:
        if reached >= until:
            return
        if period.lower > max(reached, since):
            yield Gap(seat, reached, period.lower)
        reached = max(reached, period.upper)
    if reached < until:
        yield Gap(seat, reached, None)


@dataclass
class OnDuty:
    """Who keeps a body's desk at a moment, and what is to be watched."""

    at: datetime
    shifts: list[Shift]
    next_shift: Shift | None
    waiting: HandOver | None
    gaps: list[Gap]
    has_roster: bool

    def of(self, seat: Seat) -> Shift | None:
        return next((shift for shift in self.shifts if shift.seat == seat), None)

    @property
    def duty(self) -> Shift | None:
        return self.of(Seat.DUTY)

    @property
    def leader(self) -> Shift | None:
        return self.of(Seat.LEADER)

    @property
    def standby(self) -> Shift | None:
        return self.of(Seat.STANDBY)

    @property
    def hands_over_at(self) -> datetime | None:
        return self.duty.ends_at if self.duty else self.next_shift and self.next_shift.starts_at


def on_duty(body: Organization, at: datetime) -> OnDuty:
    """Five queries: the shifts about this moment, the hand-over that waits, and the gaps ahead."""
    near = Shift.objects.manned().filter(organization=body).between(at, at + AHEAD)
    shifts = list(near.select_related("person").order_by("period", "seat"))
    ahead = gaps(body, at, at + AHEAD)
    return OnDuty(
        at=at,
        shifts=[shift for shift in shifts if shift.is_on(at)],
        next_shift=next((s for s in shifts if s.seat == Seat.DUTY and s.starts_at > at), None),
        waiting=waiting_hand_over(body, Seat.DUTY),
        gaps=ahead,
        has_roster=bool(shifts or ahead),
    )


def waiting_hand_over(body: Organization, seat: int) -> HandOver | None:
    """The hand-over of this seat that nobody has signed yet."""
    waiting = HandOver.objects.filter(shift__organization=body, shift__seat=seat, signed_at=None)
    return waiting.select_related("shift__person", "shift__organization").order_by("-written_at").first()


def trained(people: Iterable[User | int]) -> dict[int, list[Training]]:
    """The trainings that stand, by person: one query."""
    found = defaultdict(list)
    for training in Training.objects.filter(person__in=people, withdrawn_at=None):
        found[training.person_id].append(training)
    return found


def is_trained(trainings: Iterable[Training], first: date, last: date) -> bool:
    """Whether one training holds on every day from the first to the last (§8.2)."""
    return any(training.covers(first, last) for training in trainings)


class Days:
    """Which days of a span are worked: the calendar of the law, and what was set right by hand."""

    def __init__(self, first: date, last: date):
        self._set = dict(DayKind.objects.filter(day__range=(first, last)).values_list("day", "kind"))

    def is_rest(self, day: date) -> bool:
        if day in self._set:
            return self._set[day] == DayKind.Kind.REST
        return not _calendar().is_working_day(day)

    def name(self, day: date) -> str:
        """The holiday's name, or 周末 or 调休上班; nothing on an ordinary working day."""
        if day in self._set:
            return DayKind.Kind(self._set[day]).label
        if holiday := _calendar().get(day):
            return holiday.split("（")[0]
        if day.weekday() >= 5:
            return "周末" if self.is_rest(day) else "调休上班"
        return ""


@cache
def _calendar():
    return holidays.country_holidays("CN", language="zh_CN")


@dataclass(frozen=True)
class Slot:
    """A shift as a pattern lays it out, before it is drawn up."""

    starts_at: datetime
    ends_at: datetime
    person: User


def lay_out(pattern: ShiftPattern, people: list[User], first: date, last: date) -> list[Slot]:
    """The pattern over these days, its people taking turns from shift to shift, in their order."""
    segments, days = list(pattern.segments.all()), Days(first, last)
    Of = PatternSegment.Days
    slots = []
    for n in range((last - first).days + 1):
        day = first + n * DAY
        kind = Of.REST if days.is_rest(day) else Of.WORK
        for segment in sorted(segments, key=lambda s: s.starts):
            if segment.days in (Of.ALL, kind):
                starts = city_time(day, segment.starts)
                slots.append(Slot(starts, starts + segment.length, people[len(slots) % len(people)]))
    return slots


def period_of(starts_at: datetime, ends_at: datetime) -> DateTimeTZRange:
    return DateTimeTZRange(starts_at, ends_at, "[)")


def _moment(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
