"""Instructions (§2.2.2(2), 5.3): written by a commander or recorded of him or a superior body; one may become a task order."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from alerts.models import Instruction, InstructionAddressee, InstructionOrder, Warning
from alerts.services.directory import reached_for
from incidents.models import Incident, Organization, TaskOrder
from incidents.refusals import WrongState
from incidents.roles import Actor, require
from incidents.services import addressing, subject, warning_subject
from incidents.services.check import Check
from incidents.services.command import order_steps, ordering
from incidents.services.command.instruction_steps import LONGEST, find, note, tell, why_not
from incidents.services.numbers import next_number

Kind, Urgency = Organization.Kind, Instruction.Urgency
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
    row = find(actor, instruction)
    require(actor, "instruction.order")
    if why := why_not(row, "instruction.order"):
        raise WrongState(why, "wrong_state", "5.2.2")
    by = row.commander_id or instructed_by
    issued = ordering.issue(
        actor=actor,
        number=row.incident.number,
        to=to,
        now=now,
        instruction=order_steps.Instruction(by, as_said(row)),
        **order_fields,
    )
    InstructionOrder.objects.create(instruction=row, order=issued)
    note(
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
    return order_steps.commanders_of(office)


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
    tell(row, told, f"{title}（{row.giver}）", now, text=row.words)
    note(
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
