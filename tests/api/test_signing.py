"""Signed requests: what is signed, what is refused, and that nothing is taken twice."""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone

from incidents.api import signing
from incidents.models import ApiKey, Attachment, Incident, LedgerEntry, SignatureNonce
from incidents.services.identity import key_signing, keys
from incidents.tasks import forget_signatures
from tests.api.conftest import BASE, Firm, filing, problem
from tests.cast import FIRM

pytestmark = pytest.mark.django_db


@dataclass
class Signer:
    """A firm's system that signs, written from the description alone."""

    system: Firm
    secret: str

    def headers(self, method: str, path: str, body: bytes, *, at=None, nonce=None, **changes) -> dict:
        timestamp = str(int((at or timezone.now()).timestamp()))
        nonce = nonce or uuid4().hex
        lines = ["v1", method, BASE + path, timestamp, nonce, hashlib.sha256(body).hexdigest()]
        signature = hmac.new(self.secret.encode(), "\n".join(lines).encode(), hashlib.sha256).hexdigest()
        signed = {"Zmd-Timestamp": timestamp, "Zmd-Nonce": nonce, "Zmd-Signature": f"v1={signature}"}
        return self.system.headers(signed | changes)

    def get(self, path: str, **more):
        return self.system.client.get(BASE + path, headers=self.headers("GET", path, b"", **more))

    def post(self, path: str, content, kind="application/json", **more):
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        headers = self.headers("POST", path, body, **more)
        return self.system.client.generic("POST", BASE + path, body, kind, headers=headers)


@pytest.fixture
def signer(firm) -> Signer:
    return Signer(firm, key_signing.secret_of(firm.key))


@pytest.fixture
def demanded(firm, cast):
    keys.demand_signatures(enterprise=FIRM, demanded=True, now=timezone.now(), actor=cast.enterprise)


def test_the_test_vector_of_the_description_is_right():
    stated = re.search(r"Zmd-Signature: (v1=[0-9a-f]{64})", signing.__doc__)[1]
    digest = hashlib.sha256('{"title":"驿城区分拨中心起火"}'.encode()).hexdigest()
    text = f"v1\nPOST\n/api/v1/incidents/?dry=1\n1772388300\n7f2c9d1e5b8a4c60\n{digest}"
    assert stated == "v1=" + hmac.new(b"zmdsig_example", text.encode(), hashlib.sha256).hexdigest()
    parts = ("POST", "/api/v1/incidents/?dry=1", "1772388300", "7f2c9d1e5b8a4c60", digest)
    assert signing.signed_text(*parts) == text and stated == "v1=" + signing.sign("zmdsig_example", text)


@pytest.mark.usefixtures("demanded")
def test_an_enterprise_that_demands_signatures_takes_signed_requests_only(firm, signer, cast):
    told = problem(firm.get("incidents/"), 401, "signature_missing")
    assert all(name in told["detail"] for name in signing.HEADERS)
    problem(firm.post("incidents/", filing()), 401, "signature_missing")
    assert not Incident.objects.exists()
    number = signer.post("incidents/", filing()).json()["number"]
    seen = signer.get("incidents/?limit=5&status=reported%2Cgraded")
    assert [row["number"] for row in seen.json()["results"]] == [number]
    keys.demand_signatures(enterprise=FIRM, demanded=False, now=timezone.now(), actor=cast.enterprise)
    assert firm.get("incidents/").status_code == 200
    actions = LedgerEntry.objects.filter(action__startswith="key.signing").order_by("seq")
    assert [entry.action for entry in actions] == ["key.signing_demanded", "key.signing_waived"]


def test_a_signature_is_checked_although_none_is_demanded(firm, signer):
    assert firm.get("incidents/").status_code == 200
    assert signer.get("incidents/").status_code == 200
    problem(replace(signer, secret="zmdsig_other").get("incidents/"), 401, "signature_wrong")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Zmd-Signature": ""}, "signature_missing"),
        ({"Zmd-Nonce": ""}, "signature_missing"),
        ({"Zmd-Timestamp": ""}, "signature_missing"),
        ({"Zmd-Timestamp": "soon"}, "signature_wrong"),
        ({"Zmd-Timestamp": "9" * 40}, "signature_wrong"),
        ({"Zmd-Timestamp": "99999999999"}, "signature_expired"),
        ({"Zmd-Timestamp": "0"}, "signature_expired"),
        ({"Zmd-Nonce": "short"}, "signature_wrong"),
        ({"Zmd-Nonce": "n" * 65}, "signature_wrong"),
        ({"Zmd-Nonce": "another-nonce-than-signed"}, "signature_wrong"),
        ({"Zmd-Signature": "v1=" + "0" * 64}, "signature_wrong"),
        ({"Zmd-Signature": "v2=é"}, "signature_wrong"),
    ],
)
def test_what_is_no_signature(signer, changes, code):
    problem(signer.get("incidents/", **changes), 401, code)
    assert not SignatureNonce.objects.exists()


