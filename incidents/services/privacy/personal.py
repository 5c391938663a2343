"""Personal values are masked until someone of the office asks for one, and says why: each look is a row of the
looker's own chain and of the incident's timeline (domain §6)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Model, TextChoices
from django.utils import timezone

from alerts.models import Warning
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
from incidents.paper_sight import visible_recovery
from incidents.personal import BESIDE, label_of
from incidents.querysets import visible_incidents
from incidents.refusals import NotFound
from incidents.roles import Actor, require
from incidents.services.check import Check

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
    row, about = find(actor=actor, of=of, pk=pk)
    _check(reason)
    shown = TARGETS[of].read(row)
    _record(actor, about, _name(row), [name for name, _ in shown], reason, now)
    return shown


def find(*, actor: Actor, of: str, pk: int) -> tuple[Model, Incident | Warning]:
    """The row whose values are asked for and what it belongs to, if it exists for the actor (404) and his post may look
    (403)."""
    target = TARGETS.get(of)
    row = target and target.model.objects.select_related("incident").filter(pk=pk).first()
    about = row and _about(actor, row)
    if about is None:
        raise NotFound("没有这条记录。", "not_found")
    require(actor, LOOK)
    return row, about


def _about(actor: Actor, row: Model) -> Incident | Warning | None:
    """The incident or warning that the row is of, as far as the actor sees it."""
    if isinstance(row, RecoveryItem):
        return row.incident if visible_recovery([actor]).filter(pk=row.pk).exists() else None
    if row.incident_id:
        return visible_incidents([actor]).filter(pk=row.incident_id).first()
    kind, _, number = row.chain.partition(":")
    if kind == "warning":
        return Warning.with_drills.visible_to([actor]).filter(pk=number).first()
    return None


def _name(row: Model) -> str:
    if isinstance(row, LedgerEntry):
        return f"第 {row.seq} 行"
    return str(getattr(row, "number", row._meta.verbose_name))


def _record(
    actor: Actor, about: Incident | Warning, what: str, names: list[str], reason: Reason, now: datetime
):
    """The look itself: who, what, when and why, and never a value."""
    summary = f"查看 {about.number} {what} 个人信息：{'、'.join(sorted(names))}"
    data = {"subject": about.number, "what": what, "names": sorted(names), "why": reason.why}
    viewed, seen = (Entry(action, summary, reason=str(reason), data=data) for action in (VIEWED, SEEN))
    incident = about if isinstance(about, Incident) else None
    chains = [(ledger.account_chain(actor.person), None, viewed), (about.chain, incident, seen)]
    ledger.append_all(chains, at=now, actor=actor)


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
    """A kind of row that holds personal values, and which of its columns do."""

    model: type[Model]
    columns: tuple[str, ...] = ()

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
    return [(label_of(one.name), _erased(one) if one.value is None else one.value) for one in values]


def _erased(value: PersonalValue) -> str:
    return f"已于 {timezone.localdate(value.erased_at)} 删除"


def note_taken(actor: Actor, incident: Incident, now: datetime) -> None:
    """Names and telephones left with a case file: the export's own row stands on the incident's chain."""
    viewed = Entry(
        VIEWED,
        f"随事件档案导出 {incident.number} 有关人员信息",
        reason="导出事件档案",
        data={"subject": incident.number, "what": "事件档案", "exported": True},
    )
    ledger.append(ledger.account_chain(actor.person), viewed, at=now, actor=actor)
