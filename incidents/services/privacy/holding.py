"""保全: the office's director keeps what is personal of an incident from being erased, and ends that, with a reason."""

from datetime import datetime

from django.db import transaction

from incidents.ledger import Entry
from incidents.models import Incident, LegalHold
from incidents.roles import Actor
from incidents.services import subject

CLAUSE = "6.4"


def standing(incident: Incident) -> LegalHold | None:
    return incident.legal_holds.filter(released_at=None).select_related("placed_by__organization").first()


@transaction.atomic
def hold(*, actor: Actor, number: str, reason: str, now: datetime) -> LegalHold:
    incident = subject.locked(actor, "personal.hold", number)
    reason = _reason(reason, "保全理由")
    held = LegalHold.objects.create(incident=incident, reason=reason, placed_at=now, placed_by=actor.post)
    subject.write(
        incident, actor, now, Entry("personal.held", f"保全 {number} 的个人信息，暂停删除", CLAUSE, reason)
    )
    return held


@transaction.atomic
def release(*, actor: Actor, number: str, reason: str, now: datetime) -> LegalHold:
    incident = subject.locked(actor, "personal.release", number)
    held = standing(incident)
    held.released_at, held.released_by = now, actor.post
    held.release_reason = reason = _reason(reason, "解除理由")
    held.save()
    subject.write(
        incident, actor, now, Entry("personal.released", f"解除对 {number} 个人信息的保全", CLAUSE, reason)
    )
    return held


def _reason(reason: str, name: str) -> str:
    subject.refuse_longer("reason", name, reason, 300)
    return subject.reason_needed(reason, CLAUSE, field="reason", name=name)
