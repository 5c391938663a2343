"""催报: whoever owes is called; who answered and what was promised by when is kept, and the promise is watched too."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from alerts.models import Chase, Deadline, Notification
from alerts.services import inbox, webhook_events
from alerts.services.debts import DebtBook
from alerts.services.directory import reached_for
from alerts.services.webhook_happenings import firms_among, of_chase
from incidents.ledger import Entry
from incidents.models import DeadlineRule, Incident, Organization, User
from incidents.refusals import WrongState
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.check import Check
from incidents.services.debt.enforcing import Subject, take, write

CLAUSE = "5.2.1"


@dataclass(frozen=True)
class Dialled:
    """Whom one call was made to: a person, or a telephone in words; with the number."""

    person: User | None = None
    words: str = ""
    phone: str = ""


@transaction.atomic
def chase(
    *,
    actor: Actor,
    number: str,
    now: datetime,
    debtor: str = "",
    dialled: Dialled = Dialled(),
    answered_by: str = "",
    answered: bool | None = None,
    promised: str = "",
    promised_by: datetime | None = None,
) -> Chase:
    """Calls whoever owes something in this incident: the body of this code, else whoever owes next, else its firm."""
    incident = subject.locked(actor, "firm.chase", number)
    book = DebtBook(incident, now)
    body = _debtor(incident, book, debtor)
    said = _said(now, dialled, answered_by, answered, promised, promised_by)
    return _call(incident, actor, now, book, body, dialled, said)


@transaction.atomic
def chase_debt(
    *,
    actor: Actor,
    deadline: int,
    now: datetime,
    dialled: Dialled = Dialled(),
    answered_by: str = "",
    answered: bool | None = None,
    promised: str = "",
    promised_by: datetime | None = None,
) -> Chase:
    """Calls whoever owes this debt, of an incident or of a warning."""
    about, book, row = take(actor, "debt.chase", deadline, now)
    if not row.is_answerable:
        raise WrongState("此时限已了结，无须催报。", "settled", CLAUSE)
    if row.undertaking_id:
        raise WrongState("准备事项按提醒和升级催办，不作催报记录。", "own_ladder", row.rule.clause)
    if not can_be_chased(row):
        raise WrongState("此时限由应急办自己经办，不能催报。", "own_debt", CLAUSE)
    said = _said(now, dialled, answered_by, answered, promised, promised_by)
    return _call(about, actor, now, book, row.debtor, dialled, said)


def can_be_chased(debt: Deadline) -> bool:
    """Still owed for an incident or a warning, and not by a body whose desk the office keeps itself."""
    return debt.is_answerable and not debt.undertaking_id and debt.desk_id != debt.subject.office_id


def chased_next(debts: list[Deadline]) -> Organization | None:
    """Whoever owes next, of debts in the order of their due times."""
    return next((debt.debtor for debt in debts if can_be_chased(debt)), None)


def _debtor(incident: Incident, book: DebtBook, code: str) -> Organization:
    owed = sorted((row for row in book.rows if can_be_chased(row)), key=lambda row: (row.due_at, row.pk))
    if not code:
        body = chased_next(owed) or incident.enterprise
    else:
        known = [row.debtor for row in owed] + [incident.enterprise]
        body = next((body for body in known if body and body.code == code), None)
    if body is None:
        raise WrongState("没有欠报的单位可催。", "nobody_owes", CLAUSE)
    return body


def _said(now, dialled, answered_by, answered, promised, promised_by) -> dict:
    """What came of the call, checked."""
    answered = bool(answered_by.strip()) if answered is None else answered
    check = Check(CLAUSE)
    check.text("/answered_by", "接听人", answered_by, 60)
    check.text("/promised", "答复", promised, 200)
    check.text("/called", "拨给何人", dialled.words, 60)
    check.time("/promised_by", "承诺时间", promised_by, now, past=False)
    if promised_by and promised_by < now:
        check.wrong("/promised_by", "in_past", "承诺时间须在现在之后。")
    if not answered and (promised.strip() or promised_by):
        check.wrong("/answered_by", "required", "有答复或承诺的，须写明接听人。")
    check.refuse()
    return {
        "answered": answered,
        "answered_by": answered_by.strip() if answered else "",
        "promised": promised.strip(),
        "promised_by": promised_by,
    }


def _call(
    about: Subject,
    actor: Actor,
    now: datetime,
    book: DebtBook,
    debtor: Organization,
    dialled: Dialled,
    said: dict,
) -> Chase:
    call = Chase.objects.create(
        **book.about,
        debtor=debtor,
        at=now,
        by=actor.post,
        called=dialled.person,
        called_words=dialled.words.strip(),
        phone=dialled.phone[:40],
        **said,
    )
    call.debts.set(
        row
        for row in book.rows
        if row.is_answerable and row.debtor_id == debtor.pk and row.rule.clock != DeadlineRule.Clock.PROMISE
    )
    if call.promised_by:
        book.promise(debtor, call.promised_by, call)
    title = f"催报：{about.number} 请立即报告"
    webhook_events.queue([of_chase(call, title, CLAUSE) for _ in firms_among([debtor])], at=now)
    inbox.tell(
        reached_for(debtor, at=now, drill=about.drill_id),
        kind=Notification.Kind.CHASE,
        title=title,
        text=call.promised,
        clause=CLAUSE,
        at=now,
        **book.about,
    )
    write(about, actor, now, _entry(call), *book.save())
    return call


def _entry(call: Chase) -> Entry:
    """The timeline tells which body; the names of persons stand beside it."""
    words = f"催报{call.debtor}：" + ("已接听" if call.answered else "无人接听")
    if call.promised:
        words += f"，答复：{call.promised}"
    if call.promised_by:
        words += f"，承诺 {subject.clock_words(call.promised_by)} 前"
    return Entry(
        "firm.chased",
        words,
        clause=CLAUSE,
        data={
            "debtor": call.debtor.code,
            "answered": call.answered,
            "promised_by": call.promised_by and call.promised_by.isoformat(),
            "rules": sorted({debt.rule.code for debt in call.debts.select_related("rule")}),
        },
        for_firm=call.debtor_id == call.subject.enterprise_id,
        personal={
            "called": call.whom if call.called_id else call.called_words,
            "phone": call.phone,
            "answered_by": call.answered_by,
        },
    )
