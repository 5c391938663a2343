"""What a firm is asked beside orders, over the API: its own plan, call-ups, instructions, the guide, the aftermath."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.models import InstructionAddressee, InstructionAnswer
from incidents.models import GuideStep, GuideTick, Level, OwnPlan, RecoveryItem
from incidents.services.call_up import calling_up
from incidents.services.call_up.calling_up import Wanted
from incidents.services.closure import aftermath, closing
from incidents.services.command import guiding, instructing
from incidents.services.command.guiding import Step
from incidents.services.response import ending
from tests.api.conftest import errors, firm_of, iso, problem
from tests.api.test_matters import actions
from tests.responses.stage import act, graded, started
from tests.screens.stage import sign_in, text_of

pytestmark = pytest.mark.django_db


def wanted(owner: str, **more) -> Wanted:
    said = {"kind": "vehicles", "what": "厢式货车", "quantity": 10, "unit": "辆", "place": "分拨中心东门"}
    return Wanted(owner=owner, **said | more)


def unseen(other, *paths: str):
    """For another firm none of these exist; whether it reads (no tail) or acts."""
    for path in paths:
        for method in ("get", "post"):
            answer = getattr(other, method)(path)
            assert answer.status_code in (404, 405), (path, answer.content.decode())
            if answer.status_code == 404:
                assert answer.json()["code"] == "not_found", path


@pytest.mark.clause("5.4.1")
@pytest.mark.clause("5.4.5")
def test_a_firm_starts_its_own_plan_and_ends_it(firm, other, cast):
    calm = graded(cast)
    problem(firm.post(f"incidents/{calm.number}/own-plans/", {}), 409, "wrong_state")
    incident = started(cast)
    path = f"incidents/{incident.number}/own-plans/"
    read = firm.get(f"incidents/{incident.number}/")
    (offered,) = [each for each in read.json()["actions"] if each["code"] == "own_plan.start"]
    assert (offered["method"], offered["href"]) == ("POST", f"/api/v1/{path}")
    (running,) = read.json()["responses"]
    assert (running["level"], running["status"]) == ("III", "active") and running["started_at"]
    unseen(other, path, path + "end/")
    assert errors(firm.post(path, {"at": iso(timezone.now())})) == {"/name": "required", "/by": "required"}
    said = {"name": "快递企业甲火灾预案", "by": "值班经理"}
    ahead = said | {"at": iso(timezone.now() + timedelta(hours=1))}
    assert errors(firm.post(path, ahead)) == {"/at": "in_future"}
    begun = firm.post(path, said, **{"If-Match": read["ETag"]})
    assert begun.status_code == 201 and begun.json()["body"] == cast.firm.code
    assert begun["ETag"] == firm.get(f"incidents/{incident.number}/")["ETag"] != read["ETag"]
    problem(firm.post(path, said), 409, "already_done")
    problem(firm.post(path + "end/", {}, **{"If-Match": read["ETag"]}), 412, "moved_on")
    plan = OwnPlan.objects.get()
    assert plan.recorded_key == firm.key and plan.recorded_by is None
    act(ending.propose_end, cast.office_director, incident, words="已排除")
    act(ending.declare_end, cast.commander, incident)
    assert "own_plan.end" in actions(firm.get(f"incidents/{incident.number}/").json())
    assert firm.post(path + "end/").json()["ended_at"]
    (kept,) = firm.get(path).json()["results"]
    assert kept["name"] == said["name"] and kept["ended_at"]
    problem(firm.post(path + "end/"), 409, "wrong_state")
    assert said["name"] in text_of(sign_in(cast.duty_officer).get(f"/incidents/{incident.number}/command/"))


@pytest.mark.clause("5.4.3")
@pytest.mark.clause("6.1")
def test_a_firm_lends_what_it_is_asked_for_and_says_how_many(firm, other, cast):
    """Of an incident that is another firm's, it learns no more than the paper."""
    incident = graded(cast, title="另一企业的事件", firm=cast.other_firm.code)
    ask = wanted(cast.firm.code, receiver=cast.other_firm.code)
    row = act(calling_up.request, cast.duty_officer, incident, wanted=ask)
    path = f"call-ups/{row.number}/"
    read = firm.get(path)
    assert "另一企业" not in read.content.decode()
    assert (read.json()["quantity"], actions(read.json())) == (10, ["call_up.agree", "call_up.refuse"])
    assert read.json()["actions"][0]["href"] == f"/api/v1/{path}agree/"
    assert firm.get(f"incidents/{incident.number}/").status_code == 404
    problem(other.post(path + "agree/"), 403, "role")
    hub = firm_of("express-a-hub")
    unseen(hub, path, *(f"{path}{tail}/" for tail in ("agree", "refuse", "dispatch", "arrive", "give-back")))
    problem(firm.post(path + "dispatch/", {"quantity": 8}), 409, "wrong_state")
    assert errors(firm.post(path + "refuse/", {"reason": " "})) == {"/reason": "required"}
    another = act(calling_up.request, cast.duty_officer, incident, wanted=ask)
    refused = firm.post(f"call-ups/{another.number}/refuse/", {"reason": "车辆均在外地"}).json()
    assert (refused["status"], refused["actions"]) == ("refused", [])
    assert firm.post(path + "agree/").json()["status"] == "agreed"
    problem(firm.post(path + "dispatch/", {"quantity": 8}, **{"If-Match": read["ETag"]}), 412, "moved_on")
    for quantity, code in (
        (11, "out_of_range"),
        ("8", "not_a_number"),
        (True, "not_a_number"),
        (7.125, "too_many_decimals"),
        (None, "null"),
        (10**13, "too_large"),
    ):
        assert errors(firm.post(path + "dispatch/", {"quantity": quantity})) == {"/quantity": code}
    sent = firm.post(path + "dispatch/", {"quantity": 8, "words": "豫Q·1 带队"}).json()
    assert (sent["status"], sent["dispatched"]) == ("dispatched", 8)
    problem(firm.post(path + "arrive/", {"quantity": 8}), 403, "role")
    assert other.post(path + "arrive/", {"quantity": 7.5}).json()["arrived"] == 7.5
    parts = {"returned": 6, "used_up": 0, "damaged": 3}
    assert errors(firm.post(path + "give-back/", parts)) == {"/returned": "more_than_sent"}
    read = firm.get(path)
    part = firm.post(path + "give-back/", {"returned": 2, "used_up": 0, "damaged": 0, "is_part": True}).json()
    assert (part["status"], part["returned"], part["returns"][0]["returned"]) == ("arrived", 2, 2)
    stale = firm.post(path + "give-back/", parts, **{"If-Match": read["ETag"]})
    problem(stale, 412, "moved_on")
    back = firm.post(path + "give-back/", parts | {"returned": 4, "damaged": 1})
    assert back.json()["returned"] == 6
    assert back.json()["status"] == "returned" and len(back.json()["steps"]) == 5
    assert RecoveryItem.objects.get().payee == cast.firm
    assert [each["number"] for each in firm.get("call-ups/?status=returned").json()["results"]] == [
        row.number
    ]
    assert firm.get("call-ups/?status=requested").json()["results"] == []
    assert hub.get("call-ups/").json()["results"] == []
    assert "（接口）" in text_of(sign_in(cast.duty_officer).get(f"/call-ups/{row.number}/"))
    desk = sign_in(cast.duty_officer)
    theirs = desk.post(f"/api/v1/{path}agree/", "{}", content_type="application/json")
    assert problem(theirs, 403, "role")["clause"] == "5.4.3"


