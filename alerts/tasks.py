"""Celery's part: a line or two each, over services."""

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError

from alerts.services import escalation, outbox, roster_watch, sending, watchdog, webhook_sending
from incidents.services.drill import drilling

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
    if until is None and now.second == 0:
        watchdog.log_skew()
    until = until or now.timestamp() + BEAT
    escalation.sweep(now=now, call_for_help=lambda: _publish(help_out))
    _play_into_drills(now)
    if due := escalation.next_due():
        wait = max(due.timestamp() - timezone.now().timestamp(), PAUSE)
        if timezone.now().timestamp() + wait < until:
            _publish(tick, until, countdown=wait)


def _play_into_drills(now):
    """Whatever goes wrong in a drill holds up nothing real."""
    try:
        drilling.deliver_due_injects(now=now)
    except Exception:
        log.exception("Injects of drills were not delivered; the next tick will")


@shared_task
def help_out():
    """Takes a share of a storm."""
    escalation.sweep(now=timezone.now(), call_for_help=lambda: _publish(help_out))


@shared_task
def watch_roster():
    """Once a minute: gaps of the roster are told ahead and stated when they come (§5.2.3)."""
    roster_watch.watch(now=timezone.now())


@shared_task
def drain():
    """Hands each channel and webhook that has something to carry to a task of its own, so that none waits for another."""
    now = timezone.now()
    sending.give_up(now=now)
    for channel in sending.ready(now=now):
        send.apply_async((channel,), expires=60, retry=False)
    webhook_sending.give_up(now=now)
    for hook in webhook_sending.ready(now=now):
        send_webhook.apply_async((hook,), expires=60, retry=False)


@shared_task(time_limit=50)
def send(channel: int):
    """What has failed goes on to the next channel at once."""
    if sending.send(channel, clock=timezone.now):
        outbox.poke()


@shared_task(time_limit=50)
def send_webhook(hook: int):
    """Then it is another's turn."""
    if webhook_sending.send(hook, clock=timezone.now):
        outbox.poke()


@shared_task
def prune_webhooks():
    """Once a day."""
    webhook_sending.prune(older_than=settings.WEBHOOK_PAYLOADS_KEPT, now=timezone.now())


def _publish(task, *arguments, **options):
    """With the broker gone the next tick does it."""
    try:
        task.apply_async(arguments, expires=5, retry=False, **options)
    except OperationalError as error:
        log.warning("%s not sent: %s", task.name, error)
