"""Requests for support (§2.2.2(5), 5.5): each asks the next above; whoever it lies with answers or passes it on (S1)."""

from datetime import datetime

from django.db import transaction
from django_fsm import can_proceed

from alerts.services.debts import DebtBook
from incidents.ledger import Entry
from incidents.models import DeadlineRule, Incident, Organization, Role, Status, SupportRequest
from incidents.querysets import visible_requests
from incidents.refusals import NotAllowed, WrongState
from incidents.roles import OFFICE, TABLE, Actor
from incidents.services import subject
from incidents.services.check import Check

Kind, Answer = Organization.Kind, SupportRequest.Status

CLAUSE = "5.5"
HOLDERS = {
    Kind.OFFICE: OFFICE,
    Kind.HEADQUARTERS: frozenset({Role.COMMANDER}),
    Kind.CITY_GOVERNMENT: OFFICE | {Role.APPROVER},
    Kind.PROVINCE: OFFICE,
}
"""Who acts for the body that a request lies with; the office notes what 市政府 and the province say."""


@transaction.atomic
def raise_support(
    *, actor: Actor, number: str, needs: str, now: datetime, why: str = "", place: str = ""
) -> SupportRequest:
    """A firm asks the office, the office 指挥部, 指挥部 市政府 (§5.5, 2.2.2(5))."""
    incident = subject.locked(actor, "support.raise", number)
    needs = subject.reason_needed(needs, CLAUSE, field="needs", name="需要什么支援")
    subject.refuse_longer("place", "送到何处", place, 200)
    office = incident.office
    above = {Role.ENTERPRISE: office, Role.COMMANDER: office.parent.parent}
    serial = incident.support_requests.count() + 1
    request = SupportRequest(
        incident=incident,
        number=f"{incident.number}-S{serial}",
        serial=serial,
        requester=actor.organization,
        holder=above.get(actor.role, office.parent),
        needs=needs,
        why=why.strip(),
        place=place.strip(),
        raised_at=now,
        raised_by=actor.post,
    )
    request.save()
    book = DebtBook(incident, now)
    _lies_with(request, book, now)
    entry = _entry(request, "support.raised", f"{request.requester}请求支援 {request.number}", needs)
    subject.write(incident, actor, now, entry, *book.save())
    return request


@transaction.atomic
def forward(*, actor: Actor, request: str, now: datetime, to: str = "", words: str = "") -> SupportRequest:
    """Beyond the means of the body it lies with: passed on upward (`to`: a kind of body); S1 begins anew there."""
    incident, row = _take(actor, "support.forward", request)
    check = Check(CLAUSE)
    ways = ways_up(row)
    body = ways.get(to) if to else next(iter(ways.values()), None)
    if body is None:
        check.wrong("/to", "unknown_body", "请选择转报的上级机关。", CLAUSE)
    check.refuse()
    before = row.holder
    row.forward(body)
    row.save()
    book = DebtBook(incident, now)
    book.settle(DeadlineRule.Act.SUPPORT_ANSWERED, now, by=before, support=row)
    _lies_with(row, book, now)
    _tell_requester(row, f"支援请求 {row.number} 已转报{body}", words, now)
    entry = _entry(row, "support.forwarded", f"支援请求 {row.number} 由{before}转报{body}", words.strip())
    subject.write(incident, actor, now, entry, *book.save())
    return row


@transaction.atomic
def answer(
    *, actor: Actor, request: str, answer: str, words: str, now: datetime, person: str = ""
) -> SupportRequest:
    """Granted, partly granted or refused, in words. `person`: who said so, where the office notes another body's word."""
    incident, row = _take(actor, "support.answer", request)
    check = Check(CLAUSE)
    steps = {
        Answer.GRANTED: row.grant,
        Answer.PARTLY_GRANTED: row.grant_partly,
        Answer.REFUSED: row.refuse,
    }
    if answer not in steps:
        check.wrong("/answer", "not_a_choice", "请选择同意、部分同意或不能支援。", CLAUSE)
    if not words.strip():
        check.wrong("/words", "required", "请写明答复内容。", CLAUSE)
    if notes_for_others(row, actor) and not person.strip():
        check.wrong("/person", "required", f"请写明{row.holder}由何人答复。", CLAUSE)
    check.text("/person", "答复人", person, 60)
    check.refuse()
    steps[answer](now, actor.post, words.strip())
    row.save()
    book = DebtBook(incident, now)
    book.settle(DeadlineRule.Act.SUPPORT_ANSWERED, now, by=row.holder, support=row)
    title = f"支援请求 {row.number}：{row.holder}{row.get_status_display()}"
    _tell_requester(row, title, words, now)
    entry = _entry(row, "support.answered", title, words.strip(), {"person": person.strip()})
    subject.write(incident, actor, now, entry, *book.save())
    return row