@pytest.mark.clause("5.4.3")
def test_a_firm_sees_answers_and_finishes_an_instruction(firm, other, cast):
    row = instructing.write(
        actor=cast.commander,
        words="立即排查",
        to=[cast.firm.code, cast.county.organization.code],
        now=timezone.now(),
    )
    path = f"instructions/{row.number}/"
    read = firm.get(path)
    assert read.json()["words"] == "立即排查" and [one["body"] for one in read.json()["addressees"]] == [
        cast.firm.code
    ]
    assert actions(read.json()) == ["instruction.acknowledge", "instruction.answer", "instruction.done"]
    unseen(other, path, path + "acknowledge/", path + "answer/", path + "done/")
    assert firm.post(path + "acknowledge/", idempotency="a").status_code == 200
    again = firm.post(path + "acknowledge/", idempotency="a")
    assert again["Idempotent-Replayed"] == "true" and again["ETag"]
    problem(firm.post(path + "acknowledge/"), 409, "wrong_state")
    problem(firm.post(path + "answer/", {"words": "已查"}, **{"If-Match": read["ETag"]}), 412, "moved_on")
    assert errors(firm.post(path + "answer/", {})) == {"/words": "required"}
    assert errors(firm.post(path + "answer/", {"words": "长" * 2001})) == {"/words": "too_long"}
    firm.post(path + "answer/", {"words": "已查三处"})
    assert len(firm.get("instructions/?done=false").json()["results"]) == 1
    done = firm.post(path + "done/", {"words": "全部查完"}).json()
    assert [said["words"] for said in done["addressees"][0]["answers"]] == ["已查三处", "全部查完"]
    assert done["actions"] == [] and firm.get("instructions/?done=false").json()["results"] == []
    assert len(firm.get("instructions/?done=true").json()["results"]) == 1
    problem(firm.post(path + "answer/", {"words": "又"}), 409, "wrong_state")
    assert InstructionAddressee.objects.get(organization=cast.firm).acknowledged_key == firm.key
    assert set(InstructionAnswer.objects.values_list("key", "by")) == {(firm.key.pk, None)}
    page = text_of(sign_in(cast.commander).get(f"/instructions/{row.number}/"))
    assert "（接口）" in page and "经接口签收" in page