def test_every_part_of_the_request_is_signed(signer):
    """What was signed for one request opens the door to no other."""
    body = json.dumps(filing()).encode()
    signed = signer.headers("POST", "incidents/", body)
    send = signer.system.client.post
    kind = {"content_type": "application/json", "headers": signed}
    problem(send(BASE + "incidents/", body + b" ", **kind), 401, "signature_wrong")
    problem(send(BASE + "incidents/?x=1", body, **kind), 401, "signature_wrong")
    problem(send(BASE + "incidents", body, **kind), 401, "signature_wrong")
    problem(signer.system.client.put(BASE + "incidents/", body, **kind), 401, "signature_wrong")
    assert send(BASE + "incidents/", body, **kind).status_code == 201


def test_a_clock_may_be_five_minutes_off(signer):
    with time_machine.travel(timezone.now().replace(microsecond=0), tick=False):
        now = timezone.now()
        for seconds in (-300, 300):
            assert signer.get("incidents/", at=now + timedelta(seconds=seconds)).status_code == 200
        for seconds in (-301, 301):
            late = signer.get("incidents/", at=now + timedelta(seconds=seconds))
            told = problem(late, 401, "signature_expired")
            assert str(int(now.timestamp())) in told["detail"]


def test_a_replay_is_refused_and_a_new_signature_of_the_same_request_is_answered(signer):
    body = filing()
    key = {"Idempotency-Key": "one", "nonce": "the-very-same-nonce"}
    first = signer.post("incidents/", body, **key)
    problem(signer.post("incidents/", body, **key), 401, "signature_replayed")
    again = signer.post("incidents/", body, **key | {"nonce": None})
    assert again["Idempotent-Replayed"] == "true" and again.json() == first.json()
    assert Incident.objects.count() == 1


def test_a_refused_request_is_not_to_be_sent_again_either(signer):
    with time_machine.travel(timezone.now(), tick=False):
        headers = signer.headers("POST", "incidents/", b"{}")
        send = [
            signer.system.client.post(
                BASE + "incidents/", b"{}", content_type="application/json", headers=headers
            )
            for _ in range(2)
        ]
    problem(send[0], 422, "invalid")
    problem(send[1], 401, "signature_replayed")


def test_a_nonce_is_a_keys_own(signer):
    key, secret = keys.create(enterprise=FIRM, name="另一系统", now=timezone.now())
    other = Signer(Firm(Client(), key, secret), key_signing.secret_of(key))
    for each in (signer, other):
        assert each.get("incidents/", nonce="the-very-same-nonce").status_code == 200


@pytest.mark.usefixtures("demanded")
def test_a_form_with_a_file_is_signed_as_the_bytes_that_are_sent(signer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    number = signer.post("incidents/", filing()).json()["number"]
    large = b"%PDF-1.4\n" + b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 10) + b"\n%%EOF"
    for content in (b"%PDF-1.4\nshort\n%%EOF", large):
        form = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("现场.pdf", content), "note": "现场"})
        path = f"incidents/{number}/attachments/"
        problem(
            signer.post(path, form, MULTIPART_CONTENT, **{"Zmd-Signature": "v1=0"}), 401, "signature_wrong"
        )
        answer = signer.post(path, form, MULTIPART_CONTENT)
        assert answer.status_code == 201, answer.content.decode()
        assert answer.json()["sha256"] == hashlib.sha256(content).hexdigest()
    assert Attachment.objects.count() == 2


def test_a_signed_body_that_is_too_large_is_413(signer, settings):
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    problem(signer.post("incidents/", b" " * (most + 1)), 413, "too_large")
    settings.UPLOAD_MOST = most
    problem(signer.post("incidents/", b" " * (most + 1)), 413, "too_large")


def test_a_key_without_a_signing_secret_says_so(firm, signer, settings):
    settings.CHANNEL_KEYS = ["another key of the machine"]
    problem(signer.get("incidents/"), 401, "signing_secret_unreadable")
    settings.CHANNEL_KEYS = []
    ApiKey.objects.update(sealed="")
    problem(signer.get("incidents/"), 401, "signing_secret_unreadable")
    assert firm.get("incidents/").status_code == 200


def test_signing_secrets_go_along_when_the_machines_key_is_changed(signer, settings):
    settings.CHANNEL_KEYS = ["new", settings.SECRET_KEY]
    call_command("reseal_channels")
    settings.CHANNEL_KEYS = ["new"]
    assert signer.get("incidents/").status_code == 200


def test_a_successor_signs_with_a_secret_of_its_own(signer):
    successor, secret = keys.rotate(key=signer.system.key, now=timezone.now())
    assert key_signing.secret_of(successor) != signer.secret
    new = Firm(Client(), successor, secret)
    assert Signer(new, key_signing.secret_of(successor)).get("incidents/").status_code == 200
    problem(Signer(new, signer.secret).get("incidents/"), 401, "signature_wrong")


def test_what_can_not_be_replayed_any_more_is_forgotten(signer):
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        signer.get("incidents/", at=now + timedelta(minutes=5))
        clock.move_to(now + timedelta(minutes=10))
        forget_signatures()
        assert SignatureNonce.objects.exists()  # the window is open to it for another moment
        clock.move_to(now + timedelta(minutes=16))
        forget_signatures()
    assert not SignatureNonce.objects.exists()
