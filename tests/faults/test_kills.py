"""Whatever is killed in the middle of a sweep, and whatever the clock does: each step fires exactly once, nothing is
lost, and what comes late says so (domain §2)."""

import os
import signal
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from alerts.models import Deadline, FiredStep, Notification, Warning
from alerts.services.debts import DebtBook
from incidents import ledger
from incidents.models import DeadlineRule, LedgerEntry, Level, Organization, PlanVersion
from incidents.services.response import grading
from incidents.spans import span
from tests.cast import call_in
from tests.faults.failing import FAILPOINTS
from tests.faults.storm import MANY, Storm
from zmd_emergency import supervisor
from zmd_emergency.processes import wait_for

pytestmark = [pytest.mark.processes, pytest.mark.clause("5.2.1")]
FEW = 300


def kill(running):
    """With all its children, as a power cut does it."""
    os.killpg(running.process.pid, signal.SIGKILL)
    assert running.process.wait(60) == -signal.SIGKILL


@pytest.mark.parametrize("failpoint", FAILPOINTS)
def test_worker_killed(cloned_database, cast, processes, tmp_path, failpoint):
    """One of its processes stands at the failpoint while the other sweeps on; then both are killed."""
    storm, sign = Storm(cloned_database, cast), tmp_path / "at the failpoint"
    processes.beat()
    doomed = processes.worker(through=["tests.faults.failing", 50, failpoint, sign])
    assert wait_for(sign.exists, 90, 0.01), doomed.log.read_text()
    storm.await_middle()
    kill(doomed)
    assert storm.missing(), "killed in the middle"
    processes.worker()
    storm.await_end()
    storm.fired_exactly_once()


def test_beat_and_web_killed(cloned_database, cast, processes):
    """The sweep under way goes on; the next begins when beat is back."""
    storm = Storm(cloned_database, cast)
    web, beat = processes.web(), processes.beat()
    processes.worker(through=["tests.faults.failing", 50, "", ""])
    storm.await_middle()
    kill(beat)
    kill(web)
    storm.await_end()
    later = Storm(cloned_database, cast, FEW)
    processes.beat()
    later.await_end()
    assert supervisor.answers(processes.web().url)
    for each in (storm, later):
        each.fired_exactly_once()


def test_two_beats(cloned_database, cast, processes):
    processes.beat()
    processes.beat()
    processes.worker(through=["tests.faults.failing", 20, "", ""])
    storm = Storm(cloned_database, cast, FEW, every=timedelta(milliseconds=5))
    storm.await_end()
    storm.fired_exactly_once()


def test_the_clock_jumps(cloned_database, cast, processes, tmp_path):
    """An hour back, and forth again, under a running worker and beat: neither falls silent, nothing fires twice."""
    clock = tmp_path / "clock"
    clock.write_text("0")
    processes.beat(through=["tests.faults.jumping", clock])
    processes.worker(through=["tests.faults.jumping", clock], pool="solo")
    before = Storm(cloned_database, cast, FEW)
    before.await_end()
    clock.write_text("-3600")
    an_hour_ago = timezone.now() - timedelta(hours=1)
    back = Storm(cloned_database, cast, FEW, due_at=an_hour_ago)
    assert wait_for(lambda: back.fired() == FEW, 90), processes.started[0].log.read_text()
    clock.write_text("0")
    forth = Storm(cloned_database, cast, FEW)
    for storm in (forth, before, back):
        storm.await_end()
    assert before.fired_exactly_once() == forth.fired_exactly_once() == 0
    assert back.fired_exactly_once() == 2 * FEW, "the steps that the hour, gone through twice, has made late"


def test_catching_up_after_an_outage(cloned_database, cast, processes):
    """An hour without any worker: what fell due meanwhile fires when one is back, and says how late."""
    now = timezone.now()
    storm = Storm(cloned_database, cast, due_at=now - timedelta(hours=1), every=timedelta(hours=1) / MANY)
    overdue = Deadline.objects.overdue(now).filter(incident__id__range=storm.ids).count()
    assert overdue > 0.95 * storm.size, "overdue nevertheless"
    processes.worker()
    processes.beat()
    storm.await_end()
    late = storm.fired_exactly_once()
    said = LedgerEntry.objects.filter(action="deadline.fired", incident__id__range=storm.ids)
    assert late == said.filter(data__late_seconds__gte=60).count() > storm.size
    earliest = said.order_by("data__planned_at").first()
    assert f"（迟 {span(timedelta(seconds=earliest.data['late_seconds']))}）" in earliest.summary
    assert earliest.data["late_seconds"] >= 3600


@pytest.mark.clause("4.3")
def test_rounds_after_nine_hours(cloned_database, cast, processes):
    """Recurring debts catch up round by round: each that fell due meanwhile is breached once, the next is open."""
    down = timezone.now() - timedelta(hours=9)
    incident = call_in(cast, figures={"deaths": 4}, known_at=down, now=down)
    grading.grade(actor=cast.office_director, number=incident.number, level=Level.III, now=down)
    warning = in_force(timezone.localtime().replace(hour=12) - timedelta(days=1))
    processes.worker()
    processes.beat()
    assert wait_for(lambda: not Deadline.objects.filter(next_step_at__lte=timezone.now()).exists(), 90)
    assert breaches(incident.deadlines.filter(rule__code="R5")) == [1, 1, 0], "4 h, 8 h; 12 h is to come"
    assert breaches(warning.deadlines.filter(rule__code="W3")) == [1, 0], "yesterday; today"
    lines = LedgerEntry.objects.filter(
        incident=incident, action="deadline.fired", data__rule="R5", data__step="breach"
    )
    assert ["（迟 " in line.summary for line in lines] == [True, True]
    assert list(ledger.verify()) == []


def breaches(debts) -> list[int]:
    """Per round, how often its breach fired; whom it reached got one message."""
    fired = [
        FiredStep.objects.filter(deadline=debt, step__offset=timedelta()) for debt in debts.order_by("round")
    ]
    for step in (step for steps in fired for step in steps):
        people = Notification.objects.filter(fired_step=step, channel="inbox").values_list(
            "person", flat=True
        )
        assert len(people) == len(set(people)) > 0
    return [steps.count() for steps in fired]


@transaction.atomic
def in_force(since) -> Warning:
    warning = Warning(
        number="ZMD-W-0001",
        year=since.year,
        serial=1,
        plan_version=PlanVersion.in_force(),
        office=Organization.objects.get(kind=Organization.Kind.OFFICE),
        title="暴雨",
        channel=Warning.Channel.METEOROLOGY,
        risk="暴雨红色预警",
        received_at=since,
        created_at=since,
    )
    warning.propose(Level.III)
    warning.issue(Level.III, since)
    warning.save()
    book = DebtBook(warning, since)
    book.start(DeadlineRule.Clock.IN_FORCE, since)
    book.save()
    return warning
