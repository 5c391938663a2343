"""Personal values are masked until someone of the office asks for one, and says why: each look is a row of the
looker's own chain and of the incident's timeline (domain §6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Model, QuerySet, TextChoices

from incidents import ledger
from incidents.ledger import Entry
from incidents.models import (
    Accountability,
    CallUp,
    Commendation,
    Incident,
    LedgerEntry,
    PersonalValue,
    RecoveryItem,
)
from incidents.personal import BESIDE, Erased, label_of
from incidents.querysets import visible_incidents, visible_recovery
from incidents.refusals import NotFound
from incidents.roles import Actor, require
from incidents.services.contents import Check

LOOK = "personal.look"
VIEWED, SEEN = "personal.viewed", "personal.seen"
"""On the looker's chain; on the incident's."""
LONGEST = 200


class Why(TextChoices):
    """Why somebody needs a name or a telephone in clear."""

    CONTACT = "contact", "联系核实情况"
    AID = "aid", "办理抚恤、补偿、归还"
    PAPER = "paper", "制作凭据、公文"
    INQUIRY = "inquiry", "调查、监督检查"
    OTHER = "other", "其他（须写明）"


@dataclass(frozen=True)
class Reason:
    why: str
    words: str = ""

    def __str__(self):
        return "：".join(filter(None, (Why(self.why).label.removesuffix("（须写明）"), self.words.strip())))


Shown = list[tuple[str, str]]
"""What each value is called, and the value."""


@transaction.atomic
def look(*, actor: Actor, of: str, pk: int, reason: Reason, now: datetime) -> Shown:
    """The values of one row in clear. `of`: what the row is, see `TARGETS`. Raises `NotFound`, `NotAllowed`, `Invalid`."""
    row = find(actor=actor, of=of, pk=pk)
    _check(reason)
    shown = TARGETS[of].read(row)
    what = (
        f"第 {row.seq} 行"
        if isinstance(row, LedgerEntry)
        else str(getattr(row, "number", row._meta.verbose_name))
    )
    record(actor, row.incident, what, [name for name, _ in shown], reason, now)
    return shown


def find(*, actor: Actor, of: str, pk: int):
    """The row whose values are asked for, if it exists for the actor (404) and his post may look (403)."""
    if of not in TARGETS:
        raise NotFound("没有这种记录。", "not_found")
    row = TARGETS[of].visible(actor).select_related("incident").filter(pk=pk).first()
    if row is None:
        raise NotFound("没有这条记录。", "not_found")
    require(actor, LOOK)
    return row


def record(
    actor: Actor, incident: Incident, what: str, names: Iterable[str], reason: Reason, now: datetime
) -> None:
    """The look itself: who, what, when and why, and never a value."""
    names = sorted(set(names))
    summary = f"查看 {incident.number} {what} 个人信息：{'、'.join(names)}"
    data = {"incident": incident.number, "what": what, "names": names, "why": reason.why}
    viewed, seen = (Entry(action, summary, reason=str(reason), data=data) for action in (VIEWED, SEEN))
    ledger.append_all(
        [(ledger.account_chain(actor.person), None, viewed), (incident.chain, incident, seen)],
        at=now,
        actor=actor,
    )


def _check(reason: Reason):
    check = Check("6.4")
    if reason.why not in Why.values:
        check.wrong("/why", "required", "请选择查看理由。", "6.4")
    elif reason.why == Why.OTHER and not reason.words.strip():
        check.wrong("/words", "required", "选“其他”的，请写明理由。", "6.4")
    check.text("/words", "说明", reason.words, LONGEST)
    check.refuse()


@dataclass(frozen=True)
class Target:
    """A kind of row that holds personal values: which of them somebody sees, and what stands in one."""

    model: type[Model]
    columns: tuple[str, ...] = ()

    def visible(self, actor: Actor) -> QuerySet:
        if self.model is RecoveryItem:
            return visible_recovery([actor])
        return self.model.objects.filter(incident__in=visible_incidents([actor]))

    def read(self, row: Model) -> Shown:
        if self.model is LedgerEntry:
            return _noted_with(row)
        return [(label_of(name), value) for name in self.columns if (value := getattr(row, name))]


TARGETS = {
    "entry": Target(LedgerEntry),
    "call-up": Target(CallUp, ("owner_name", "owner_phone")),
    "recovery": Target(RecoveryItem, ("payee_name",)),
    "commendation": Target(Commendation, ("person_name",)),
    "accountability": Target(Accountability, ("person_name",)),
}


def _noted_with(entry: LedgerEntry) -> Shown:
    """What was noted beside the ledger with an entry, in the table's order."""
    order = {name: place for place, name in enumerate(BESIDE)}
    values = PersonalValue.objects.filter(entry=entry)
    values = sorted(values, key=lambda value: (order.get(value.name, len(order)), value.name))
    return [
        (label_of(one.name), one.value if one.value is not None else str(Erased.BY_TERM)) for one in values
    ]


def note_taken(actor: Actor, incident: Incident, now: datetime) -> None:
    """Names and telephones left with a case file: the export's own row stands on the incident's chain."""
    viewed = Entry(
        VIEWED,
        f"随事件档案导出 {incident.number} 有关人员信息",
        reason="导出事件档案",
        data={"incident": incident.number, "what": "事件档案", "exported": True},
    )
    ledger.append(ledger.account_chain(actor.person), viewed, at=now, actor=actor)
