"""A firm's own system keeps its roster and its people's training (§5.2.3, 8.2)."""

import pytest
import time_machine

from alerts.models import Shift, ShiftPattern, Training
from incidents.models import LedgerEntry, Role
from tests.api.conftest import BASE, errors, firm_of, iso, problem
from tests.cast import FIRM, appoint
from tests.duty.stage import at

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.2.3")]


@pytest.fixture
def clock():
    with time_machine.travel(at(0), tick=False) as moved:
        yield moved


def send(firm, method: str, path: str, body=None, **headers):
    call = getattr(firm.client, method)
    return call(BASE + path, body or {}, content_type="application/json", headers=firm.headers(headers))


def test_a_shift_is_drawn_up_changed_ended_and_taken_off(clock, cast, firm, other):
    appoint("second", FIRM, Role.ENTERPRISE, "备班员")
    wanted = {"seat": "duty", "person": "firm", "starts_at": iso(at(1)), "ends_at": iso(at(9))}
    missing = {f"/{name}": "required" for name in ("seat", "person", "starts_at", "ends_at")}
    assert errors(firm.post("duty/shifts/", {})) == missing
    for change, found in (
        ({"person": "other"}, {"/person": "not_its_person"}),
        ({"seat": "boss"}, {"/seat": "not_a_choice"}),
        ({"starts_at": iso(at(-3))}, {"/starts_at": "in_past"}),
        ({"ends_at": iso(at(1))}, {"/ends_at": "length"}),
        ({"body": "express-b"}, {"/body": "not_found"}),
        ({"body": 7}, {"/body": "not_found"}),
    ):
        assert errors(firm.post("duty/shifts/", wanted | change)) == found
    made = firm.post("duty/shifts/", wanted, idempotency="s")
    assert made.status_code == 201 and made["Location"].endswith(f"/{made.json()['id']}/")
    assert firm.post("duty/shifts/", wanted, idempotency="s").json() == made.json()
    assert errors(firm.post("duty/shifts/", wanted)) == {"/starts_at": "overlap"}
    path = f"duty/shifts/{made.json()['id']}/"
    assert firm.get(path)["ETag"] == made["ETag"] and firm.get(path).json() == made.json()
    for method, tail in (("get", ""), ("patch", ""), ("post", "remove/"), ("post", "end/")):
        problem(send(other, method, path + tail), 404, "not_found")
    problem(firm.post(path + "end/", {"reason": "x"}), 409, "wrong_state")

    change = {"person": "second", "reason": "调休"}
    problem(send(firm, "patch", path, change), 428, "if_match_needed")
    problem(send(firm, "patch", path, change, **{"If-Match": '"x"'}), 412, "moved_on")
    current = {"If-Match": made["ETag"]}
    assert errors(send(firm, "patch", path, {"person": "second"}, **current)) == {"/reason": "required"}
    assert errors(send(firm, "patch", path, change | {"person": "nobody"}, **current)) == {
        "/person": "not_its_person"
    }
    changed = send(firm, "patch", path, change, **current)
    assert changed.json()["person"] == "second" and changed.json()["starts_at"] == wanted["starts_at"]
    problem(send(firm, "patch", path, change, **current), 412, "moved_on")
    entry = LedgerEntry.objects.get(action="duty.changed")
    assert entry.chain == f"body:{cast.firm.pk}" and "备班员" not in entry.text

    clock.move_to(at(2))
    problem(send(firm, "patch", path, change, **{"If-Match": changed["ETag"]}), 409, "wrong_state")
    problem(firm.post(path + "remove/", {"reason": "x"}), 409, "wrong_state")
    assert firm.get("duty/").json()["on_duty"] == [changed.json()]
    ended = firm.post(path + "end/", {"reason": "突发疾病"})
    assert ended.json()["ends_at"] == iso(at(2)) and ended.json()["cut_short"] == "突发疾病"
    later = firm.post("duty/shifts/", wanted | {"starts_at": iso(at(20)), "ends_at": iso(at(24))}).json()
    desk = firm.get("duty/").json()
    assert desk["gaps"][0] == {"seat": "duty", "starts_at": iso(at(2)), "ends_at": later["starts_at"]}
    assert [one["trained_until"] for one in desk["people"]] == ["2039-12-31"] * 2
    one = f"duty/shifts/{later['id']}/"
    problem(firm.post(one + "remove/", {"reason": "x"}, **{"If-Match": '"x"'}), 412, "moved_on")
    assert firm.post(one + "remove/", {"reason": "误排"}).json()["id"] == later["id"]
    problem(firm.get(one), 404, "not_found")


