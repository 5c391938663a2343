"""Instructions (§2.2.2(2), 5.3, 5.4.3): written by a commander or recorded of him or a superior body; seen, answered, done."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from alerts.models import (
    Instruction,
    InstructionAddressee,
    InstructionAnswer,
    InstructionOrder,
    Notification,
    Warning,
)
from alerts.services import inbox
from alerts.services.directory import reached_for
from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Incident, Organization, TaskOrder
from incidents.refusals import NotAllowed, NotFound, WrongState
from incidents.roles import TABLE, Actor, require, why_not_now
from incidents.services import addressing, ordering, subject, warning_subject
from incidents.services.contents import Check
from incidents.services.numbers import next_number

Kind, Urgency = Organization.Kind, Instruction.Urgency
LONGEST = 2000
SUPERIORS = (Kind.CITY_GOVERNMENT, Kind.PROVINCE, Kind.NATION)


@transaction.atomic
def write(
    *,
    actor: Actor,
    words: str,
    to: Iterable[str],
    now: datetime,
    number: str = "",
    warning: str = "",
    urgency: int = Urgency.ORDINARY,
    due_at: datetime | None = None,
) -> Instruction:
    """A commander's own word, to the bodies of these codes; about an incident (`number`), a warning, or neither."""
    about = _about(actor, "instruction.write", "warning.instruct", number, warning)
    office = _office(actor, about)
    return _give(actor, about, office, words, to, urgency, due_at, now, commander=actor.post, given_at=now)


@transaction.atomic
def record(
    *,
    actor: Actor,
    words: str,
    to: Iterable[str],
    now: datetime,
    number: str = "",
    warning: str = "",
    by: str = "",
    commander: int | None = None,
    person: str = "",
    at: datetime | None = None,
    by_phone: bool = False,
    urgency: int = Urgency.ORDINARY,
    due_at: datetime | None = None,
) -> Instruction:
    """The word of a superior body (`by`, its kind, and who there) or of a commander (his post), noted word for word (§5.3)."""
    about = _about(actor, "instruction.record", "warning.record_instruction", number, warning)
    office = _office(actor, about)
    check = Check("2.2.2")
    check.time("/at", "批示时间", at, now)
    author = {}
    if by:
        superior = superiors(office).get(by)
        if superior is None:
            check.wrong("/by", "unknown_body", "请选择作出指令的上级机关。", "5.3")
        if not person.strip():
            check.wrong("/person", "required", "上级指令须写明上级何人作出。", "5.3")
        check.text("/person", "上级何人", person, 60)
        author = {"superior": superior, "superior_person": person.strip()}
    else:
        author["commander"] = commanders(office).filter(pk=commander).first() if commander else None
        if author["commander"] is None:
            check.wrong("/by", "required", "请选择由哪位指挥长或哪个上级机关作出。", "5.3")
    check.refuse()
    return _give(
        actor,
        about,
        office,
        words,
        to,
        urgency,
        due_at,
        now,
        given_at=min(at or now, now),
        by_phone=by_phone,
        **author,
    )


@transaction.atomic
def acknowledge(*, actor: Actor, instruction: str, now: datetime) -> Instruction:
    """Somebody of the addressee has seen it; a parent enterprise may for those below it."""
    row, own = taken(actor, "instruction.acknowledge", instruction)
    if not (waiting := [addressee for addressee in own if addressee.acknowledged_at is None]):
        raise WrongState("本单位已经签收。", "already_done", "5.4.3")
    for addressee in waiting:
        _see(addressee, actor, now)
    names = _names(waiting)
    _tell_giver(row, f"{names}已签收批示 {row.number}", now)
    _write(row, actor, now, "instruction.acknowledged", f"{names}签收批示 {row.number}", own=waiting)
    return row


@transaction.atomic
def answer(
    *, actor: Actor, instruction: str, words: str, now: datetime, done: bool = False
) -> InstructionAnswer:
    """What was done about it; several times, the last one with `done`. Who answers has seen it."""
    row, own = taken(actor, "instruction.done" if done else "instruction.answer", instruction)
    if not (waiting := [addressee for addressee in own if addressee.done_at is None]):
        raise WrongState("本单位已经报告办结。", "already_done", "5.4.3")
    words = subject.reason_needed(words, "5.4.3", field="words", name="落实情况")
    subject.refuse_longer("words", "落实情况", words, LONGEST)
    for addressee in waiting:
        _see(addressee, actor, now)
        said = InstructionAnswer.objects.create(
            addressee=addressee, at=now, by=actor.post, key=actor.key, words=words
        )
        if done:
            addressee.done_at, addressee.done_by = now, actor.post
            addressee.save()
    what = "报告办结" if done else "报告落实情况"
    names = _names(waiting)
    _tell_giver(row, f"{names}{what}：批示 {row.number}", now, text=words)
    action = "instruction.done" if done else "instruction.answered"
    _write(row, actor, now, action, f"{names}{what}：批示 {row.number}", reason=words, own=waiting)
    return said


