"""Celery's part: a line or two each, over services."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from alerts.services import escalation, watchdog

ALMOST = timedelta(seconds=1)


@shared_task
def tick():
    """Fires what is due, and wakes again at the next due moment when that is under a second away."""
    escalation.sweep(now=timezone.now())
    if timezone.now().second == 0:
        watchdog.log_skew()
    due = escalation.next_due()
    if due and (wait := (due - timezone.now()).total_seconds()) < ALMOST.total_seconds():
        tick.apply_async(countdown=max(wait, 0.05), expires=5, retry=False)
