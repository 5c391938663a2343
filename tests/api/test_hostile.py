"""Hostile input gets a clean refusal: never a 500, never HTML, never something half stored."""

import json

import pytest
from django.utils import timezone

from incidents.models import Incident
from incidents.services.response import grading
from tests.api.conftest import errors, filing, problem, report

pytestmark = pytest.mark.django_db

DEEP = json.loads("[" * 30 + "]" * 30)
HOSTILE = [
    None,
    True,
    False,
    0,
    -1,
    1.5,
    10**12 + 1,
    10**39,
    1e300,
    "",
    " ",
    "x" * 300_000,
    "甲" * 5001,
    "\u202e\u200b",
    "2026-03-02T02:00:00+99:99",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "' OR 1=1 --",
    "{{7*7}}",
    [],
    [None],
    [[]],
    ["x" * 1000],
    ["impact"] * 31,
    {},
    {"at": 1},
    {"who": 1, "to": 1, "at": "x"},
    {"who": "x", "to": "x", "at": "2026-03-02T02:00:00"},
    DEEP,
    {"a": DEEP},
]


def refused_cleanly(answer):
    assert 400 <= answer.status_code < 500 or answer.status_code in (200, 201), answer.content[:300]
    if answer.status_code > 201:
        assert answer["Content-Type"] == "application/problem+json"
        told = answer.json()
        assert told["code"] and len(answer.content) < 60_000
        assert answer.status_code != 422 or told["errors"]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_every_field_of_a_filing_with_every_hostile_value(firm, value):
    fields = [(name,) for name in (*filing(), "enterprise", "counties_affected", "post", "x")]
    inside = (*report(), "oral_report", "x")
    for path in fields + [("report", name) for name in inside]:
        body = filing()
        target = body
        for name in path[:-1]:
            target = target[name]
        target[path[-1]] = value
        refused_cleanly(firm.post("incidents/", body))


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_every_other_field_of_the_other_bodies_with_every_hostile_value(firm, cast, value):
    number = firm.files()
    for name in ("kind", "supersedes", "known_at", "occurred_at", "place", "event_class", "post", "x"):
        refused_cleanly(firm.post(f"incidents/{number}/reports/", report(**{name: value})))
    start = f"incidents/{number}/response/start/"
    told = problem(firm.post(start, {"measures": value}), 409, "wrong_state")  # before the body is looked at
    assert told["clause"] == "5.5"
    grading.grade(actor=cast.office_director, number=number, level=4, now=timezone.now())
    for act, name in (("start", "measures"), ("end", "result")):
        for changed in ("at", "post", "x", name):
            refused_cleanly(firm.post(f"incidents/{number}/response/{act}/", {name: "有", changed: value}))


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"", 422, "invalid"),
        (b"{", 400, "malformed_json"),
        (b"nonsense", 400, "malformed_json"),
        (b"\xff\xfe{}", 400, "not_utf8"),
        ('{"title": "驿城区"}'.encode("gb18030"), 400, "not_utf8"),
        ('{"title": "驿城区"}'.encode("utf-16"), 400, "not_utf8"),
        (b"\xef\xbb\xbf{}", 400, "malformed_json"),
        (b"[]", 400, "not_an_object"),
        (b"null", 400, "not_an_object"),
        (b'"text"', 400, "not_an_object"),
        (b'{"a": NaN}', 400, "malformed_json"),
        (b'{"a": -Infinity}', 400, "malformed_json"),
        (b'{"a": 1e999}', 400, "number_too_long"),
        (b'{"a": ' + b"9" * 5000 + b"}", 400, "number_too_long"),
        (b'{"a": 1, "a": 2}', 400, "repeated_name"),
        (b'{"title": "a\\u0000b"}', 400, "unstorable_text"),
        (b'{"title": "a\\ud800b"}', 400, "unstorable_text"),
        (b'{"a\\udfffb": 1}', 400, "unstorable_text"),
        (b'{"title": "a\x00b"}', 400, "malformed_json"),
        (b'{"a": ' + b"[" * 32 + b"]" * 32 + b"}", 400, "too_deep"),
        (b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b"}", 400, "too_deep"),
        (b'{"a": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001, 400, "too_deep"),
        (b"[" * 900_000, 400, "too_deep"),
        (b'{"a": "' + b"x" * 1_000_000 + b'"}', 413, "too_large"),
        (b"{" + b",".join(b'"k%d": 1' % i for i in range(60_000)) + b"}", 422, "invalid"),
    ],
    ids=range(25),
)
def test_bodies_that_are_no_plain_json_object(firm, raw, status, code):
    told = problem(firm.post("incidents/", raw=raw), status, code)
    assert len(told["errors"]) <= 50 and Incident.objects.count() == 0


def test_nesting_of_32_is_still_read(firm):
    raw = b'{"a": ' + b"[" * 31 + b"]" * 31 + b"}"
    assert errors(firm.post("incidents/", raw=raw))["/a"] == "unknown_field"


def test_an_emoji_written_as_a_pair_of_surrogates_is_text(firm):
    raw = json.dumps(filing(title="起火🔥")).encode()
    assert b"\\ud83d" in raw
    assert firm.post("incidents/", raw=raw).status_code == 201


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=gbk",
        "x" * 500,
        "application/json/x",
    ],
)
def test_other_content_types_are_415(firm, kind, cast, client):
    client.force_login(cast.enterprise.person)
    problem(firm.post("incidents/", raw=b'{"a": 1}', content_type=kind), 415, "unsupported_media_type")
    answer = client.post("/api/v1/incidents/", b"--x--", content_type=kind)
    assert answer.status_code in (400, 415) and answer["Content-Type"] == "application/problem+json"


def test_a_compressed_body_is_415(firm):
    answer = firm.post("incidents/", filing(), **{"Content-Encoding": "gzip"})
    problem(answer, 415, "unsupported_media_type")
