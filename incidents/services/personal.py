"""Personal values beside the ledger (domain §6): who looks at them leaves a row of his own."""

from datetime import datetime

from django.db import transaction

from incidents import ledger
from incidents.ledger import Entry
from incidents.models import LedgerEntry, PersonalValue
from incidents.querysets import visible_incidents
from incidents.refusals import NotAllowed, NotFound
from incidents.roles import OFFICE, Actor


@transaction.atomic
def look_at(*, actor: Actor, entry: int, now: datetime) -> dict[str, str]:
    """Names and telephones as noted with an entry; the office's alone to see, and each look is recorded."""
    found = (
        LedgerEntry.objects.filter(pk=entry, incident__in=visible_incidents([actor]))
        .select_related("incident")
        .first()
    )
    if found is None:
        raise NotFound("没有这条记录。", "not_found")
    if actor.role not in OFFICE:
        raise NotAllowed("有关人员信息只供应急办查看。", "role", "5.2.1")
    values = PersonalValue.objects.filter(entry=found, erased_at=None).order_by("name")
    shown = {value.name: value.value for value in values}
    looked = Entry(
        "personal.viewed",
        f"查看 {found.incident.number} 有关人员信息",
        data={"incident": found.incident.number, "entry": found.seq, "names": sorted(shown)},
    )
    ledger.append(ledger.account_chain(actor.person), looked, at=now, actor=actor)
    return shown


def look_at_name(*, actor: Actor, row, now: datetime) -> str:
    """A private person's name on a call-up, a recovery item or a verdict; the office's alone to see, and recorded."""
    if actor.role not in OFFICE:
        raise NotAllowed("个人姓名只供应急办查看。", "role", "6.1")
    what = row._meta.verbose_name
    looked = Entry(
        "personal.viewed",
        f"查看 {row.incident.number} {what}所涉个人姓名",
        data={"incident": row.incident.number, "what": getattr(row, "number", str(row.pk))},
    )
    ledger.append(ledger.account_chain(actor.person), looked, at=now, actor=actor)
    return row.personal_name
