"""`POST incidents/` and `POST incidents/{number}/reports/` as the contract writes them (§5.2.1)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from incidents.models import Report
from tests.api.conftest import errors, filing, firm_of, iso, problem, report

AT = datetime.fromisoformat("2026-03-02T02:25:00+08:00")

pytestmark = pytest.mark.django_db


def at_night(**changes):
    times = {"occurred_at": "2026-03-02T01:50:00+08:00", "known_at": "2026-03-02T02:00:00+08:00"}
    return filing(**times | changes)


@pytest.mark.clause("5.2.1")
def test_a_written_report_is_answered_as_the_contract_says(firm):
    with time_machine.travel(AT, tick=False):
        answer = firm.post("incidents/", at_night())
    assert answer.status_code == 201, answer.content.decode()
    told = answer.json()
    number = told["number"]
    source = "参照《生产安全事故报告和调查处理条例》（国务院令第493号）第三条"
    because = {entry["criterion"]: entry for entry in told.pop("because")}
    assert because["serious_injuries"] == {
        "criterion": "serious_injuries",
        "value": 1,
        "level": "IV",
        "source": source,
        "figure_source": "企业",
    }
    assert told == {
        "number": number,
        "is_drill": False,
        "status": "reported",
        "level": None,
        "proposed_level": "IV",
        "report": {"number": f"{number}-R1", "received_at": "2026-03-02T02:25:00+08:00"},
        "deadlines": [
            {
                "rule": "R3",
                "name": "口头汇报",
                "clause": "5.2.1",
                "owed_to": "应急办",
                "creditor": "OFFICE",
                "basis": "plan",
                "starts_at": "2026-03-02T02:00:00+08:00",
                "due_at": "2026-03-02T03:00:00+08:00",
                "state": "open",
            },
            {
                "rule": "R4",
                "name": "书面报告",
                "clause": "5.2.1",
                "owed_to": "应急办",
                "creditor": "OFFICE",
                "basis": "plan",
                "starts_at": "2026-03-02T02:00:00+08:00",
                "due_at": "2026-03-02T04:00:00+08:00",
                "state": "met",
                "met_at": "2026-03-02T02:25:00+08:00",
            },
        ],
    }
    assert answer["Location"] == f"/api/v1/incidents/{number}/"
    stored = Report.objects.get(number=f"{number}-R1")
    assert (stored.channel, stored.kind, stored.unknown) == ("API", "WRITTEN", ["development"])


@pytest.mark.clause("5.2.1")
def test_a_brief_needs_only_time_place_unit_class_and_what_happened(firm):
    brief = {"kind": "brief", "unit": "快递企业甲", "impact": "分拨中心起火，有人被困"}
    answer = firm.post("incidents/", filing() | {"report": brief})
    assert answer.status_code == 201, answer.content.decode()
    states = {debt["rule"]: debt["state"] for debt in answer.json()["deadlines"]}
    assert states == {"R3": "open", "R4": "open"}  # a brief does not answer the written report of Ⅳ
    del brief["impact"]
    assert errors(firm.post("incidents/", filing() | {"report": brief})) == {"/report/impact": "required"}


@pytest.mark.clause("5.2.1")
def test_what_is_left_blank_is_refused_by_name_with_the_clause(firm):
    body = filing({"impact": "  ", "unknown": []}, place="")
    del body["report"]["superior_unit_told"]
    told = problem(firm.post("incidents/", body), 422, "invalid")
    assert {error["pointer"]: error["clause"] for error in told["errors"]} == {
        "/place": "5.2.1",
        "/report/impact": "5.2.1",
        "/report/development": "5.2.1",
        "/report/superior_unit_told": "5.2.1",
    }
    assert told["clause"] == "5.2.1"


@pytest.mark.clause("5.2.1")
def test_a_content_is_given_or_unknown_not_both(firm):
    given = filing({"unknown": ["impact", "development"]})
    assert errors(firm.post("incidents/", given)) == {"/report/impact": "both_given_and_unknown"}
    for name in ("known_at", "county", "event_class", "unit"):
        refused = errors(firm.post("incidents/", filing({"unknown": ["development", name]})))
        assert refused["/report/unknown"] == "cannot_be_unknown"


@pytest.mark.clause("5.2.1")
@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"known_at": "2026-03-02T02:28:00+08:00"}, "/known_at", "in_future"),
        ({"known_at": "2026-03-02T02:00:00"}, "/known_at", "offset_required"),
        ({"known_at": "2026-03-02"}, "/known_at", "not_a_time"),
        ({"known_at": "2026-02-30T02:00:00+08:00"}, "/known_at", "not_a_time"),
        ({"known_at": "1999-12-31T23:59:59+08:00"}, "/known_at", "out_of_range"),
        ({"known_at": "9999-12-31T23:59:59-14:00"}, "/known_at", "out_of_range"),
        ({"known_at": None}, "/known_at", "required"),
        ({"county": "郑州市"}, "/county", "not_found"),
        ({"county": None}, "/county", "required"),
        ({"event_class": "war"}, "/event_class", "unknown_class"),
        ({"origin": "nowhere"}, "/origin", "not_a_choice"),
        ({"origin": None}, "/origin", "required"),
        ({"enterprise": "express-b"}, "/enterprise", "not_found"),
        ({"titel": "起火"}, "/titel", "unknown_field"),
        ({"counties_affected": ["驿城区", "郑州"]}, "/counties_affected/1", "not_found"),
        ({"report": {"kind": "oral"}}, "/report/kind", "oral_by_phone_only"),
        ({"report": {"kind": "final"}}, "/report/kind", "unknown_kind"),
        ({"report": {"unit": "甲"}}, "/report/kind", "required"),
    ],
)
def test_refusals_of_a_filing_point_at_the_field(firm, changes, pointer, code):
    with time_machine.travel(AT, tick=False):
        answer = firm.post("incidents/", at_night(**changes))
    assert errors(answer).get(pointer) == code, answer.content.decode()


@pytest.mark.clause("5.2.1")
def test_what_is_refused_before_the_service_names_its_clause_too(firm):
    with time_machine.travel(AT, tick=False):
        told = firm.post("incidents/", at_night(report={"kind": "oral"})).json()
    (oral,) = (error for error in told["errors"] if error["pointer"] == "/report/kind")
    assert oral["clause"] == told["clause"] == "5.2.1"


def test_two_minutes_of_clock_skew_are_allowed(firm):
    with time_machine.travel(AT, tick=False):
        answer = firm.post("incidents/", at_night() | {"known_at": "2026-03-02T02:27:00+08:00"})
    assert answer.status_code == 201
    assert answer.json()["deadlines"][0]["starts_at"] == "2026-03-02T02:25:00+08:00"


def test_a_time_with_another_offset_is_answered_in_the_citys(firm):
    with time_machine.travel(AT, tick=False):
        number = firm.files(**at_night(known_at="2026-03-01T18:00:00Z"))
        known = firm.get(f"incidents/{number}/").json()["known_at"]
    assert known == "2026-03-02T02:00:00+08:00"


@pytest.mark.clause("5.2.1")
def test_a_superior_unit_files_for_its_outlet_and_both_see_it(firm):
    number = firm.files(enterprise="express-a-hub")
    outlet = firm_of("express-a-hub")
    seen = outlet.get(f"incidents/{number}/").json()
    assert seen["enterprise"] == "express-a-hub" and len(seen["deadlines"]) == 2
    (filed,) = outlet.get(f"incidents/{number}/reports/").json()["results"]
    assert filed["reporter"] == "express-a"


@pytest.mark.clause("5.2.1")
def test_a_claimed_telephone_call_settles_nothing_by_itself(firm):
    said = {"to": "应急办值班员", "at": iso(timezone.now() - timedelta(minutes=5))}
    number = firm.files(report_changes={"oral_report": said})
    debts = firm.get(f"incidents/{number}/").json()["deadlines"]
    assert {debt["rule"]: debt["state"] for debt in debts} == {"R3": "open", "R4": "met"}
    (filed,) = firm.get(f"incidents/{number}/reports/").json()["results"]
    assert filed["oral_report"] == {**said, "confirmed_at": None, "refused_reason": ""}


@pytest.mark.clause("5.2.1")
def test_further_reports_are_numbered_receipted_and_meet_debts(firm):
    with time_machine.travel(AT, tick=False) as clock:
        brief = {"kind": "brief", "unit": "快递企业甲", "impact": "起火"}
        number = firm.files(**at_night() | {"report": brief})
        clock.shift(timedelta(hours=2))
        answer = firm.post(f"incidents/{number}/reports/", report())
    assert answer.status_code == 201, answer.content.decode()
    told = answer.json()
    assert told["number"] == f"{number}-R2" and told["received_at"] == "2026-03-02T04:25:00+08:00"
    assert (told["proposed_level"], told["kind"]) == ("IV", "written")
    states = {debt["rule"]: debt["state"] for debt in told["deadlines"]}
    assert states == {"R3": "breached", "R4": "met_late"}


@pytest.mark.clause("5.2.1")
def test_facts_that_rise_raise_the_proposal_and_the_debts(firm):
    number = firm.files()
    told = firm.post(
        f"incidents/{number}/reports/", {"kind": "follow_up", "deaths": 3, "development": "救援中"}
    ).json()
    assert told["proposed_level"] == "III"
    assert {debt["rule"] for debt in told["deadlines"]} == {"R1", "R2", "R3", "R4"}


def test_a_correction_supersedes_and_both_stay_readable(firm, other):
    number = firm.files(report_changes={"deaths": 3})
    path = f"incidents/{number}/reports/"
    told = firm.post(path, report(deaths=0, supersedes=f"{number}-R1"))
    assert told.status_code == 201 and told.json()["supersedes"] == f"{number}-R1"
    first, second = firm.get(path).json()["results"]
    assert (first["deaths"], first["superseded_by"]) == (3, f"{number}-R2")
    assert (second["deaths"], second["supersedes"]) == (0, f"{number}-R1")
    again = firm.post(path, report(supersedes=f"{number}-R1"))
    assert errors(again) == {"/supersedes": "not_found"}
    foreign = f"{other.files()}-R1"
    assert errors(firm.post(path, report(supersedes=foreign))) == {"/supersedes": "not_found"}


@pytest.mark.clause("5.2.1")
def test_an_earlier_known_at_moves_the_due_times_a_later_one_is_the_directors(firm):
    number = firm.files()
    path = f"incidents/{number}/reports/"
    known = datetime.fromisoformat(firm.get(f"incidents/{number}/").json()["known_at"])
    body = {"kind": "follow_up", "development": "更正获知时间"}
    told = firm.post(path, body | {"known_at": iso(known - timedelta(minutes=10))}).json()
    due = {debt["rule"]: debt["due_at"] for debt in told["deadlines"]}
    assert due["R3"] == iso(known + timedelta(minutes=50))
    refused = firm.post(path, body | {"known_at": iso(known)})
    assert errors(refused) == {"/known_at": "later"}


@pytest.mark.clause("5.2.1")
def test_reports_on_a_closed_matter_are_refused_with_the_clause(firm, cast):
    from incidents.services.response import grading

    number = firm.files()
    grading.dismiss(actor=cast.office_director, number=number, reason="误报", now=timezone.now())
    told = problem(firm.post(f"incidents/{number}/reports/", {"wrong": 1}), 409, "wrong_state")
    assert told["clause"] == "5.2.1" and "不成立" in told["detail"]
