"""The firm's registers by its own system (§4.1, 4.3): hazards, findings, plans filed, safety rules and own checks."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from incidents.models import FiledPlan, Hazard
from incidents.services.register import inspecting, plan_filing
from incidents.services.register.inspecting import Found
from tests.api.conftest import BASE, firm_of
from tests.cast import FIRM, OTHER_FIRM
from tests.registers.stage import PDF, being_rectified, in_days
from tests.screens.stage import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1")]

FOUND = {"kind": "source", "words": "充电区与包装材料混放", "place": "分拨中心东侧仓库"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def codes_of(answer) -> dict:
    return {error["pointer"]: error["code"] for error in answer.json()["errors"]}


def test_a_firm_keeps_its_hazards(cast, firm):
    more = {"longitude": 114.02, "latitude": 32.98}
    made = firm.post("hazards/", FOUND | more, idempotency="one")
    assert made.status_code == 201 and made["Location"] == f"{BASE}hazards/{made.json()['number']}/"
    again = firm.post("hazards/", FOUND | more, idempotency="one")
    assert again["Idempotent-Replayed"] == "true" and again.json() == made.json()
    assert Hazard.objects.count() == 1
    wrong = firm.post("hazards/", {"kind": "fire", "words": " ", "county": "北京", "x": 1})
    assert codes_of(wrong) == {
        "/kind": "not_a_choice", "/words": "required", "/place": "required", "/x": "unknown_field",
    }  # fmt: skip
    assert codes_of(firm.post("hazards/", FOUND | {"county": "北京", "longitude": 1, "latitude": 2})) == {
        "/county": "not_found", "/longitude": "out_of_range", "/latitude": "out_of_range",
    }  # fmt: skip
    assert codes_of(firm.post("hazards/", FOUND | {"enterprise": OTHER_FIRM})) == {"/enterprise": "not_found"}
    below = firm.post("hazards/", FOUND | {"enterprise": "express-a-shangcai"})
    assert below.json()["county"] == "上蔡县"
    path = f"hazards/{made.json()['number']}/"
    early = firm.post(f"{path}rectified/", {"words": "好了"})
    assert (early.status_code, early.json()["code"], early.json()["clause"]) == (409, "wrong_state", "4.1")
    points = {"likelihood": 5, "consequence": 4, "assessed_by": "安全员甲"}
    assert codes_of(firm.post(f"{path}assess/", points | {"likelihood": 0})) == {
        "/likelihood": "out_of_range"
    }
    assessed = firm.post(f"{path}assess/", points, **{"If-Match": made["ETag"]})
    assert assessed.json()["grade"] == "major"
    stale = firm.post(f"{path}assess/", points, **{"If-Match": made["ETag"]})
    assert stale.status_code == 412
    planned = {"measures": "移走包装材料", "responsible": "站长乙", "due_on": in_days(-1).isoformat()}
    assert codes_of(firm.post(f"{path}plan/", planned)) == {"/due_on": "out_of_range"}
    planned["due_on"] = in_days(5).isoformat()
    done = firm.post(f"{path}plan/", planned).json()
    assert [act["href"] for act in done["actions"]] == [f"/api/v1/{path}rectified/"]
    told = firm.post(f"{path}rectified/", {"words": "已全部移走"}).json()
    assert told["status"] == "rectified" and told["actions"] == []
    assert [step["what"] for step in told["steps"]] == ["registered", "assessed", "planned", "rectified"]
    assert firm.get(path).json() == told
    listed = firm.get("hazards/?status=rectified&enterprise=express-a").json()
    assert [row["number"] for row in listed["results"]] == [told["number"]]
    other = firm_of(OTHER_FIRM)
    assert other.get(path).status_code == 404 and other.get("hazards/").json()["results"] == []
    assert other.post(f"{path}assess/", points).status_code == 404
    assert firm_of(FIRM, is_test=True).post("hazards/", FOUND).json()["code"] == "not_in_drill"


def test_a_firm_reports_what_inspections_found_as_rectified(cast, firm):
    held = inspecting.record(
        actor=cast.duty_officer,
        body=cast.firm,
        held_on=timezone.localdate(),
        place="分拨中心",
        inspectors="检查员",
        scope="消防",
        findings=[Found("灭火器过期", in_days(3), "更换")],
        now=timezone.now(),
    )
    (row,) = firm.get("findings/?status=open").json()["results"]
    assert row["inspection"] == held.number and row["due_on"] == in_days(3).isoformat()
    told = firm.post(f"findings/{row['number']}/rectified/", {"words": "已更换"}).json()
    assert told["status"] == "rectified" and told["steps"][0]["words"] == "已更换"
    assert firm.get(f"findings/{row['number']}/").json() == told
    assert firm.post(f"findings/{row['number']}/rectified/", {"words": "又"}).status_code == 409
    assert firm_of(OTHER_FIRM).get(f"findings/{row['number']}/").status_code == 404


def test_files_are_sent_and_fetched(cast, firm):
    """A proof and a safety rule as a form with its file; whoever may see the entry reads the file."""

    def sends(path, **fields):
        data = {"file": SimpleUploadedFile("照片.pdf", PDF)} | fields
        return firm.client.post(
            f"{BASE}{path}", data, headers=firm.headers({"Idempotency-Key": str(abs(hash(str(fields))))})
        )

    held = {"held_on": timezone.localdate(), "place": "分拨中心", "inspectors": "检查员", "scope": "消防"}
    inspecting.record(
        actor=cast.duty_officer,
        body=cast.firm,
        findings=[Found("灭火器过期", in_days(3)), Found("通道堵塞", in_days(3))],
        now=timezone.now(),
        **held,
    )
    second, first = (row["number"] for row in firm.get("findings/").json()["results"])
    path = f"findings/{first}/rectified/"
    assert codes_of(sends(path, words="", x="1")) == {"/words": "required", "/x": "unknown_field"}
    assert codes_of(sends(f"findings/{second}/rectified/", words="已清理", file="")) == {"/file": "required"}
    hazard = being_rectified(cast)
    for path in (f"findings/{first}/", f"hazards/{hazard.number}/"):
        told = sends(f"{path}rectified/", words=path).json()
        proof = told["steps"][-1]["proof"]
        assert (told["status"], proof["name"], proof["size"]) == ("rectified", "照片.pdf", len(PDF))
        assert sends(f"{path}rectified/", words=path)["Idempotent-Replayed"] == "true"
        assert firm.get(path).json() == told
    rule = sends("safety-rules/", name="收寄验视制度", adopted_on="2026-01-05")
    assert (rule.status_code, rule.json()["file"]["name"]) == (201, "照片.pdf")
    for file in (proof, rule.json()["file"]):
        path = file["href"].removeprefix(BASE)
        answer = firm.get(path)
        assert b"".join(answer.streaming_content) == PDF and "sandbox" in answer["Content-Security-Policy"]
        assert answer["ETag"] == f'"{file["sha256"]}"'
        assert firm.get(path, **{"If-None-Match": answer["ETag"]}).status_code == 304
        assert firm_of(OTHER_FIRM).get(path).status_code == 404
    assert firm.get("register-files/ZMD-G-1-9/").status_code == 404


@pytest.mark.clause("4.3")
def test_a_firm_files_its_plan(cast, firm):
    def sends(content=PDF, idempotency="", **fields):
        said = {"name": "突发事件应急预案", "version": "2026 版", "adopted_on": "2026-01-05"} | fields
        data = {"file": SimpleUploadedFile("预案.pdf", content)} | said
        headers = firm.headers({"Idempotency-Key": idempotency} if idempotency else {})
        return firm.client.post(f"{BASE}filed-plans/", data, headers=headers)

    assert codes_of(sends(adopted_on="昨天")) == {"/adopted_on": "not_a_date"}
    assert codes_of(sends(b"<html></html>")) == {"/file": "markup"}
    made = sends(idempotency="plan")
    assert made.status_code == 201 and made.json()["file"]["name"] == "预案.pdf"
    assert sends(idempotency="plan")["Idempotent-Replayed"] == "true" and FiledPlan.objects.count() == 1
    assert sends().json()["code"] == "already_waiting"
    waiting = f"filed-plans/{made.json()['number']}/"
    (offered,) = made.json()["actions"]
    assert offered["href"] == f"{BASE}{waiting}withdraw/" and offered["code"] == "filed_plan.withdraw"
    assert codes_of(firm.post(f"{waiting}withdraw/", {})) == {"/reason": "required"}
    assert firm_of(OTHER_FIRM).post(f"{waiting}withdraw/", {"reason": "误报"}).status_code == 404
    back = firm.post(f"{waiting}withdraw/", {"reason": "误报"}).json()
    assert (back["status"], back["reason"], back["actions"]) == ("withdrawn", "误报", [])
    assert "（接口）" in sign_in(cast.duty_officer).get(f"/preparedness/plans/{back['number']}/").text
    number = sends().json()["number"]
    known = {"filed_plan": number, "now": timezone.now(), "actor": cast.duty_officer}
    plan_filing.accept(record_no="驻邮备〔2026〕1号", valid_until=in_days(900), **known)
    assert firm.get(f"filed-plans/{number}/").json()["record_no"] == "驻邮备〔2026〕1号"
    assert len(firm.get("filed-plans/?status=accepted").json()["results"]) == 1
    assert firm.post("filed-plans/", {}).status_code == 415
    assert firm_of(OTHER_FIRM).get(f"filed-plans/{number}/").status_code == 404


def test_a_firm_states_its_rules_and_files_its_checks(cast, firm):
    stated = firm.post("safety-rules/", {"name": "收寄验视制度", "adopted_on": "2026-01-05"})
    assert stated.status_code == 201
    twice = firm.post("safety-rules/", {"name": "收寄验视制度", "adopted_on": "2026-01-05"})
    assert codes_of(twice) == {"/name": "already_there"}
    path = f"safety-rules/{stated.json()['id']}/repeal/"
    assert firm_of(OTHER_FIRM).post(path, {"repealed_on": "2026-03-02"}).status_code == 404
    assert firm.post(path, {"repealed_on": "2026-03-02"}).json()["repealed_on"] == "2026-03-02"
    assert len(firm.get("safety-rules/").json()["results"]) == 1
    said = {"checked_on": timezone.localdate().isoformat(), "what": "消防设施、用电"}
    fine = firm.post("safety-checks/", said).json()
    assert fine["result"] == "fine"
    firm.post("safety-checks/", said | {"problems": "插座松动", "hazard_place": "东门"})
    assert [row["result"] for row in firm.get("safety-checks/").json()["results"]] == ["problems", "fine"]
    assert Hazard.objects.get().source == "own_check"
    late = firm.post("safety-checks/", said | {"checked_on": in_days(1).isoformat()})
    assert codes_of(late) == {"/checked_on": "out_of_range"}
