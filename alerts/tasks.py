"""Celery's part: a line or two each, over services."""

import logging

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from alerts.services import escalation

log = logging.getLogger(__name__)
BEAT = 1.0
"""Seconds from one tick of beat to the next."""
PAUSE = 0.05
"""Seconds at least between two ticks of one chain, should somebody else hold what is due."""


@shared_task
def tick(until: float | None = None):
    """Fires what is due, with the help of the worker's other processes if that is much, and wakes again at the next
    due moment if that comes before beat's next tick (`until`), so that each tick's chain ends where the next begins."""
    now = timezone.now()
    until = until or now.timestamp() + BEAT
    escalation.sweep(now=now, call_for_help=lambda: _send(help_out))
    if due := escalation.next_due():
        wait = max(due.timestamp() - timezone.now().timestamp(), PAUSE)
        if timezone.now().timestamp() + wait < until:
            _send(tick, until, countdown=wait)


@shared_task
def help_out():
    """Takes a share of a storm."""
    escalation.sweep(now=timezone.now(), call_for_help=lambda: _send(help_out))


def _send(task, *arguments, **options):
    """With the broker gone the next tick does it."""
    try:
        task.apply_async(arguments, expires=5, retry=False, **options)
    except OperationalError as error:
        log.warning("%s not sent: %s", task.name, error)
