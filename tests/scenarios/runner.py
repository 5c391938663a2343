"""Plays a worked example of the plan's arithmetic: moves time, acts through the services, reads over HTTP."""

from datetime import date, datetime, timedelta

import time_machine
from django.db.models import Q
from django.test import Client
from django.utils import timezone

from alerts.models import Deadline, FiredStep, Notification, State, Warning
from alerts.services import escalation, rounds
from incidents.conditions import running
from incidents.models import (
    Contact,
    Evaluation,
    Incident,
    LedgerEntry,
    Level,
    PlanVersion,
    Report,
    plan_parts,
)
from incidents.refusals import Invalid, NotAllowed, NotFound, Refusal, WrongState
from incidents.services.closure import aftermath, closing
from incidents.services.command import order_steps, ordering, releasing, supporting
from incidents.services.debt import chasing, enforcing
from incidents.services.notice import reporting_up
from incidents.services.report import figures, firm_clock, intake
from incidents.services.response import (
    approving,
    commanding,
    ending,
    grading,
    merging,
    outgrowing,
    responding,
)
from incidents.services.warning import (
    warning_acknowledging,
    warning_assessing,
    warning_intake,
    warning_issuing,
    warning_reporting,
)
from incidents.services.warning.warning_bulletin import Word
from tests import cast as people

LEVELS = {level.name: level for level in Level}
SOURCES = set(Report.Informant.values)
FACTS = {"title", "origin", "place", "county", "counties_affected", "occurred_at"}
"""What of a step's facts belongs to the incident, not to the report."""


class NotBuiltYet(Exception):
    """The example needs a part of the plan that the product does not have so far."""


