"""The real sender on a real broker: one that hangs holds up nobody, one that is killed loses nothing."""

import signal
from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.models import Attempt, Channel, Delivery
from alerts.services import outbox, sending
from tests.channels.conftest import tell
from zmd_emergency.processes import wait_for

pytestmark = pytest.mark.processes


@pytest.fixture
def same_key(processes, settings):
    """What this process seals, the started ones open."""
    settings.SECRET_KEY = processes.env["SECRET_KEY"]


def test_the_beat_alone_brings_it_out(processes, cast, channel, receive, same_key):
    """No wake-up comes from this process: its broker is another."""
    receiver = receive()
    channel(cast.office_director.person, receiver)
    processes.sender(), processes.beat()
    message = tell(cast.office_director.person)
    assert wait_for(lambda: message.deliveries.filter(sent_at__isnull=False).exists(), 90)
    assert len(receiver.got) == 1


def test_a_receiver_that_never_answers_holds_up_no_other(processes, cast, channel, receive, same_key):
    hanging, sound = receive(hangs=True), receive()
    stuck = channel(cast.commander.person, hanging)
    channel(cast.office_director.person, sound)
    tell(cast.commander.person)
    processes.sender(), processes.beat()
    assert wait_for(lambda: hanging.got, 90)
    message = tell(cast.office_director.person)
    assert wait_for(lambda: sound.got, 90)
    assert stuck.attempts.filter(ended_at=None).exists(), "it is still hanging"
    assert wait_for(lambda: message.deliveries.get().sent_at, 60)
    assert wait_for(lambda: Channel.objects.get(pk=stuck.pk).failures, 90)
    assert Channel.objects.get(pk=stuck.pk).last_error == "超时，对方没有回应"


def test_killed_between_claim_and_record_it_goes_out_again(processes, cast, channel, receive, same_key):
    """Nobody knows whether it arrived: at least once, never lost. The lease is waited out by another clock."""
    receiver = receive(hangs=True)
    made = channel(cast.office_director.person, receiver)
    message = tell(cast.office_director.person)
    doomed = processes.sender()
    beat = processes.beat()
    assert wait_for(lambda: receiver.got, 90)
    doomed.process.send_signal(signal.SIGKILL), beat.process.kill()
    doomed.process.wait(60), beat.process.wait(60)
    assert made.attempts.get().ended_at is None and message.deliveries.get().state == "重试中"

    receiver.hangs = False
    now = timezone.now()
    assert sending.ready(now=now) == [], "under lease"
    after = now + sending.LEASE + timedelta(seconds=5)
    processes.clock = ["tests.clock", str((after - now).total_seconds())]
    processes.sender(), processes.beat()
    assert wait_for(lambda: message.deliveries.get().sent_at, 60)
    assert len(receiver.got) == 2
    assert list(Attempt.objects.values_list("ok", "error")) == [(False, sending.INTERRUPTED), (True, "")]


def test_two_at_once_do_not_send_the_same(processes, cast, channel, receive, same_key):
    """The claim is the row's lock: of two who are told to send, one finds nothing to do."""
    receiver = receive()
    made = channel(cast.office_director.person, receiver)
    tell(cast.office_director.person)
    first = sending.claim(made.pk, now=timezone.now())
    assert first is not None and sending.claim(made.pk, now=timezone.now()) is None
    assert Delivery.objects.get().attempts.count() == 1


def test_without_a_broker_the_change_is_safe_and_the_log_says_so(
    cloned_database, cast, channel, receive, caplog
):
    from zmd_emergency import celery_app

    channel(cast.office_director.person, receive())
    before = celery_app.conf.broker_url
    celery_app.conf.broker_url = celery_app.conf.broker_write_url = "redis://127.0.0.1:1/0"
    try:
        message = tell(cast.office_director.person)
    finally:
        celery_app.conf.broker_url = celery_app.conf.broker_write_url = before
    assert message.deliveries.get().state == "待发" and outbox.depth() == 1
