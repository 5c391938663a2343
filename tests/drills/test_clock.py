"""A drill's clock (domain §7): limits are divided by its speed, and what is owed then is owed at the same drill time."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.models import Deadline, Warning
from incidents import drill_clock
from incidents.drill_clock import DrillClock
from incidents.models import Incident
from incidents.services.drill import drilling
from incidents.web.drilling import ENTERED
from tests.drills.stage import begin, playing
from tests.scenarios import runner
from tests.scenarios.runner import Play

SPEED = 60
SCENARIOS = Path(__file__).parents[1] / "scenarios" / "scenarios.json"
EPOCH = datetime(2001, 1, 1, tzinfo=UTC)
YEARS, MONTH = 97 * 365 * 86_400, 30 * 86_400 * 1_000_000
TIMES = st.integers(0, YEARS).map(lambda seconds: EPOCH + timedelta(seconds=seconds))
LENGTHS = st.integers(-MONTH, MONTH).map(lambda microseconds: timedelta(microseconds=microseconds))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TIMES, TIMES, st.integers(1, 60), LENGTHS)
def test_what_is_shown_is_meant(started_at, story_at, speed, since):
    clock = DrillClock(started_at, story_at, speed)
    at = started_at + since
    assert clock.shown(started_at) == story_at and clock.meant(story_at) == started_at
    assert clock.meant(clock.shown(at)) == at
    assert clock.shown(at) - clock.shown(started_at) == since * speed
    with drill_clock.running(clock):
        assert drill_clock.meant(drill_clock.shown(at)) == at
    assert drill_clock.shown(at) == at


class Drilled(Play):
    """The worked example in a drill: whatever it says happens at the drill's own time."""

    def __init__(self, scenario, cast):
        super().__init__(scenario, cast)
        with time_machine.travel(self.t0, tick=False):
            self.drill = begin(cast, speed=SPEED, story_at=self.t0)
        self.director, self.cast = cast.office_director, playing(cast, self.drill)

    def run(self):
        with drill_clock.running(self.drill.clock):
            super().run()

    def _after(self, at):
        return super()._after(self.drill.clock.shown(at))

    def time(self, text):
        """The real time that is meant, whole seconds as the examples' whole minutes are."""
        return self.drill.clock.meant(super().time(text))


class Entered(Client):
    """A browser whose person, once signed in, is in the drill."""

    def __init__(self, drill):
        super().__init__()
        self.drill = drill

    def force_login(self, person):
        super().force_login(person)
        session = self.session
        session[ENTERED] = self.drill.pk
        session.save()


# A ladder, calendar days, the first grading, orders by telephone, what recurs, the office's own clocks
REPLAYED = ("S02", "S09", "S12", "S13", "S21", "S22")


@pytest.mark.parametrize(
    "scenario",
    [s for s in json.loads(SCENARIOS.read_text("utf-8")) if s["id"] in REPLAYED],
    ids=lambda s: s["id"],
)
@pytest.mark.clause("8.3")
def test_a_worked_example_in_a_drill_has_the_same_states_at_drill_times(scenario, cast, monkeypatch):
    for model in (Incident, Warning):
        monkeypatch.setattr(model, "objects", model.with_drills)
    play = Drilled(scenario, cast)
    monkeypatch.setattr(runner, "Client", lambda: Entered(play.drill))
    play.run()
    subjects = [*Incident.with_drills.all(), *Warning.with_drills.all()]
    assert subjects and all(row.is_drill and row.drill == play.drill for row in subjects)
    drilling.end(actor=play.director, number=play.drill.number, now=play.time("2000:00"))
    assert not Deadline.objects.exclude(next_step_at=None).exists()
    assert not Deadline.objects.filter(rolls_on=True).exists()
