"""Keys, sessions, problem documents, paths, lists: what holds for every resource of the contract."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from incidents.api import incidents as views
from incidents.models import ApiKey, LedgerEntry
from incidents.services import keys
from tests.api.conftest import BASE, Firm, errors, filing, firm_of, iso, problem
from tests.cast import FIRM

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
        assert with_slash.json() == without.json()
    assert firm.post("incidents", filing()).status_code == 201


# Lists -------------------------------------------------------------------------------------------


def test_incidents_come_newest_first_in_pages(firm):
    numbers = [firm.files() for _ in range(5)]
    seen, path = [], "incidents/?limit=2"
    while path:
        page = firm.get(path).json()
        assert set(page) == {"results", "next", "sync"}
        seen.append([row["number"] for row in page["results"]])
        path = page["next"] and page["next"].split(BASE)[1]
        if path:
            firm.files()  # what comes in meanwhile shifts no page
    assert seen == [numbers[:2:-1], numbers[2:0:-1], numbers[:1]]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", "out_of_range"),
        ("limit=201", "out_of_range"),
        ("limit=-1", "out_of_range"),
        ("limit=٣", "out_of_range"),
        ("limit=abc", "out_of_range"),
        ("cursor=abc", "bad_cursor"),
        ("cursor=WyJ4Il0", "bad_cursor"),
        ("cursor=W10", "bad_cursor"),
        ("cursor=WzllOTldOw", "bad_cursor"),
        ("cursor=" + "W1" * 3000, "bad_cursor"),
        ("status=lost", "not_a_choice"),
        ("stauts=ended", "unknown_parameter"),
        ("updated_since=2026-03-02T02:25:00", "offset_required"),
    ],
)
def test_wrong_parameters_are_refused_by_name(firm, query, code):
    (found,) = errors(firm.get(f"incidents/?{query}")).items()
    assert found == (f"?{query.split('=')[0]}", code)


def test_incidents_are_filtered_by_status_and_by_news(firm, cast):
    from incidents.services import grading

    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        first, second = firm.files(), firm.files()
        clock.shift(timedelta(hours=1))
        grading.grade(actor=cast.office_director, number=first, level=4, now=timezone.now())

    def numbers(query):
        return [row["number"] for row in firm.get(f"incidents/?{query}").json()["results"]]

    assert numbers("status=graded") == [first]
    assert numbers("status=reported,graded") == [second, first]
    assert numbers("status=ended") == []
    since = iso(start + timedelta(minutes=30)).replace("+", "%2B")
    assert numbers(f"updated_since={since}") == [first]


def test_deadlines_are_paged_by_due_time_and_filtered_by_state(firm):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        late = firm.files(known_at=iso(timezone.now() - timedelta(hours=3)))
        clock.shift(timedelta(seconds=1))
        fresh = firm.files()

        def owed(query):
            page = firm.get(f"deadlines/?{query}").json()
            return [(debt["incident"], debt["rule"], debt["state"]) for debt in page["results"]]

        assert owed("state=open,breached") == [(late, "R3", "breached"), (fresh, "R3", "open")]
        assert owed("state=met_late") == [(late, "R4", "met_late")]
        every = owed("limit=200")
        first = firm.get("deadlines/?limit=3").json()
        rest = firm.get(first["next"].split(BASE)[1]).json()
    assert len(every) == 4 and len(first["results"]) == 3 and len(rest["results"]) == 1
    assert rest["next"] is None


# One incident ------------------------------------------------------------------------------------


def test_an_incident_tells_what_the_caller_may_do_now(firm, cast):
    from incidents.services import grading

    number = firm.files()
    seen = firm.get(f"incidents/{number}/")
    assert seen.json()["actions"] == [{"code": "report.file", "name": "报送报告", "clause": "5.2.1"}]
    grading.grade(actor=cast.office_director, number=number, level=4, now=timezone.now())
    after = firm.get(f"incidents/{number}/")
    assert [action["code"] for action in after.json()["actions"]] == ["report.file", "response.start"]
    assert after.json()["level"] == "IV" and after["ETag"] != seen["ETag"]


def test_if_match_on_a_post_is_honoured(firm, cast):
    from incidents.services import grading

    number = firm.files()
    stale = firm.get(f"incidents/{number}/")["ETag"]
    grading.grade(actor=cast.office_director, number=number, level=4, now=timezone.now())
    path, body = f"incidents/{number}/response/start/", {"measures": "启动企业预案"}
    problem(firm.post(path, body, **{"If-Match": stale}), 412, "moved_on")
    fresh = firm.get(f"incidents/{number}/")["ETag"]
    assert firm.post(path, body, **{"If-Match": f'"x", {fresh}'}).status_code == 200


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


# Somebody else's ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""),
        ("get", "reports/"),
        ("post", "reports/"),
        ("get", "timeline/"),
        ("post", "response/start/"),
        ("post", "response/end/"),
    ],
)
def test_somebody_elses_incident_does_not_exist(firm, other, method, path):
    number = firm.files()
    theirs = getattr(other, method)(f"incidents/{number}/{path}")
    nobodys = getattr(other, method)(f"incidents/{number}9/{path}")
    told, told_of_none = (problem(answer, 404, "not_found") for answer in (theirs, nobodys))
    assert told | {"detail": ""} == told_of_none | {"detail": ""}
    assert told["detail"].replace(number, "") == told_of_none["detail"].replace(f"{number}9", "")


def test_lists_hold_only_ones_own(firm, other):
    mine, theirs = firm.files(), other.files()
    for who, number in ((firm, mine), (other, theirs)):
        assert [row["number"] for row in who.get("incidents/").json()["results"]] == [number]
        assert {row["incident"] for row in who.get("deadlines/").json()["results"]} == {number}


def test_an_outlets_key_does_not_see_what_its_sister_or_parent_files(firm):
    firm.files(), firm.files(enterprise="express-a-shangcai")
    hub = firm_of("express-a-hub")
    assert hub.get("incidents/").json()["results"] == []
    assert hub.get("deadlines/").json()["results"] == []


@pytest.mark.clause("4.3")
def test_a_merged_incident_shows_of_the_common_one_only_what_a_firm_may_know(firm, other, cast):
    from incidents.services import grading, merging

    mine, common = firm.files(), other.files(report_changes={"unit": "快递企业乙"})
    director, now = cast.office_director, timezone.now()
    merging.merge(actor=director, number=mine, into=common, reason="同一起火灾", now=now)
    grading.grade(actor=director, number=common, level=4, now=now)
    seen = firm.get(f"incidents/{mine}/").json()
    assert seen["status"] == "merged" and seen["merged_into"] == {
        "number": common,
        "event_class": "fire",
        "level": "IV",
        "status": "graded",
    }
    assert len(seen["deadlines"]) == 2 and firm.get(f"incidents/{common}/").status_code == 404
    for path in ("reports/", "timeline/", ""):
        assert "企业乙" not in firm.get(f"incidents/{mine}/{path}").content.decode()
        assert "企业甲" not in other.get(f"incidents/{common}/{path}").content.decode()
    follow_up = firm.post(f"incidents/{mine}/reports/", {"kind": "follow_up", "development": "已扑灭"})
    assert follow_up.status_code == 201


@pytest.mark.clause("5.2.1")
def test_the_office_sees_every_debt_by_its_session(firm, cast):
    number = firm.files()
    desk = Client()
    desk.force_login(cast.duty_officer.person)
    seen = desk.get(f"{BASE}incidents/{number}/").json()
    assert {debt["rule"] for debt in seen["deadlines"]} == {"R3", "R4", "R10", "R11"}
    (filed,) = desk.get(f"{BASE}incidents/{number}/reports/").json()["results"]
    assert (filed["kind"], filed["channel"], filed["reporter"]) == ("written", "api", FIRM)
