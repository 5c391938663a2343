"""A warning's tests begin at a fixed moment of a city's night; time moves by hand."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from alerts.models import Deadline, State, Warning
from alerts.services import escalation

T0 = datetime.fromisoformat("2026-03-02T20:00:00+08:00")


class Clock:
    def __init__(self, traveller):
        self.traveller = traveller

    def after(self, hours: float = 0, *, minutes: float = 0) -> datetime:
        """The moment so long after the beginning; the worker fires what falls due on the way."""
        until = T0 + timedelta(hours=hours, minutes=minutes)
        while (due := escalation.next_due()) and due <= until:
            self.traveller.move_to(max(due, timezone.now()))
            escalation.sweep(now=timezone.now())
        self.traveller.move_to(until)
        return until


@pytest.fixture
def clock(db):
    with time_machine.travel(T0, tick=False) as traveller:
        yield Clock(traveller)


def debts(warning: Warning, rule: str, **of) -> list[Deadline]:
    rows = Deadline.objects.filter(warning=warning, rule__code=rule, **of)
    return list(rows.select_related("rule", "creditor", "desk").order_by("due_at", "pk"))


def states(warning: Warning, rule: str, **of) -> list[State]:
    return [row.state(timezone.now()) for row in debts(warning, rule, **of)]


def again(warning: Warning) -> Warning:
    return Warning.objects.get(pk=warning.pk)
