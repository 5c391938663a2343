"""Everything of a request beside its body – path, query, headers, method – and the values that a body holds: hostile
ones get a problem document with a stable code, never a 500, and leave nothing."""

import json

import pytest
from django.test import Client

from incidents.models import Incident, Report
from tests.api.conftest import BASE, errors, filing, problem, report

pytestmark = pytest.mark.django_db

LONE = "%ED%A0%80"
TEXTS = [
    "",
    "%00",
    LONE,
    "%FF%FE",
    "%E2%80%AE",
    "..%2f..%2fetc%2fpasswd",
    "%0d%0aSet-Cookie:%20a=b",
    "9" * 3000,
]
TEXTS += [
    "-1",
    "1e400",
    "0x10",
    "１２",
    "%D9%A3",
    "true",
    "null",
    "[]",
    "{}",
    "'%20OR%201=1--",
    "%25s%25n",
    "=",
    "*",
]
LISTS = ["incidents/", "deadlines/", "orders/", "contacts/", "warnings/", "warning-information/", "notices/"]
OF_ONE = ["reports/", "timeline/", "attachments/", "support-requests/"]
PARAMETERS = ["cursor", "limit", "state", "updated_since", "sync", "status", "kind", "%00"]


def is_clean(answer):
    """Taken or refused, but answered by one of our documents with a code."""
    assert answer.status_code < 500, (answer.request["PATH_INFO"], answer.content[:500])
    assert len(answer.content) < 60_000
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json", answer.content[:200]
        told = answer.json()
        assert told["code"] and told["status"] == answer.status_code
        assert "Traceback" not in answer.content.decode()
    return answer


def test_every_list_with_hostile_parameters(firm):
    number = firm.files()
    for parameter in PARAMETERS:
        for text in TEXTS:
            is_clean(firm.get(f"incidents/?{parameter}={text}"))
    for path in LISTS + [f"incidents/{number}/{path}" for path in OF_ONE]:
        for parameter in ("cursor", "limit", "updated_since"):
            for text in ("%00", LONE, "9" * 3000, "１２"):
                is_clean(firm.get(f"{path}?{parameter}={text}"))
        is_clean(firm.get(f"{path}?limit=1&limit=2&&&=&%00"))
    for query in ("?" + "a=1&" * 990, "?" + "b" * 8000):
        is_clean(firm.get("incidents/" + query))
    problem(firm.get("incidents/?" + "a=1&" * 2000), 400, "bad_request")


def test_every_path_with_hostile_numbers(firm):
    number = firm.files()
    for text in filter(None, TEXTS):
        for path in (
            "incidents/{}/",
            "incidents/{}/reports/",
            "orders/{}/",
            "warnings/{}/",
            "notices/{}/read/",
        ):
            assert is_clean(firm.get(path.format(text))).status_code in (404, 405)
        assert is_clean(firm.post(f"incidents/{text}/reports/", report())).status_code in (404, 405)
        assert is_clean(firm.post(f"notices/{text}/read/")).status_code in (404, 405)
        assert is_clean(firm.get(f"incidents/{number}/attachments/{text}/")).status_code == 404
    for path in (
        "incidents//",
        "incidents/../admin/",
        f"incidents/{number}//reports/",
        "x" * 9000,
        "%2e%2e/",
    ):
        problem(firm.get(path), 404, "unknown_path")
    assert is_clean(firm.post(f"notices/{'9' * 15}/read/")).status_code == 404


@pytest.mark.parametrize(
    "method", ["TRACE", "CONNECT", "PROPFIND", "OPTIONS", "PUT", "PATCH", "DELETE", "X" * 300]
)
def test_unknown_methods_are_405(firm, method):
    for path in ("incidents/", f"incidents/{firm.files()}/", "nothing/"):
        answer = firm.client.generic(method, BASE + path, headers=firm.headers({}))
        assert is_clean(answer).status_code == (404 if path == "nothing/" else 405), path


def test_a_head_is_a_get_without_its_body(firm):
    answer = firm.client.head(BASE + "incidents/", headers=firm.headers({}))
    assert answer.status_code == 200 and answer.content == b""


def test_headers_that_want_to_be_obeyed_are_not(firm, other):
    number = firm.files()
    for headers in (
        {"X-HTTP-Method-Override": "DELETE"},
        {"X-Method-Override": "PUT"},
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Original-URL": "/admin/"},
        {"X-Rewrite-URL": "/admin/"},
        {"X-Forwarded-Proto": "https"},
        {"Forwarded": "host=evil.example"},
        {"Range": "bytes=0-"},
        {"Expect": "100-continue"},
        {"Accept-Language": "x" * 5000},
        {"Accept": "a/" + "b" * 5000},
        {"Cookie": "sessionid=" + "x" * 4000 + "; csrftoken=\0"},
        {"If-None-Match": '"' * 3000},
        {"If-Modified-Since": "Tue, 99 Foo 0000 99:99:99 GMT"},
    ):
        answer = firm.get(f"incidents/{number}/", **headers)
        assert answer.status_code == 200 and "evil.example" not in answer.content.decode(), headers
        problem(other.get(f"incidents/{number}/", **headers), 404, "not_found")
    location = firm.post("incidents/", filing(), **{"X-Forwarded-Host": "evil.example"})["Location"]
    assert "evil.example" not in location


