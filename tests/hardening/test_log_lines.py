"""The log: one JSON object a line, with the request's number and the account's id; and in no line a secret."""

import io
import json
import logging

import pytest
from django.test import Client
from django.urls import include, path, re_path
from django.utils import timezone

from incidents.models import ApiKey
from zmd_emergency.log_lines import Facts, HumanLine, JsonLine, without_secrets

PHONE = "13939612345"


def fail(request):
    raise RuntimeError(f"Key (telephone)=({PHONE}) already exists; token={request.GET['token']}")


urlpatterns = [
    path("fails/", fail),
    re_path(r"^api(?:/|$)", include("incidents.api.urls")),
    path("", include("incidents.web.urls")),
]
handler400, handler403, handler404, handler500 = (
    f"incidents.api.problems.handler{status}" for status in (400, 403, 404, 500)
)


@pytest.fixture
def written():
    """What the product's log would hold, as lines of JSON; and beside it as people read it."""
    for_machines, for_people = io.StringIO(), io.StringIO()
    root, handlers = logging.getLogger(), []
    for stream, formatter in ((for_machines, JsonLine()), (for_people, HumanLine())):
        handler = logging.StreamHandler(stream)
        handler.setFormatter(formatter)
        handler.addFilter(Facts())
        root.addHandler(handler)
        handlers.append(handler)
    level = root.level
    root.setLevel(logging.INFO)
    yield lambda: (for_machines.getvalue(), for_people.getvalue())
    root.setLevel(level)
    for handler in handlers:
        root.removeHandler(handler)


def lines(written) -> list[dict]:
    return [json.loads(line) for line in written()[0].splitlines()]


def test_a_request_is_one_line_with_ids_and_without_names(cast, client, written):
    person = cast.duty_officer.person
    client.force_login(person)
    answer = client.get("/inbox/?q=机密")
    (line,) = [line for line in lines(written) if line["logger"] == "zmd.access"]
    told = {"method": "GET", "path": "/inbox/", "status": 200, "account": person.pk, "level": "INFO"}
    assert told.items() <= line.items() and line["request_id"] == answer["X-Request-ID"]
    assert line["time"].endswith("+00:00") and line["ms"] > 0
    assert not {"key", "request", "user"} & line.keys()
    assert f"GET /inbox/ 200 {line['ms']} ms [{line['request_id']}]" in written()[1]
    for text in written():
        assert person.get_username() not in text and person.name not in text and "机密" not in text


def test_a_path_forges_no_line(db, client, written):
    client.get("/nowhere%0A2026-01-01%20INFO%20zmd.access:%20forged%00")
    (line,) = [line for line in written()[1].splitlines() if "/nowhere" in line]
    assert "/nowhere%0A2026-01-01 INFO zmd.access: forged%00 404" in line


def test_a_probe_makes_no_line(db, written):
    Client().get("/livez")
    assert lines(written) == []


@pytest.mark.urls(__name__)
def test_no_secret_comes_into_the_log(cast, written, client):
    """A wrong password, a key's use and a wrong key's, a secret address, a failure of our own that names a telephone."""
    firm = cast.enterprise.organization
    key, secret = ApiKey.create(enterprise=firm, name="k", at=timezone.now(), scopes=["read"])
    client.post("/login/", {"username": "duty", "password": "not-the-password-7"})
    api = Client(headers={"Authorization": f"Bearer {secret}"})
    assert api.get("/api/v1/incidents/").status_code == 200
    wrong = Client(headers={"Authorization": "Bearer zmd_wrongwrongwrongwrong"})
    assert wrong.get("/api/v1/incidents/").status_code == 401
    assert client.get("/wall/wallwallwallwallwallwallwall/").status_code == 404
    client.raise_request_exception = False
    client.cookies["sessionid"] = "cookiecookiecookie"
    assert client.get("/fails/?token=querytokenquery").status_code == 500
    used = [line for line in lines(written) if line.get("key")]
    assert [line["key"] for line in used] == [key.pk], "which key, not what it is"
    failed = next(line for line in lines(written) if line["level"] == "ERROR")
    assert "RuntimeError" in failed["exc_info"] and failed["request_id"]
    secrets = [
        secret,
        "zmd_wrongwrong",
        "not-the-password-7",
        "wallwallwall",
        "cookiecookie",
        "querytoken",
        PHONE,
    ]
    for text in written():
        assert text and not [each for each in secrets if each in text]


@pytest.mark.parametrize(
    "told",
    [
        "Authorization: Bearer {}",
        "redis://:{}@127.0.0.1:6379/0",
        "postgres://zmd:{}@db/zmd refused",
        "https://oapi.example/robot/send?access_token={}&x=1",
        "https://qyapi.example/cgi-bin/webhook/send?key={}",
        "password={}",
        "Cookie: sessionid={}; other=1",
        "Cookie: __Host-session={}",
        "GET /wall/{}/figures/",
        "/duty/feed/{}.ics",
        "new row violates a check\nDETAIL:  Failing row contains (1, {}).\n",
    ],
)
def test_secrets_of_every_form_are_struck_out(told):
    secret = "s3cret-s3cret-s3cret"
    assert secret in told.format(secret)
    assert secret not in without_secrets(told.format(secret))


def test_a_row_of_the_database_is_struck_out_whole_and_the_line_stays_json(written):
    row = 'Failing row contains (1, 他说 "别来" \\ 后走了, secretname,\n\nthirdline, 2).'
    told = f"new row violates a check\nDETAIL:  {row}"
    log = logging.getLogger("zmd.test")
    try:
        raise ValueError(f"{told}\nCONTEXT:  here")
    except ValueError as first:
        try:
            raise RuntimeError(told) from first
        except RuntimeError:
            log.exception("%s", told, extra={"data": {"said": [told], "phone": int(PHONE), "on": {1: first}}})
    (line,) = lines(written)
    assert line["message"] == "new row violates a check\nDETAIL:***" and line["data"]["phone"] == "***"
    assert "CONTEXT:  here" in line["exc_info"] and "RuntimeError" in line["exc_info"]
    assert "test_log_lines.py" in line["exc_info"].split("RuntimeError")[0], "the traceback goes on after it"
    for text in written():
        assert not [each for each in ("别来", "后走了", "secretname", "thirdline", PHONE) if each in text]


def test_what_is_none_stays():
    plain = "ZMD-2026-0001 2026-11-28T02:00:00+00:00 sha256 1393961234567890 /incidents/ZMD-2026-0001/ token 0371 zmd_emergency/asgi.py"
    assert without_secrets(plain) == plain
    assert without_secrets(f"致电 {PHONE}、0396-2611234") == "致电 ***、***"
