"""The risk may outgrow the city's means: the province hears of it at once (§4.3, R8)."""

from datetime import datetime

from django.db import transaction

from alerts.models import Warning
from alerts.services.debts import DebtBook
from incidents.ledger import Entry
from incidents.models import DeadlineRule, Incident
from incidents.roles import Actor
from incidents.services import subject, warning_subject
from incidents.services.subject import reason_needed

OUTGROWN = DeadlineRule.Clock.OUTGROWN


@transaction.atomic
def declare_incident(*, actor: Actor, number: str, reason: str, now: datetime) -> Incident:
    incident = subject.locked(actor, "incident.declare_outgrown", number)
    entry = _declared(reason)
    incident.outgrown_at = now
    incident.save()
    book = DebtBook(incident, now)
    book.start(OUTGROWN, now)
    subject.tell_deciders(incident, f"{number} 可能超出本市处置能力", at=now, text=entry.reason)
    subject.write(incident, actor, now, entry, *book.save())
    return incident


@transaction.atomic
def declare_warning(*, actor: Actor, number: str, reason: str, now: datetime) -> Warning:
    warning = warning_subject.locked(actor, "warning.outgrown", number)
    entry = _declared(reason)
    warning.outgrown_at = now
    warning.save()
    book = DebtBook(warning, now)
    book.start(OUTGROWN, now)
    warning_subject.tell_commanders(
        warning, f"{number} 可能超出本市处置能力", at=now, text=entry.reason, clause="4.3"
    )
    warning_subject.write(warning, actor, now, entry, *book.save())
    return warning


def _declared(reason: str) -> Entry:
    words = "宣布：风险扩大，可能超出本市处置能力，第一时间上报省"
    return Entry("outgrown.declared", words, clause="4.3", reason=reason_needed(reason, "4.3"))
