"""Responses, orders, support and contacts over the API: what a firm may do in a browser its own system can do too."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents.models import Contact, LedgerEntry, Level, SupportRequest, TaskOrder
from incidents.services.command import order_steps, releasing, supporting
from incidents.services.response import grading
from tests.api.conftest import errors, iso, problem
from tests.cast import appoint
from tests.responses.stage import act, graded, on, order

pytestmark = pytest.mark.django_db


def actions(document: dict) -> list[str]:
    return [action["code"] for action in document["actions"]]


@pytest.mark.clause("5.5")
def test_a_four_already_over_is_recorded_with_both_times(firm, cast):
    number = firm.files()
    grading.grade(actor=cast.office_director, number=number, level=4, now=timezone.now())
    path, now = f"incidents/{number}/response/past/", timezone.now()
    words = {"measures": "启动企业预案", "result": "恢复分拣"}
    assert errors(firm.post(path, words)) == {"/started_at": "required", "/ended_at": "required"}
    times = {"started_at": iso(now - timedelta(hours=1)), "ended_at": iso(now - timedelta(hours=2))}
    assert errors(firm.post(path, words | times)) == {"/ended_at": "before_start"}
    ahead = times | {"ended_at": iso(now + timedelta(hours=1))}
    assert errors(firm.post(path, words | ahead)) == {"/ended_at": "in_future"}
    over = times | {"ended_at": iso(now - timedelta(minutes=30))}
    first = firm.post(path, words | over, idempotency="past")
    assert first.status_code == 200 and first.json()["status"] == "ended"
    assert firm.post(path, words | over, idempotency="past")["Idempotent-Replayed"] == "true"
    problem(firm.post(path, words | over), 409, "wrong_state")


@pytest.mark.clause("5.2.2")
@pytest.mark.clause("5.4.3")
@pytest.mark.clause("5.2.6")
def test_an_order_of_anothers_incident_is_carried_out_and_shows_only_itself(firm, other, cast):
    incident = graded(cast, title="另一企业的事件", firm=cast.other_firm.code)
    row = order(cast, incident, done_by=timezone.now() + timedelta(hours=3))
    path = f"orders/{row.number}/"
    (listed,) = firm.get("orders/").json()["results"]
    read = firm.get(path)
    seen = read.json()
    assert listed.items() <= seen.items() and seen["progress"] == []
    assert (seen["incident"], seen["level"], actions(seen)) == (incident.number, "III", ["order.acknowledge"])
    assert "另一企业" not in read.content.decode() and "企业乙" not in read.content.decode()
    assert firm.get(f"incidents/{incident.number}/").status_code == 404
    owed = firm.get("deadlines/?state=open,breached").json()["results"]
    assert [(debt["rule"], debt["order"]) for debt in owed] == [("T2", row.number), ("T3", row.number)]

    for tail in ("", "acknowledge/", "progress/", "done/", "confirm/"):
        theirs = getattr(other, "post" if tail else "get")(path + tail)
        problem(theirs, 404, "not_found")
    early = problem(firm.post(path + "progress/", {"nonsense": 1}), 409, "wrong_state")
    assert early["clause"] == "5.4.3"
    half = firm.post(path + "acknowledge/", {"on_scene": {"head": "张三"}})
    assert errors(half) == {"/on_scene/phone": "required", "/on_scene/place": "required"}
    assert errors(firm.post(path + "acknowledge/", {"on_scene": {"head": 1}})) == {
        "/on_scene/head": "not_a_text"
    }
    assert firm.get(path).json()["status"] == "issued"
    taken = firm.post(path + "acknowledge/", idempotency="ack")
    assert taken.status_code == 200 and taken.json()["status"] == "acknowledged"
    assert firm.post(path + "acknowledge/", idempotency="ack").json() == taken.json()
    problem(firm.post(path + "acknowledge/"), 409, "wrong_state")
    stale = firm.post(path + "done/", {"report": "完"}, **{"If-Match": read["ETag"]})
    problem(stale, 412, "moved_on")

    missing = errors(firm.post(path + "progress/", {"words": "出发"}))
    assert missing == {f"/on_scene/{name}": "required" for name in ("head", "phone", "place")}
    scene = {"head": "张三", "phone": "0396-1", "place": "分拨中心"}
    said = firm.post(path + "progress/", {"words": "出发", "on_scene": scene}).json()
    assert said["on_scene"] == scene and said["progress"][0]["words"] == "出发"
    assert errors(firm.post(path + "done/", {})) == {"/report": "required"}
    done = firm.post(path + "done/", {"report": "已转移"}).json()
    assert {debt["rule"]: debt["state"] for debt in done["deadlines"]} == {"T2": "met", "T3": "met"}
    given = order_steps.Instruction(by=cast.commander.post.pk, words="解除")
    on(releasing.release, cast.office_director, row, instruction=given)
    assert actions(firm.get(path).json()) == ["order.confirm"]
    assert firm.post(path + "confirm/").json()["status"] == TaskOrder.Status.OVER
    assert firm.get("orders/?status=over").json()["results"][0]["number"] == row.number
    assert firm.get("orders/?status=issued").json()["results"] == []
    personal = LedgerEntry.objects.get(action="order.progressed")
    assert "张三" not in personal.text


@pytest.mark.clause("5.5")
def test_support_is_asked_for_and_confirmed(firm, other, cast):
    incident = graded(cast, Level.IV)
    path = f"incidents/{incident.number}/support-requests/"
    assert errors(firm.post(path, {"place": "x"})) == {"/needs": "required"}
    asked = firm.post(path, {"needs": "两台吊车", "why": "本企业无吊车"}, idempotency="s")
    assert asked.status_code == 201 and asked["Location"].endswith(f"{asked.json()['number']}/")
    assert (
        firm.post(path, {"needs": "两台吊车", "why": "本企业无吊车"}, idempotency="s").json() == asked.json()
    )
    row = SupportRequest.objects.get()
    one = f"{path}{row.number}/"
    problem(firm.post(one + "fulfil/", {"outcome": "到位"}), 409, "wrong_state")
    on(supporting.answer, cast.duty_officer, row, answer="granted", words="来两台")
    seen = firm.get(one).json()
    assert (seen["status"], seen["answer"], actions(seen)) == ("granted", "来两台", ["support.fulfil"])
    for method, tail in (("get", ""), ("post", "fulfil/")):
        problem(getattr(other, method)(one + tail), 404, "not_found")
    problem(other.get(path), 404, "not_found")
    problem(other.post(path, {"needs": "x"}), 404, "not_found")
    above = act(supporting.raise_support, cast.commander, incident, needs="消防增援")
    problem(firm.get(f"{path}{above.number}/"), 404, "not_found")
    assert errors(firm.post(one + "fulfil/", {"outcome": " "})) == {"/outcome": "required"}
    assert firm.post(one + "fulfil/", {"outcome": "到位"}).json()["status"] == "fulfilled"
    assert [each["number"] for each in firm.get(path).json()["results"]] == [row.number]


@pytest.mark.clause("5.2.3")
def test_a_firm_names_its_own_duty_contacts(firm, other, cast):
    appoint("second", cast.firm.code, cast.enterprise.role, "备班员")
    read = firm.get("contacts/")
    body = {"contacts": [{"duty": "duty", "person": "second", "phone": "0396-2"}]}

    def put(content, **headers):
        return firm.client.put(
            "/api/v1/contacts/", content, content_type="application/json", headers=firm.headers(headers)
        )

    problem(put(body), 428, "if_match_needed")
    problem(put(body, **{"If-Match": '"other"'}), 412, "moved_on")
    current = {"If-Match": read["ETag"]}
    wrong = [
        {"duty": "leader", "person": "other"},
        {"duty": "boss", "person": "second"},
        {"duty": "leader", "person": "second"},
        {"duty": "leader", "person": "second"},
    ]
    assert errors(put({"contacts": wrong}, **current)) == {"/contacts/1/duty": "not_a_choice"}
    del wrong[1]
    assert errors(put({"contacts": wrong}, **current)) == {
        "/contacts/0/person": "not_found",
        "/contacts/2": "repeated",
        "/contacts": "duty_needed",
    }
    for nonsense in ({}, {"contacts": "x"}, {"contacts": [1]}, {"contacts": [], "more": 1}):
        problem(put(nonsense, **current), 422, "invalid")
    changed = put(body, **current)
    assert changed.status_code == 200 and changed["ETag"] == firm.get("contacts/")["ETag"] != read["ETag"]
    (kept,) = Contact.objects.filter(organization=cast.firm)
    assert (kept.person.username, kept.phone, kept.duty) == ("second", "0396-2", "DUTY")
    assert [each["person"] for each in other.get("contacts/").json()["contacts"]] == ["other"]
    entry = LedgerEntry.objects.get(action="contacts.set")
    assert entry.chain == f"body:{cast.firm.pk}" and "0396-2" not in entry.text
    problem(put(body, **current), 412, "moved_on")
    from django.test import Client

    desk = Client()
    desk.force_login(cast.duty_officer.person)
    assert problem(desk.get("/api/v1/contacts/"), 403, "role")["clause"] == "5.2.3"
