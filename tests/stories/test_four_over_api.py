"""The main story over the API: a firm's brief and written report, the office's grading, a missed debt that is
chased, Ⅳ started and ended by the firm, the end."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from alerts.services import escalation
from incidents.services.debt import chasing
from incidents.services.report import firm_clock
from incidents.services.response import grading
from tests.api.conftest import filing, firm_of, problem, report
from tests.cast import FIRM

pytestmark = pytest.mark.django_db

KNOWN = datetime.fromisoformat("2026-03-02T02:00:00+08:00")


@pytest.mark.clause("5.2.1")
@pytest.mark.clause("5.5")
def test_a_four_from_the_first_brief_to_the_end(cast):
    with time_machine.travel(KNOWN + timedelta(minutes=20), tick=False) as clock:
        firm = firm_of(FIRM)

        def debts():
            return {d["rule"]: d["state"] for d in firm.get(f"incidents/{number}/").json()["deadlines"]}

        def at(minutes):
            clock.move_to(KNOWN + timedelta(minutes=minutes))
            escalation.sweep(now=timezone.now())

        # 02:20 — the firm's system files a brief: nothing of Ⅳ is met by it
        brief = {
            "kind": "brief",
            "unit": "快递企业甲（驻马店）",
            "impact": "分拨中心起火，一人受伤",
            "serious_injuries": 1,
            "oral_report": {"to": "应急办值班员", "at": "2026-03-02T02:10:00+08:00"},
        }
        times = {"occurred_at": "2026-03-02T01:50:00+08:00", "known_at": "2026-03-02T02:00:00+08:00"}
        answer = firm.post("incidents/", filing(**times) | {"report": brief}, idempotency="fire-1")
        assert answer.status_code == 201, answer.content.decode()
        number = answer.json()["number"]
        assert answer.json()["proposed_level"] == "IV"
        due = {d["rule"]: d["due_at"] for d in answer.json()["deadlines"]}
        assert due == {"R3": "2026-03-02T03:00:00+08:00", "R4": "2026-03-02T04:00:00+08:00"}
        assert debts() == {"R3": "open", "R4": "open"}
        again = firm.post("incidents/", filing(**times) | {"report": brief}, idempotency="fire-1")
        assert again.json() == answer.json()

        # 02:25 — the duty officer confirms that they had telephoned, and verifies; the director grades Ⅳ
        at(25)
        act = {"number": number, "now": timezone.now()}
        firm_clock.confirm_oral(actor=cast.duty_officer, report_number=f"{number}-R1", **act)
        assert debts() == {"R3": "met", "R4": "open"}
        too_early = firm.post(f"incidents/{number}/response/start/", {"measures": "启动企业预案"})
        assert problem(too_early, 409, "wrong_state")["clause"] == "5.5"
        grading.verify(actor=cast.duty_officer, with_whom="现场值班员", how="回拨电话", **act)
        grading.grade(actor=cast.office_director, level=4, **act)
        seen = firm.get(f"incidents/{number}/").json()
        assert (seen["status"], seen["level"]) == ("graded", "IV")

        # 03:50 — a reminder; 04:00:00 — still in time; 04:00:01 — breached, with nobody having to look
        at(119)
        assert debts()["R4"] == "open"
        clock.move_to(KNOWN + timedelta(minutes=120))
        assert debts()["R4"] == "open"
        clock.move_to(KNOWN + timedelta(minutes=120, seconds=1))
        assert debts()["R4"] == "breached"
        (owed,) = firm.get("deadlines/?state=open,breached").json()["results"]
        assert (owed["incident"], owed["rule"], owed["basis"]) == (number, "R4", "plan")

        # 04:05 — chased; 04:10 — the written report comes, late and on record as late
        at(125)
        chased = {"answered_by": "企业值班员", "promised": "十分钟内补报"}
        chasing.chase(actor=cast.duty_officer, number=number, now=timezone.now(), **chased)
        at(130)
        late = firm.post(f"incidents/{number}/reports/", report(), idempotency="fire-2")
        assert late.status_code == 201, late.content.decode()
        assert late.json()["number"] == f"{number}-R2"
        (r4,) = [d for d in late.json()["deadlines"] if d["rule"] == "R4"]
        assert (r4["state"], r4["met_at"]) == ("met_late", "2026-03-02T04:10:00+08:00")

        # 04:15 — the firm starts Ⅳ; a second time it can't
        at(135)
        start = f"incidents/{number}/response/start/"
        started = firm.post(start, {"measures": "启动企业预案，转移邮件"}, idempotency="fire-3")
        assert started.status_code == 200 and started.json()["status"] == "responding"
        assert {a["code"] for a in started.json()["actions"]} == {
            "report.file",
            "attachment.add",
            "support.raise",
            "response.end",
        }
        problem(firm.post(start, {"measures": "再次启动"}), 409, "wrong_state")

        # 06:00 — it ends Ⅳ and the incident with it; a final report may still come
        at(240)
        ended = firm.post(f"incidents/{number}/response/end/", {"result": "明火扑灭，恢复分拣"})
        assert ended.status_code == 200
        assert (ended.json()["status"], ended.json()["ended_at"]) == ("ended", "2026-03-02T06:00:00+08:00")
        final = {"kind": "final", "development": "明火扑灭", "measures": "恢复分拣", "loss_yuan": 280_000}
        assert firm.post(f"incidents/{number}/reports/", final).status_code == 201
        assert firm.get("deadlines/?state=open,breached").json()["results"] == []

        told = [row["action"] for row in firm.get(f"incidents/{number}/timeline/").json()["results"]]
        once = ("incident.opened", "oral.confirmed", "incident.graded", "response.started", "incident.ended")
        assert [told.count(action) for action in once] == [1] * 5, told
        assert told.count("report.filed") == 3

        # the office sees the same, and what the firm does not
        desk = Client()
        desk.force_login(cast.duty_officer.person)
        seen = desk.get(f"/api/v1/incidents/{number}/").json()
        rules = {d["rule"]: d["state"] for d in seen["deadlines"]}
        assert rules == {
            "R3": "met",
            "R4": "met_late",
            "R5": "void",
            "R10": "met",
            "R11": "breached",
            "P2": "open",
        }
