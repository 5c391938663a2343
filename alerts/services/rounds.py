"""Recurring debts: when the first row is due, and the next (W3 by calendar day, R5 and R9 from the last report on)."""

from datetime import date, datetime, timedelta

from alerts.models import Deadline, Warning
from alerts.models.deadline import MATTERS, day_at
from incidents.days import city_time
from incidents.drill_clock import DrillClock
from incidents.models import DeadlineRule, Incident

Recurs = DeadlineRule.Recurs


def first_due(
    subject: Incident | Warning, rule: DeadlineRule, starts_at: datetime, interval: timedelta | None
) -> datetime:
    if rule.recurs != Recurs.DAILY:
        return starts_at + rule.limit / subject.pace
    day = day_at(starts_at, subject.clock)
    return _sooner(starts_at, interval and interval / subject.pace, end_of_day(day, subject.clock))


def next_due(row: Deadline, after: datetime) -> datetime:
    """When the row behind this one is due. `after`: the last report, or this row's due time if none came."""
    if row.rule.recurs == Recurs.SAME_TIME:
        return row.due_at + timedelta(days=1)
    if row.rule.recurs != Recurs.DAILY:
        return after + row.paced(row.interval)
    clock = row.subject.clock
    interval = row.interval and row.paced(row.interval)
    return _sooner(after, interval, end_of_day(day_of(row) + timedelta(days=1), clock))


def successor(row: Deadline, *, after: datetime, now: datetime) -> Deadline | None:
    """The next row of the series, not yet stored; none after the last of an undertaking."""
    due_at = next_due(row, after).replace(microsecond=0)
    if row.undertaking_id and row.undertaking.until_at and due_at > row.undertaking.until_at:
        return None
    return Deadline(
        incident=row.incident,
        warning=row.warning,
        undertaking=row.undertaking,
        rule=row.rule,
        debtor=row.debtor,
        desk=row.desk,
        creditor=row.creditor,
        **{name: getattr(row, name) for name in MATTERS if getattr(row, f"{name}_id")},
        round=row.round + 1,
        interval=row.interval,
        pace=row.pace,
        yields=row.yields,
        rolls_on=True,
        created_at=now,
        starts_at=after,
        due_at=due_at,
    )


def day_of(row: Deadline) -> date:
    return row.day


def end_of_day(day: date, clock: DrillClock | None = None) -> datetime:
    """Midnight at the end of this day, city time; of a drill's own day, when that is in earnest."""
    midnight = city_time(day + timedelta(days=1))
    return clock.meant(midnight) if clock else midnight


def _sooner(after: datetime, interval: timedelta | None, latest: datetime) -> datetime:
    return min(after + interval, latest) if interval else latest
