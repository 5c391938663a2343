"""Which steps of a debt's ladder have fired: passed on to the row that takes over, corrected where word had come in time."""

from datetime import datetime, timedelta

from alerts.models import Deadline, FiredStep, Notification
from alerts.services import inbox
from incidents.models import User


def offsets(row: Deadline) -> set[timedelta]:
    if not row.pk:
        return set()
    return set(FiredStep.objects.filter(deadline=row).values_list("step__offset", flat=True))


def any_after(row: Deadline, at: datetime) -> bool:
    """Whether one that was planned for later has fired."""
    return FiredStep.objects.filter(deadline=row, planned_at__gt=at).exists()


def inherit(heirs: dict[int, Deadline]):
    """A row that takes over from an overdue one (by its id) takes over its fired steps too: none fires twice."""
    if not heirs:
        return
    fired = FiredStep.objects.filter(deadline__in=heirs)
    copies = (
        FiredStep(
            deadline=heirs[step.deadline_id],
            step_id=step.step_id,
            planned_at=step.planned_at,
            fired_at=step.fired_at,
            skipped=step.skipped,
            found_nobody=step.found_nobody,
            inherited=True,
        )
        for step in fired
    )
    FiredStep.objects.bulk_create(copies, ignore_conflicts=True)


def correct(row: Deadline, subject, now: datetime):
    """What came in time but was recorded later: those whom a step had reached are told."""
    reached = User.objects.filter(
        notifications__deadline=row, notifications__fired_step__planned_at__gt=row.met_at
    ).distinct()
    inbox.tell(
        reached,
        kind=Notification.Kind.CORRECTION,
        title=f"更正：{subject.number} {row.rule.name} 已于先前完成",
        text="补录的报告在步骤触发之前已到达；已触发的步骤照旧留存。",
        clause=row.rule.clause,
        at=now,
        deadline=row,
        **inbox.about(subject),
    )
