"""The sweep: fires what is due of every ladder, each step of each debt exactly once.

One batch is one transaction: incidents are locked first (SKIP LOCKED, ordered), then warnings, where neither is due
undertakings, then their debts, then the ledger; the fired step, the next time, the next row of a recurring debt, the inbox
and the timeline commit together or not at all. Whom a step reaches: `climbing`; what it leaves behind: `firing_record`.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from alerts.models import Deadline, Heartbeat, Undertaking, Warning
from alerts.models.deadline import DUE_SECOND
from alerts.services import ladder, rounds
from alerts.services.climbing import plan_firings, steps_of
from alerts.services.firing_record import record
from incidents.models import (
    DeadlineRule,
    Incident,
    Organization,
    TaskOrder,
)

BATCH = 500
"""Incidents, or warnings, or undertakings, per transaction."""
AT_HAND = 20 * BATCH
"""How many due debts a batch looks for its subjects among: more than all other sweepers can hold at once."""
READ = {
    Incident: "enterprise_id, level, proposed_level, is_drill, drill_id",
    Warning: "enterprise_id, level, proposed_level, is_drill, drill_id",
    Undertaking: "body_id, matter, until_at",
}
"""What the sweep reads of a subject, beside what all have."""


def sweep(*, now: datetime, call_for_help: Callable = lambda: None) -> int:
    """Fires everything that is due at `now`; returns the number of steps fired or recorded as skipped.

    `call_for_help`: called once if it is more than a batch, so that others sweep at the same time.
    """
    fired = 0
    while is_due(now) and (batch := fire_batch(now=now)) is not None:
        if batch >= BATCH > fired:
            call_for_help()
        fired += batch
        write_heartbeat()
    write_heartbeat()
    return fired


def write_heartbeat():
    """The sweep is at work: also in the midst of a storm that takes longer than the watchdog's patience."""
    beat = Heartbeat(name="sweep", at=timezone.now())
    Heartbeat.objects.bulk_create([beat], update_conflicts=True, unique_fields=["name"], update_fields=["at"])


def next_due() -> datetime | None:
    """When the next step of any debt falls due."""
    return Deadline.objects.filter(next_step_at__isnull=False).aggregate(at=Min("next_step_at"))["at"]


def is_due(now: datetime) -> bool:
    due = next_due()
    return due is not None and due <= now


@transaction.atomic
def fire_batch(*, now: datetime) -> int | None:
    """Fires what is due of the next subjects that are free; None when all are held by others, or none is due."""
    debts = lock_due(now)
    if debts is None:
        return None
    firings = plan_firings(debts, now)
    record(debts, firings, roll_on(debts, now), now)
    return len(firings)


def lock_due(now: datetime) -> list[Deadline] | None:
    """The due debts of the next subjects that nobody else holds; None if there is no such subject. What is to be made
    ready waits until nothing is due of what has happened.

    An empty list: another sweeper has just fired what was due of these.
    """
    incidents = _lock_subjects(Incident, "incident_id", now)
    warnings = _lock_subjects(Warning, "warning_id", now)
    prepared = {} if incidents or warnings else _lock_subjects(Undertaking, "undertaking_id", now)
    if not incidents and not warnings and not prepared:
        return None
    due = Deadline.objects.select_for_update().filter(next_step_at__lte=now)
    debts = [*due.filter(incident__in=list(incidents)).order_by("incident_id", "id")] if incidents else []
    debts += [*due.filter(warning__in=list(warnings)).order_by("warning_id", "id")] if warnings else []
    debts += (
        [*due.filter(undertaking__in=list(prepared)).order_by("undertaking_id", "id")] if prepared else []
    )
    _relate(debts, incidents, warnings, prepared)
    return debts


def _lock_subjects(model: type, key: str, now: datetime) -> dict:
    """By id, so that all who lock several do it in one order. The array keeps the planner to the two indexes:
    it never reads what is open but not due, nor another subject."""
    found = model.objects.raw(
        f"""SELECT id, number, title, office_id, plan_version_id, {READ[model]}
        FROM {model._meta.db_table}
        WHERE id = ANY(ARRAY(
            SELECT {key} FROM alerts_deadline WHERE next_step_at <= %s AND {key} IS NOT NULL
            ORDER BY next_step_at LIMIT %s))
        ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED""",  # nosec B608 # names of our own columns
        [now, AT_HAND, BATCH],
    )
    return {subject.pk: subject for subject in found}


def _relate(debts: list[Deadline], incidents: dict, warnings: dict, prepared: dict):
    """Rules, bodies and orders are few, and shared by all debts of a batch."""
    named = {name: {getattr(debt, f"{name}_id") for debt in debts} for name in ("debtor", "creditor", "desk")}
    subjects = (*incidents.values(), *warnings.values(), *prepared.values())
    offices = {subject.office_id for subject in subjects}
    bodies = Organization.objects.select_related("parent").in_bulk(set.union(offices, *named.values()))
    rules = DeadlineRule.objects.in_bulk({debt.rule_id for debt in debts})
    ordered = {debt.order_id for debt in debts} - {None}
    orders = TaskOrder.objects.in_bulk(ordered) if ordered else {}
    for subject in subjects:
        subject.office = bodies[subject.office_id]
    for debt in debts:
        if debt.incident_id:
            debt.incident = incidents[debt.incident_id]
        elif debt.warning_id:
            debt.warning = warnings[debt.warning_id]
        else:
            debt.undertaking = prepared[debt.undertaking_id]
        debt.rule, debt.order = rules[debt.rule_id], orders.get(debt.order_id)
        for name in named:
            setattr(debt, name, bodies[getattr(debt, f"{name}_id")])


def roll_on(debts: list[Deadline], now: datetime) -> list[Deadline]:
    """What recurs and was not answered goes on: the next row opens, so that silence goes on reading as overdue."""
    opened = []
    for debt in debts:
        if debt.rolls_on and now >= debt.due_at + DUE_SECOND:
            debt.rolls_on = False
            row = rounds.successor(debt, after=debt.due_at, now=now)
            if row is None:
                continue
            row.next_step_at = ladder.next_step_at(row, steps_of(row), set())
            opened.append(row)
    return opened
