"""Two processes sweep at once, one dies at the worst moment: every step still fires exactly once (domain §2)."""

import signal
from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.models import Deadline, FiredStep, Notification
from incidents import ledger
from incidents.models import LedgerEntry
from tests.cast import call_in
from tests.faults.sweeper import FAILPOINTS
from zmd_emergency.processes import wait_for

pytestmark = [pytest.mark.processes, pytest.mark.clause("5.2.1")]
INCIDENTS = 20


@pytest.fixture
def due(cloned_database, cast):
    """Twenty incidents of two hours and ten minutes ago, whose every step so far was missed."""
    long_ago = timezone.now() - timedelta(minutes=130)
    incidents = [call_in(cast, now=long_ago) for _ in range(INCIDENTS)]
    Deadline.objects.filter(rule__code__in=["R10", "R11"]).update(voided_at=long_ago, next_step_at=None)
    return incidents


def exactly_once():
    """Per written report: three reminders recorded as skipped, one breach; each on the timeline once."""
    fired = FiredStep.objects.filter(deadline__rule__code="R4")
    assert fired.filter(skipped=True).count() == 3 * INCIDENTS
    assert fired.filter(skipped=False, step__offset=timedelta()).count() == INCIDENTS
    assert fired.count() == 4 * INCIDENTS
    assert LedgerEntry.objects.filter(action="deadline.fired").count() == 4 * INCIDENTS
    breaches = Notification.objects.filter(kind="breach").values_list("deadline", "person")
    assert len(breaches) == len(set(breaches)) == 2 * INCIDENTS, "the firm's contact and the duty officer"
    assert list(ledger.verify()) == []


@pytest.mark.parametrize("failpoint", FAILPOINTS)
def test_killed_at_a_failpoint(due, processes, tmp_path, failpoint):
    """One stands at the failpoint with its locks while another sweeps the rest; then it is killed."""
    sign = tmp_path / "at the failpoint"
    doomed = processes.start("doomed", ["tests.faults.sweeper", failpoint, str(sign)])
    assert wait_for(lambda: sign.exists() or doomed.process.poll() is not None, 30)
    assert sign.exists(), doomed.log.read_text()
    other = processes.start("other", ["tests.faults.sweeper"])
    assert wait_for(lambda: FiredStep.objects.count() >= 4 * (INCIDENTS - 5), 30), "the other sweeps the rest"
    doomed.process.kill()
    assert doomed.process.wait(10) == -signal.SIGKILL
    assert other.process.wait(60) == 0, other.log.read_text()
    exactly_once()


def test_two_at_once(due, processes):
    both = [processes.start(f"sweeper-{i}", ["tests.faults.sweeper"]) for i in (1, 2)]
    assert [sweeper.process.wait(60) for sweeper in both] == [0, 0]
    exactly_once()


def test_a_real_worker_and_beat_catch_up(due, celery_processes):
    assert wait_for(lambda: FiredStep.objects.count() >= 4 * INCIDENTS, 30)
    exactly_once()
