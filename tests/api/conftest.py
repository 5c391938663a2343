"""Firms with real keys at the API's door."""

import json
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from incidents.models import ApiKey, Organization
from incidents.services.identity import keys
from tests.api import recording
from tests.api.described import assert_described
from tests.cast import FIRM, OTHER_FIRM

BASE = "/api/v1/"


@pytest.fixture(autouse=True)
def as_described(monkeypatch):
    """Whatever a test here gets from the API is as the API's own description says."""
    ask = Client.request

    def request(client, **environ):
        answer = ask(client, **environ)
        if answer.status_code != 500:  # where a test has us fail
            assert_described(environ["REQUEST_METHOD"], environ["PATH_INFO"], answer)
        return answer

    monkeypatch.setattr(Client, "request", request)


def pytest_sessionfinish():
    if recording.IS_ON:
        recording.write()


@dataclass
class Firm:
    """An enterprise's own system: its key, and the requests it sends."""

    client: Client
    key: ApiKey
    secret: str

    def get(self, path: str, **headers):
        return self.client.get(BASE + path, headers=self.headers(headers))

    def post(self, path: str, body=None, *, idempotency: str | None = None, raw=None, **headers):
        if idempotency is not None:
            headers["Idempotency-Key"] = idempotency
        content = raw if raw is not None else json.dumps(body if body is not None else {})
        kind = headers.pop("content_type", "application/json")
        return self.client.post(BASE + path, content, content_type=kind, headers=self.headers(headers))

    def sends(self, number: str, content: bytes, name: str, **fields):
        """Uploads a file to an incident."""
        file = SimpleUploadedFile(name, content)
        path = f"{BASE}incidents/{number}/attachments/"
        return self.client.post(path, {"file": file} | fields, headers=self.headers({}))

    def headers(self, more: dict) -> dict:
        return {"Authorization": f"Bearer {self.secret}"} | more

    def files(self, **changes) -> str:
        """Files an incident; returns its number."""
        answer = self.post("incidents/", filing(**changes))
        assert answer.status_code == 201, answer.content.decode()
        return answer.json()["number"]


def firm_of(code: str, **more) -> Firm:
    if not Organization.objects.filter(code=code).exists():
        raise LookupError(code)
    key, secret = keys.create(enterprise=code, name="调度系统", now=timezone.now(), **more)
    return Firm(Client(raise_request_exception=False), key, secret)


@pytest.fixture
def firm(db) -> Firm:
    return firm_of(FIRM)


@pytest.fixture
def other(db) -> Firm:
    return firm_of(OTHER_FIRM)


@pytest.fixture
def committed(cloned_database, cast):
    """The city's people in a database where what is done is committed."""
    return cast


@pytest.fixture
def ours(committed) -> Firm:
    return firm_of(FIRM)


def iso(at) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")


def report(**changes) -> dict:
    """Every content of §5.2.1."""
    return {
        "kind": "written",
        "unit": "快递企业甲（驻马店）",
        "source": "现场值班员",
        "deaths": 0,
        "missing": 0,
        "serious_injuries": 1,
        "loss_yuan": 300_000,
        "records_leaked": None,
        "network_scope": None,
        "impact": "一条分拣线停用",
        "measures": "已疏散人员并报消防",
        "superior_unit_told": None,
        "unknown": ["development"],
    } | changes


def filing(report_changes: dict | None = None, **changes) -> dict:
    now = timezone.now()
    return {
        "title": "驿城区分拨中心起火",
        "event_class": "fire",
        "origin": "inside",
        "occurred_at": iso(now - timedelta(minutes=35)),
        "known_at": iso(now - timedelta(minutes=25)),
        "place": "驿城区示范路1号",
        "county": "驿城区",
        "report": report(**report_changes or {}),
    } | changes


def problem(answer, status: int, code: str) -> dict:
    """The answer is a problem document of this status and code; returns it."""
    assert answer.status_code == status, answer.content.decode()
    assert answer["Content-Type"].startswith("application/problem+json")
    document = answer.json()
    assert document["status"] == status and document["code"] == code, document
    assert document["type"] and document["title"] and document["detail"] and "errors" in document
    return document


def errors(answer) -> dict:
    """Pointer → code of a 422."""
    return {error["pointer"]: error["code"] for error in problem(answer, 422, "invalid")["errors"]}
