"""Celery's part of the machine room."""

from celery import shared_task
from django.utils import timezone

from zmd_emergency.backup import schedule


@shared_task(time_limit=6 * 3600)
def back_up():
    """Every hour; makes the day's backup when it is due."""
    schedule.run(now=timezone.now())
