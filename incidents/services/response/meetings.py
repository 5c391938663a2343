"""会商会议 and 紧急成员会议 (§5.3, 5.4.3): called together, recorded, what was decided turned into tasks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from incidents.conditions import running
from incidents.ledger import Entry
from incidents.models import (
    Attendance,
    Incident,
    Level,
    Meeting,
    MeetingDecision,
    OpenItem,
    Organization,
    Status,
)
from incidents.querysets import visible_meetings
from incidents.refusals import WrongState
from incidents.roles import TABLE, Actor
from incidents.services import subject
from incidents.services.check import Check
from incidents.services.command import open_items, order_steps
from incidents.services.response import commanding

Kind, Presence = Meeting.Kind, Attendance.Presence
OPEN_ITEM = {
    Kind.CONSULTATION: OpenItem.Kind.CONSULTATION,
    Kind.EMERGENCY: OpenItem.Kind.EMERGENCY_MEETING,
}
OVER = (Status.CLOSED, Status.DISMISSED, Status.MERGED)


@dataclass(frozen=True)
class Decision:
    """A line of what was decided: the words, who does it (a body's code) and until when."""

    words: str
    body: str = ""
    due_at: datetime | None = None


@transaction.atomic
def convene(
    *,
    actor: Actor,
    number: str,
    kind: str,
    topic: str,
    means: str,
    place: str,
    bodies: Collection[str],
    now: datetime,
    starts_at: datetime | None = None,
) -> Meeting:
    """Calls these bodies (by code) together; each is told when and where. `starts_at` None: at once."""
    incident = subject.locked(actor, "meeting.convene", number)
    if kind == Kind.EMERGENCY and (why := _no_emergency_meeting(incident)):
        raise WrongState(why, "wrong_state", "5.3")
    check = Check("5.4.3")
    clause = Meeting.CLAUSES.get(kind, "5.4.3")
    if kind not in Kind.values:
        check.wrong("/kind", "not_a_choice", "会议分为会商会议和紧急成员会议。", clause)
    if means not in Meeting.Means.values:
        check.wrong("/means", "not_a_choice", "请选择开会方式。", clause)
    _said(check, clause, topic=("议题", topic, 200), place=("地点或会议号", place, 200))
    known = {body.code: body for body in candidates(incident)}
    called = [known[code] for code in dict.fromkeys(bodies) if code in known]
    if not called or len(called) < len(set(bodies)):
        check.wrong("/bodies", "required", "请选择召集哪些单位。", clause)
    check.time("/starts_at", "开会时间", starts_at, now, past=False)
    check.refuse()
    serial = incident.meetings.count() + 1
    meeting = Meeting.objects.create(
        incident=incident,
        response=running(incident),
        number=f"{incident.number}-H{serial}",
        serial=serial,
        kind=kind,
        topic=topic.strip(),
        means=means,
        place=place.strip(),
        starts_at=starts_at or now,
        convened_at=now,
        convened_by=actor.post,
    )
    Attendance.objects.bulk_create(Attendance(meeting=meeting, body=body) for body in called)
    when = subject.clock_words(meeting.starts_at)
    where = f"{when}，{meeting.get_means_display()}，{meeting.place}"
    title = f"{incident.number} {meeting.get_kind_display()} {when}：{meeting.topic}"
    subject.tell_bodies(incident, called, title, at=now, text=where, clause=clause)
    entry = Entry(
        "meeting.convened",
        f"召集{meeting.get_kind_display()} {meeting.number}（{where}）：{meeting.topic}；"
        f"{'、'.join(map(str, called))}",
        clause=clause,
        data={"meeting": meeting.number, "bodies": [body.code for body in called]},
    )
    subject.write(incident, actor, now, entry)
    return meeting


@transaction.atomic
def record(
    *,
    actor: Actor,
    meeting: str,
    chair: str,
    words: str,
    attendance: Mapping[str, tuple[str, str]],
    now: datetime,
    decisions: Collection[Decision] = (),
    held_at: datetime | None = None,
) -> Meeting:
    """Who came (by code: presence, person), what was said in short, what was decided; settles the open item."""
    incident, row = _take(actor, "meeting.record", meeting)
    check = Check("5.4.3")
    _said(check, row.clause, chair=("主持人", chair, 60), words=("会议情况", words, None))
    check.time("/held_at", "召开时间", held_at, now)
    called = list(row.called.select_related("body"))
    for line in called:
        presence, person = attendance.get(line.body.code, ("", ""))
        if presence not in Presence.values:
            check.wrong(f"/presence_{line.body.code}", "required", f"请登记{line.body}是否到会。", row.clause)
        elif presence == Presence.DEPUTY and not person.strip():
            check.wrong(f"/person_{line.body.code}", "required", f"请写明{line.body}的代表。", row.clause)
        check.text(f"/person_{line.body.code}", "参会人", person, 60)
        line.presence, line.person = presence, "" if presence == Presence.ABSENT else person.strip()
    bodies = _check_decisions(check, incident, decisions, now)
    check.refuse()
    row.hold(held_at or min(row.starts_at, now), chair.strip(), words.strip(), now, actor.post)
    row.save()
    Attendance.objects.bulk_update(called, ["presence", "person"])
    lines = _write_down(row, decisions, bodies, now)
    came = [line for line in called if line.presence != Presence.ABSENT]
    entry = Entry(
        "meeting.held",
        f"{row.get_kind_display()} {row.number} 召开：到会 {len(came)} 个单位，议定 {len(lines)} 项",
        clause=row.clause,
        reason=row.words,
        data={
            "meeting": row.number,
            "at": row.held_at.isoformat(),
            "attendance": {line.body.code: line.presence for line in called},
            "decisions": [line.words for line in lines],
        },
        personal={
            "chair": row.chair,
            "attended": "、".join(f"{line.person}（{line.body}）" for line in came if line.person),
        },
    )
    said = f"{row.number} {subject.clock_words(row.held_at)} 召开，到会 {len(came)} 个单位"
    settled = open_items.settle(incident, [OPEN_ITEM[row.kind]], said, now) if came else []
    subject.write(incident, actor, now, entry, *settled)
    return row


@transaction.atomic
def decide(*, actor: Actor, meeting: str, decisions: Collection[Decision], now: datetime) -> Meeting:
    """Adds what else was decided to the minutes of a meeting that was held."""
    incident, row = _take(actor, "meeting.decide", meeting)
    check = Check("5.4.3")
    bodies = _check_decisions(check, incident, decisions, now)
    if not decisions:
        check.wrong("/words", "required", "请写明议定事项。", row.clause)
    check.refuse()
    lines = _write_down(row, decisions, bodies, now)
    entry = Entry(
        "meeting.decided",
        f"{row.number} 补记议定事项：{'；'.join(line.words for line in lines)}",
        clause=row.clause,
        data={"meeting": row.number, "decisions": [line.words for line in lines]},
    )
    subject.write(incident, actor, now, entry)
    return row


@transaction.atomic
def cancel(*, actor: Actor, meeting: str, reason: str, now: datetime) -> Meeting:
    incident, row = _take(actor, "meeting.cancel", meeting)
    reason = subject.reason_needed(reason, row.clause)
    subject.refuse_longer("reason", "理由", reason, 200)
    row.cancel(reason)
    row.save()
    bodies = [line.body for line in row.called.select_related("body")]
    title = f"{incident.number} {row.get_kind_display()}取消：{row.topic}"
    subject.tell_bodies(incident, bodies, title, at=now, text=reason, clause=row.clause)
    entry = Entry(
        "meeting.cancelled",
        f"取消{row.get_kind_display()} {row.number}",
        clause=row.clause,
        reason=reason,
        data={"meeting": row.number},
    )
    subject.write(incident, actor, now, entry)
    return row


def candidates(incident: Incident) -> list[Organization]:
    """Who may be called: the members, the counties, those concerned first, and the firm."""
    firm = [incident.enterprise] if incident.enterprise_id else []
    return [*commanding.candidates(incident), *firm]


def why_not(meeting: Meeting, code: str) -> str | None:
    if meeting.incident.status in OVER:
        return f"事件“{meeting.incident.get_status_display()}”，不能{TABLE[code].name}。"
    needed = Meeting.Status.HELD if code == "meeting.decide" else Meeting.Status.CONVENED
    if meeting.status == needed:
        return None
    return f"会议“{meeting.get_status_display()}”，不能{TABLE[code].name}。"


def _no_emergency_meeting(incident: Incident) -> str | None:
    response = running(incident)
    grave = min(incident.level, response.level if response else Level.IV) <= Level.II
    return None if grave else "紧急成员会议在Ⅰ、Ⅱ级时召开；Ⅲ级召开会商会议。"


def _take(actor: Actor, code: str, number: str) -> tuple[Incident, Meeting]:
    incident, row = subject.locked_with(actor, code, visible_meetings([actor]), number, "会议")
    if why := why_not(row, code):
        raise WrongState(why, "wrong_state", row.clause)
    return incident, row


def _said(check: Check, clause: str, **fields: tuple):
    for name, (label, said, longest) in fields.items():
        if not said.strip():
            check.wrong(f"/{name}", "required", f"请填写{label}。", clause)
        check.text(f"/{name}", label, said, longest)


def _check_decisions(check: Check, incident: Incident, decisions, now: datetime) -> dict[str, Organization]:
    """The bodies responsible, by code."""
    known = {body.code: body for body in order_steps.receivers(incident)} if decisions else {}
    for place, line in enumerate(decisions, 1):
        if not line.words.strip():
            check.wrong(f"/words_{place}", "required", f"请写明第 {place} 项议定事项。", "5.4.3")
        check.text(f"/words_{place}", "议定事项", line.words, 200)
        if line.body and line.body not in known:
            check.wrong(f"/body_{place}", "not_found", "请选择责任单位。", "5.4.3")
        check.time(f"/due_{place}", "完成期限", line.due_at, now, past=False)
    return known


def _write_down(meeting: Meeting, decisions, bodies: dict, now: datetime) -> list[MeetingDecision]:
    first = meeting.decisions.count() + 1
    return MeetingDecision.objects.bulk_create(
        MeetingDecision(
            meeting=meeting,
            serial=serial,
            words=line.words.strip(),
            body=bodies.get(line.body),
            due_at=line.due_at,
            recorded_at=now,
        )
        for serial, line in enumerate(decisions, first)
    )
