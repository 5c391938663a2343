"""Celery's part: a line or two each, over services."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from alerts.services import escalation, outbox, roster_watch, sending, watchdog

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


@shared_task
def watch_roster():
    """Once a minute: gaps of the roster are told ahead and stated when they come (§5.2.3)."""
    roster_watch.watch(now=timezone.now())


@shared_task
def drain():
    """Hands each channel that has something to carry to a task of its own, so that none waits for another."""
    now = timezone.now()
    sending.give_up(now=now)
    for channel in sending.ready(now=now):
        send.apply_async((channel,), expires=60, retry=False)


@shared_task(time_limit=50)
def send(channel: int):
    """What has failed goes on to the next channel at once."""
    if sending.send(channel, clock=timezone.now):
        outbox.poke()
