"""Who may acknowledge a breach (domain §2): only whom the last step that fired has reached."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from alerts.models import Deadline, FiredStep, Notification
from alerts.models.deadline import DUE_SECOND
from incidents.models import User


def acknowledgeable(debts: Iterable[Deadline], person: User, now: datetime) -> set[int]:
    """Which of these debts the person may acknowledge now, as far as the ladders go: two queries for all."""
    overdue = [debt for debt in debts if debt.is_answerable and now >= debt.due_at + DUE_SECOND]
    reached = last_reached([debt for debt in overdue if not debt.is_paused(now)])
    return {pk for pk, people in reached.items() if person.pk in people}


def last_reached(debts: Iterable[Deadline]) -> dict[int, set[int]]:
    """By debt, the persons whom its last step reached; a debt of which no breach has been told yet is left out."""
    debts = {debt.pk: debt for debt in debts}
    last: dict[int, FiredStep] = {}
    fired = FiredStep.objects.filter(deadline__in=debts, skipped=False).select_related("step")
    for step in fired.order_by("fired_at", "step__offset"):
        last[step.deadline_id] = step
    last = {pk: step for pk, step in last.items() if not step.step.is_reminder}
    if not last:
        return {}
    told: dict[tuple, set[int]] = defaultdict(set)
    messages = Notification.objects.filter(_told_by(debts, last))
    of = ("deadline", "fired_step__step", "fired_step__fired_at", "person")
    for debt_id, step_id, fired_at, person_id in messages.values_list(*of):
        told[debt_id, step_id, fired_at].add(person_id)
        told[None, step_id, fired_at].add(person_id)
        if debt_id in last:
            told[debt_id, None, fired_at].add(person_id)
    return {pk: told[_key(debts[pk], step)] for pk, step in last.items()}


def _told_by(debts: dict[int, Deadline], last: dict[int, FiredStep]) -> Q:
    """The messages of these steps; of a step taken over from another debt, those of that debt."""
    wanted = Q(deadline__in=last, fired_step__isnull=False)
    for pk, step in last.items():
        if step.inherited:
            debt = debts[pk]
            wanted |= Q(
                deadline__incident=debt.incident_id,
                deadline__warning=debt.warning_id,
                deadline__undertaking=debt.undertaking_id,
                deadline__debtor=debt.debtor_id,
                fired_step__step=step.step_id,
                fired_step__fired_at=step.fired_at,
            )
    return wanted


def _key(debt: Deadline, step: FiredStep) -> tuple:
    if step.inherited:
        return (None, step.step_id, step.fired_at)
    if step.planned_at <= debt.created_at:  # told together with the breach, in one message
        return (debt.pk, None, step.fired_at)
    return (debt.pk, step.step_id, step.fired_at)
