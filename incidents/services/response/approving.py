"""市政府's decision on a proposed Ⅲ response (§5.4.1(2)): approved, also by telephone (T4), or refused."""

from datetime import datetime

from django.db import transaction

from alerts.services.debts import DebtBook
from incidents.conditions import latest, phone_approved
from incidents.ledger import Entry
from incidents.models import DeadlineRule, Incident, Response
from incidents.refusals import FieldError
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.check import Check

CLAUSE = "5.4.1"


@transaction.atomic
def approve(
    *, actor: Actor, number: str, document_no: str, now: datetime, seen: int | None = None
) -> Response:
    """市政府 approves by a document; without its number it is no approval (§5.4.1(2))."""
    incident = subject.locked(actor, "response.approve", number, seen=seen)
    document_no = _document_no(document_no)
    response = latest(incident, Response.Status.PROPOSED)
    response.approve(now, actor.post, document_no=document_no)
    response.save()
    _tell(incident, f"市政府批准启动Ⅲ级响应（{document_no}）", "", now)
    entry = Entry(
        "response.approved",
        f"市政府批准启动Ⅲ级响应，{document_no}",
        clause=CLAUSE,
        data={"response": response.pk, "document_no": document_no},
    )
    subject.write(incident, actor, now, entry)
    return response


@transaction.atomic
def approve_by_phone(
    *, actor: Actor, number: str, person: str, words: str, now: datetime, at: datetime | None = None
) -> Response:
    """Approved on the telephone: word for word, by whom and when; the document follows (T4)."""
    incident = subject.locked(actor, "response.approve_by_phone", number)
    check = Check(CLAUSE)
    if not person.strip():
        check.wrong("/person", "required", "请写明由谁电话批准。", CLAUSE)
    if not words.strip():
        check.wrong("/words", "required", "请逐字记录电话批准的内容。", CLAUSE)
    check.text("/person", "批准人", person, 60)
    response = latest(incident, Response.Status.PROPOSED)
    too_early = FieldError("/at", "before_proposal", "批准时间不能早于提出建议的时间。", CLAUSE)
    at = check.moment("批准时间", at, now, since=response.created_at, too_early=too_early)
    check.refuse()
    response.approve(at, actor.post, words=words.strip(), person=person.strip())
    response.save()
    book = DebtBook(incident, now)
    book.start(
        DeadlineRule.Clock.PHONE_APPROVAL,
        at,
        level=response.level,
        bodies={"APPROVER": _city(incident)},
        response=response,
    )
    _tell(incident, "市政府电话批准启动Ⅲ级响应", words.strip(), now)
    entry = Entry(
        "response.approved",
        "市政府电话批准启动Ⅲ级响应，文号待补",
        clause=CLAUSE,
        data={"response": response.pk, "at": at.isoformat(), "words": response.approved_words},
        personal={"person": response.approved_person},
    )
    subject.write(incident, actor, now, entry, *book.save())
    return response


@transaction.atomic
def record_document(*, actor: Actor, number: str, document_no: str, now: datetime) -> Response:
    """The document of an approval by telephone has come; it meets T4."""
    incident = subject.locked(actor, "response.record_document", number)
    document_no = _document_no(document_no)
    response = phone_approved(incident)
    response.document_no = document_no
    response.save()
    book = DebtBook(incident, now)
    book.settle(DeadlineRule.Act.DOCUMENT, now, response=response)
    entry = Entry(
        "response.documented",
        f"补录Ⅲ级响应批准文号 {document_no}",
        clause=CLAUSE,
        data={"response": response.pk, "document_no": document_no},
    )
    subject.write(incident, actor, now, entry, *book.save())
    return response


@transaction.atomic
def refuse(*, actor: Actor, number: str, reason: str, now: datetime, seen: int | None = None) -> Response:
    """市政府 does not approve; a reason is needed. A new proposal is a new response."""
    incident = subject.locked(actor, "response.refuse", number, seen=seen)
    reason = subject.reason_needed(reason, CLAUSE)
    response = latest(incident, Response.Status.PROPOSED)
    response.refuse(now, actor.post, reason)
    response.save()
    _tell(incident, "市政府未批准启动Ⅲ级响应", reason, now)
    entry = Entry(
        "response.refused",
        "市政府未批准启动Ⅲ级响应",
        clause=CLAUSE,
        reason=reason,
        data={"response": response.pk},
    )
    subject.write(incident, actor, now, entry)
    return response


def _document_no(document_no: str) -> str:
    document_no = subject.reason_needed(document_no, CLAUSE, field="document_no", name="批准文号")
    subject.refuse_longer("document_no", "批准文号", document_no, 60)
    return document_no


def _city(incident: Incident):
    return incident.office.parent.parent


def _tell(incident: Incident, words: str, text: str, now: datetime):
    subject.tell_deciders(incident, f"{incident.number} {words}", text=text, at=now, clause=CLAUSE)
