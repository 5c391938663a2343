"""Keys, sessions, problem documents, paths, lists: what holds for every resource of the contract."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from incidents.api import incidents as views
from incidents.models import ApiKey, LedgerEntry, Role
from incidents.services.identity import keys
from tests.api.conftest import BASE, Firm, errors, filing, problem
from tests.cast import FIRM, appoint

pytestmark = pytest.mark.django_db


# Keys --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer zmd_no", "Basic YTpi", "Bearer é"])
def test_no_key_or_a_wrong_one_is_401(client, header):
    headers = {} if header is None else {"Authorization": header}
    answer = client.get(BASE + "incidents/", headers=headers)
    assert problem(answer, 401, answer.json()["code"])["code"] in ("not_authenticated", "wrong_key")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_key_is_refused_at_once(firm):
    assert firm.get("incidents/").status_code == 200
    keys.revoke(key=firm.key, now=timezone.now())
    problem(firm.get("incidents/"), 401, "revoked_key")
    assert LedgerEntry.objects.filter(action="key.revoked", data__key=firm.key.pk).exists()


def test_the_key_of_an_enterprise_out_of_use_is_refused(firm):
    firm.key.enterprise.is_active = False
    firm.key.enterprise.save(update_fields=["is_active"])
    problem(firm.get("incidents/"), 401, "wrong_key")


def test_the_last_use_is_noted_once_a_minute(firm):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        used = []
        for seconds in (0, 59, 60):
            clock.move_to(timezone.now() + timedelta(seconds=seconds - 59 * (seconds == 60)))
            firm.get("incidents/")
            used.append(ApiKey.objects.get(pk=firm.key.pk).last_used_at)
    assert used[0] == used[1] and used[2] == used[0] + timedelta(minutes=1)


def test_create_key_prints_a_key_that_works_once(db, capsys):
    call_command("create_key", FIRM, "仓库系统")
    secret = capsys.readouterr().out.strip()
    key = ApiKey.objects.get(name="仓库系统")
    assert secret.startswith("zmd_") and secret not in (key.digest, key.prefix)
    assert Firm(Client(), key, secret).get("incidents/").status_code == 200
    with pytest.raises(CommandError, match="express-a"):
        call_command("create_key", "no-such-firm", "仓库系统")


def test_a_browser_may_call_with_its_session_and_its_csrf_token(cast):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.enterprise.person)
    assert browser.get(BASE + "incidents/").status_code == 200
    refused = browser.post(BASE + "incidents/", filing(), content_type="application/json")
    problem(refused, 403, "csrf_failed")
    token = "a" * 32
    browser.cookies["csrftoken"] = token
    answer = browser.post(
        BASE + "incidents/", filing(), content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert answer.status_code == 201, answer.content.decode()


def test_a_post_without_the_right_is_403_with_the_clause(cast):
    browser = Client()
    browser.force_login(cast.auditor.person)
    refused = browser.post(BASE + "incidents/", {"wrong": 1}, content_type="application/json")
    assert problem(refused, 403, "role")["clause"] == "5.2.1"


# Problem documents -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/api/", "/api", "/api/v1/", "/api/v1/nothing/", "/api/v2/incidents", "/api/v1//incidents/"]
)
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_unknown_paths_are_problem_documents(path, method):
    client = Client(enforce_csrf_checks=True)
    problem(getattr(client, method)(path), 404, "unknown_path")


@pytest.mark.parametrize("number", ["%00", "x%0A", "9" * 500, "%ED%A0%80", "..", "';--", "%F0%9F%94%A5"])
def test_hostile_numbers_are_404(firm, number):
    answer = firm.get(f"incidents/{number}/")
    assert answer.status_code == 404 and answer["Content-Type"] == "application/problem+json"


def test_other_methods_are_405_and_say_which_are_there(firm):
    for method in ("put", "patch", "delete", "options"):
        answer = getattr(firm.client, method)(BASE + "incidents/", headers=firm.headers({}))
        problem(answer, 405, "method_not_allowed")
        assert set(answer["Allow"].split(", ")) == {"GET", "HEAD", "POST"}
    answer = firm.post("deadlines/", {})
    problem(answer, 405, "method_not_allowed")
    assert "POST" not in answer["Allow"]


def test_a_bad_host_is_a_problem_document_only_under_api(client):
    problem(client.get("/api/v1/incidents/", headers={"Host": "evil.example"}), 400, "bad_host")
    assert client.get("/livez", headers={"Host": "evil.example"})["Content-Type"].startswith("text/html")


def test_our_own_failure_is_a_problem_document_without_a_traceback(firm, monkeypatch):
    monkeypatch.setattr(views.intake, "open_incident", lambda **_: 1 / 0)
    answer = firm.post("incidents/", filing())
    told = problem(answer, 500, "internal_error")
    assert "ZeroDivision" not in str(told) and not told["errors"]


def test_any_accept_header_gets_json(firm):
    for accept in ("text/html", "application/xml", "*/*", ""):
        assert firm.get("incidents/", Accept=accept)["Content-Type"] == "application/json"


# Paths -------------------------------------------------------------------------------------------


def test_paths_work_with_and_without_the_final_slash(firm):
    number = firm.files()
    for path in (
        "incidents",
        f"incidents/{number}",
        f"incidents/{number}/reports",
        f"incidents/{number}/timeline",
        "deadlines",
    ):
        with_slash, without = firm.get(path + "/"), firm.get(path)
        assert with_slash.status_code == without.status_code == 200
        assert with_slash.json() | {"sync": ""} == without.json() | {"sync": ""}
    assert firm.post("incidents", filing()).status_code == 201


# One incident ------------------------------------------------------------------------------------


def test_an_incident_tells_what_the_caller_may_do_now(firm, cast):
    from incidents.services.response import grading

    number = firm.files()
    seen = firm.get(f"incidents/{number}/")
    rows = (
        ("report.file", "报送报告", "5.2.1", "reports"),
        ("attachment.add", "上传附件", "5.2.1", "attachments"),
        ("support.raise", "请求支援", "5.5", "support-requests"),
    )
    assert seen.json()["actions"] == [
        {"code": code, "name": name, "clause": clause, "method": "POST"}
        | {"href": f"/api/v1/incidents/{number}/{tail}/"}
        for code, name, clause, tail in rows
    ]
    desk = Client()
    desk.force_login(cast.office_director.person)
    theirs = desk.get(f"/api/v1/incidents/{number}/").json()["actions"]
    (grade,) = [action for action in theirs if action["code"] == "incident.grade"]
    assert grade["href"] is None and grade["method"] is None, "only on the office's screens"
    grading.grade(actor=cast.office_director, number=number, level=4, now=timezone.now())
    after = firm.get(f"incidents/{number}/")
    codes = [action["code"] for action in after.json()["actions"]]
    assert set(codes) == {"report.file", "attachment.add", "support.raise", "response.start"}
    assert after.json()["level"] == "IV" and after["ETag"] != seen["ETag"]


def test_if_match_on_a_post_is_honoured(firm, cast):
    from incidents.services.response import grading

    number = firm.files()
    stale = firm.get(f"incidents/{number}/")["ETag"]
    grading.grade(actor=cast.office_director, number=number, level=4, now=timezone.now())
    path, body = f"incidents/{number}/response/start/", {"measures": "启动企业预案"}
    problem(firm.post(path, body, **{"If-Match": stale}), 412, "moved_on")
    fresh = firm.get(f"incidents/{number}/")["ETag"]
    assert firm.post(path, body, **{"If-Match": f'"x", {fresh}'}).status_code == 200
    problem(firm.post(path, body, **{"If-Match": fresh}), 412, "moved_on")
    problem(firm.post(path, body), 409, "wrong_state")


def test_the_timeline_shows_a_firm_its_part_and_the_office_all(firm, cast):
    number = firm.files()
    desk = Client()
    desk.force_login(cast.duty_officer.person)
    of_firm = firm.get(f"incidents/{number}/timeline/")
    of_office = desk.get(f"{BASE}incidents/{number}/timeline/").json()["results"]
    shown = of_firm.json()["results"]
    assert of_firm["ETag"]
    assert shown[0]["action"] == "incident.opened" and shown[0]["organization"] == "快递企业甲（驻马店）"
    assert {row["seq"] for row in shown} < {row["seq"] for row in of_office}
    assert not any("R10" in row["summary"] or "R11" in row["summary"] for row in shown)


# Posts and trouble -------------------------------------------------------------------------------


@pytest.mark.clause("2.2.1")
def test_a_person_of_several_posts_names_the_one_he_acts_in(cast):
    office = cast.office_director.organization.code
    duty = appoint("director", office, Role.DUTY_OFFICER, "值班员（兼）")
    browser = Client()
    browser.force_login(cast.office_director.person)
    body = filing(enterprise=FIRM)

    def send(**more):
        return browser.post(BASE + "incidents/", body | more, content_type="application/json")

    assert errors(send()) == {"/post": "choose_post"}
    filed = send(post=duty.post.pk)
    assert filed.status_code == 201, filed.content.decode()
    assert LedgerEntry.objects.filter(action="incident.opened", post=duty.post).count() == 1
    problem(send(post=cast.commander.post.pk), 403, "role")


def test_a_database_that_is_busy_is_503_and_not_kept(firm, monkeypatch):
    def locked(**_):
        raise OperationalError("canceling statement due to lock timeout")

    with monkeypatch.context() as busy:
        busy.setattr(views.intake, "open_incident", locked)
        answer = firm.post("incidents/", filing(), idempotency="k")
    problem(answer, 503, "busy")
    assert answer["Retry-After"] == "1"
    assert firm.post("incidents/", filing(), idempotency="k").status_code == 201


def test_every_refusal_speaks_chinese(firm, client):
    number = firm.files()
    for answer in (
        client.get(BASE + "incidents/"),
        firm.get("nothing/"),
        firm.get(f"incidents/{number}9/"),
        firm.client.delete(BASE + "deadlines/", headers=firm.headers({})),
        firm.post("incidents/", raw=b"{"),
        firm.post("incidents/", {}),
        firm.post("incidents/", {"report": None, "post": "x"}),
        firm.post(f"incidents/{number}/reports/", {"kind": 1, "superior_unit_told": {}}),
        firm.post(f"incidents/{number}/response/end/"),
    ):
        told = answer.json()
        for words in (told["title"], told["detail"], *(error["detail"] for error in told["errors"])):
            assert any("\u4e00" <= letter <= "\u9fff" for letter in words), told
