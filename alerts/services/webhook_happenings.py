"""What happened, as a firm's own system is told of it: the same names as in the API's answers, and no more than
the firm may see there."""

from datetime import datetime
from functools import partial

from alerts.models import Bulletin, Chase, Deadline, Warning, WarningNotice
from alerts.services import wire
from alerts.services.webhook_events import Happening, href, is_drill
from incidents.models import EscalationStep, Incident, Notice, Organization, TaskOrder

OF_BULLETINS = {
    Bulletin.Kind.ISSUE: "warning.issued",
    Bulletin.Kind.RAISE: "warning.changed",
    Bulletin.Kind.LOWER: "warning.changed",
    Bulletin.Kind.LIFT: "warning.lifted",
}


def firms_among(bodies) -> list[Organization]:
    return [body for body in bodies if body.kind == Organization.Kind.ENTERPRISE]


def of_step(debt: Deadline, step: EscalationStep, now: datetime) -> Happening:
    """A reminder, or a breach, of what the firm owes."""
    kind = "deadline.reminder" if step.is_reminder else "deadline.breached"
    cause = f"deadline/{debt.pk}/{step.pk}"
    return Happening(kind, debt.debtor, cause, partial(_debt, debt, now), is_drill(debt.subject))


def _debt(debt: Deadline, now: datetime) -> dict:
    return {"href": _href_of(debt)} | wire.deadline(debt, now) | wire.owed_for(debt)


def _href_of(debt: Deadline) -> str:
    if debt.order_id:
        return href("orders", debt.order.number)
    if debt.undertaking_id:
        return href("deadlines")
    return href("warnings" if debt.warning_id else "incidents", debt.subject.number)


def of_order(kind: str, row: TaskOrder, clause: str) -> Happening:
    data = partial(_order, row, clause)
    return Happening(kind, row.receiver, f"{kind}/{row.pk}", data, is_drill(row.incident))


def _order(row: TaskOrder, clause: str) -> dict:
    return {"href": href("orders", row.number), "clause": clause} | wire.order(row)


def of_incident(kind: str, row: Incident, at: datetime, *, words: str, reason: str, clause: str) -> Happening:
    data = partial(_incident, row, words, reason, clause)
    return Happening(kind, row.enterprise, f"{kind}/{row.pk}/{at.isoformat()}", data, is_drill(row))


def _incident(row: Incident, words: str, reason: str, clause: str) -> dict:
    said = {"clause": clause, "words": words, "reason": reason}
    return {"href": href("incidents", row.number)} | wire.incident(row) | said


def of_chase(call: Chase, words: str, clause: str) -> Happening:
    data = partial(_chase, call, words, clause)
    return Happening("report.requested", call.debtor, f"chase/{call.pk}", data, is_drill(call.subject))


def _chase(call: Chase, words: str, clause: str) -> dict:
    path = "warnings" if call.warning_id else "incidents"
    number = call.subject.number
    rules = sorted({debt.rule.code for debt in call.debts.select_related("rule")})
    return {"href": href(path, number), "number": number, "clause": clause, "words": words, "rules": rules}


def of_bulletin(row: Bulletin, firm: Organization) -> Happening:
    data = partial(_bulletin, row)
    return Happening(OF_BULLETINS[row.kind], firm, f"bulletin/{row.pk}", data, is_drill(row.warning))


def _bulletin(row: Bulletin) -> dict:
    return _warning(row.warning, "4.4") | {"bulletin": wire.bulletin(row)}


def of_warning_notice(row: WarningNotice, firm: Organization) -> Happening:
    data = partial(_warning_notice, row)
    return Happening("warning.told", firm, f"warning-notice/{row.pk}", data, is_drill(row.warning))


def _warning_notice(row: WarningNotice) -> dict:
    return _warning(row.warning, "4.3") | {"words": row.words}


def _warning(row: Warning, clause: str) -> dict:
    return {"href": href("warnings", row.number), "clause": clause} | wire.warning(row)


def of_notice(kind: str, row: Notice, firm: Organization, at: datetime, clause: str) -> Happening:
    cause = f"{kind}/{row.pk}" + (f"/{at.isoformat()}" if kind == "notice.reminded" else "")
    return Happening(kind, firm, cause, partial(_notice, row, clause), is_drill(row.incident))


def _notice(row: Notice, clause: str) -> dict:
    return {"href": href("notices", row.pk), "clause": clause} | wire.notice(row)
