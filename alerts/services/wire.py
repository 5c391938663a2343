"""The names on the wire of what is told twice: in the API's answers, and by webhooks to a firm's own system.

Here stands only what the receiver of a webhook may see as well; the API adds what depends on who asks.
"""

from datetime import datetime

from django.utils import timezone

from alerts.models import Bulletin, Deadline, Warning
from alerts.models.deadline import State
from incidents.models import Incident, Level, Notice, TaskOrder

ROMAN = {Level.I: "I", Level.II: "II", Level.III: "III", Level.IV: "IV", None: None}
CREDITORS = {
    "OFFICE": "应急办",
    "HEADQUARTERS": "指挥部",
    "CITY_GOVERNMENT": "市政府",
    "PROVINCE": "省邮政业应急办",
}
"""The plan's own short words for those to whom something is owed."""


def time(at: datetime | None) -> str | None:
    """In the city's time, to the second."""
    return at and timezone.localtime(at).isoformat(timespec="seconds")


def deadline(debt: Deadline, now: datetime) -> dict:
    state = debt.state(now)
    shown = {
        "rule": debt.rule.code,
        "name": debt.rule.name,
        "clause": debt.rule.clause,
        "owed_to": CREDITORS.get(debt.rule.creditor) or str(debt.creditor),
        "creditor": debt.rule.creditor,
        "basis": debt.rule.basis,
        "starts_at": time(debt.starts_at),
        "due_at": time(debt.due_at),
        "state": str(state),
    }
    if state in (State.MET, State.MET_LATE):
        shown["met_at"] = time(debt.met_at)
    return shown


def owed_for(debt: Deadline) -> dict:
    """What it is owed for: an incident, or a warning; within an incident, perhaps an order or a request; or what is
    to be made ready."""
    if debt.undertaking_id:
        return {"undertaking": debt.undertaking.number, "title": debt.undertaking.title}
    owed = {"warning" if debt.warning_id else "incident": debt.subject.number}
    if debt.order_id:
        owed["order"] = debt.order.number
    if debt.support_id:
        owed["support_request"] = debt.support.number
    return owed


def order(row: TaskOrder) -> dict:
    """The paper itself, of an incident that may be another firm's."""
    return {
        "number": row.number,
        "incident": row.incident.number,
        "event_class": row.incident.event_class.code,
        "level": ROMAN[row.incident.level],
        "status": row.status,
        "receiver": row.receiver.code,
        "task": row.task,
        "requirements": row.requirements,
        "priority": row.priority,
        "issued_at": time(row.issued_at),
        "by_phone": row.by_phone,
        "written_at": time(row.written_at),
        "acknowledge_by": time(row.acknowledge_by),
        "done_by": time(row.done_by),
        "acknowledged_at": time(row.acknowledged_at),
        "released_at": time(row.released_at),
        "release": row.release_words,
    }


def warning(row: Warning) -> dict:
    return {
        "number": row.number,
        "title": row.title,
        "status": row.status,
        "level": ROMAN[row.level],
    }


def bulletin(row: Bulletin) -> dict:
    """The seven contents of §4.4, and the same as a CAP message by its name."""
    message = getattr(row, "cap", None)
    return {
        "version": row.version,
        "kind": row.kind,
        "event_class": row.event_class.code,
        "level": ROMAN[row.level],
        "starts_at": time(row.starts_at),
        "area": row.area,
        "caution": row.caution,
        "measures": row.measures,
        "authority": row.authority,
        "note": row.note,
        "issued_at": time(row.issued_at),
        "cap": message and message.identifier,
    }


def notice(row: Notice) -> dict:
    return {
        "id": row.pk,
        "number": row.number,
        "title": row.title,
        "words": row.words,
        "sent_at": time(row.sent_at),
        "corrects": row.corrects and row.corrects.number,
    }


def incident(row: Incident) -> dict:
    return {
        "number": row.number,
        "title": row.title,
        "status": row.status,
        "level": ROMAN[row.level],
    }
