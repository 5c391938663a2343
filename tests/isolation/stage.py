"""Two incidents with everything that an incident can have: one of firm A's, one of firm B's.

A side is a dictionary: what kind of object → how an address names it. Firm A's incident lies with its outlet
(`express-a-hub`), so that a parent sees it and a sister outlet does not.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from alerts.channels import addresses, sealing
from alerts.models import Channel, Seat
from incidents.models import (
    Assessment,
    AssessmentAsked,
    AssessmentOpinion,
    AuthenticatorApp,
    Evaluation,
    EvaluationInput,
    Improvement,
    Incident,
    Level,
    Organization,
    PlanSubmission,
    Role,
)
from incidents.roles import Actor
from incidents.services.call_up import calling_up, resources
from incidents.services.closure import recovering
from incidents.services.command import expert_pool, instructing, ordering, schemes, supporting, working_groups
from incidents.services.drill import drills, held_drills
from incidents.services.identity import displays, keys, webhooks
from incidents.services.notice import brief_sending, briefing, informing, publishing, reporting_up
from incidents.services.register import hazards, inspecting, key_periods, plan_filing, roll_calls, safety
from incidents.services.report import attaching, intake
from incidents.services.response import approving, commanding, grading, meetings, responding
from incidents.services.revision import plan_readings, plan_revision
from incidents.services.roster import duty, duty_feed, duty_hand_over, duty_swap
from incidents.services.training import course_attendance, courses, duty_training, publicity, training_plan
from tests import cast as people
from tests.files import JPEG


@dataclass(frozen=True)
class Neighbours:
    """Whom one side concerns: who reports, for which firm, and the bodies that it is addressed to."""

    firm: Actor
    code: str
    member: Actor
    county: Actor
    county_name: str
    proposed: bool


def build(cast: people.Cast, who: Neighbours) -> dict[str, str]:
    now = timezone.now()
    office, bodies = cast.office_director, [who.member.organization.code, who.county.organization.code]
    told = [who.code, *bodies]
    incident, _ = intake.open_incident(
        actor=who.firm,
        kind="WRITTEN",
        arrival=intake.Arrival("FORM"),
        facts=people.facts(firm=who.code, known_at=now, county=who.county_name),
        contents=people.written(**people.ORDINARY),
        now=now,
    )
    number = {"number": incident.number, "now": now}

    def at(hours: float):
        return now + timedelta(hours=hours)

    response = responds(cast, who, number)
    with attaching.taken_in(SimpleUploadedFile("现场.jpg", JPEG)) as file:
        attachment = attaching.attach(actor=who.firm, file=file, **number)
    order = ordering.issue(actor=cast.commander, to=who.code, task="转移邮件", **number)
    request = supporting.raise_support(actor=who.firm, needs="两辆救援车", **number)
    call_up = calling_up.request(
        actor=cast.duty_officer,
        wanted=calling_up.Wanted(
            "vehicles", "厢式货车", Decimal(3), "辆", "东门", owner=who.code, receiver=bodies[0]
        ),
        **number,
    )
    meeting = meetings.convene(
        actor=cast.duty_officer,
        kind="consultation",
        topic="研究转移",
        means="video",
        place="会议室",
        bodies=bodies,
        **number,
    )
    group = working_groups.form(
        actor=cast.commander,
        name="舆情组",
        lead=bodies[0],
        members=[bodies[1]],
        head="李组长",
        phone="0396-2",
        **number,
    )
    scheme = schemes.draft(actor=office, title="转移方案", assessment="邮件受潮", measures="转移", **number)
    instruction = instructing.write(actor=cast.commander, words="先转移低处邮件", to=told, **number)
    notice = informing.draft(actor=office, title="道路积水", words="请绕行", to=told, sent=True, **number)
    release = publishing.draft(actor=office, title="通告", words="暂停收寄", **number)
    recovery = recovering.open_item(
        actor=cast.duty_officer, kind="goods_of_body", what="邮件受潮赔付", payee=who.code, **number
    )
    asked, improvement = afterwards(cast, incident, who.code, now)
    brief = briefing.draft(actor=cast.duty_officer, **number)
    briefing.sign(actor=office, brief=brief.number, version=brief.version, now=now)
    brief_sending.send(actor=cast.duty_officer, brief=brief.number, to={"zmd-government": "system"}, now=now)
    risk = people.warn(cast, now=now, counties_affected=[who.county_name])
    warning = people.issue(cast, warning=risk, addressees=told, now=now)
    bulletin = warning.bulletins.get()
    expert = expert_pool.keep(
        actor=office,
        now=now,
        name=f"专家{incident.pk}",
        field="火灾",
        body="示范单位",
        phone="0396-1",
        reachable="全天",
        services=["training"],
    )
    reading = plan_readings.issue(actor=office, clause="5.2.1", words="解释", now=now)
    resource = resources.keep(
        actor=who.firm,
        body=who.code,
        now=now,
        kind="people",
        name="抢险队",
        total=Decimal(9),
        unit="人",
        place="东门",
        custodian="队长",
        phone="0396-1",
    )
    period = key_periods.declare(
        actor=office,
        kind="peak",
        name="旺季",
        starts_on=timezone.localdate(now),
        ends_on=timezone.localdate(now) + timedelta(days=2),
        bodies=[who.code, bodies[1]],
        now=now,
    )
    roll = roll_calls.call(actor=office, number=period.number, now=now)
    display, wall = displays.give(
        actor=office, office=office.organization.code, name=f"大屏{incident.number}", now=now
    )
    rostered = roster(who, now)
    own_drill = drills.plan(
        actor=who.firm,
        now=now,
        title="企业演练",
        kind="single",
        contents=["fire"],
        scenario="起火",
        planned_at=now,
    )
    held = held_drills.state(
        actor=who.firm,
        now=now,
        title="自行演练",
        held_on=timezone.localdate(now),
        kind="single",
        contents=["fire"],
        people=9,
        result="顺利",
    )
    owed = incident.deadlines.filter(debtor=incident.enterprise).first()
    return (
        rostered
        | revises(cast, who, who.code, now)
        | registers(cast, who, now)
        | {
            "reading": reading.number,
            "incident": incident.number,
            "attachment": attachment.number,
            "order": order.number,
            "request": request.number,
            "call_up": call_up.number,
            "meeting": meeting.number,
            "group": group.number,
            "scheme": scheme.scheme.number,
            "instruction": instruction.number,
            "notice": notice.number,
            "notice_id": notice.pk,
            "release": release.number,
            "recovery": recovery.number,
            "asked": asked.number,
            "improvement": improvement.number,
            "brief": brief.number,
            "response": response.pk,
            "warning": warning.number,
            "bulletin": bulletin.version,
            "cap": bulletin.cap.identifier,
            "debt": owed.pk,
            "expert": expert.pk,
            "resource": resource.pk,
            "drill": own_drill.number,
            "held_drill": held.pk,
            "period": period.number,
            "roll": roll.number,
            "entry": incident.timeline.get(action="report.filed").pk,
            "display": display.pk,
            "wall": wall,
        }
    )


def revises(cast: people.Cast, who: Neighbours, body: str, now) -> dict[str, int]:
    """A round on the draft of the plan in which this side is asked, and what was once before 市政府. Of the second side the
    round is closed: there is one at a time."""
    draft = plan_revision.draft_of() or plan_revision.start_draft(actor=cast.office_director, now=now)
    by = cast.office_director.post
    serial = draft.assessments.count() + 1
    opened = {"serial": serial, "words": "请提意见", "due_at": now + timedelta(days=7)}
    assessment = Assessment.objects.create(version=draft, opened_at=now, opened_by=by, **opened)
    asked = AssessmentAsked.objects.create(assessment=assessment, body=Organization.objects.get(code=body))
    opinion = AssessmentOpinion.objects.create(
        assessment=assessment, asked=asked, words="可行", said_at=now, recorded_at=now, recorded_by=by
    )
    if who.proposed:
        Assessment.objects.filter(pk=assessment.pk).update(closed_at=now)
    submission = PlanSubmission.objects.create(
        version=draft,
        words="请审批",
        submitted_at=now,
        submitted_by=by,
        decided_at=now,
        outcome=PlanSubmission.Outcome.RECALLED,
    )
    return {
        "plan_round": assessment.pk,
        "plan_asked": asked.pk,
        "plan_opinion": opinion.pk,
        "plan_submission": submission.pk,
        "plan_row": draft.clause_set.first().pk,
    }


def registers(cast: people.Cast, who: Neighbours, now) -> dict[str, str]:
    """A firm's own registers, and what an inspection found."""
    body, today = Organization.objects.get(code=who.code), timezone.localdate(now)
    common = {"body": body, "now": now}
    hazard = hazards.register(
        actor=who.firm, kind="source", place="仓库", words="电池堆放", county=who.county_name, **common
    )
    inspection = inspecting.record(
        actor=cast.duty_officer,
        held_on=today,
        place="网点",
        inspectors="检查员",
        scope="消防",
        findings=[inspecting.Found("通道堵塞", today)],
        **common,
    )
    with attaching.taken_in(SimpleUploadedFile("预案.jpg", JPEG)) as file:
        plan = plan_filing.file(
            actor=who.firm, name="应急预案", version="1", adopted_on=today, file=file, **common
        )
    rule = safety.state_rule(actor=who.firm, name="验视制度", adopted_on=today, **common)
    return {
        "hazard": hazard.number,
        "inspection": inspection.number,
        "finding": inspection.findings.get().number,
        "filed_plan": plan.number,
        "register_file": plan.file.number,
        "safety_rule": rule.pk,
        "firm_code": body.code,
    }


