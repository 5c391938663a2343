"""What a transaction tells: once, after its commit, whatever becomes of Redis."""

import json
from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from alerts import live
from alerts.services import escalation, inbox
from incidents.models import Incident
from incidents.services.response import grading, merging
from tests import cast as people
from zmd_emergency.engine import free_port
from zmd_emergency.processes import wait_for


@pytest.fixture
def cast(cloned_database):
    return people.assemble()


@pytest.fixture
def feed(cast):
    """Everything that is published on this database's channel, message by message."""
    with redis.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as subscription:
        subscription.subscribe(live.channel())
        assert wait_for(lambda: subscription.get_message(timeout=1), 60)["type"] == "subscribe"

        def messages() -> list[list]:
            """Those so far; a last word of our own says that there is no more to come."""
            client.publish(live.channel(), "[]")
            found = []
            while True:
                message = wait_for(lambda: subscription.get_message(timeout=1), 60)
                if not (events := json.loads(message["data"])):
                    return found
                found.append(events)

        yield messages


def names(message, kind: str) -> list[str]:
    return sorted(name for each, name, _ in message if each == kind)


def test_a_use_case_is_told_once_in_one_message(cast, feed):
    incident = people.call_in(cast)
    (message,) = feed()
    assert names(message, "incident") == [incident.number]
    (audiences,) = [to for kind, _, to in message if kind == "incident"]
    assert f"firm:{cast.firm.pk}" in audiences and f"office:{cast.duty_officer.organization.pk}" in audiences
    (told,) = [to for kind, _, to in message if kind == "inbox"]
    assert f"person:{cast.duty_officer.person.pk}" in told
    assert "分拨" not in json.dumps(message, ensure_ascii=False), "no facts travel"


def test_what_is_rolled_back_is_not_told(cast, feed):
    incident = people.call_in(cast)
    feed()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        grading.verify(
            actor=cast.duty_officer, number=incident.number, with_whom="消防", how="电话", now=timezone.now()
        )
        1 / 0  # noqa: B018
    assert feed() == []
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            live.tell("warning", "W-1", ["office:1"])
            1 / 0  # noqa: B018
        live.tell("warning", "W-2", ["office:1"])
    (message,) = feed()
    assert names(message, "warning") == ["W-2"]


def test_those_merged_are_told_of_each_other(cast, feed):
    mine, common = people.call_in(cast), people.call_in(cast, firm=people.OTHER_FIRM)
    about = {"number": mine.number, "into": common.number, "reason": "同一起火灾", "now": timezone.now()}
    merging.merge(actor=cast.office_director, **about)
    feed()
    people.report(cast, mine, "FOLLOW_UP")
    (message,) = feed()
    assert names(message, "incident") == sorted([mine.number, common.number])


def test_a_sweep_tells_in_one_message_for_all_that_fired(cast, feed):
    long_ago = timezone.now() - timedelta(hours=3)
    incidents = [people.call_in(cast, now=long_ago, known_at=long_ago) for _ in range(12)]
    feed()
    assert escalation.sweep(now=timezone.now()) > 12
    (message,) = feed()
    assert names(message, "incident") == sorted(incident.number for incident in incidents)


def test_when_very_much_changed_the_names_are_left_out(cast, feed):
    with transaction.atomic():
        live.tell_inbox([1, 2])
        for n in range(live.MOST + 1):
            live.tell("incident", f"ZMD-2026-{n:04d}", [f"office:{n % 3}"])
    (message,) = feed()
    assert message == [
        ["inbox", "", ["person:1", "person:2"]],
        ["incident", "", ["office:0", "office:1", "office:2"]],
    ]


def test_reading_ones_inbox_is_told_to_ones_other_screens(cast, feed):
    inbox.mark_read(cast.duty_officer.person, at=timezone.now())
    assert feed() == [[["inbox", "", [f"person:{cast.duty_officer.person.pk}"]]]]


@pytest.fixture
def dead_redis(settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    live._publisher.cache_clear()
    yield
    live._publisher.cache_clear()


@pytest.mark.clause("5.2.1")
def test_without_redis_the_report_is_stored_all_the_same(cast, dead_redis, caplog):
    incident = people.call_in(cast)
    assert Incident.objects.filter(pk=incident.pk).exists()
    assert "screens will learn by asking" in caplog.text
