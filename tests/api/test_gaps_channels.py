"""A firm's own channels over the API (§5.2.3): set, tested, paused, removed; what is sealed never comes out again."""

import pytest
from django.test import Client
from django.utils import timezone

from alerts.models import Attempt, Channel, Delivery
from incidents.models import LedgerEntry
from incidents.services.identity import channels
from incidents.services.identity.channels import Wish
from tests.api.conftest import BASE, errors, problem
from tests.api.test_gaps_duty import send

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.2.3")]

SECRET = "0123456789abcdef-robot"
ROBOT = {"kind": "wecom", "name": "调度群", "address": {"key": SECRET}}


def test_a_channel_is_set_tested_paused_and_removed_and_its_secret_stays_inside(firm, other, cast):
    for change, found in (
        ({"kind": "other"}, {"/kind": "not_a_choice"}),
        ({"address": {}}, {"/address/key": "required"}),
        ({"address": {"key": "短"}}, {"/address/key": "required"}),
        ({"address": {"key": SECRET, "token": "x"}}, {"/address/token": "unknown_field"}),
        ({"address": {"key": "x" * 501}}, {"/address/key": "too_long"}),
        ({"address": {"key": 1}}, {"/address": "not_an_object"}),
        ({"name": " "}, {"/name": "required"}),
        ({"takes": "some", "order": 100}, {"/takes": "not_a_choice", "/order": "too_large"}),
        ({"kind": "http", "address": {"url": "http://10.0.0.1/x"}}, {"/address/url": "required"}),
    ):
        assert errors(firm.post("channels/", ROBOT | change)) == found
    made = firm.post("channels/", ROBOT, idempotency="c")
    assert made.status_code == 201 and made.json()["hint"] == "…obot" and SECRET not in made.content.decode()
    assert firm.post("channels/", ROBOT, idempotency="c").json() == made.json()
    path = f"channels/{made.json()['id']}/"
    assert firm.get(path)["ETag"] == made["ETag"] and made["Location"].endswith(path)
    assert other.get("channels/").json()["results"] == []
    tails = (
        ("get", ""),
        ("put", ""),
        ("delete", ""),
        ("post", "test/"),
        ("post", "pause/"),
        ("post", "resume/"),
    )
    for method, tail in tails:
        problem(send(other, method, path + tail), 404, "not_found")

    renamed = {"name": "值班群", "takes": "urgent", "order": 2, "address": {}}
    problem(send(firm, "put", path, renamed), 428, "if_match_needed")
    current = {"If-Match": made["ETag"]}
    changed = send(firm, "put", path, renamed, **current)
    assert changed.json()["name"] == "值班群" and changed.json()["hint"] == "…obot", (
        "a secret left out is kept"
    )
    problem(send(firm, "put", path, renamed, **current), 412, "moved_on")
    problem(firm.post(path + "resume/"), 409, "wrong_state")
    paused = firm.post(path + "pause/", {}, **{"If-Match": changed["ETag"]})
    assert paused.json()["paused_at"] and firm.post(path + "resume/").json()["paused_at"] is None
    assert firm.post(path + "test/").status_code == 200
    problem(firm.post(path + "test/"), 409, "wrong_state")
    assert Delivery.objects.get().test_of.pk == made.json()["id"]
    now = timezone.now()
    Attempt.objects.create(channel=Channel.objects.get(), messages=1, at=now, ended_at=now, error="代码 404")
    (tried,) = firm.get(path + "attempts/").json()["results"]
    assert (tried["ok"], tried["error"], tried["messages"]) == (False, "代码 404", 1)
    problem(other.get(path + "attempts/"), 404, "not_found")
    problem(send(firm, "delete", path), 428, "if_match_needed")
    gone = send(firm, "delete", path, **{"If-Match": firm.get(path)["ETag"]})
    assert gone.status_code == 204 and Channel.objects.get().sealed == ""
    problem(firm.get(path), 404, "not_found")
    assert not LedgerEntry.objects.filter(text__contains=SECRET).exists()


def test_a_persons_own_channel_is_not_the_firms(cast, firm):
    wish = Wish("本人", {"key": SECRET})
    own = channels.add(
        actor=cast.enterprise, owner=cast.enterprise.person, kind="wecom", wish=wish, now=timezone.now()
    )
    browser = Client()
    browser.force_login(cast.enterprise.person)
    assert browser.get(f"{BASE}channels/").json()["results"] == []
    assert browser.get(f"{BASE}channels/{own.pk}/").status_code == 404
    problem(firm.get(f"channels/{own.pk}/"), 404, "not_found")
