"""Plays a worked example of the plan's arithmetic: moves time, acts through the services, reads over HTTP."""

from datetime import datetime, timedelta

import time_machine
from django.test import Client
from django.utils import timezone

from alerts.models import Deadline, FiredStep, State
from alerts.services import escalation
from incidents.models import Contact, Incident, LedgerEntry, Level, PlanVersion, plan_parts
from incidents.refusals import Invalid, NotAllowed, Refusal, WrongState
from incidents.services import (
    closing,
    enforcing,
    figures,
    firm_clock,
    grading,
    intake,
    reporting_up,
    responding,
)
from tests import cast as people

LEVELS = {level.name: level for level in Level}


class NotBuiltYet(Exception):
    """The example needs a part of the plan that the product does not have so far."""


class Play:
    def __init__(self, scenario: dict, cast: people.Cast):
        self.scenario, self.cast = scenario, cast
        self.t0 = datetime.fromisoformat(scenario["t0"])
        self.incident: Incident | None = None
        self.working = True

    def run(self):
        events = [(self.time(step["at"]), 0, step) for step in self.scenario["steps"]]
        events += [(self.time(e.get("at", "0:00")), 1, e) for e in self.scenario["expect"]]
        with time_machine.travel(self.t0, tick=False) as traveller:
            for at, kind, event in sorted(events, key=lambda event: event[:2]):
                self._pass_time(traveller, at)
                (self._act if kind == 0 else self._expect)(event)

    def time(self, text: str) -> datetime:
        hours, minutes = text.split(":")
        return self.t0 + timedelta(hours=int(hours), minutes=int(minutes))

    def _pass_time(self, traveller, until: datetime):
        """The worker wakes at every due moment on the way, unless all that works is switched off."""
        while self.working and (due := escalation.next_due()) and due <= until:
            traveller.move_to(max(due, timezone.now()))
            escalation.sweep(now=timezone.now())
        traveller.move_to(until)

    # — acting —

    def _act(self, step: dict):
        do = getattr(self, "do_" + step["do"].replace(".", "_"), None)
        if do is None:
            raise NotBuiltYet(step["do"])
        wanted = step.get("refused")
        try:
            do(step, getattr(self.cast, step.get("by", ""), None))
        except Refusal as refusal:
            assert wanted, f"{step['do']} at {step['at']} was refused: {refusal}"
            self._compare_refusal(refusal, wanted)
        else:
            assert not wanted, f"{step['do']} at {step['at']} should have been refused: {wanted}"

    def _compare_refusal(self, refusal: Refusal, wanted: dict):
        if "field" in wanted:
            assert isinstance(refusal, Invalid)
            assert any(error.pointer.endswith("/" + wanted["field"]) for error in refusal.errors), (
                refusal.errors
            )
        if wanted.get("why") == "role":
            assert isinstance(refusal, NotAllowed)
        elif "why" in wanted:
            assert isinstance(refusal, WrongState)
        if wanted.get("why") == "overdue":
            assert refusal.code == "overdue"
        assert set(wanted.get("missing", ())) <= set(getattr(refusal, "missing", ()))
        if "clause" in wanted:
            assert refusal.clause == wanted["clause"]

    def do_incident_open(self, step, actor):
        oral = step["report"] == "ORAL"
        stated = dict(step["facts"])
        event_class = stated.pop("event_class")
        contents = stated if oral else people.written(**stated)
        if claim := step.get("oral_report"):
            contents["oral_report"] = {"to": "应急办值班员", "at": self.time(claim["at"])}
        self.incident, _ = intake.open_incident(
            actor=actor,
            kind=step["report"],
            arrival=intake.Arrival("PHONE" if oral else "FORM", self._arrived(step)),
            facts=people.facts(known_at=self.time(step["known_at"]), event_class=event_class),
            contents=contents,
            now=timezone.now(),
        )

    def do_report_file(self, step, actor):
        kind, stated = step["kind"], step.get("facts", {})
        if kind == "DAILY":
            raise NotBuiltYet("daily reports")
        full = kind in ("WRITTEN", "BRIEF")
        channel = "FORM" if actor is self.cast.enterprise else "PHONE" if kind == "ORAL" else "FAX"
        intake.file_report(
            actor=actor,
            number=self.incident.number,
            kind=kind,
            arrival=intake.Arrival(channel, self._arrived(step)),
            contents=people.written(**stated) if full else {"development": "续报", **stated},
            known_at=self.time(step["known_at"]) if "known_at" in step else None,
            now=timezone.now(),
        )

    def _arrived(self, step) -> datetime | None:
        return self.time(step["arrived_at"]) if "arrived_at" in step else None

    def do_incident_grade(self, step, actor):
        incident = Incident.objects.get(pk=self.incident.pk)
        level = LEVELS[step["level"]]
        reason = step.get("reason", "" if level == incident.proposed_level else "按现场情况")
        self._on_incident(grading.grade, actor, level=level, reason=reason)

    def do_incident_regrade(self, step, actor):
        self._on_incident(grading.regrade, actor, level=LEVELS[step["level"]], reason=step.get("reason", ""))

    def do_incident_verify(self, step, actor):
        self._on_incident(grading.verify, actor, with_whom="现场负责人", how="电话回访")

    def do_incident_report_up(self, step, actor):
        self._on_incident(reporting_up.report_up, actor, to=step["to"], person="总值班员", words="报告情况")

    def do_incident_dismiss(self, step, actor):
        self._on_incident(grading.dismiss, actor, reason=step.get("reason", ""))

    def do_incident_close(self, step, actor):
        self._on_incident(closing.close, actor)

    def do_incident_reopen(self, step, actor):
        self._on_incident(closing.reopen, actor, reason=step.get("reason", ""))

    def do_response_propose(self, step, actor):
        self._on_incident(reporting_up.propose_response, actor, words="建议启动Ⅲ级响应")

    def do_response_start(self, step, actor):
        if step.get("level") != "IV":
            raise NotBuiltYet("Ⅲ responses")
        self._on_incident(responding.start_four, actor, measures="启动本企业预案")

    def do_response_end(self, step, actor):
        if step.get("level") != "IV":
            raise NotBuiltYet("Ⅲ responses")
        self._on_incident(responding.end_four, actor, result="处置完毕")

    def do_oral_confirm(self, step, actor):
        report = self.incident.reports.exclude(oral_claim=None).get()
        self._on_incident(firm_clock.confirm_oral, actor, report_number=report.number)

    def do_incident_correct_known_at(self, step, actor):
        self._on_incident(
            firm_clock.correct_known_at,
            actor,
            known_at=self.time(step["known_at"]),
            reason=step.get("reason", ""),
        )

    def do_debt_waive(self, step, actor):
        self._on_debt(enforcing.waive, step, actor)

    def do_debt_write_off(self, step, actor):
        self._on_debt(enforcing.write_off, step, actor)

    def do_contact_remove(self, step, actor):
        body = getattr(self.cast, step["of"]).organization
        Contact.objects.filter(organization=body).delete()

    def do_workers_stop(self, step, actor):
        self.working = False

    def do_workers_start(self, step, actor):
        self.working = True
        escalation.sweep(now=timezone.now())

    def _on_incident(self, service, actor, **arguments):
        service(actor=actor, number=self.incident.number, now=timezone.now(), **arguments)

    def _on_debt(self, service, step, actor):
        debt = self._debts(step["debt"]).last()
        service(actor=actor, deadline=debt.pk, reason=step["reason"], now=timezone.now())

    # — reading —

    def _debts(self, rule: str):
        return Deadline.objects.filter(incident=self.incident, rule__code=rule).order_by("pk")

    def _expect(self, expected: dict):
        for name in expected.keys() - {"at", "note", "due", "state", "creditor", "day", "because"}:
            expect = getattr(self, "expect_" + name, None)
            if expect is None:
                raise NotBuiltYet(name)
            expect(expected)

    def expect_incidents(self, expected):
        assert Incident.objects.count() == expected["incidents"]

    def expect_incident(self, expected):
        assert Incident.objects.get(pk=self.incident.pk).status == expected["incident"]

    def expect_response(self, expected):
        responses = {
            LEVELS_BY_NUMBER[r.level]: r.status for r in self.incident.responses.order_by("created_at")
        }
        wanted = expected["response"]
        if isinstance(wanted, str):
            assert list(responses.values())[-1] == wanted
        else:
            assert {level: responses.get(level) for level in wanted} == wanted

    def expect_level(self, expected):
        assert Incident.objects.get(pk=self.incident.pk).level == LEVELS[expected["level"]]

    def expect_proposed_level(self, expected):
        incident = Incident.objects.get(pk=self.incident.pk)
        assert incident.proposed_level == LEVELS[expected["proposed_level"]]
        proposal = figures.proposal_for(incident, plan_parts(incident.plan_version_id).criteria)
        assert [criterion.measure for criterion, _ in proposal.because] == expected["because"]

    def expect_grades(self, expected):
        criteria = plan_parts(PlanVersion.in_force().pk).criteria
        for measure, edges in expected["grades"].items():
            for value, level in edges.items():
                value = int(value) if value.isdigit() else value
                figure = figures.Figure(measure, value, "企业", timezone.now())
                assert figures.propose(criteria, [figure]).level == LEVELS[level], (measure, value)

    def expect_debt(self, expected):
        now, rows = timezone.now(), self._debts(expected["debt"])
        if creditor := expected.get("creditor"):
            rows = rows.filter(creditor__kind=creditor)
        rows = list(rows.with_state(now).select_related("rule"))
        assert all(row.state(now) == row.state_now for row in rows)
        if expected["due"]:
            rows = [row for row in rows if row.due_at == self.time(expected["due"])]
        assert rows, f"{expected['debt']} has no row due at {expected['due']}"
        assert State(expected["state"]) in [row.state(now) for row in rows], [str(r.state(now)) for r in rows]
        told = [
            (debt["rule"], datetime.fromisoformat(debt["due_at"]), debt["state"])
            for debt in self._over_http()
        ]
        assert any((expected["debt"], row.due_at, expected["state"]) in told for row in rows), told

    def _over_http(self) -> list[dict]:
        """The debts as an officer's screen would get them."""
        client = Client()
        client.force_login(self.cast.office_director.person)
        answer = client.get(f"/api/v1/incidents/{self.incident.number}/")
        assert answer.status_code == 200, answer.content
        return answer.json()["deadlines"]

    def _fired(self, **of) -> list[str]:
        fired = FiredStep.objects.filter(deadline__incident=self.incident, skipped=False, **of)
        fired = fired.select_related("step").order_by("planned_at", "step__offset")
        return [f"{step.step.label}@{self._after(step.planned_at)}" for step in fired]

    def _after(self, at: datetime) -> str:
        minutes = int((at - self.t0).total_seconds() // 60)
        return f"{minutes // 60}:{minutes % 60:02d}"

    def expect_steps_fired(self, expected):
        for rule, steps in expected["steps_fired"].items():
            assert self._fired(deadline__rule__code=rule, inherited=False) == steps

    def expect_steps_fired_once(self, expected):
        debts = {debt["debt"] for debt in self.scenario["expect"] if "debt" in debt}
        fired = self._fired(deadline__rule__code__in=debts)
        assert [fired.count(step) for step in expected["steps_fired_once"]] == [1] * len(
            expected["steps_fired_once"]
        ), fired

    def expect_each_says_how_late(self, expected):
        entries = LedgerEntry.objects.filter(
            incident=self.incident, action="deadline.fired", at=timezone.now() - timedelta(minutes=1)
        )
        fired = [entry for entry in entries if not entry.data["skipped"]]
        assert fired and all(entry.data["late_seconds"] > 0 and "迟" in entry.summary for entry in fired)


LEVELS_BY_NUMBER = {level.value: level.name for level in Level}
