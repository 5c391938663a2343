"""What is done daily is done by a system that is restarted daily, too."""

from datetime import timedelta

import time_machine
from django.utils import timezone

from zmd_emergency.beat import RARE, SteadyScheduler
from zmd_emergency.celery import app


def test_what_is_rarely_done_is_done_soon_after_each_start_and_then_in_its_turn():
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        schedule = SteadyScheduler(app, lazy=False).schedule
        every = {name: getattr(entry.schedule, "run_every", None) for name, entry in schedule.items()}
        rare = {name for name, length in every.items() if length and length >= RARE}
        assert {
            "export-ledger-heads",
            "erase-personal-data",
            "forget-sessions",
        } <= rare and "tick" not in rare
        assert not any(schedule[name].is_due().is_due for name in rare)
        clock.shift(timedelta(minutes=1, seconds=1))
        assert all(schedule[name].is_due().is_due for name in rare)
        done = schedule["export-ledger-heads"].__next__()
        clock.shift(timedelta(hours=23))
        assert not done.is_due().is_due
        clock.shift(timedelta(hours=1))
        assert done.is_due().is_due