def afterwards(cast: people.Cast, incident: Incident, firm: str, now) -> tuple[EvaluationInput, Improvement]:
    """Written straight into the tables: the services ask for these only once the incident has ended."""
    common = {"incident": incident, "serial": 1, "body": Organization.objects.get(code=firm)}
    due_at = now + timedelta(hours=30)
    asked = EvaluationInput.objects.create(
        number=f"{incident.number}-E1", question="请说明经过", asked_at=now, due_at=due_at, **common
    )
    improvement = Improvement.objects.create(
        number=f"{incident.number}-J1", measure="更换电池", opened_at=now, due_at=due_at, **common
    )
    drafted = {"drafted_at": now, "drafted_by": cast.office_director.post}
    Evaluation.objects.create(incident=incident, cause="线路老化", **drafted)
    return asked, improvement


def responds(cast: people.Cast, who: Neighbours, number: dict):
    """Ⅲ either way; where it was proposed to 市政府 every member sees the incident, where the firm's own Ⅳ was
    overtaken only those that it is addressed to."""
    office, commander = cast.office_director, cast.commander
    if who.proposed:
        grading.grade(actor=office, level=Level.III, reason="研判", **number)
        reporting_up.propose_response(actor=office, words="建议启动", **number)
        approving.approve(actor=cast.approver, document_no="驻政文〔2026〕1号", **number)
        return commanding.start_three(actor=commander, **number)
    grading.grade(actor=office, level=Level.IV, **number)
    response = responding.start_four(actor=who.firm, measures="启动预案", **number)
    grading.regrade(actor=commander, level=Level.III, reason="扩大", **number)
    return response


