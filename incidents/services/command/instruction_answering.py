"""Addressees of an instruction have seen it, answer, and report it done; the office follows up (§2.2.3, 5.4.3)."""

from datetime import datetime

from django.db import transaction

from alerts.models import Instruction, InstructionAddressee, InstructionAnswer, Notification
from alerts.services.directory import reached_for
from incidents.models import Organization
from incidents.refusals import WrongState
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.command.instruction_steps import LONGEST, names_of, note, taken, tell


@transaction.atomic
def acknowledge(*, actor: Actor, instruction: str, now: datetime) -> Instruction:
    """Somebody of the addressee has seen it; a parent enterprise may for those below it."""
    row, own = taken(actor, "instruction.acknowledge", instruction)
    if not (waiting := [addressee for addressee in own if addressee.acknowledged_at is None]):
        raise WrongState("本单位已经签收。", "already_done", "5.4.3")
    for addressee in waiting:
        _see(addressee, actor, now)
    names = names_of(waiting)
    _tell_giver(row, f"{names}已签收批示 {row.number}", now)
    note(row, actor, now, "instruction.acknowledged", f"{names}签收批示 {row.number}", own=waiting)
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
    names = names_of(waiting)
    _tell_giver(row, f"{names}{what}：批示 {row.number}", now, text=words)
    action = "instruction.done" if done else "instruction.answered"
    note(row, actor, now, action, f"{names}{what}：批示 {row.number}", reason=words, own=waiting)
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
    tell(
        row,
        reached_for(*bodies, at=now, drill=row.drill_id),
        f"催办：批示 {row.number} 请{'尽快落实并报告' if row.due_at is None else '按时落实并报告'}",
        now,
        text=row.words,
        kind=Notification.Kind.CHASE,
    )
    note(
        row, actor, now, "instruction.reminded", f"催办批示 {row.number}：{names_of(waiting)}", clause="2.2.3"
    )
    return bodies


def _see(addressee: InstructionAddressee, actor: Actor, now: datetime):
    if addressee.acknowledged_at is None:
        addressee.acknowledged_at = now
        addressee.acknowledged_by, addressee.acknowledged_key = actor.post, actor.key
        addressee.save()


def _tell_giver(row: Instruction, title: str, now: datetime, text: str = ""):
    """The desk, and the commander whose word it is."""
    giver = [row.commander.person] if row.commander_id else []
    desk = reached_for(row.office, at=now, drill=row.drill_id)
    tell(row, [*giver, *desk], title, now, text=text)
