"""What is personal is erased when its term is over (`settings.RETENTION`), or when the person asks: the values beside the
ledger, the columns that hold them, and the copies that the system itself made. The chain still verifies (domain §6).

Never of an incident that is not over, nor of one under a hold; the database refuses both as well. Free text and
attachments are left, and the row that is written says so.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When

from alerts.models import Warning
from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Incident, LegalHold, PersonalValue
from incidents.models.incident import Status
from incidents.personal import COLUMNS, WITH_TERM, Erased, Kind, beside
from incidents.refusals import WrongState, wrong
from incidents.roles import SYSTEM, Actor
from incidents.services import subject
from incidents.services.privacy import personal_copies

logger = logging.getLogger(__name__)
CLAUSE = "6.4"
LEFT = "自由填写的文字和附件不自动改动。"
SHORTEST = 2
APART = r"[\s、，,；;：:（）()/]"
"""What stands between a name and a telephone in one value."""
AT_A_TIME = 200


@dataclass
class Due:
    """What of one incident or warning is to be erased now."""

    subject: Incident | Warning
    kinds: list[Kind] = field(default_factory=list)

    def __str__(self):
        return f"{self.subject.noun} {self.subject.number}：{'、'.join(kind.label for kind in self.kinds)}"


@dataclass
class Erasure:
    """How many of what, by column or by name beside the ledger; never a value."""

    counts: dict[str, int] = field(default_factory=dict)
    values: set[str] = field(default_factory=set)
    copies: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def note(self, what: str, count: int):
        if count:
            self.counts[what] = self.counts.get(what, 0) + count


def terms() -> list[tuple[Kind, int]]:
    """For how many days what of each kind is kept after an incident is over; 0: for ever."""
    return [(kind, settings.RETENTION.get(kind, 0)) for kind in WITH_TERM]


def due(now: datetime) -> Iterator[Due]:
    """Every incident and warning with something whose term is over and which no hold keeps."""
    for find in (incidents_due, warnings_due):
        found: dict[int, Due] = {}
        for kind, days in terms():
            for row in find(kind, now - timedelta(days=days)) if days else ():
                found.setdefault(row.pk, Due(row)).kinds.append(kind)
        yield from found.values()


def erase_due(*, now: datetime, at_most: int = AT_A_TIME) -> list[Due]:
    """Erases what is due, each incident in a transaction of its own, so that one that fails keeps none of the others;
    returns what it erased. The rest is due still."""
    done = []
    for each in due(now):
        if len(done) >= at_most:
            break
        try:
            if _erase_one(each, now):
                done.append(each)
        except DatabaseError as error:  # its words may hold the row's values
            logger.error("personal data of %s not erased: %s", each.subject.number, type(error).__name__)
    return done


@transaction.atomic
def erase_on_request(*, actor: Actor, number: str, value: str, reason: str, now: datetime) -> Erasure:
    """What an incident holds of one person, by his name or telephone, because he asks for it. Raises `NotFound`,
    `NotAllowed`, `WrongState` (not over, or held), `Invalid`."""
    incident = subject.locked(actor, "personal.erase", number)
    if not over_before(now).filter(pk=incident.pk).exists():
        raise WrongState("并入的事件尚未归档，处置仍需要有关人员信息，不能删除。", "not_over", CLAUSE)
    value = value.strip()
    if len(value) < SHORTEST:
        raise wrong("/value", "too_short", "请填写完整的姓名或电话（至少两个字）。", CLAUSE)
    reason = subject.reason_needed(reason, CLAUSE)
    subject.refuse_longer("reason", "理由", reason, 300)
    if value in reason:
        raise wrong(
            "/reason", "names_the_person", "理由里不要写要删除的姓名或电话：理由永久留在台账。", CLAUSE
        )
    erased = Erasure()
    _columns(erased, incident, WITH_TERM, Erased.ON_REQUEST, value)
    _beside(erased, incident.chain, beside(*WITH_TERM, Kind.EXPERT) & Q(value__regex=_whole(value)), now)
    if not erased.total:
        raise wrong("/value", "not_found", "本事件没有登记这个姓名或电话（自由填写的文字不在其内）。", CLAUSE)
    erased.copies = personal_copies.replace(
        erased.values, incident, Erased.ON_REQUEST, until=_over_at(incident)
    )
    summary = f"依申请删除 {number} 的个人信息 {erased.total} 处。{LEFT}"
    entry = Entry(ledger.ERASED, summary, CLAUSE, reason, {"rule": "request"} | _told(erased))
    subject.write(incident, actor, now, entry)
    return erased


# — what is due —


def over_before(moment: datetime) -> QuerySet[Incident]:
    """Those over by then, and still: a merged one when the common one is."""
    over_at = Case(
        When(status=Status.CLOSED, then=F("closed_at")),
        When(status=Status.DISMISSED, then=F("ended_at")),
        When(merged_into__status=Status.CLOSED, status=Status.MERGED, then=F("merged_into__closed_at")),
        When(merged_into__status=Status.DISMISSED, status=Status.MERGED, then=F("merged_into__ended_at")),
    )
    return Incident.with_drills.alias(over_at=over_at).filter(over_at__lte=moment)


def _over_at(row: Incident | Warning) -> datetime:
    if isinstance(row, Warning):
        return row.lifted_at or row.received_at
    common = row.merged_into or row
    return common.closed_at or common.ended_at


def incidents_due(kind: Kind, moment: datetime) -> QuerySet[Incident]:
    values = PersonalValue.objects.filter(beside(kind), entry__incident=OuterRef("pk"), erased_at=None)
    holds = Exists(values)
    for column in _of(kind):
        holds |= Exists(column.rows.filter(column.filled, **{column.incident: OuterRef("pk")}))
    return _not_held(over_before(moment)).filter(holds).order_by("pk")


def warnings_due(kind: Kind, moment: datetime) -> list[Warning]:
    """Lifted or dismissed by then; one that became an incident waits for that."""
    over = Q(status__in=(Warning.Status.LIFTED, Warning.Status.DISMISSED))
    became = Q(incident=None) | Q(incident__in=_not_held(over_before(moment)))
    rows = Warning.with_drills.filter(over, became, Q(lifted_at=None) | Q(lifted_at__lte=moment))
    rows = {row.chain: row for row in rows.filter(received_at__lte=moment).order_by("pk")}
    values = PersonalValue.objects.filter(beside(kind), entry__chain__in=rows, erased_at=None)
    chains = set(values.values_list("entry__chain", flat=True))
    return [row for chain, row in rows.items() if chain in chains]


def _not_held(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    """What is held of the common incident is held of those merged into it."""
    holds = LegalHold.objects.filter(released_at=None)
    return incidents.filter(
        ~Exists(holds.filter(incident=OuterRef("pk"))),
        ~Exists(holds.filter(incident=OuterRef("merged_into"))),
    )


def _of(*kinds: Kind):
    return [column for column in COLUMNS if column.kind in kinds and column.incident]


# — erasing —


@transaction.atomic
def _erase_one(each: Due, now: datetime) -> bool:
    row = type(each.subject).with_drills.select_for_update(of=("self",)).get(pk=each.subject.pk)
    is_incident = isinstance(row, Incident)
    incident_id = row.pk if is_incident else row.incident_id
    if incident_id and not _not_held(over_before(now)).filter(pk=incident_id).exists():
        return False  # it was opened again, or held, since it was looked for
    erased = Erasure()
    if is_incident:
        _columns(erased, row, each.kinds, Erased.BY_TERM)
    _beside(erased, row.chain, beside(*each.kinds), now)
    if not erased.total:
        return False
    erased.copies = personal_copies.replace(erased.values, row, Erased.BY_TERM, until=_over_at(row))
    data = {"rule": {kind.value: settings.RETENTION[kind] for kind in each.kinds}} | _told(erased)
    summary = f"按期限删除 {row.number} {'、'.join(kind.label for kind in each.kinds)}的个人信息 {erased.total} 处。{LEFT}"
    entry = Entry(ledger.ERASED, summary, CLAUSE, data=data)
    ledger.append(row.chain, entry, at=now, actor=SYSTEM, incident=row if is_incident else None)
    return True


def _columns(erased: Erasure, incident: Incident, kinds, mark: Erased, value: str = ""):
    for column in _of(*kinds):
        rows = column.rows.filter(column.filled, **{column.incident: incident})
        if value:
            rows = rows.filter(**{f"{column.name}__regex": _whole(value)})
        found = dict(rows.values_list("pk", column.name))
        erased.values.update(found.values())
        erased.note(str(column), column.rows.filter(pk__in=found).update(**{column.name: mark.value}))


def _whole(value: str) -> str:
    """A pattern for where it stands by itself: 李明 is not found in 李明华, nor a number in a longer one."""
    return rf"(^|{APART}){re.escape(value)}($|{APART})"


def _beside(erased: Erasure, chain: str, wanted: Q, now: datetime):
    values = list(PersonalValue.objects.filter(wanted, entry__chain=chain, erased_at=None))
    for one in values:
        erased.values.add(one.value)
        erased.note(f"beside.{one.name}", 1)
    PersonalValue.objects.filter(pk__in=[one.pk for one in values]).update(value=None, erased_at=now)


def _told(erased: Erasure) -> dict:
    return {"erased": dict(sorted(erased.counts.items())), "copies": erased.copies}
