"""`webhooks/`: made with a secret that is shown once, changed under If-Match, tested, replayed, and nobody else's."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from standardwebhooks import Webhook as Verifier

from alerts.models import Webhook, WebhookDelivery
from alerts.services.webhook_types import CHOICES
from incidents.models import ApiKey, IdempotentAnswer, LedgerEntry, Organization
from incidents.services.identity import webhooks as service
from tests import cast as people
from tests.api.conftest import BASE, Firm, errors, problem
from tests.webhooks.conftest import drain

pytestmark = pytest.mark.django_db
URL = "https://hooks.example/zmd"


def send(firm, method: str, path: str, body=None, **headers):
    content = "" if method == "get" else json.dumps(body or {})
    return firm.client.generic(
        method.upper(), BASE + path, content, "application/json", headers=firm.headers(headers)
    )


def test_a_secret_is_shown_once_also_to_a_repeated_request_and_kept_sealed(firm):
    made = firm.post("webhooks/", {"url": URL, "description": "调度系统"}, idempotency="hook-1")
    assert made.status_code == 201, made.content.decode()
    secret, pk = made.json()["secret"], made.json()["id"]
    assert secret.startswith("whsec_") and made["Location"] == f"{BASE}webhooks/{pk}/" and made["ETag"]
    assert made.json()["events"] == sorted(CHOICES) and made.json()["is_active"]
    again = firm.post("webhooks/", {"url": URL, "description": "调度系统"}, idempotency="hook-1")
    assert again["Idempotent-Replayed"] == "true" and again.json() == made.json()
    assert Webhook.objects.count() == 1
    stored = IdempotentAnswer.objects.get().body + Webhook.objects.get().sealed
    assert secret not in stored and secret.removeprefix("whsec_") not in stored
    for path in (f"webhooks/{pk}/", "webhooks/", "webhooks"):
        assert "whsec_" not in firm.get(path).content.decode()
    entry = LedgerEntry.objects.get(action="webhook.added")
    assert entry.key_id == firm.key.pk and "hooks.example" in str(entry.data) and "/zmd" not in entry.text


def test_a_repeated_request_whose_answer_can_not_be_unsealed_any_more_is_told_so(firm, settings):
    firm.post("webhooks/", {"url": URL}, idempotency="hook-1")
    settings.CHANNEL_KEYS = ["another key of the machine"]
    problem(firm.post("webhooks/", {"url": URL}, idempotency="hook-1"), 409, "answer_unreadable")
    assert Webhook.objects.count() == 1


def test_what_is_wrong_is_named(firm):
    assert errors(firm.post("webhooks/", {})) == {"/url": "required"}
    wrong = {"url": "http://127.0.0.1/", "events": ["order.issued", "no.such"], "description": "x" * 101}
    assert errors(firm.post("webhooks/", wrong)).keys() == {"/description"}
    assert errors(firm.post("webhooks/", wrong | {"description": ""})) == {
        "/url": "https_required",
        "/events": "not_a_choice",
    }
    assert errors(firm.post("webhooks/", {"url": "https://10.0.0.1/"})) == {"/url": "private_target"}
    assert errors(firm.post("webhooks/", {"url": URL, "events": []})) == {"/events": "required"}
    types = {"url": 5, "events": "order.issued", "is_active": "yes", "secret": "mine"}
    assert errors(firm.post("webhooks/", types)) == {
        "/url": "not_a_text",
        "/events": "not_a_list",
        "/is_active": "not_a_boolean",
        "/secret": "unknown_field",
    }
    for _ in range(service.MOST):
        assert firm.post("webhooks/", {"url": URL}).status_code == 201
    problem(firm.post("webhooks/", {"url": URL}), 409, "too_many")


def test_it_is_changed_and_removed_as_last_read(firm):
    made = firm.post("webhooks/", {"url": URL})
    path, tag = f"webhooks/{made.json()['id']}/", made["ETag"]
    assert firm.get(path)["ETag"] == tag
    problem(send(firm, "patch", path, {"is_active": False}), 428, "if_match_needed")
    changed = send(firm, "patch", path, {"is_active": False, "events": ["notice.sent"]}, **{"If-Match": tag})
    assert changed.status_code == 200, changed.content.decode()
    assert (changed.json()["is_active"], changed.json()["off_because"]) == (False, "paused")
    assert (changed.json()["events"], changed.json()["url"]) == (["notice.sent"], URL)
    problem(send(firm, "patch", path, {"is_active": True}, **{"If-Match": tag}), 412, "moved_on")
    tag = changed["ETag"]
    refused = send(firm, "patch", path, {"url": "https://127.0.0.1/"}, **{"If-Match": tag})
    assert errors(refused) == {"/url": "private_target"} and firm.get(path).json()["url"] == URL
    problem(send(firm, "delete", path), 428, "if_match_needed")
    problem(send(firm, "delete", path, **{"If-Match": '"old"'}), 412, "moved_on")
    gone = send(firm, "delete", path, **{"If-Match": tag})
    assert gone.status_code == 204 and gone.content == b""
    problem(firm.get(path), 404, "not_found")
    assert Webhook.objects.get().sealed == "" and firm.get("webhooks/").json()["results"] == []
    actions = ["webhook.added", "webhook.changed", "webhook.removed"]
    assert (
        list(LedgerEntry.objects.filter(action__startswith="webhook.").values_list("action", flat=True))
        == actions
    )


def test_it_is_tested_read_and_replayed(firm, receive, inside):
    receiver = receive(status=500)
    made = firm.post("webhooks/", {"url": receiver.url()}).json()
    path = f"webhooks/{made['id']}/"
    asked = firm.post(path + "test/", idempotency="t")
    assert (
        asked.status_code == 202
        and asked.json()["state"] == "waiting"
        and asked.json()["event"] == "webhook.test"
    )
    assert firm.post(path + "test/", idempotency="t").json() == asked.json()
    problem(firm.post(path + "test/"), 409, "still_waiting")
    problem(firm.post(f"{path}deliveries/{asked.json()['id']}/replay/"), 409, "still_waiting")
    drain()
    where = asked["Location"].removeprefix(BASE)
    failed = firm.get(where).json()
    assert (failed["state"], failed["tries"], failed["last_status"]) == ("given_up", 1, 500)
    (attempt,) = failed["attempts"]
    assert (attempt["status"], attempt["error"], attempt["answer"]) == (500, "对方答复 500", "{}")
    assert json.loads(failed["payload"])["data"]["href"] == f"{BASE}{path}"
    assert firm.get(path).json()["failures"] == 1

    receiver.status = 200
    again = firm.post(where + "replay/")
    assert again.status_code == 202 and again.json()["replay_of"] == failed["id"]
    assert again.json()["message_id"] == failed["message_id"]
    drain(timezone.now() + timedelta(minutes=1))
    headers, body = receiver.requests[-1]
    assert Verifier(made["secret"]).verify(body, headers)["type"] == "webhook.test"

    def listed(query="") -> list:
        return [row["id"] for row in firm.get(f"{path}deliveries/{query}").json()["results"]]

    both = [again.json()["id"], failed["id"]]
    assert (
        listed() == both and listed("?state=delivered") == both[:1] and listed("?state=given_up") == both[1:]
    )
    assert (
        listed("?state=delivered,given_up&event=webhook.test") == both and listed("?event=notice.sent") == []
    )
    problem(firm.get(f"{path}deliveries/?state=lost"), 422, "invalid")
    rotated = firm.post(path + "secret/rotate/")
    assert rotated.status_code == 200 and rotated.json()["secret"] not in (made["secret"], None)
    assert rotated.json()["previous_valid_until"]


def test_anothers_does_not_exist(firm, other, cast):
    made = firm.post("webhooks/", {"url": URL})
    path = f"webhooks/{made.json()['id']}/"
    delivery = firm.post(path + "test/").json()["id"]
    mine_too = other.post("webhooks/", {"url": URL}).json()["id"]
    tails = [("get", ""), ("patch", ""), ("delete", ""), ("post", "test/"), ("post", "secret/rotate/")]
    tails += [
        ("get", "deliveries/"),
        ("get", f"deliveries/{delivery}/"),
        ("post", f"deliveries/{delivery}/replay/"),
    ]
    hub = people.appoint("hub", "express-a-hub", people.Role.ENTERPRISE, "分拨中心值班员")
    outlet, office = Client(), Client()
    outlet.force_login(hub.person), office.force_login(cast.office_director.person)
    for method, tail in tails:
        problem(send(other, method, path + tail, **{"If-Match": made["ETag"]}), 404, "not_found")
        problem(send(other, method, f"webhooks/{mine_too + 99}/{tail}"), 404, "not_found")
    problem(other.get(f"webhooks/{mine_too}/deliveries/{delivery}/"), 404, "not_found")
    problem(other.post(f"webhooks/{mine_too}/deliveries/{delivery}/replay/"), 404, "not_found")
    assert outlet.get(BASE + path).status_code == office.get(BASE + path).status_code == 404
    assert office.get(f"{BASE}webhooks/").json()["results"] == []
    post = office.post(f"{BASE}webhooks/", {"url": URL}, content_type="application/json")
    assert post.status_code == 403
    assert Webhook.objects.count() == 2 and WebhookDelivery.objects.count() == 1


def test_a_test_key_keeps_test_webhooks_apart(firm):
    secret = "zmd_of_the_sandbox"
    key = ApiKey.objects.create(
        enterprise=Organization.objects.get(code=people.FIRM),
        name="沙箱",
        prefix=secret[:10],
        digest=ApiKey.digest_of(secret),
        is_test=True,
        created_at=timezone.now(),
    )
    sandbox = Firm(firm.client, key, secret)
    real, trial = firm.post("webhooks/", {"url": URL}).json(), sandbox.post("webhooks/", {"url": URL}).json()
    assert (real["is_test"], trial["is_test"]) == (False, True)
    assert [row["id"] for row in firm.get("webhooks/").json()["results"]] == [real["id"]]
    assert [row["id"] for row in sandbox.get("webhooks/").json()["results"]] == [trial["id"]]
    problem(sandbox.get(f"webhooks/{real['id']}/"), 404, "not_found")