@transaction.atomic
def fulfil(*, actor: Actor, request: str, outcome: str, now: datetime) -> SupportRequest:
    """What was granted has come."""
    incident, row = _take(actor, "support.fulfil", request)
    outcome = subject.reason_needed(outcome, CLAUSE, field="outcome", name="落实情况")
    row.fulfil(now, outcome)
    row.save()
    subject.tell_office(incident, f"支援请求 {row.number} 已落实", at=now, text=outcome, clause=CLAUSE)
    entry = _entry(row, "support.fulfilled", f"支援请求 {row.number} 已落实", outcome)
    subject.write(incident, actor, now, entry)
    return row


def ways_up(request: SupportRequest) -> dict[str, Organization]:
    """Where the body that it lies with may pass it on to, by kind."""
    headquarters = request.incident.office.parent
    city = headquarters.parent
    return {
        Kind.OFFICE: {Kind.HEADQUARTERS: headquarters},
        Kind.HEADQUARTERS: {Kind.CITY_GOVERNMENT: city, Kind.PROVINCE: city.parent},
        Kind.CITY_GOVERNMENT: {Kind.PROVINCE: city.parent},
    }.get(request.holder.kind, {})


def notes_for_others(request: SupportRequest, actor: Actor) -> bool:
    return actor.role in OFFICE and request.holder.kind != Kind.OFFICE


def why_not(request: SupportRequest, code: str) -> str | None:
    """Why this act is not possible on the request as it stands (409)."""
    steps = {
        "support.forward": request.forward,
        "support.answer": request.grant,
        "support.fulfil": request.fulfil,
    }
    if not can_proceed(steps[code]):
        return f"支援请求“{request.get_status_display()}”，不能{TABLE[code].name}。"
    if code == "support.forward" and not ways_up(request):
        return f"{request.holder}是最后一级，不能再转报。"
    if code == "support.forward" and not request.incident.is_under_way:
        return f"事件已处于“{Status(request.incident.status).label}”，不再转报。"
    return None


def may_act_for_holder(request: SupportRequest, code: str, actor: Actor) -> bool:
    """Answering and passing on is for the body that it lies with."""
    if code == "support.fulfil":
        return actor.role != Role.ENTERPRISE or request.requester.kind == Kind.ENTERPRISE
    return actor.role in HOLDERS.get(request.holder.kind, ())


def _take(actor: Actor, code: str, number: str) -> tuple[Incident, SupportRequest]:
    seen = visible_requests([actor])
    incident, request = subject.locked_with(actor, code, seen, number, "支援请求")
    if not may_act_for_holder(request, code, actor):
        raise NotAllowed(f"请求现由{request.holder}受理，须由其办理。", "role", CLAUSE)
    if why := why_not(request, code):
        raise WrongState(why, "wrong_state", CLAUSE)
    return incident, request


def _lies_with(request: SupportRequest, book: DebtBook, now: datetime):
    """The body that it now lies with owes an answer, or passes it on."""
    bodies = {"HOLDER": request.holder, "REQUESTER": request.requester}
    book.start(DeadlineRule.Clock.SUPPORT, now, bodies=bodies, support=request)
    incident = request.incident
    subject.tell_bodies(
        incident,
        {request.holder, incident.office},
        f"{incident.number} {request.requester}请求支援",
        at=now,
        text=request.needs,
        clause=CLAUSE,
    )
    if request.holder.kind == Kind.HEADQUARTERS:
        subject.tell_deciders(
            incident, f"{incident.number} 支援请求待答复", text=request.needs, at=now, clause=CLAUSE
        )


def _tell_requester(request: SupportRequest, title: str, words: str, now: datetime):
    subject.tell_bodies(
        request.incident, [request.requester], title, at=now, text=words.strip(), clause=CLAUSE
    )


def _entry(request: SupportRequest, action: str, words: str, reason: str, personal=None) -> Entry:
    return Entry(
        action,
        words,
        clause=CLAUSE,
        reason=reason,
        data={"support": request.number},
        personal=personal or {},
        for_firm=request.requester_id == request.incident.enterprise_id,
    )