class Play:
    def __init__(self, scenario: dict, cast: people.Cast):
        self.scenario, self.cast = scenario, cast
        self.t0 = datetime.fromisoformat(scenario["t0"])
        self.incident: Incident | None = None
        self.opened: dict[str, Incident | Warning] = {}
        self.warning: Warning | None = None
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
        wanted, self.step = step.get("refused"), step
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
        elif wanted.get("why") == "not found":
            assert isinstance(refusal, NotFound)
        elif wanted.get("why") in OWN_PROPOSAL:
            assert refusal.code == "own_proposal"
        elif "why" in wanted:
            assert isinstance(refusal, WrongState)
        if wanted.get("why") == "overdue":
            assert refusal.code == "overdue"
        assert set(wanted.get("missing", ())) <= set(getattr(refusal, "missing", ()))
        if "clause" in wanted:
            assert refusal.clause == wanted["clause"]

    def do_incident_open(self, step, actor):
        oral = step["report"] == "ORAL"
        stated = dict(step.get("facts", {}))
        informant = self._informant(step, stated)
        of_incident = {name: stated.pop(name) for name in FACTS & stated.keys()}
        of_incident["event_class"] = stated.pop("event_class", "fire")
        contents = stated if oral else people.written(**stated)
        if claim := step.get("oral_report"):
            contents["oral_report"] = {"to": "应急办值班员", "at": self.time(claim["at"])}
        if "enterprise" in step:  # null: nobody knows yet whose parcels they are
            of_incident["enterprise"] = self._firm(step["enterprise"])
        elif actor is self.cast.other_enterprise:
            of_incident["enterprise"] = actor.organization.code
        elif informant != "ENTERPRISE":
            of_incident["enterprise"] = None
        office = actor not in (self.cast.enterprise, self.cast.other_enterprise)
        of_incident["known_at"] = self.time(step["known_at"]) if "known_at" in step else None
        incident, _ = intake.open_incident(
            actor=actor,
            kind=step["report"],
            arrival=intake.Arrival(
                "PHONE" if oral else "FAX" if office else "FORM", self._arrived(step), informant
            ),
            facts=people.facts(known_at=self.t0) | of_incident,
            contents=contents,
            now=timezone.now(),
        )
        self.incident = self.incident or incident
        self.opened[step.get("as", str(len(self.opened) + 1))] = incident

    def _informant(self, step, stated: dict) -> str:
        """Whose word it is: the firm's own, unless step or facts name another source."""
        told = step.get("informant") or stated.pop("informant", None) or step.get("source") or "ENTERPRISE"
        source = {"CITIZEN": "PUBLIC", "12305": "LINE_12305"}.get(str(told).upper(), str(told).upper())
        if source not in SOURCES:
            raise NotBuiltYet(f"informant {told}")
        return source

    def _firm(self, name: str | None) -> str | None:
        firms = {"enterprise": people.FIRM, "other_enterprise": people.OTHER_FIRM}
        return firms.get(name, name)

    def _named(self, name) -> Incident:
        """An incident of the example: by the name a step gave it (`as`), or by the order of opening."""
        return self.opened[str(name)]

    def do_report_file(self, step, actor):
        kind, stated = step["kind"], step.get("facts", {})
        if kind == "DAILY":
            return self._file_daily(step, actor)
        full = kind in ("WRITTEN", "BRIEF")
        stated = dict(stated)
        informant = self._informant(step, stated)
        form = actor in (self.cast.enterprise, self.cast.member, self.cast.county)
        channel = "FORM" if form else "PHONE" if kind == "ORAL" else "FAX"
        intake.file_report(
            actor=actor,
            number=self._subject(step).number,
            kind=kind,
            arrival=intake.Arrival(channel, self._arrived(step), informant),
            contents=people.written(**stated) if full else {"development": "续报", **stated},
            known_at=self.time(step["known_at"]) if "known_at" in step else None,
            supersedes=f"{self.incident.number}-R{step['supersedes']}" if "supersedes" in step else None,
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

    def do_incident_decline_proposal(self, step, actor):
        self._on_incident(grading.decline_proposal, actor, reason=step.get("reason", ""))

    def do_incident_propose_grade(self, step, actor):
        reason = step.get("reason", "按现场情况")
        self._on_incident(grading.propose_grade, actor, level=LEVELS[step["level"]], reason=reason)

    def do_incident_merge(self, step, actor):
        merging.merge(
            actor=actor,
            number=self._named(step.get("incident", "2")).number,
            into=self._named(step.get("into", "1")).number,
            reason=step.get("reason", ""),
            now=timezone.now(),
        )

    def do_incident_name_firm(self, step, actor):
        self._on_incident(
            firm_clock.name_firm,
            actor,
            enterprise=self._firm(step.get("enterprise") or step.get("firm") or "enterprise"),
            known_at=self.time(step.get("known_at") or step["at"]),
            reason=step.get("reason", ""),
        )

    def do_incident_end(self, step, actor):
        self._on_incident(closing.end_without_response, actor, reason=step.get("reason", ""))

    def do_incident_investigate(self, step, actor):
        words = {"findings": "查明", "responsibility": "认定", "outcome": "处理"}
        self._on_incident(aftermath.adopt_investigation, actor, **words | step.get("contents", {}))

    def do_incident_evaluate(self, step, actor):
        words = dict.fromkeys(Evaluation.CONTENTS, "结论")
        self._on_incident(aftermath.adopt_evaluation, actor, **words | step.get("contents", {}))

    def do_firm_chase(self, step, actor):
        self._on_incident(chasing.chase, actor, answered_by="值班员", promised=step.get("promised", ""))

    def do_response_propose(self, step, actor):
        self._on_incident(reporting_up.propose_response, actor, words="建议启动Ⅲ级响应")

    def do_response_approve(self, step, actor):
        if step.get("by_phone"):
            self._on_incident(
                approving.approve_by_phone,
                actor,
                person=step.get("person", "市长"),
                words=step.get("words", "同意启动Ⅲ级响应"),
                at=self._at(step, "approved_at"),
            )
        else:
            self._on_incident(approving.approve, actor, document_no=step.get("document_no", ""))

    def do_response_record_document(self, step, actor):
        self._on_incident(approving.record_document, actor, document_no=step.get("document_no", ""))

    do_response_document = do_response_record_document

    def do_response_refuse(self, step, actor):
        self._on_incident(approving.refuse, actor, reason=step.get("reason", ""))

    def do_response_start(self, step, actor):
        level = step.get("level") or LEVELS_BY_NUMBER[self._incident_now().level]
        if level == "IV":
            self._on_incident(responding.start_four, actor, measures="启动本企业预案")
            return
        start = commanding.start_three if level == "III" else commanding.start_at_once
        every = step.get("every") or step.get("follow_up_every") or step.get("interval")
        bodies = step.get("bodies") or step.get("named") or {}
        bodies = bodies if isinstance(bodies, dict) else dict.fromkeys(bodies)
        self._on_incident(
            start,
            actor,
            every=self._span(every),
            bodies={self._body(name): self._span(every) for name, every in bodies.items()},
        )

    def do_response_propose_end(self, step, actor):
        self._on_incident(ending.propose_end, actor, words=step.get("reason") or "险情已排除")

    def do_response_decline_end(self, step, actor):
        self._on_incident(ending.decline_end, actor, reason=step.get("reason", ""))

    def do_response_end(self, step, actor):
        response = running(self._incident_now())
        level = step.get("level") or LEVELS_BY_NUMBER[response.level]
        if level == "IV":
            self._on_incident(responding.end_four, actor, result="处置完毕")
        elif level == "III":
            self._on_incident(ending.declare_end, actor)
        else:
            self._on_incident(
                ending.end_on_order,
                actor,
                by=step.get("ordered_by", "PROVINCE"),
                person=step.get("person", "省应急办值班长"),
                words=step.get("words", "终止响应"),
            )

    def do_order_issue(self, step, actor):
        by_phone = step.get("by_phone", False)
        self._on_incident(
            ordering.issue,
            actor,
            to=self._body(step["to"]),
            task=step.get("task", "调集人员车辆转运邮件"),
            priority=step.get("priority", 2),
            instruction=self._instruction(step, actor),
            by_phone=by_phone,
            phone_words=step.get("words", "立即转运") if by_phone else "",
            answered_by=step.get("answered_by", "值班员") if by_phone else "",
            acknowledge_by=self._at(step, "acknowledge_by", "ack_by"),
            done_by=self._at(step, "done_by"),
        )

    def do_order_write(self, step, actor):
        self._on_order(ordering.write, step, actor)

    def do_order_acknowledge(self, step, actor):
        self._on_order(ordering.acknowledge, step, actor)

    def do_order_progress(self, step, actor):
        command = ordering.OnScene("现场负责人", "0396-1", "分拨中心")
        self._on_order(
            ordering.progress, step, actor, words=step.get("words", "人员已到场"), on_scene=command
        )

    def do_order_done(self, step, actor):
        self._on_order(ordering.done, step, actor, report=step.get("report", "已转运完毕"))

    def do_order_release(self, step, actor):
        self._on_order(releasing.release, step, actor, instruction=self._instruction(step, actor))

    def do_order_confirm(self, step, actor):
        self._on_order(releasing.confirm, step, actor, by=step.get("person", "现场负责人"))

    def do_support_raise(self, step, actor):
        self._on_incident(supporting.raise_support, actor, needs=step.get("needs", "两台吊车"))

    def do_support_forward(self, step, actor):
        self._on_request(supporting.forward, step, actor, to=step.get("to", ""))

    def do_support_answer(self, step, actor):
        self._on_request(
            supporting.answer,
            step,
            actor,
            answer=step.get("answer", "granted"),
            words=step.get("words", "即派"),
            person=step.get("person", "值班长"),
        )

    def do_support_grant(self, step, actor):
        self.do_support_answer({"answer": "granted"} | step, actor)

    def do_support_refuse(self, step, actor):
        self.do_support_answer({"answer": "refused"} | step, actor)

    def do_support_fulfil(self, step, actor):
        self._on_request(supporting.fulfil, step, actor, outcome=step.get("outcome", "已到位"))

    def _incident_now(self) -> Incident:
        return Incident.objects.get(pk=self._subject(self.step).pk)

    def _span(self, every) -> timedelta | None:
        """`2:00`, or a number of hours."""
        if every is None:
            return None
        return self.time(every) - self.t0 if isinstance(every, str) else timedelta(hours=every)

    def _at(self, step, *names: str) -> datetime | None:
        return next((self.time(step[name]) for name in names if step.get(name)), None)

    def _body(self, name: str) -> str:
        """The code of the body for which this role of the cast acts; a code stays a code."""
        actor = getattr(self.cast, name, None)
        return actor.organization.code if actor else name

    def _instruction(self, step, actor) -> order_steps.Instruction:
        """On a commander's instruction, unless the step is about its absence."""
        if actor is self.cast.commander or step.get("refused", {}).get("field"):
            return order_steps.Instruction()
        return order_steps.Instruction(
            self.cast.commander.post.pk, step.get("instruction", "总指挥电话指示：立即下达")
        )

    def _on_order(self, service, step, actor, **arguments):
        """On the order that the step names by its place (`order`: 2), else the newest."""
        orders = self._subject(step).orders.order_by("serial")
        row = orders.filter(serial=step["order"]).first() if "order" in step else orders.last()
        service(actor=actor, order=row.number, now=timezone.now(), **arguments)

    def _on_request(self, service, step, actor, **arguments):
        row = self._subject(step).support_requests.order_by("serial").last()
        service(actor=actor, request=row.number, now=timezone.now(), **arguments)

    # — warnings —

    def do_warning_receive(self, step, actor):
        by_firm = actor in (self.cast.enterprise, self.cast.other_enterprise)
        channel = step.get("channel") or step.get("from") or step.get("source") or step.get("informant")
        channel = str(channel or ("ENTERPRISE" if by_firm or "known_at" in step else "METEOROLOGY")).upper()
        channel = {"12305": "LINE_12305", "CITIZEN": "PUBLIC", "WEATHER": "METEOROLOGY"}.get(channel, channel)
        of_hq = channel == "HEADQUARTERS"
        facts = {
            "channel": "SUPERIOR" if of_hq else channel,
            "source_body": self.cast.commander.organization.code if of_hq else None,
            "enterprise": self._firm(step.get("enterprise", None if by_firm else "enterprise")),
            "known_at": self.time(step["known_at"]) if "known_at" in step else None,
        }
        if facts["channel"] == "ENTERPRISE" and facts["known_at"] is None:
            facts["known_at"] = timezone.now()
        arrival = intake.Arrival("FORM" if by_firm else "PHONE", self._arrived(step))
        stated = people.risk() | facts | step.get("facts", {})
        warning = warning_intake.receive(actor=actor, arrival=arrival, facts=stated, now=timezone.now())
        self._hold_warning(step, warning)

    def do_warning_candidate(self, step, actor):
        office, facts = self.cast.duty_officer.organization, people.risk() | step.get("facts", {})
        warning = warning_intake.candidate(office=office, facts=facts, now=timezone.now())
        self._hold_warning(step, warning)

    do_warning_feed = do_feed_item = do_warning_candidate

    def _hold_warning(self, step, warning: Warning):
        self.warning = self.warning or warning
        self.opened[step.get("as", f"W{len(self.opened) + 1}")] = warning

    def _on_warning(self, service, actor, **arguments):
        of = str(self.step.get("of") or self.step.get("warning"))
        warning = self.opened[of] if of in self.opened else self.warning
        return service(actor=actor, number=warning.number, now=timezone.now(), **arguments)

    def do_warning_accept(self, step, actor):
        self._on_warning(warning_intake.accept, actor)

    def do_warning_set_aside(self, step, actor):
        self._on_warning(warning_intake.set_aside, actor, reason=step.get("reason", ""))

    def do_warning_verify(self, step, actor):
        self._on_warning(warning_assessing.verify, actor, with_whom="市气象局值班员", how="电话核实")

    def do_warning_report_up(self, step, actor):
        at = self.time(step["told_at"]) if "told_at" in step else None
        words = {"to": step["to"], "person": "总值班员", "words": "报告预警信息", "at": at}
        self._on_warning(warning_reporting.report_up, actor, **words)

    def do_warning_propose(self, step, actor):
        level, reason = LEVELS[step["level"]], step.get("reason", "按研判情况")
        self._on_warning(warning_assessing.propose, actor, level=level, reason=reason)

    def do_warning_dismiss(self, step, actor):
        self._on_warning(warning_assessing.dismiss, actor, reason=step.get("reason", ""))

    def do_warning_issue(self, step, actor):
        """What must go before is supplied: received from the weather bureau, and proposed by the office."""
        self._supply_proposal(step)
        contents = people.bulletin(level=LEVELS[step["level"]]) | step.get("contents", {})
        self._on_warning(warning_issuing.issue, actor, contents=contents, **self._decision(step))

    def _supply_proposal(self, step):
        office = self.cast.duty_officer
        if self.warning is None:
            facts = people.risk() | {"channel": "METEOROLOGY"}
            arrival = intake.Arrival("PHONE")
            self.warning = warning_intake.receive(
                actor=office, arrival=arrival, facts=facts, now=timezone.now()
            )
        if Warning.objects.get(pk=self.warning.pk).status == Warning.Status.RECEIVED:
            proposed = {"level": LEVELS[step["level"]], "reason": "按研判情况"}
            self._on_warning(warning_assessing.propose, office, **proposed)

    def do_warning_adjust(self, step, actor):
        level, reason = LEVELS[step["level"]], step.get("reason", "按事态发展")
        self._on_warning(warning_issuing.adjust, actor, level=level, reason=reason, **self._decision(step))

    do_warning_raise = do_warning_lower = do_warning_adjust

    def do_warning_lift(self, step, actor):
        reason = step.get("reason", "风险消除")
        self._on_warning(warning_issuing.lift, actor, reason=reason, **self._decision(step))

    def _decision(self, step) -> dict:
        """In writing, or by telephone in these words."""
        word = Word(step.get("words", "同意"), self.cast.commander.post.pk)
        by_phone = {"phone": word} if step.get("by_phone") else {}
        return by_phone | {"document_no": step.get("document_no", "")}

    def do_warning_document(self, step, actor):
        self._on_warning(warning_issuing.record_document, actor, document_no=step.get("document_no", ""))

    do_warning_record_document = do_warning_document

    def do_warning_set_interval(self, step, actor):
        hours = step.get("hours") or step.get("interval") or step.get("every")
        every = timedelta(hours=float(hours)) if hours else None
        self._on_warning(warning_reporting.set_daily_interval, actor, interval=every)

    do_warning_interval = do_warning_set_daily_interval = do_warning_set_interval

    def do_warning_outgrown(self, step, actor):
        reason = step.get("reason", "超出本市处置能力")
        self._on_warning(outgrowing.declare_warning, actor, reason=reason)

    do_warning_declare_outgrown = do_warning_outgrown

    def do_incident_declare_outgrown(self, step, actor):
        reason = step.get("reason", "超出本市处置能力")
        self._on_incident(outgrowing.declare_incident, actor, reason=reason)

    do_incident_outgrown = do_incident_declare_outgrown

    def do_warning_acknowledge(self, step, actor):
        self._on_warning(warning_acknowledging.acknowledge, actor)

    def do_warning_tell(self, step, actor):
        codes = [people.member_code()]
        self._on_warning(warning_reporting.tell, actor, to=codes, words=step.get("words", "通报"))

    def _file_daily(self, step, actor):
        day = date.fromisoformat(step["day"]) if "day" in step else timezone.localdate()
        self._on_warning(warning_reporting.file_daily, actor, day=day, contents="一切正常")

    def do_oral_confirm(self, step, actor):
        report = self.incident.reports.exclude(oral_claim=None).get()
        self._on_incident(firm_clock.confirm_oral, actor, report_number=report.number)

    def do_oral_refuse(self, step, actor):
        report = self.incident.reports.exclude(oral_claim=None).get()
        reason = step.get("reason", "无此来电")
        self._on_incident(firm_clock.confirm_oral, actor, report_number=report.number, refused_reason=reason)

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
        number = self._subject(self.step).number
        service(actor=actor, number=number, now=timezone.now(), **arguments)

    def _subject(self, event: dict) -> Incident | Warning:
        """The incident an event is about: the first, unless its `of` names another; the warning, where there is none."""
        if str(event.get("of")) in self.opened:
            return self._named(event["of"])
        rule = str(event.get("debt", ""))
        return self.warning if rule.startswith("W") or self.incident is None else self.incident

    def _on_debt(self, service, step, actor):
        rows = self._debts(step["debt"])
        if "creditor" in step:
            rows = rows.filter(creditor__kind=step["creditor"])
        debt = rows.last()
        service(actor=actor, deadline=debt.pk, reason=step.get("reason", ""), now=timezone.now())

    # — reading —

    def expect_order(self, expected):
        orders = self._subject(expected).orders.order_by("serial")
        assert orders.last().status == expected["order"]

    def expect_support(self, expected):
        assert (
            self._subject(expected).support_requests.order_by("serial").last().status == expected["support"]
        )

    def _debts(self, rule: str, subject: Incident | Warning | None = None):
        subject = subject or self._subject({"debt": rule})
        about = {"warning" if isinstance(subject, Warning) else "incident": subject}
        return Deadline.objects.filter(rule__code=rule, **about).order_by("pk")

    def _expect(self, expected: dict):
        beside = {"at", "note", "due", "state", "creditor", "debtor", "day", "because", "counted", "of"}
        for name in expected.keys() - beside:
            expect = getattr(self, "expect_" + name, None)
            if expect is None:
                raise NotBuiltYet(name)
            expect(expected)

    def expect_incidents(self, expected):
        assert Incident.objects.count() == expected["incidents"]

    def expect_incident(self, expected):
        assert Incident.objects.get(pk=self._subject(expected).pk).status == expected["incident"]

    def expect_warning(self, expected):
        assert Warning.objects.get(pk=self.warning.pk).status == expected["warning"]

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
        level, subject = expected["level"] and LEVELS[expected["level"]], self._subject(expected)
        assert type(subject).objects.get(pk=subject.pk).level == level

    def expect_inbox(self, expected):
        """Kinds of message (reminder, breach, escalation, correction …) that each role has got by then."""
        for role, kinds in expected["inbox"].items():
            told = Notification.objects.filter(
                incident=self.incident, person=getattr(self.cast, role).person, created_at__lte=timezone.now()
            )
            got = set(told.values_list("kind", flat=True))
            missing = {kinds} - got if isinstance(kinds, str) else set(kinds) - got
            assert not missing, f"{role} got {sorted(got)}, not {sorted(missing)}"

    def expect_proposed_level(self, expected):
        incident = Incident.objects.get(pk=self.incident.pk)
        assert incident.proposed_level == LEVELS[expected["proposed_level"]]
        proposal = figures.proposal_for(incident, plan_parts(incident.plan_version_id).criteria)
        if "because" in expected:
            assert [criterion.measure for criterion, _ in proposal.because] == expected["because"]

    def expect_grades(self, expected):
        criteria = plan_parts(PlanVersion.in_force().pk).criteria
        for measure, edges in expected["grades"].items():
            for value, level in edges.items():
                value = int(value) if value.isdigit() else value
                figure = figures.Figure(measure, value, "企业", timezone.now())
                assert figures.propose(criteria, [figure]).level == LEVELS[level], (measure, value)

    def expect_debt(self, expected):
        subject = self._subject(expected)
        now, rows = timezone.now(), self._debts(expected["debt"], subject)
        if creditor := expected.get("creditor"):
            rows = rows.filter(creditor__kind=creditor)
        if debtor := expected.get("debtor"):
            named = getattr(self.cast, debtor.lower(), None)
            rows = (
                rows.filter(debtor=named.organization) if named else rows.filter(debtor__kind=debtor.upper())
            )
        rows = list(rows.with_state(now).select_related("rule"))
        if day := expected.get("day"):
            rows = [row for row in rows if rounds.day_of(row) == date.fromisoformat(day)]
        assert all(row.state(now) == row.state_now for row in rows)
        if expected["state"] is None:
            assert not rows, f"{expected['debt']} should not exist"
            return
        if expected.get("due"):
            rows = [row for row in rows if row.due_at == self.time(expected["due"])]
        assert rows, f"{expected['debt']} has no row due at {expected.get('due')}"
        assert State(expected["state"]) in [row.state(now) for row in rows], [str(r.state(now)) for r in rows]
        if "counted" in expected:
            fitting = [row for row in rows if row.state(now) == expected["state"]]
            assert expected["counted"] in [row.counted for row in fitting]
        told = [
            (debt["rule"], datetime.fromisoformat(debt["due_at"]), debt["state"])
            for debt in self._over_http(subject)
        ]
        assert any((expected["debt"], row.due_at, expected["state"]) in told for row in rows), told

    def _over_http(self, incident: Incident | Warning) -> list[dict]:
        """The debts as an officer's screen would get them."""
        client = Client()
        client.force_login(self.cast.office_director.person)
        if isinstance(incident, Warning):
            return self._of_warning_page(client.get(f"/warnings/{incident.number}/"))
        answer = client.get(f"/api/v1/incidents/{incident.number}/")
        assert answer.status_code == 200, answer.content
        return answer.json()["deadlines"]

    def _of_warning_page(self, page) -> list[dict]:
        assert page.status_code == 200
        lines = page.context["board"].debts
        return [
            {"rule": line.debt.rule.code, "due_at": line.debt.due_at.isoformat(), "state": line.state}
            for line in lines
        ]

    def _fired(self, **of) -> list[str]:
        about = Q(deadline__incident=self.incident) if self.incident else Q()
        fired = FiredStep.objects.filter(about, skipped=False, **of)
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


OWN_PROPOSAL = {"own proposal", "proposer", "same person", "person"}
LEVELS_BY_NUMBER = {level.value: level.name for level in Level}
