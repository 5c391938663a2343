"""/livez, /readyz and /healthz of real processes: with nobody sweeping, with a worker and beat, with a clock that is off."""

import json
import urllib.error
import urllib.request
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from zmd_emergency.processes import end, wait_for

pytestmark = pytest.mark.processes


def ask(web, door: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"{web.url}/{door}", timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def failing(web) -> list[str]:
    status, body = ask(web, "healthz")
    names = json.loads(body)["failing"]
    assert (status == 503) == bool(names)
    return names


def test_health_follows_the_sweep(processes, cloned_database):
    web = processes.web()
    assert ask(web, "livez") == (200, "ok") and ask(web, "readyz")[0] == 200
    assert failing(web) == ["sweep"], "nobody has swept yet"
    worker, beat = processes.worker(), processes.beat()
    assert wait_for(lambda: failing(web) == [], 60)
    end(beat.process)
    end(worker.process)
    cloned_database.query("UPDATE alerts_heartbeat SET at = %s", timezone.now() - timedelta(seconds=31))
    assert failing(web) == ["sweep"]
    processes.worker()
    processes.beat()
    assert wait_for(lambda: failing(web) == [], 60)


@pytest.mark.clock(minutes=-5)
def test_a_node_whose_clock_is_off_says_so(processes):
    web = processes.web()
    assert set(failing(web)) == {"sweep", "clock"}
    assert "本机时钟比数据库慢 300 秒" in ask(web, "healthz")[1]
    assert ask(web, "readyz")[0] == 200


def test_without_a_database_the_process_lives_but_is_not_ready(processes):
    web = processes.web()
    processes.env["DATABASE_URL"] = "postgres://nobody:none@127.0.0.1:1/none"
    lost = processes.web()
    assert ask(lost, "livez")[0] == 200 and ask(web, "readyz")[0] == 200
    status, body = ask(lost, "readyz")
    assert status == 503 and set(json.loads(body)["failing"]) == {"database", "migrations"}
    assert set(failing(lost)) == {"database", "sweep", "clock"}
    assert "none" not in body, "no address and no name of ours in what anyone may read"


def test_metrics_of_a_real_process_count_its_screens(cloned_database, cast, processes):
    from tests.live.visitor import Visitor

    web = processes.web()
    listeners = [Visitor(web.url, "duty").listen() for _ in range(3)]
    assert all(listener.hears(lambda each: each.is_fed()) for listener in listeners)
    families = {
        family.name: family.samples[0].value
        for family in text_string_to_metric_families(ask(web, "metrics")[1])
    }
    assert (families["zmd_live_screens"], families["zmd_live_connected"]) == (3, 1)


def test_a_probe_is_not_redirected_to_tls(db, settings):
    settings.SECURE_SSL_REDIRECT = True
    for door in ("livez", "readyz", "healthz", "metrics"):
        assert Client().get(reverse(door)).status_code in (200, 503), door
    assert Client().get(reverse("login")).status_code == 301