@transaction.atomic
def remind(*, actor: Actor, instruction: str, now: datetime) -> list[Organization]:
    """The office follows up: whoever has not finished is reminded, and that is on record (§2.2.3)."""
    row, addressees = taken(actor, "instruction.remind", instruction, own=False)
    waiting = [addressee for addressee in addressees if addressee.done_at is None]
    if not waiting:
        raise WrongState("各单位均已办结。", "already_done", "2.2.3")
    for addressee in waiting:
        addressee.reminded_at = now
        addressee.save()
    bodies = [addressee.organization for addressee in waiting]
    _tell(
        row,
        reached_for(*bodies, at=now, drill=row.drill_id),
        f"催办：批示 {row.number} 请{'尽快落实并报告' if row.due_at is None else '按时落实并报告'}",
        now,
        text=row.words,
        kind=Notification.Kind.CHASE,
    )
    _write(
        row, actor, now, "instruction.reminded", f"催办批示 {row.number}：{_names(waiting)}", clause="2.2.3"
    )
    return bodies


@transaction.atomic
def order(
    *,
    actor: Actor,
    instruction: str,
    to: str,
    now: datetime,
    instructed_by: int | None = None,
    **order_fields,
) -> TaskOrder:
    """It becomes a task order of its incident, its words the 指示 (§5.2.2); both know of each other.

    Of a superior's word, the office names the commander who passed it on (`instructed_by`).
    """
    row = _find(actor, instruction)
    require(actor, "instruction.order")
    if why := why_not(row, "instruction.order"):
        raise WrongState(why, "wrong_state", "5.2.2")
    by = row.commander_id or instructed_by
    issued = ordering.issue(
        actor=actor,
        number=row.incident.number,
        to=to,
        now=now,
        instruction=ordering.Instruction(by, as_said(row)),
        **order_fields,
    )
    InstructionOrder.objects.create(instruction=row, order=issued)
    _write(
        row,
        actor,
        now,
        "instruction.ordered",
        f"批示 {row.number} 转为任务 {issued.number}",
        clause="5.2.2",
        data={"order": issued.number},
    )
    return issued


def as_said(row: Instruction) -> str:
    """Its words as an order bears them: whole where they fit, else with where the whole stands."""
    head = f"{row.superior}：" if row.superior_id else ""
    words, tail = head + row.words, f"……（全文见批示 {row.number}）"
    return words if len(words) <= 300 else words[: 300 - len(tail)] + tail


def superiors(office: Organization) -> dict[str, Organization]:
    """市政府, the province and the nation, by kind, nearest first."""
    found, body = {}, office.parent
    while body := body.parent:
        if body.kind in SUPERIORS:
            found[str(body.kind)] = body
    return found


def commanders(office: Organization):
    return ordering.commanders_of(office)


def why_not(row: Instruction, code: str) -> str | None:
    """What stands in the way of this act on it, whoever does it."""
    if code == "instruction.remind":
        return None if any(one.done_at is None for one in row.addressees.all()) else "各单位均已办结。"
    if code == "instruction.order":
        if row.incident is None:
            return "批示不涉及突发事件，不能转为应急任务。"
        return why_not_now(TABLE["order.issue"], row.incident)
    return None


def why_not_for(row: Instruction, code: str, actors: Iterable[Actor]) -> str | None:
    """What stands in the way for these addressees."""
    if code not in ("instruction.acknowledge", "instruction.answer", "instruction.done"):
        return None
    own = own_rows(row, actors)
    if code == "instruction.acknowledge":
        return None if any(one.acknowledged_at is None for one in own) else "本单位已经签收。"
    return None if any(one.done_at is None for one in own) else "本单位已经报告办结。"


def may_act(row: Instruction, code: str, actor: Actor) -> bool:
    """Seeing, answering and finishing are the addressees' own."""
    return code in ("instruction.remind", "instruction.order") or bool(own_rows(row, [actor]))


def own_rows(row: Instruction, actors: Iterable[Actor]) -> list[InstructionAddressee]:
    actors = list(actors)
    return [
        one
        for one in row.addressees.all()
        if any(addressing.answers_for(actor, one.organization) for actor in actors)
    ]


# — how each begins and ends —


def _about(
    actor: Actor, on_incident: str, on_warning: str, number: str, warning: str
) -> Incident | Warning | None:
    if number:
        return subject.locked(actor, on_incident, number)
    if warning:
        return warning_subject.locked(actor, on_warning, warning)
    require(actor, on_incident)
    if actor.in_drill:
        raise WrongState("演练中的批示须针对演练中的事件或预警。", "not_in_drill", "8.3")
    return None


def _office(actor: Actor, about: Incident | Warning | None) -> Organization:
    """The office that keeps it: the subject's, or the actor's own or his 指挥部's."""
    if about:
        return about.office
    body = actor.organization
    offices = Organization.objects.select_related("parent__parent__parent")
    if body.kind == Kind.OFFICE:
        return offices.get(pk=body.pk)
    return offices.get(kind=Kind.OFFICE, parent=body, is_active=True)


