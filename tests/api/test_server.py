"""The API through the real server, as a firm's own program meets it."""

import http.client
import json
from urllib.parse import urlsplit

import pytest

from tests.api.conftest import filing, firm_of
from tests.cast import FIRM

pytestmark = pytest.mark.processes


def ask(server, method: str, path: str, body=None, **headers):
    client = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    client.request(method, path, body, {"Content-Type": "application/json"} | headers)
    answer = client.getresponse()
    return answer.status, answer.headers, json.loads(answer.read())


def test_a_report_is_filed_read_and_repeated(cloned_database, server):
    key = {"Authorization": f"Bearer {firm_of(FIRM).secret}"}
    once = key | {"Idempotency-Key": "k-1"}
    body = json.dumps(filing()).encode()
    status, headers, told = ask(server, "POST", "/api/v1/incidents", body, **once)
    assert status == 201 and headers["Location"].endswith(f"/{told['number']}/"), told
    in_chunks = (body[at : at + 100] for at in range(0, len(body), 100))
    status, headers, again = ask(server, "POST", "/api/v1/incidents/", in_chunks, **once)
    assert (status, headers["Idempotent-Replayed"], again) == (201, "true", told)
    status, headers, seen = ask(server, "GET", headers["Location"], **key)
    assert status == 200 and seen["deadlines"] == told["deadlines"] and headers["ETag"]


def test_what_no_view_sees_is_a_problem_document_too(server):
    for status, code, path, headers in (
        (404, "unknown_path", "/api/v1/nothing", {}),
        (400, "bad_host", "/api/v1/incidents/", {"Host": "evil.example"}),
        (413, "too_large", "/api/v1/incidents/", {"Content-Length": "99999999"}),
        (401, "not_authenticated", "/api/v1/incidents/", {}),
    ):
        answered, answer_headers, told = ask(server, "POST", path, b"", **headers)
        assert (answered, told["status"], told["code"]) == (status, status, code)
        assert answer_headers["Content-Type"] == "application/problem+json"