@pytest.mark.clause("5.4.4")
def test_a_firm_ticks_the_steps_of_the_guide_that_are_its_own(firm, other, cast):
    number = firm.files()
    steps = [
        Step("切断电源", "自拟"),
        Step("疏散人员", "自拟", for_firm=True),
        Step("清点", "自拟", for_firm=True),
    ]
    guiding.edit(
        actor=cast.office_director,
        event_class="fire",
        source="自拟",
        note="录入",
        steps=steps,
        now=timezone.now(),
    )
    path = f"incidents/{number}/guides/"
    assert firm.get(path).json()["guides"] == []
    guiding.open_guide(actor=cast.duty_officer, number=number, now=timezone.now())
    read = firm.get(path)
    (guide,) = read.json()["guides"]
    offices, own, _ = guide["steps"]
    assert offices["actions"] == [] and [each["code"] for each in own["actions"]] == ["guide.tick"]
    tick = own["actions"][0]["href"].removeprefix("/api/v1/")
    assert tick == f"incidents/{number}/guide-steps/{own['id']}/tick/"
    untick = tick.replace("/tick/", "/untick/")
    unseen(other, path, tick, untick)
    problem(firm.post(tick.replace(str(own["id"]), str(offices["id"]))), 403, "not_the_firms")
    assert errors(firm.post(tick.replace(f"/{own['id']}/", "/999999/"))) == {"/step": "not_found"}
    problem(firm.post(untick, {"reason": "x"}), 409, "not_done")
    done = firm.post(tick, {"words": "已撤出"}, **{"If-Match": read["ETag"]})
    assert done.json()["guides"][0]["steps"][1]["note"] == "已撤出"
    problem(firm.post(tick, **{"If-Match": read["ETag"]}), 412, "moved_on")
    problem(firm.post(tick), 409, "already_done")
    assert "（接口）" in text_of(sign_in(cast.duty_officer).get(f"/incidents/{number}/guide/"))
    assert errors(firm.post(untick, {})) == {"/reason": "required"}
    assert firm.post(untick, {"reason": "有人返回"}).json()["guides"][0]["steps"][1]["done_at"] is None
    assert GuideTick.objects.get().undone_key == firm.key
    third = GuideStep.objects.get(words="清点")
    guiding.tick(actor=cast.commander, number=number, step=third.pk, now=timezone.now())
    last = firm.get(path).json()["guides"][0]["steps"][2]
    assert last["done_at"] and last["actions"] == []
    problem(firm.post(untick.replace(str(own["id"]), str(third.pk)), {"reason": "x"}), 403, "others_tick")


@pytest.mark.clause("6.2")
def test_a_firm_answers_for_the_evaluation_and_makes_its_improvements(firm, other, cast):
    incident = graded(cast, Level.IV)
    act(closing.end_without_response, cast.office_director, incident, reason="已处置")
    soon = timezone.now() + timedelta(hours=30)
    bodies = [cast.firm.code, cast.other_firm.code]
    asked, _ = act(
        aftermath.ask, cast.duty_officer, incident, bodies=bodies, question="起因与教训", due_at=soon
    )
    made = act(
        aftermath.open_improvement,
        cast.duty_officer,
        incident,
        measure="更换线路",
        body=cast.firm.code,
        due_at=soon,
    )
    for path, tail, one, listed in (
        (f"evaluation-inputs/{asked.number}/", "answer/", "本企业意见", "evaluation-inputs/?answered"),
        (f"improvements/{made.number}/", "done/", "线路已换", "improvements/?done"),
    ):
        read = firm.get(path)
        assert len(actions(read.json())) == 1 and read.json()["due_at"] == iso(soon)
        unseen(other, path, path + tail)
        assert errors(firm.post(path + tail, {})) == {"/words": "required"}
        assert errors(firm.post(path + tail, {"words": "长" * 5001})) == {"/words": "too_long"}
        assert len(firm.get(f"{listed}=false").json()["results"]) == 1
        assert firm.get(f"{listed}=true").json()["results"] == []
        said = firm.post(path + tail, {"words": one}, **{"If-Match": read["ETag"]})
        assert said.json()["words"] == one and said.json()["actions"] == []
        problem(firm.post(path + tail, {"words": one}, **{"If-Match": read["ETag"]}), 412, "moved_on")
        problem(firm.post(path + tail, {"words": one}), 409, "wrong_state")
        assert firm.get(f"{listed}=false").json()["results"] == []
        assert len(firm.get(f"{listed}=true").json()["results"]) == 1
        problem(firm.get(f"{listed}=perhaps"), 422, "invalid")
