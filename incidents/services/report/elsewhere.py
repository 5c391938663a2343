"""What must not be entered here (§1.4): a call about confidential mail is noted, without its content."""

from datetime import datetime

from django.db import transaction

from incidents import ledger
from incidents.ledger import Entry
from incidents.refusals import NotAllowed
from incidents.roles import Actor, require


@transaction.atomic
def note_handled_elsewhere(*, actor: Actor, now: datetime) -> None:
    """One row on the office's own chain: that there was such a call, and nothing of what was said."""
    require(actor, "incident.open")
    if actor.in_drill:
        raise NotAllowed("演练中的来电不在这里登记。", "not_in_drill", "1.4")
    entry = Entry(
        "intake.handled_elsewhere", "机要通信或涉密来电，已转专门渠道办理（不录内容）", clause="1.4"
    )
    ledger.append(ledger.body_chain(actor.organization), entry, at=now, actor=actor)
