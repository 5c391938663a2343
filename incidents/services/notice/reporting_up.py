"""The office's word upward (§5.2, 5.3, 5.4.1): recorded reports, and the proposal of a Ⅲ response."""

from datetime import datetime

from django.db import transaction

from alerts.models import Deadline, Notification, Warning
from alerts.services import inbox
from alerts.services.debts import DebtBook
from alerts.services.directory import reached_for
from incidents.ledger import Entry
from incidents.models import DeadlineRule, Incident, Level, Organization, Response, UpwardReport
from incidents.refusals import FieldError
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.check import Check

Act = DeadlineRule.Act
Kind = Organization.Kind


def superiors(incident: Incident | Warning) -> dict[str, Organization]:
    """The bodies above the office that are reported to, by kind."""
    headquarters = incident.office.parent
    city = headquarters.parent
    return {Kind.HEADQUARTERS: headquarters, Kind.CITY_GOVERNMENT: city, Kind.PROVINCE: city.parent}


def level_to_tell(incident: Incident) -> Level:
    """The most severe of what is graded and what the facts propose."""
    if incident.level is None or incident.proposal_above_grade:
        return Level(incident.proposed_level)
    return Level(incident.level)


def answer(book: DebtBook, body: Organization, at: datetime, level: Level) -> list[Deadline]:
    """A word to this body, by telephone or in a brief, meets what is owed to it (W2, R6–R9, R11): up to the level that
    it tells. 市政府's R6 asks for the proposal, and is not met by it."""
    of_a_warning = not isinstance(book.subject, Incident)
    return book.settle(Act.REPORT_UP, at, to=body, level_told=Level.I if of_a_warning else level)


def said_to(
    check: Check,
    about: Incident | Warning,
    to: str,
    person: str,
    words: str,
    at: datetime | None,
    now: datetime,
) -> tuple[Organization | None, datetime]:
    """To which superior body (by kind) something was told, and when; what is wrong with it, `check` gathers."""
    body = superiors(about).get(to)
    if body is None:
        check.wrong("/to", "unknown_body", "请选择报告对象。")
    if not person.strip():
        check.wrong("/person", "required", "请写明接听人。")
    if not words.strip():
        check.wrong("/words", "required", "请写明报告内容。")
    check.text("/person", "接听人", person, 60)
    receipt = "接报时间" if isinstance(about, Incident) else "收到预警信息的时间"
    too_early = FieldError("/at", "before_receipt", f"报告时间不能早于{receipt}。", check.clause)
    return body, check.moment("报告时间", at, now, since=about.received_at, too_early=too_early)


@transaction.atomic
def report_up(
    *, actor: Actor, number: str, to: str, person: str, words: str, now: datetime, at: datetime | None = None
) -> UpwardReport:
    """Records a telephone report to a superior body (by kind): to whom, when, what was said. It meets what it answers."""
    incident = subject.locked(actor, "report.up", number)
    check = Check("5.2")
    body, at = said_to(check, incident, to, person, words, at, now)
    check.refuse()
    told = _record(incident, actor, body, person.strip(), words.strip(), at, now, is_proposal=False)
    book = DebtBook(incident, now)
    answer(book, body, at, told.level_told)
    entry = Entry(
        "report.up",
        f"向{body}报告（{Level(told.level_told).roman}级）",
        clause="5.2",
        data={"to": body.code, "at": at.isoformat(), "words": told.words, "level_told": told.level_told},
        personal={"person": told.person},
    )
    subject.write(incident, actor, now, entry, *book.save())
    return told


@transaction.atomic
def propose_response(*, actor: Actor, number: str, words: str, now: datetime) -> Response:
    """Proposes to the city government to start a Ⅲ response, and tells the members (§5.4.1(1)). Meets R6 to 市政府."""
    incident = subject.locked(actor, "response.propose", number)
    words = subject.reason_needed(words, "5.4.1", field="words", name="建议内容")
    city = superiors(incident)[Kind.CITY_GOVERNMENT]
    response = Response.objects.create(
        incident=incident, level=Level.III, body=incident.office.parent, created_at=now
    )
    _record(incident, actor, city, "市政府", words, now, now, is_proposal=True)
    book = DebtBook(incident, now)
    book.settle(Act.PROPOSAL, now, to=city, level_told=Level.III)
    members = Organization.objects.filter(kind=Kind.MEMBER, parent=incident.office.parent)
    inbox.tell(
        reached_for(city, *members, at=now, drill=incident.drill_id),
        kind=Notification.Kind.NEWS,
        title=f"{incident.number} 建议启动Ⅲ级响应",
        text=words,
        clause="5.4.1",
        at=now,
        incident=incident,
    )
    entry = Entry(
        "response.proposed",
        "向市政府提出启动Ⅲ级响应的建议，同时通报各成员单位",
        clause="5.4.1",
        reason=words,
        data={"response": response.pk},
    )
    subject.write(incident, actor, now, entry, *book.save())
    return response


def _record(incident, actor, body, person, words, at, now, *, is_proposal) -> UpwardReport:
    return UpwardReport.objects.create(
        incident=incident,
        to=body,
        at=at,
        person=person,
        words=words,
        level_told=level_to_tell(incident),
        is_proposal=is_proposal,
        by=actor.post,
        recorded_at=now,
    )
