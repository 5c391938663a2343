"""The sweep: fires what is due of every ladder, each step of each debt exactly once.

One batch is one transaction: incidents are locked first (SKIP LOCKED, ordered), then warnings, then their debts, then the
ledger; the fired step, the next time, the next row of a recurring debt, the inbox and the timeline commit together or not
at all. Whose turn it is: `claiming`. Whom a step reaches: `climbing`; what it leaves behind: `firing_record`.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from alerts.models import Deadline, Heartbeat
from alerts.models.deadline import DUE_SECOND
from alerts.services import claiming, ladder, rounds
from alerts.services.claiming import lock_due
from alerts.services.climbing import plan_firings, steps_of
from alerts.services.firing_record import record

log = logging.getLogger(__name__)


def sweep(*, now: datetime, call_for_help: Callable = lambda: None) -> int:
    """Fires everything that is due in earnest at `now`, and then one batch of what yields: whoever ticks next looks first at
    what has fallen due in earnest meanwhile. Returns the number of steps fired or recorded as skipped.

    `call_for_help`: called once if it is more than a batch, so that others sweep at the same time. What is broken in one
    subject holds up no other's ladder; but there is no heartbeat then, so that every page says that something is wrong.
    """
    fired = 0
    try:
        while (some := is_due(now)) and (batch := fire_batch(now=now)) is not None:
            if batch >= claiming.BATCH > fired:
                call_for_help()
            fired += batch
            write_heartbeat()
        write_heartbeat()
        if some:
            fired += fire_batch(now=now, yielding=True) or 0
    except Exception:
        _each_by_itself(now)
        raise
    return fired


def _each_by_itself(now: datetime):
    """After a batch has failed; of each subject that fails alone too the log says which it is."""
    for model, pk in claiming.all_due(now):
        try:
            fire_batch(now=now, only=(model, pk))
        except Exception:
            log.exception("The ladders of %s %s are held up", model._meta.model_name, pk)


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
def fire_batch(*, now: datetime, yielding: bool = False, only: tuple[type, int] | None = None) -> int | None:
    """Fires what is due of the next subjects that are free (or of this one only); None when all are held by others, or
    none is due."""
    debts = lock_due(now, yielding=yielding, only=only)
    if debts is None:
        return None
    firings = plan_firings(debts, now)
    record(debts, firings, roll_on(debts, now), now)
    return len(firings)


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