@pytest.mark.parametrize("host", ["evil.example", "a b", "testserver\0", "[::1", "testserver/x"])
def test_a_host_that_is_not_ours_is_refused(firm, host):
    problem(firm.get("incidents/", Host=host), 400, "bad_host")


def test_keys_that_are_none_are_401(client):
    for value in (
        "Bearer " + "x" * 9000,
        "Bearer a, Bearer b",
        "Bearer \0",
        "bearer\t",
        "Bearer \xe5\xaf\x86",
        "Digest x",
    ):
        answer = client.get(BASE + "incidents/", headers={"Authorization": value})
        assert problem(answer, 401, answer.json()["code"])["code"] in ("not_authenticated", "wrong_key"), (
            value
        )


def test_idempotency_keys_and_etags_that_are_garbage(firm):
    number = firm.files()
    for key in ("", " ", "x" * 201, "a\0", "键", "a\tb", "\x7f", "a\x80"):
        problem(firm.post("incidents/", filing(), idempotency=key), 400, "idempotency_key_invalid")
    follow_up = {"kind": "follow_up", "development": "处置中"}
    for tag in ('"' * 99, "W/", "x" * 5000, '"1", ' * 500, "\0", "标", '"99999999999999999999"', "-1"):
        answer = firm.post(f"incidents/{number}/reports/", follow_up, **{"If-Match": tag})
        problem(answer, 412, "moved_on")
    assert Report.objects.count() == Incident.objects.count() == 1


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"1.0", None),
        (b"-0", None),
        (b"-0.0", None),
        (b"1e0", None),
        (b"1.5", "not_an_integer"),
        (b"1e400", "number_too_long"),
        (b"1" + b"0" * 1000, "number_too_long"),
        (b"true", "not_an_integer"),
        (b'"1"', "not_an_integer"),
        ('"１"'.encode(), "not_an_integer"),
        (b"01", "malformed_json"),
        (b"+1", "malformed_json"),
        (b"0x1", "malformed_json"),
        (b"1_0", "malformed_json"),
        (b"NaN", "malformed_json"),
        (b"9223372036854775808", "too_large"),
        (b"-1", "negative"),
    ],
)
def test_numbers(firm, raw, code):
    body = json.dumps(filing({"deaths": 77})).encode().replace(b'"deaths": 77', b'"deaths": ' + raw)
    answer = firm.post("incidents/", raw=body)
    if code is None:
        assert answer.status_code == 201
    elif answer.status_code == 400:
        problem(answer, 400, code)
    else:
        assert errors(answer) == {"/report/deaths": code}


@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59+08:00",
        "0000-01-01T00:00:00Z",
        "2026-06-30T23:59:60Z",
        "2026-03-02T24:00:00+08:00",
        "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-03-02T02:00:00+24:00",
        "2026-03-02T02:00:00+08:99",
        "2026-03-02T02:00:00.1234567+08:00",
        "2026-03-02T02:00:00",
        "2026-03-02",
        "2026-W10-1T02:00:00Z",
        "２０２６-03-02T02:00:00Z",
        "20260302T020000Z",
        "-2026-03-02T02:00:00Z",
        "1772416800",
        "now",
    ],
)
def test_moments(firm, moment):
    for name in ("occurred_at", "known_at"):
        assert f"/{name}" in errors(firm.post("incidents/", filing(**{name: moment})))
    told = {"to": "值班员", "at": moment}
    assert "/report/oral_report/at" in errors(firm.post("incidents/", filing({"oral_report": told})))
    assert Incident.objects.count() == 0


def test_texts_come_back_as_they_were_sent(firm):
    """Not refused, so kept to the letter: right-to-left overrides, markup, templates, commands, joined emoji."""
    for text in (
        "\u202egpj.exe",
        "<script>alert(1)</script>",
        "{{7*7}}${7*7}",
        "'; DROP TABLE x;--",
        "👩‍👩‍👧‍👦",
        "=cmd|'/c'!A1",
    ):
        number = firm.files(title=text, place=text)
        seen = firm.get(f"incidents/{number}/").json()
        assert (seen["title"], seen["place"]) == (text, text)


def test_a_body_of_the_greatest_size_in_one_field(firm):
    head, tail = json.dumps(filing(title="@")).encode().split(b"@")
    fill = 1_000_000 - len(head) - len(tail)
    assert errors(firm.post("incidents/", raw=head + b"x" * fill + tail)) == {"/title": "too_long"}
    problem(firm.post("incidents/", raw=head + b"x" * (fill + 1) + tail), 413, "too_large")
    million = b'{"counties_affected": [' + b"1," * 499_000 + b"1]}"
    assert errors(firm.post("incidents/", raw=million))["/counties_affected"] == "too_many"


def test_what_a_browser_sends_across_is_refused(cast):
    """Another site's form can send no JSON; its text/plain is not read, and its cookie is worth nothing."""
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.force_login(cast.enterprise.person)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = browser.post(
            BASE + "incidents/", b'{"a": 1}', content_type=kind, headers={"Origin": "https://evil.example"}
        )
        problem(answer, 403, "csrf_failed")
    assert Incident.objects.count() == 0
