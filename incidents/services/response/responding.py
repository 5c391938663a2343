"""Ⅳ responses (§5.5): the enterprise starts and ends them and tells the office both times."""

from datetime import datetime, timedelta

from django.db import transaction

from alerts.services.debts import DebtBook
from incidents.ledger import Entry
from incidents.models import Incident, Level, Response, Role
from incidents.refusals import FieldError
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.check import Check
from incidents.services.closure.closing import wind_up
from incidents.services.report.following_up import start_follow_ups

A_DAY = timedelta(days=1)


@transaction.atomic
def start_four(
    *, actor: Actor, number: str, measures: str, now: datetime, at: datetime | None = None
) -> Response:
    """The firm starts Ⅳ; the duty officer may log it on the firm's word, with its time `at` (§5.5)."""
    incident = subject.locked(actor, "response.start", number)
    measures = _said(measures, "measures", "启动情况")
    at = _time(actor, incident, at, now)
    response = _start(incident, at, now)
    incident.respond()
    incident.save()
    if actor.role == Role.ENTERPRISE:
        subject.tell_office(
            incident, f"{incident.number} 企业启动Ⅳ级响应", text=measures, at=now, clause="5.5"
        )
    book = DebtBook(incident, now)
    start_follow_ups(incident, book, at)
    subject.write(incident, actor, now, _started(actor, measures, at), *book.save())
    return response


@transaction.atomic
def end_four(
    *, actor: Actor, number: str, result: str, now: datetime, at: datetime | None = None
) -> Response:
    """The firm ends Ⅳ and tells the office; the incident has ended with it (§5.5)."""
    incident = subject.locked(actor, "response.end", number)
    response = incident.responses.select_for_update().get(status=Response.Status.ACTIVE)
    result = _said(result, "result", "处置结果")
    at = _time(actor, incident, at, now)
    check = Check("5.5")
    too_early = FieldError("/at", "before_start", "结束时间不能早于启动时间。", "5.5")
    at = check.moment("结束时间", at, now, since=response.started_at, too_early=too_early)
    check.refuse()
    _end(incident, response, actor, result, at, now)
    return response


@transaction.atomic
def record_past_four(
    *,
    actor: Actor,
    number: str,
    measures: str,
    result: str,
    started_at: datetime,
    ended_at: datetime,
    now: datetime,
) -> Response:
    """One already over when first reported: recorded in one act with both times (§5.5)."""
    incident = subject.locked(actor, "response.start", number)
    check = Check("5.5")
    check.time("/started_at", "启动时间", started_at, now)
    check.time("/ended_at", "结束时间", ended_at, now)
    _not_too_early(check, "/started_at", "启动时间", incident, started_at)
    if ended_at < started_at:
        check.wrong("/ended_at", "before_start", "结束时间不能早于启动时间。", "5.5")
    check.refuse()
    measures, result = _said(measures, "measures", "启动情况"), _said(result, "result", "处置结果")
    response = _start(incident, started_at, now)
    incident.respond()
    subject.write(incident, actor, now, _started(actor, measures, started_at))
    _end(incident, response, actor, result, ended_at, now)
    return response


def _said(words: str, field: str, name: str) -> str:
    return subject.reason_needed(words, "5.5", field=field, name=name)


def _start(incident: Incident, at: datetime, now: datetime) -> Response:
    response = Response(incident=incident, level=Level.IV, body=incident.enterprise, created_at=now)
    response.start_own(at)
    response.save()
    return response


def _end(incident: Incident, response: Response, actor: Actor, result: str, at: datetime, now: datetime):
    response.end_own(at)
    response.save()
    book = wind_up(incident, actor, at, now)
    if actor.role == Role.ENTERPRISE:
        subject.tell_office(incident, f"{incident.number} 企业结束Ⅳ级响应", text=result, at=now, clause="5.5")
    entry = Entry(
        "response.ended",
        "企业结束Ⅳ级响应" + _on_word(actor, at),
        clause="5.5",
        reason=result,
        data={"level": int(Level.IV), "at": at.isoformat()},
        for_firm=True,
    )
    ended = Entry("incident.ended", "事件结束", clause="5.5", for_firm=True)
    subject.write(incident, actor, now, entry, ended, *book.save())


def _started(actor: Actor, measures: str, at: datetime) -> Entry:
    return Entry(
        "response.started",
        "企业启动Ⅳ级响应" + _on_word(actor, at),
        clause="5.5",
        reason=measures,
        data={"level": int(Level.IV), "at": at.isoformat()},
        for_firm=True,
    )


def _on_word(actor: Actor, at: datetime) -> str:
    return "" if actor.role == Role.ENTERPRISE else f"（据企业告知登记，{subject.clock_words(at)}）"


def _time(actor: Actor, incident: Incident, at: datetime | None, now: datetime) -> datetime:
    """The firm acts now; what the office logs on its word happened when the firm says."""
    if at is None or actor.role == Role.ENTERPRISE:
        return now
    check = Check("5.5")
    check.time("/at", "时间", at, now)
    _not_too_early(check, "/at", "时间", incident, at)
    check.refuse()
    return min(at, now)


def _not_too_early(check: Check, pointer: str, name: str, incident: Incident, at: datetime):
    """Follow-ups are counted from it (R5): a year typed wrongly would be thousands of breaches."""
    known = filter(None, (incident.occurred_at, incident.known_at, incident.received_at))
    if at < min(known) - A_DAY:
        check.wrong(pointer, "before_incident", f"{name}不能比事件发生、获知时间早一天以上。", "5.5")