def roster(who: Neighbours, now) -> dict[str, str]:
    """Two people of the firm on duty one after the other, an exchange asked for, a hand-over written."""
    body = who.firm.organization
    second = people.appoint(f"second-{body.code}", body.code, Role.ENTERPRISE, "第二值班员")

    def shift(person: Actor, starts, ends):
        times = {"starts_at": now + timedelta(hours=starts), "ends_at": now + timedelta(hours=ends)}
        return duty.draw_up(
            actor=who.firm, body=body, seat=Seat.DUTY, person=person.person.pk, now=now, **times
        )

    current, later = shift(who.firm, -0.5, 8), shift(who.firm, 24, 32)
    duty_hand_over.sign_in(actor=who.firm, shift=current.pk, now=now)
    hand_over = duty_hand_over.hand_over(actor=who.firm, shift=current.pk, words="无事", now=now)
    swap = duty_swap.ask(actor=who.firm, shift=later.pk, of=second.person.pk, now=now)
    training = duty_training.record_training(
        actor=who.firm,
        body=body,
        person=who.firm.person.pk,
        topic="演练",
        passed_on=timezone.localdate(now),
        valid_until=timezone.localdate(now) + timedelta(days=300),
        now=now,
    )
    said = {"url": "https://gateway.example/", "headers": ""}
    held = timezone.localdate(now)
    course = courses.keep(
        actor=who.firm, now=now, name="应急知识", kind="knowledge", held_on=held, hours=Decimal(2)
    )
    (attendance,) = course_attendance.attend(actor=who.firm, course=course.pk, names="赵工人", now=now)
    activity = publicity.keep(
        actor=who.firm, now=now, held_on=held, kind="law", topic="条例", audience="员工", reached=9
    )
    planned = training_plan.keep(
        actor=who.firm,
        now=now,
        year=held.year,
        month=held.month,
        name="应急知识",
        kind="knowledge",
        audience="员工",
        people=9,
    )
    channel = Channel.objects.create(
        organization=body,
        kind="http",
        name="网关",
        order=1,
        sealed=sealing.seal(said),
        hint=addresses.WAYS["http"].hint(said),
        created_at=now,
    )
    api_key, _ = keys.create(enterprise=body.code, name="调度系统", now=now)
    wish = webhooks.Wish("https://system.example/hook", "调度", None)
    hook, _ = webhooks.add(actor=who.firm, wish=wish, now=now)
    hook_delivery = webhooks.test(actor=who.firm, hook_id=hook.pk, now=now)
    return {
        "api_key": api_key.pk,
        "factor": AuthenticatorApp.objects.create(user=who.firm.person, name="手机", sealed="").pk,
        "hook": hook.pk,
        "hook_delivery": hook_delivery.pk,
        "body": body.code,
        "shift": later.pk,
        "swap": swap.pk,
        "hand_over": hand_over.pk,
        "person": who.firm.person.pk,
        "post": who.firm.post.pk,
        "training": training.pk,
        "course": course.pk,
        "attendance": attendance.pk,
        "activity": activity.pk,
        "planned": planned.pk,
        "channel": channel.pk,
        "feed": duty_feed.subscribe(who.firm.person, now=now),
    }