def test_a_parent_keeps_the_rosters_below_it_and_nobody_anothers(clock, cast, firm, other):
    appoint("hub", "express-a-hub", Role.ENTERPRISE, "分拨值班员")
    hub = firm_of("express-a-hub")
    wanted = {"seat": "duty", "person": "hub", "starts_at": iso(at(1)), "ends_at": iso(at(9))}
    assert firm.post("duty/shifts/", wanted | {"body": "express-a-hub"}).status_code == 201
    own = wanted | {"person": "firm", "starts_at": iso(at(10)), "ends_at": iso(at(12))}
    assert firm.post("duty/shifts/", own).status_code == 201

    def people(who, query=""):
        return [row["person"] for row in who.get(f"duty/shifts/{query}").json()["results"]]

    assert people(firm) == ["hub", "firm"] and people(hub) == ["hub"] and people(other) == []
    assert people(firm, "?body=express-a-hub") == ["hub"]
    assert people(firm, f"?from={iso(at(9))}".replace("+", "%2B")) == ["firm"]
    assert people(firm, f"?to={iso(at(10))}".replace("+", "%2B")) == ["hub"]
    first = firm.get("duty/shifts/?limit=1").json()
    assert [
        row["person"] for row in firm.client.get(first["next"], headers=firm.headers({})).json()["results"]
    ] == ["firm"]
    for who, code in ((hub, FIRM), (other, FIRM)):
        assert errors(who.get(f"duty/shifts/?body={code}")) == {"?body": "not_found"}
        assert errors(who.get(f"duty/?body={code}")) == {"?body": "not_found"}
        assert errors(who.get(f"duty/trainings/?body={code}%00")) == {"?body": "not_found"}
        assert errors(who.post("duty/shifts/", own | {"body": code})) == {"/body": "not_found"}
    assert firm.get("duty/?body=express-a-hub").json()["body"] == "express-a-hub"


@pytest.mark.clause("8.2")
def test_training_is_recorded_before_somebody_is_rostered(clock, cast, firm, other):
    appoint("second", FIRM, Role.ENTERPRISE, "备班员")
    Training.objects.filter(person__username="second").delete()
    wanted = {"seat": "standby", "person": "second", "starts_at": iso(at(1)), "ends_at": iso(at(9))}
    assert errors(firm.post("duty/shifts/", wanted)) == {"/person": "untrained"}
    passed = {"person": "second", "topic": "应急值班", "passed_on": "2026-02-01", "valid_until": "2027-02-01"}
    for change, found in (
        ({"passed_on": "2026-04-01"}, {"/passed_on": "in_future"}),
        ({"passed_on": "2026-02-30"}, {"/passed_on": "not_a_date"}),
        ({"valid_until": "9999-12-31"}, {"/valid_until": "out_of_range"}),
        ({"valid_until": "2026-01-01"}, {"/valid_until": "range"}),
        ({"topic": " "}, {"/topic": "required"}),
        ({"person": "other"}, {"/person": "not_its_person"}),
    ):
        assert errors(firm.post("duty/trainings/", passed | change)) == found
    made = firm.post("duty/trainings/", passed, idempotency="t")
    assert made.status_code == 201 and made.json()["valid_until"] == "2027-02-01"
    assert firm.post("duty/shifts/", wanted).status_code == 201
    assert len(firm.get("duty/trainings/").json()["results"]) == 2
    assert len(other.get("duty/trainings/").json()["results"]) == 1
    path = f"duty/trainings/{made.json()['id']}/withdraw/"
    problem(other.post(path, {"reason": "x"}), 404, "not_found")
    assert errors(firm.post(path, {})) == {"/reason": "required"}
    assert firm.post(path, {"reason": "误录"}).status_code == 200
    problem(firm.post(path, {"reason": "误录"}), 404, "not_found")


def test_a_pattern_is_laid_over_days_and_tells_what_it_skipped(clock, cast, firm):
    appoint("second", FIRM, Role.ENTERPRISE, "备班员")
    patterns = firm.get("duty/patterns/").json()["results"]
    three = next(row for row in patterns if row["name"].startswith("三班倒"))
    assert [each["minutes"] for each in three["segments"]] == [480, 480, 480]
    assert len(patterns) == ShiftPattern.objects.filter(is_active=True).count()
    wanted = {"pattern": three["id"], "seat": "duty", "people": ["firm", "second"]}
    span = {"first": "2026-03-03", "last": "2026-03-04"}
    assert errors(firm.post("duty/shifts/lay/", wanted | span | {"people": ["firm", "other"]})) == {
        "/people/1": "not_its_person"
    }
    assert errors(firm.post("duty/shifts/lay/", wanted | span | {"people": []})) == {
        "/people": "not_its_person"
    }
    assert errors(firm.post("duty/shifts/lay/", wanted | span | {"last": "2027-03-04"})) == {"/last": "range"}
    assert errors(firm.post("duty/shifts/lay/", wanted | span | {"pattern": 10**12})) == {
        "/pattern": "not_found"
    }
    laid = firm.post("duty/shifts/lay/", wanted | span, idempotency="lay")
    assert (
        laid.status_code == 201
        and [row["person"] for row in laid.json()["drawn_up"]] == ["firm", "second"] * 3
    )
    assert laid.json()["skipped"] == [] and Shift.objects.count() == 6
    again = firm.post("duty/shifts/lay/", wanted | span | {"last": "2026-03-05"}).json()
    assert len(again["drawn_up"]) == 3 and {row["why"] for row in again["skipped"]} == {"已有人值班"}
    problem(firm.post("duty/shifts/lay/", wanted | span), 409, "nothing_to_lay")
