"""What every step of an instruction goes through: whose it is to take, what stands in its way, who is told."""

from collections.abc import Iterable
from datetime import datetime

from alerts.models import Instruction, InstructionAddressee, Notification
from alerts.services import inbox
from incidents import ledger
from incidents.ledger import Entry
from incidents.refusals import NotAllowed, NotFound
from incidents.roles import TABLE, Actor, require, why_not_now
from incidents.services import addressing, subject, warning_subject

LONGEST = 2000


def find(actor: Actor, number: str) -> Instruction:
    found = Instruction.objects.visible_to([actor]).filter(number=number)
    found = found.select_related("incident", "warning", "office__parent", "commander", "superior")
    if (row := found.first()) is None:
        raise NotFound(f"没有编号为 {number} 的批示。", "not_found")
    return row


def taken(
    actor: Actor, code: str, number: str, *, own: bool = True
) -> tuple[Instruction, list[InstructionAddressee]]:
    """Refuses what does not exist for him (404) or is not for him to do (403). Locked are what it is about, itself, and its
    addressees: the actor's own, or all."""
    row = find(actor, number)
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


def names_of(addressees: list[InstructionAddressee]) -> str:
    return "、".join(str(addressee.organization) for addressee in addressees)


def tell(row: Instruction, people, title: str, now: datetime, *, text="", kind=Notification.Kind.NEWS):
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


def note(
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
