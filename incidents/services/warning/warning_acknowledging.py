"""Those to whom a bulletin or notice was addressed say that they have read it (§4.3)."""

from datetime import datetime
from itertools import chain

from django.db import transaction

from alerts.models import BulletinReceipt, NoticeReceipt, Warning
from incidents.ledger import Entry
from incidents.models import Organization, Role
from incidents.refusals import WrongState
from incidents.roles import Actor
from incidents.services import warning_subject as subject
from incidents.services.subject import refuse_if_moved_on

BULLETINS = ("warning.issued", "warning.adjusted", "warning.lifted")


@transaction.atomic
def acknowledge(*, actor: Actor, number: str, now: datetime, seen: int | None = None) -> list[Organization]:
    """Everything of this warning that was sent to the body is read; a parent enterprise may answer for its own (§5.2.1).

    `seen`: the last row of its ledger that the screen showed; nobody signs for a bulletin that came after it.
    """
    warning = subject.locked(actor, "warning.acknowledge", number)
    if seen is not None:
        refuse_if_moved_on(warning, seen, BULLETINS)
    bodies = answered_for(actor)
    waiting = [receipt for receipt in _receipts(warning, bodies) if receipt.acknowledged_at is None]
    if not waiting:
        raise WrongState("没有待贵单位签收的预警信息。", "already_done", "4.3")
    for receipt in waiting:
        receipt.acknowledged_at = now
        receipt.acknowledged_by, receipt.acknowledged_key = actor.post, actor.key
        receipt.save()
    told = list({receipt.organization_id: receipt.organization for receipt in waiting}.values())
    entry = Entry(
        "warning.acknowledged",
        f"{'、'.join(map(str, told))}签收",
        clause="4.3",
        data={"bodies": [str(body) for body in told]},
    )
    subject.write(warning, actor, now, entry)
    return told


def answered_for(actor: Actor):
    """Whom the actor may answer for: his own body; an enterprise also for those below it."""
    if actor.role == Role.ENTERPRISE:
        return Organization.objects.within(actor.organization)
    return Organization.objects.filter(pk=actor.organization.pk)


def _receipts(warning: Warning, bodies):
    of_bodies = {"organization__in": bodies}
    bulletins = BulletinReceipt.objects.filter(bulletin__warning=warning, **of_bodies)
    notices = NoticeReceipt.objects.filter(notice__warning=warning, **of_bodies)
    return chain(
        *(
            kind.select_for_update(of=("self",)).select_related("organization")
            for kind in (bulletins, notices)
        )
    )