def _give(
    actor, about, office, words, to, urgency, due_at, now, given_at, by_phone=False, **author
) -> Instruction:
    check = Check("2.2.2")
    if not words.strip():
        check.wrong("/words", "required", "请填写批示原文。", "2.2.2")
    check.text("/words", "批示原文", words.strip(), LONGEST)
    if urgency not in Urgency.values:
        check.wrong("/urgency", "not_a_choice", "缓急分为特急、加急、平件。", "2.2.2")
    check.time("/due_at", "要求办结时间", due_at, now, past=False)
    if due_at and due_at <= now:
        check.wrong("/due_at", "in_past", "要求办结时间须在现在之后。", "2.2.2")
    bodies = addressing.named(check, addressing.instructable(office), to, "2.2.2")
    check.refuse()
    number, _, _ = next_number(f"{office.number_prefix}-I", now, is_drill=actor.in_drill)
    row = Instruction.objects.create(
        number=number,
        office=office,
        incident=about if isinstance(about, Incident) else None,
        warning=about if isinstance(about, Warning) else None,
        given_at=given_at,
        by_phone=by_phone,
        words=words.strip(),
        urgency=urgency,
        due_at=due_at,
        recorded_at=now,
        recorded_by=actor.post,
        **author,
    )
    InstructionAddressee.objects.bulk_create(
        InstructionAddressee(instruction=row, organization=body) for body in bodies
    )
    told = reached_for(*bodies, office, at=now, drill=row.drill_id)
    what = "上级指令" if row.is_superiors else "领导批示"
    title = f"{'' if urgency == Urgency.ORDINARY else row.get_urgency_display() + ' '}{what} {row.number}"
    _tell(row, told, f"{title}（{row.giver}）", now, text=row.words)
    _write(
        row,
        actor,
        now,
        "instruction.given",
        f"{row.giver}{'指令' if row.is_superiors else '批示'} {row.number} → {'、'.join(map(str, bodies))}",
        clause="5.3" if row.is_superiors else "2.2.2",
        reason=row.words,
        data={"at": given_at.isoformat(), "to": [body.code for body in bodies], "by_phone": by_phone},
        personal={"person": row.superior_person},
    )
    return row


def _find(actor: Actor, number: str) -> Instruction:
    found = Instruction.objects.visible_to([actor]).filter(number=number)
    found = found.select_related("incident", "warning", "office__parent", "commander", "superior")
    if (row := found.first()) is None:
        raise NotFound(f"没有编号为 {number} 的批示。", "not_found")
    return row


def taken(
    actor: Actor, code: str, number: str, *, own: bool = True
) -> tuple[Instruction, list[InstructionAddressee]]:
    """Refuses what does not exist for him (404) or is not for him to do (403). It, what it is about locked first, and its addressees locked: the actor's own, or all."""
    row = _find(actor, number)
    require(actor, code)
    about = row.about or row.office
    type(about)._base_manager.select_for_update().get(pk=about.pk)
    rows = list(row.addressees.select_for_update(of=("self",)).select_related("organization__parent__parent"))
    if not own:
        return row, rows
    mine = [one for one in rows if addressing.answers_for(actor, one.organization)]
    if not mine:
        raise NotAllowed("批示没有发给本单位，不由本单位办理。", "role", "5.4.3")
    return row, mine


def _see(addressee: InstructionAddressee, actor: Actor, now: datetime):
    if addressee.acknowledged_at is None:
        addressee.acknowledged_at = now
        addressee.acknowledged_by, addressee.acknowledged_key = actor.post, actor.key
        addressee.save()


def _names(addressees: list[InstructionAddressee]) -> str:
    return "、".join(str(addressee.organization) for addressee in addressees)


def _tell_giver(row: Instruction, title: str, now: datetime, text: str = ""):
    """The desk, and the commander whose word it is."""
    giver = [row.commander.person] if row.commander_id else []
    desk = reached_for(row.office, at=now, drill=row.drill_id)
    _tell(row, [*giver, *desk], title, now, text=text)


def _tell(row: Instruction, people, title: str, now: datetime, *, text="", kind=Notification.Kind.NEWS):
    inbox.tell(
        people,
        kind=kind,
        title=title,
        text=text,
        clause="2.2.2",
        at=now,
        matter=f"instruction/{row.number}",
        within=row.about,
    )


def _write(
    row: Instruction,
    actor,
    now,
    action,
    words,
    *,
    clause="5.4.3",
    reason="",
    data=None,
    personal=None,
    own=(),
):
    """To the timeline of what it is about; the firm concerned reads there what it did itself."""
    firm = row.incident and row.incident.enterprise_id
    entry = Entry(
        action,
        words,
        clause=clause,
        reason=reason,
        data={"instruction": row.number} | (data or {}),
        personal=personal or {},
        for_firm=bool(own) and all(one.organization_id == firm for one in own),
    )
    if row.incident:
        subject.write(row.incident, actor, now, entry)
    elif row.warning:
        warning_subject.write(row.warning, actor, now, entry)
    else:
        ledger.append(row.chain, entry, at=now, actor=actor)
