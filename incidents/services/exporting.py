"""What leaves the system as a file leaves a row in the ledger (domain §6), on the chain of whoever took it."""

from datetime import datetime

from django.db import transaction

from incidents import ledger
from incidents.ledger import Entry
from incidents.roles import Actor


@transaction.atomic
def note_export(*, actor: Actor, what: str, now: datetime):
    entry = Entry("paper.exported", f"导出 {what}", data={"what": what})
    ledger.append(ledger.account_chain(actor.person), entry, at=now, actor=actor)
