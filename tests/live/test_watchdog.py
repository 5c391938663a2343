"""The watchdog: when nobody sweeps, every page, /healthz and /metrics say so; and when a clock is off."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from alerts.models import Heartbeat
from alerts.services import escalation, watchdog
from alerts.services.watchdog import Watch
from tests import cast as people
from tests.screens.stage import many_incidents, sign_in, text_of
from zmd_emergency.engine import free_port

STOPPED = "时限巡查自"


def beat(seconds_ago: float = 0):
    at = timezone.now() - timedelta(seconds=seconds_ago)
    Heartbeat.objects.update_or_create(name="sweep", defaults={"at": at})


def health(client=None) -> tuple[int, dict]:
    answer = (client or Client()).get(reverse("healthz"))
    return answer.status_code, json.loads(answer.content)


# — its judgement —


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (None, "尚未开始"),
        (0, ""),
        (29.9, ""),
        (30, ""),
        (30.1, "停止"),
        (86400, "停止"),
        (-29, ""),
        (-31, "在将来"),
    ],
)
def test_the_sweep_counts_as_stopped_after_thirty_seconds(age, said):
    now = timezone.now()
    watch = Watch(now, None if age is None else now - timedelta(seconds=age), timedelta())
    assert bool(watch.stopped) == bool(said) and said in watch.stopped
    assert ("到期提醒可能不会发出；页面上的时限状态仍按时间计算" in watch.warning) == bool(said)


@pytest.mark.parametrize(
    ("skew", "said"), [(0, ""), (2, ""), (-2, ""), (2.1, "快 2 秒"), (-61, "慢 61 秒"), (3600, "快 3600 秒")]
)
def test_a_clock_counts_as_off_beyond_two_seconds(skew, said):
    now = timezone.now()
    watch = Watch(now, now, timedelta(seconds=skew))
    assert bool(watch.off) == bool(said) and said in watch.off


def test_it_reads_the_heartbeat_that_a_sweep_leaves(db):
    assert watchdog.look().heartbeat is None
    now = timezone.now()
    escalation.sweep(now=now)
    watch = watchdog.look()
    assert watch.heartbeat >= now and not watch.warning


def test_it_sees_that_this_process_is_off(db):
    import time_machine

    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        assert "比数据库快" in watchdog.look().off
    with time_machine.travel(timezone.now() - timedelta(minutes=5)):
        assert "比数据库慢" in watchdog.look().off


def test_a_workers_own_clock_is_in_its_log(db, caplog):
    import time_machine

    watchdog.log_skew()
    assert "Clock" not in caplog.text
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        watchdog.log_skew()
    assert "Clock: 本机时钟比数据库快" in caplog.text


# — where it is said —


PAGES = {
    "duty_officer": ["desk", "command", "intake", "inbox", "clauses", "search"],
    "enterprise": ["firm", "firm-report", "inbox"],
    "county": ["home"],
    "administrator": ["plan", "admin:index"],
}


@pytest.mark.parametrize("role", PAGES)
def test_every_page_says_that_nobody_sweeps(cast, role):
    incident = people.call_in(cast)
    client = sign_in(getattr(cast, role))
    pages = [reverse(name) for name in PAGES[role]] + [reverse("login")]
    if role != "administrator":
        pages.append(reverse("incident", args=[incident.number]))
    if role == "duty_officer":
        pages += [f"{reverse('command')}?wall=1", "/no/such/page/"]
    beat(31)
    for page in pages:
        assert STOPPED in text_of(client.get(page)), page
    beat()
    for page in pages:
        assert STOPPED not in text_of(client.get(page)), page


def test_a_page_left_open_learns_it_by_its_pulse(cast):
    client = sign_in(cast.duty_officer)
    beat()
    told = client.get(reverse("pulse")).json()
    assert told["warning"] == ""
    assert client.get(reverse("pulse"), {"mark": told["mark"]}).status_code == 204
    beat(31)
    assert STOPPED in client.get(reverse("pulse"), {"mark": told["mark"]}).json()["warning"]


def test_healthz_names_what_fails_and_recovers(db):
    beat(31)
    status, said = health()
    assert (status, said["status"], said["failing"]) == (503, "failing", ["sweep"])
    assert said["checks"]["sweep"].startswith(STOPPED) and said["checks"]["database"] == "ok"
    beat()
    assert health() == (200, {"status": "ok", "failing": [], "checks": dict.fromkeys(said["checks"], "ok")})


def test_healthz_names_a_clock_that_is_off_and_a_broker_that_is_gone(db, settings):
    import time_machine

    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    with time_machine.travel(timezone.now() + timedelta(seconds=10)):
        beat()
        status, said = health()
    assert (status, said["failing"]) == (503, ["broker", "clock"])


@pytest.mark.parametrize("door", ["healthz", "readyz"])
def test_health_is_asked_not_changed_and_never_kept(db, door):
    answer = Client().get(reverse(door))
    assert "no-store" in answer["Cache-Control"]
    assert Client().head(reverse(door)).status_code == answer.status_code
    assert Client().post(reverse(door)).status_code == 405


def test_ready_with_database_migrations_and_broker_though_nobody_sweeps(db, settings):
    assert json.loads(Client().get(reverse("readyz")).content) == {
        "status": "ok",
        "failing": [],
        "checks": {"database": "ok", "migrations": "ok", "broker": "ok"},
    }
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    answer = Client().get(reverse("readyz"))
    assert answer.status_code == 503 and json.loads(answer.content)["failing"] == ["broker"]


# — metrics —


def figures(**headers) -> dict[str, float]:
    answer = Client().get(reverse("metrics"), headers=headers)
    assert answer.status_code == 200
    return {
        sample.name + "".join(sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


@pytest.mark.clause("5.2.1")
def test_metrics_count_what_is_open_overdue_and_soon(cast):
    beat(7)
    many_incidents(cast, 3)
    long_ago = timezone.now() - timedelta(hours=3)
    people.call_in(cast, now=long_ago, known_at=long_ago)
    told = figures()
    assert 7 <= told["zmd_sweep_heartbeat_age_seconds"] < 30
    assert told["zmd_sweep_stopped"] == 0 and abs(told["zmd_clock_skew_seconds"]) < 2
    assert told["zmd_incidents_openungraded"] == 4 and told["zmd_incidents_openIV"] == 0
    assert told["zmd_deadlines_overdue"] == 3, "R4, R10 and R11 of the old one"
    assert told["zmd_deadlines_open"] == 3 + 3 * 3
    assert told["zmd_deadlines_due_within_hour"] == 2 * 3, "R10 and R11 of the new ones"
    assert told["zmd_sweep_lag_seconds"] > 3600, "steps of the old one are waiting"
    escalation.sweep(now=timezone.now())
    told = figures()
    assert told["zmd_sweep_lag_seconds"] == 0 and told["zmd_sweep_heartbeat_age_seconds"] < 5
    assert told["zmd_live_screens"] == 0 and "process_resident_memory_bytes" in told


def test_metrics_of_a_system_that_was_never_swept(db):
    told = figures()
    assert told["zmd_sweep_heartbeat_age_seconds"] != told["zmd_sweep_heartbeat_age_seconds"], "NaN"
    assert told["zmd_sweep_stopped"] == 1


@pytest.mark.parametrize(
    ("token", "address", "headers", "status"),
    [
        ("", "127.0.0.1", {}, 200),
        ("", "::1", {}, 200),
        ("", "10.0.0.9", {}, 403),
        ("", "127.0.0.1", {"X-Forwarded-Proto": "https"}, 403),
        ("", "127.0.0.1", {"X-Forwarded-For": "10.0.0.9"}, 403),
        ("secret", "127.0.0.1", {}, 403),
        ("secret", "10.0.0.9", {"Authorization": "Bearer secret"}, 200),
        ("secret", "10.0.0.9", {"Authorization": "Bearer guess"}, 403),
        ("密", "10.0.0.9", {"Authorization": "Bearer \xe5"}, 403),
    ],
)
def test_who_may_read_the_metrics(db, settings, token, address, headers, status):
    settings.METRICS_TOKEN = token
    answer = Client(REMOTE_ADDR=address).get(reverse("metrics"), headers=headers)
    assert answer.status_code == status
