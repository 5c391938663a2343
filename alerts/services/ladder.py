"""The ladder of a debt: which step comes next, and when (domain §2, states and steps)."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.utils import timezone

from alerts.models import Deadline
from alerts.models.deadline import DUE_SECOND
from incidents.days import city_time
from incidents.models import DeadlineRule, EscalationStep

PAUSE = timedelta(minutes=30)
"""How long an acknowledgement stops a ladder (domain §2)."""
EVENING, MORNING = time(21), time(8)
"""**decided**: between these, city time, nobody is woken for what was to be made ready in weeks or months."""


def planned_at(debt: Deadline, step: EscalationStep) -> datetime:
    """An acknowledged ladder goes on when its pause is over, with what would have fired meanwhile. What can wait for its
    morning does; overdue it is from its due time on all the same."""
    planned = debt.due_at + debt.paced(step.offset)
    planned = max(planned, debt.resumes_at) if debt.resumes_at else planned
    return _by_day(planned) if debt.rule.kind == DeadlineRule.Kind.PREPARED else planned


def _by_day(at: datetime) -> datetime:
    here = timezone.localtime(at)
    if MORNING <= here.time() < EVENING:
        return at
    day = here.date() + timedelta(days=1 if here.time() >= EVENING else 0)
    return city_time(day, MORNING)


def fires_at(debt: Deadline, step: EscalationStep) -> datetime:
    """A breach is named by the due time and fires in the next second; other steps at their time."""
    planned = planned_at(debt, step)
    return planned + DUE_SECOND if step.is_breach else planned


def exists_for(debt: Deadline, step: EscalationStep) -> bool:
    """A reminder fits if it falls within the debt's own time, and never existed before its row was made."""
    if not step.is_reminder:
        return True
    planned = planned_at(debt, step)
    return planned > debt.starts_at and planned >= debt.created_at


def steps_ahead(
    debt: Deadline, steps: Iterable[EscalationStep], fired: set[timedelta]
) -> list[EscalationStep]:
    """`fired`: the offsets behind it. A step counts by its offset: on another ladder it is not fired again."""
    return [step for step in steps if step.offset not in fired and exists_for(debt, step)]


def next_step_at(debt: Deadline, steps: Iterable[EscalationStep], fired: set[timedelta]) -> datetime | None:
    ahead = steps_ahead(debt, steps, fired)
    return min((fires_at(debt, step) for step in ahead), default=None)
