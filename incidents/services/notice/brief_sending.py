"""A brief goes out (§2.2.3(2), 5.2): sent to those who are owed it, and signed for by each."""

from datetime import datetime

from django.db import transaction

from alerts.models import Addressee, Deadline, Notification, SituationBrief, Warning
from alerts.services import inbox
from alerts.services.debts import DebtBook
from alerts.services.directory import reached_for
from incidents.models import DeadlineRule, Incident, Organization
from incidents.refusals import FieldError, WrongState, wrong
from incidents.roles import Actor
from incidents.services import numbers
from incidents.services.check import Check
from incidents.services.notice import reporting_up
from incidents.services.notice.briefing import entry_of, evidence, take, write, write_entries

Act, How, Kind = DeadlineRule.Act, Addressee.How, Organization.Kind


@transaction.atomic
def send(*, actor: Actor, brief: str, to: dict[str, str], now: datetime) -> SituationBrief:
    """Sends it to these bodies (code → how). It gets its number now, so that none is missing, and meets what is owed
    to each body as a telephone report does."""
    row = take(actor, "brief.send", brief)
    bodies = {body.code: body for body in addressees(row)}
    if not to:
        raise wrong("/to", "required", "请选择报送单位。", "5.2")
    for code, how in to.items():
        if code not in bodies or how not in How.values:
            raise wrong(f"/to_{code}", "not_a_choice", "没有这个报送单位或方式。", "5.2")
    book = DebtBook(row.subject, now)
    office = row.subject.office
    mark = numbers.DRILL if row.subject.is_drill else ""
    year, serial = numbers.next_serial(f"{office.number_prefix}-B{mark}", now)
    level = row.level_told
    row.send(now, actor.post, f"{office.brief_name}〔{year}〕{mark and '演'}{serial}号")
    row.save()
    sent = [Addressee(brief=row, body=bodies[code], how=how) for code, how in to.items()]
    Addressee.objects.bulk_create(sent)
    met = [debt for addressee in sent for debt in reporting_up.answer(book, addressee.body, now, level)]
    inbox.tell(
        reached_for(
            *(addressee.body for addressee in sent if addressee.how == How.SYSTEM),
            at=now,
            drill=row.subject.drill_id,
        ),
        kind=Notification.Kind.NEWS,
        title=f"请签收专报 {row.document_no}：{row.title}",
        text=row.text,
        clause="5.2",
        at=now,
        within=row.subject,
    )
    data = evidence(row) | {
        "to": [str(addressee) for addressee in sent],
        "answers": [debt.rule.code for debt in met],
        "level_told": level,
    }
    named = "、".join(str(addressee.body) for addressee in sent)
    entry = entry_of(
        row, "brief.sent", f"报送专报 {row.document_no}（{row.number}）→ {named}", "5.2", data=data
    )
    write_entries(row, actor, now, entry, *book.save())
    return row


@transaction.atomic
def record_receipt(
    *, actor: Actor, brief: str, to: str, person: str, now: datetime, at: datetime | None = None
) -> Addressee:
    """Who of that body signed for it, and when, as it was told or stands on the returned slip."""
    row = take(actor, "brief.receipt", brief)
    addressee = _addressee(row, to)
    check = Check("5.2")
    if not person.strip():
        check.wrong("/person", "required", "请写明签收人。", "5.2")
    check.text("/person", "签收人", person, 60)
    too_early = FieldError("/at", "before_sending", "签收时间不能早于报送时间。", "5.2")
    at = check.moment("签收时间", at, now, since=row.sent_at, too_early=too_early)
    check.refuse()
    return _sign_for(row, addressee, actor, person.strip(), at, now)


@transaction.atomic
def acknowledge(*, actor: Actor, brief: str, now: datetime) -> Addressee:
    """A body with an account signs for it in the system."""
    row = take(actor, "brief.acknowledge", brief)
    addressee = row.addressees.filter(body=actor.organization).first()
    if addressee is None:
        raise WrongState("这份专报没有报送贵单位。", "not_addressed", "5.2")
    return _sign_for(row, _addressee(row, addressee.body.code), actor, str(actor.person), now, now)


def addressees(brief: SituationBrief) -> list[Organization]:
    """指挥部, 市政府, the province, and the duty rooms of the city's party committee and government."""
    bodies = reporting_up.superiors(brief.subject)
    rooms = Organization.objects.filter(
        kind=Kind.DUTY_ROOM, parent=bodies[Kind.CITY_GOVERNMENT], is_active=True
    )
    return [*bodies.values(), *rooms.order_by("pk")]


def owed(subject_of: Incident | Warning) -> list[Deadline]:
    """What a brief can answer, the next due first: what stands beside the editor, and is preselected at sending."""
    rows = subject_of.deadlines.answerable().select_related("rule", "debtor", "creditor")
    rows = rows.filter(rule__answers__contains=[Act.REPORT_UP]).order_by("due_at", "pk")
    return list(rows)


def may_sign_for(brief: SituationBrief, code: str, actor: Actor) -> bool:
    """A body signs for what was sent to it, once."""
    if code != "brief.acknowledge":
        return True
    return brief.addressees.filter(body=actor.organization, signed_for_at=None).exists()


def _addressee(row: SituationBrief, code: str) -> Addressee:
    addressee = row.addressees.select_for_update(of=("self",)).filter(body__code=code).first()
    if addressee is None:
        raise wrong("/to", "not_a_choice", "这份专报没有报送该单位。", "5.2")
    if addressee.signed_for_at:
        raise WrongState(f"{addressee.body}已签收。", "already_done", "5.2")
    return addressee


def _sign_for(row, addressee: Addressee, actor: Actor, person: str, at: datetime, now: datetime) -> Addressee:
    addressee.signed_for_at, addressee.signed_for_by = at, person
    addressee.recorded_by, addressee.recorded_at = actor.post, now
    addressee.save()
    write(
        row,
        actor,
        now,
        "brief.signed_for",
        f"{addressee.body}签收专报 {row.document_no}",
        "5.2",
        data={"to": addressee.body.code, "at": at.isoformat()},
        personal={"person": person},
    )
    return addressee
