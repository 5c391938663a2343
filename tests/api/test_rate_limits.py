"""Rate limits, counted in the real Valkey: budgets per key, per person and per address, and what is done without it."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents.api import throttling
from incidents.models import Incident
from incidents.services.identity import keys
from tests.api.conftest import BASE, Firm, filing, firm_of, problem
from tests.cast import FIRM, OTHER_FIRM

pytestmark = pytest.mark.django_db

POLICY = re.compile(r'"(\w+)";q=(\d+);w=60')
LEFT = re.compile(r'"(\w+)";r=(\d+);t=(\d+)')


@pytest.fixture(autouse=True)
def address(monkeypatch):
    """An address of this test alone: Valkey does not roll back."""
    own = uuid4().hex
    monkeypatch.setattr(throttling, "_address", lambda http: own)


@pytest.fixture
def limits(settings):
    def set_to(**limits):
        settings.API_LIMITS = settings.API_LIMITS | limits

    return set_to


def budget(answer) -> tuple[str, int, int]:
    """Its name, how much it holds, how much is left."""
    name, holds = POLICY.fullmatch(answer["RateLimit-Policy"]).groups()
    same, left, seconds = LEFT.fullmatch(answer["RateLimit"]).groups()
    assert name == same and 1 <= int(seconds) <= 60
    return name, int(holds), int(left)


def throttled(answer) -> dict:
    told = problem(answer, 429, "rate_limited")
    assert 1 <= int(answer["Retry-After"]) <= 61
    assert budget(answer)[2] == 0
    return told


def test_every_answer_tells_what_is_left_and_the_last_refuses(firm, limits):
    limits(read=3)
    assert [budget(firm.get("incidents/")) for _ in range(2)] == [("read", 3, 2), ("read", 3, 1)]
    missing = firm.get("incidents/none/")
    assert missing.status_code == 404 and budget(missing) == ("read", 3, 0)
    assert "3" in throttled(firm.get("deadlines/"))["detail"]
    assert "Retry-After" not in missing


def test_reading_writing_and_filing_have_budgets_of_their_own(firm, limits):
    limits(read=1, write=1, filing=2)
    number = firm.files()
    assert budget(firm.get(f"incidents/{number}/")) == ("read", 1, 0)
    start = f"incidents/{number}/response/start/"
    refused = firm.post(start, {})
    assert refused.status_code in (409, 422) and budget(refused) == ("write", 1, 0)
    throttled(firm.post(start, {}))
    throttled(firm.get("incidents/"))
    report = firm.post(f"incidents/{number}/reports/", {"kind": "follow_up", "development": "继续处置"})
    assert report.status_code == 201 and budget(report) == ("filing", 2, 0)
    throttled(firm.post("incidents/", filing()))
    assert Incident.objects.count() == 1


def test_a_firms_storm_of_reports_is_no_runaway_loop():
    """The product's own limits, not those of the tests."""
    from zmd_emergency.settings import API_LIMITS

    assert API_LIMITS["filing"] >= 5 * API_LIMITS["write"] and API_LIMITS["filing"] >= 600


def test_each_key_has_its_own(firm, limits):
    other = firm_of(OTHER_FIRM)
    limits(read=1)
    for each in (firm, other):
        assert each.get("incidents/").status_code == 200
        throttled(each.get("incidents/"))


def test_a_throttled_request_asks_the_database_nothing(firm, limits):
    limits(read=0, filing=0)
    with CaptureQueriesContext(connection) as asked:
        throttled(firm.get("incidents/"))
        throttled(firm.post("incidents/", filing(), idempotency="one"))
    assert not asked.captured_queries
    limits(filing=10)
    assert firm.post("incidents/", filing(), idempotency="one").status_code == 201


def test_one_round_trip_a_request(firm, monkeypatch):
    firm.get("incidents/")  # the script is loaded, the use of the key noted
    trips = []
    send = throttling._client().connection_pool.connection_class.send_packed_command
    monkeypatch.setattr(
        throttling._client().connection_pool.connection_class,
        "send_packed_command",
        lambda self, command, **more: trips.append(command) or send(self, command, **more),
    )
    firm.get("incidents/")
    assert len(trips) == 1


def test_a_person_has_a_budget_over_all_his_windows(cast, limits):
    limits(browser=2, read=0, write=0)
    windows = [Client(), Client()]
    for window in windows:
        window.force_login(cast.enterprise.person)
        assert window.get(BASE + "incidents/").status_code == 200
    throttled(windows[0].get(BASE + "incidents/"))
    assert windows[0].get("/inbox/").status_code == 200  # pages are no requests of the API


def test_keys_can_not_be_guessed(firm, limits):
    limits(refused=3)
    assert firm.get("incidents/").status_code == 200
    guesser = Firm(Client(), firm.key, "zmd_guess")
    for left in (2, 1, 0):
        wrong = guesser.get("incidents/")
        problem(wrong, 401, "wrong_key")
        assert budget(wrong) == ("refused", 3, left)
    with CaptureQueriesContext(connection) as asked:
        assert "身份验证失败" in throttled(guesser.get("incidents/"))["detail"]
    assert not asked.captured_queries
    key, secret = keys.create(enterprise=FIRM, name="新系统", now=timezone.now())
    throttled(Firm(Client(), key, secret).get("incidents/"))  # right, but who guesses must not learn it
    assert (
        firm.get("incidents/").status_code == 200
    )  # known from before: a neighbour's guesses don't lock it out


def test_who_sends_no_key_guesses_nothing_and_locks_out_nobody(firm, client, limits):
    limits(refused=1)
    for _ in range(3):
        problem(client.get(BASE + "incidents/"), 401, "not_authenticated")
    assert firm.get("incidents/").status_code == 200


def test_without_redis_all_are_let_through_and_the_log_says_it_once(
    firm, limits, settings, monkeypatch, caplog
):
    limits(read=0, refused=0)
    monkeypatch.setattr(throttling, "_silent_until", 0.0)
    throttling._client.cache_clear()
    throttling._script.cache_clear()
    there, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:1/0"
    try:
        for _ in range(3):
            answer = firm.get("incidents/")
            assert answer.status_code == 200 and "RateLimit" not in answer
            monkeypatch.setattr(throttling, "_silent_until", throttling._silent_until and 0.1)
        assert firm.post("incidents/", filing()).status_code == 201
        problem(Client().get(BASE + "incidents/"), 401, "not_authenticated")
    finally:
        settings.REDIS_URL = there
        throttling._client.cache_clear()
        throttling._script.cache_clear()
    monkeypatch.setattr(throttling, "_silent_until", 0.1)
    throttled(firm.get("incidents/"))
    assert [record.message.partition(",")[0] for record in caplog.records if "ate limits" in record.message] == [
        "Rate limits are off", "Rate limits are on again",
    ]  # fmt: skip
