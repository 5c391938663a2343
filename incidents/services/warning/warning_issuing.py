"""指挥部 issues, adjusts and lifts (§4.4): in writing, or by telephone word for word, the document following (T4)."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from alerts.models import Bulletin, BulletinDocument, BulletinReceipt, Warning
from alerts.models.warning_levels import level_words
from alerts.services.debts import DebtBook
from incidents.ledger import Entry
from incidents.models import DeadlineRule, Incident, Level, Organization, Post, Role
from incidents.refusals import wrong
from incidents.roles import OFFICE, Actor
from incidents.services import warning_subject as subject
from incidents.services.check import Check
from incidents.services.subject import reason_needed
from incidents.services.warning.warning_bulletin import Draft, Word
from incidents.services.warning.warning_contents import CONTENTS, check_contents, default_addressees
from incidents.services.warning.warning_reporting import addressees as bodies_of
from incidents.services.warning.warning_reporting import settle_told

Act, Clock, Kind = DeadlineRule.Act, DeadlineRule.Clock, Bulletin.Kind


@transaction.atomic
def issue(
    *,
    actor: Actor,
    number: str,
    contents: dict,
    now: datetime,
    addressees: list[str] | None = None,
    phone: Word | None = None,
    document_no: str = "",
    seen: int | None = None,
) -> Bulletin:
    """The warning is in force: its seven contents go to those who may be touched, who are to acknowledge (§4.4).

    `addressees`: codes; by default the departments, the counties affected and the enterprises in them. The daily
    reports begin (W3); a Ⅰ or Ⅱ tells the province at once (R8).
    """
    warning = subject.locked(actor, _code(actor, "issue", phone), number, seen=seen)
    check = Check("4.4")
    contents = check_contents(check, warning, contents, now)
    decider = _decider(check, warning, actor, phone)
    _check_document(check, document_no)
    check.refuse()
    bodies = default_addressees(warning) if addressees is None else bodies_of(warning, addressees)
    warning.issue(contents["level"], now)
    warning.event_class = contents["event_class"]
    _declare_if_severe(warning, now)
    warning.save()
    draft = Draft(warning, actor, decider, phone, document_no, now)
    bulletin = draft.publish(Kind.ISSUE, contents, bodies)
    book = DebtBook(warning, now)
    book.start(Clock.IN_FORCE, now, interval=warning.daily_interval)
    draft.open_debts(book, bulletin)
    if any(body.kind == Organization.Kind.MEMBER for body in bodies):
        settle_told(warning, "随预警发布通报", now)
    subject.write(warning, actor, now, draft.entry("warning.issued", bulletin, bodies), *book.save())
    return bulletin


@transaction.atomic
def adjust(
    *,
    actor: Actor,
    number: str,
    level: int,
    reason: str,
    now: datetime,
    contents: dict | None = None,
    phone: Word | None = None,
    document_no: str = "",
    seen: int | None = None,
) -> Bulletin:
    """Raises or lowers the level: a new version of the bulletin, with what else has changed in it (§4.4)."""
    warning = subject.locked(actor, _code(actor, "adjust", phone), number, seen=seen)
    before = warning.standing_bulletin
    check = Check("4.4")
    contents = {name: getattr(before, name) for name in CONTENTS} | (contents or {}) | {"level": level}
    contents = check_contents(check, warning, contents, now)
    decider = _decider(check, warning, actor, phone)
    _check_document(check, document_no)
    check.refuse()
    if contents["level"] == warning.level:
        raise wrong("/level", "same_level", f"现在已是{level_words(warning.level)}。", "4.4")
    reason = reason_needed(reason, "4.4")
    rises = contents["level"] < warning.level
    warning.adjust(contents["level"])
    warning.event_class = contents["event_class"]
    if rises:
        _declare_if_severe(warning, now)
    warning.save()
    bodies = _told_before(warning)
    draft = Draft(warning, actor, decider, phone, document_no, now)
    bulletin = draft.publish(Kind.RAISE if rises else Kind.LOWER, contents, bodies, reason)
    book = DebtBook(warning, now)
    draft.open_debts(book, bulletin)
    subject.write(warning, actor, now, draft.entry("warning.adjusted", bulletin, bodies), *book.save())
    return bulletin


@transaction.atomic
def lift(
    *,
    actor: Actor,
    number: str,
    reason: str,
    now: datetime,
    phone: Word | None = None,
    document_no: str = "",
    seen: int | None = None,
) -> Bulletin:
    """指挥部 decides that it is over (§4.4): what is not yet due becomes void, the day of lifting among it (W3)."""
    warning = subject.locked(actor, _code(actor, "lift", phone), number, seen=seen)
    check = Check("4.4")
    decider = _decider(check, warning, actor, phone)
    _check_document(check, document_no)
    check.refuse()
    reason = reason_needed(reason, "4.4")
    return _lift(Draft(warning, actor, decider, phone, document_no, now), reason)


def lift_with_response(incident: Incident, *, actor: Actor, reason: str, now: datetime) -> list[Bulletin]:
    """Ending a Ⅲ response ends the warnings that led to it as well (§5.4.5); the caller holds the incident's lock."""
    in_force = (
        incident.warnings(manager="with_drills")
        .select_for_update(of=("self",))
        .filter(status=Warning.Status.ISSUED)
    )
    in_force = in_force.select_related("office__parent__parent__parent", "office__host", "incident")
    return [
        _lift(Draft(warning, actor, actor.post, None, "", now), reason) for warning in in_force.order_by("pk")
    ]


def _lift(draft: Draft, reason: str) -> Bulletin:
    warning, now = draft.warning, draft.now
    before = warning.standing_bulletin
    warning.lift(now)
    warning.save()
    bodies = _told_before(warning)
    contents = {name: getattr(before, name) for name in CONTENTS}
    bulletin = draft.publish(Kind.LIFT, contents, bodies, reason)
    book = DebtBook(warning, now)
    book.void_open("预警解除")
    draft.open_debts(book, bulletin)
    subject.write(warning, draft.actor, now, draft.entry("warning.lifted", bulletin, bodies), *book.save())
    return bulletin


@transaction.atomic
def record_document(*, actor: Actor, number: str, document_no: str, now: datetime) -> BulletinDocument:
    """The document of what was given by telephone has come; the oldest that waits for one has it (T4)."""
    warning = subject.locked(actor, "warning.document", number)
    check = Check("4.4")
    if not document_no.strip():
        check.wrong("/document_no", "required", "请填写文号。", "4.4")
    _check_document(check, document_no)
    check.refuse()
    bulletin = warning.bulletins.filter(by_phone=True, document=None).order_by("version").first()
    document = BulletinDocument.objects.create(
        bulletin=bulletin, document_no=document_no.strip(), at=now, by=actor.post
    )
    book = DebtBook(warning, now)
    book.settle(Act.DOCUMENT, now, bulletin=bulletin)
    entry = Entry(
        "warning.document",
        f"第{bulletin.version}版补录文号 {document.document_no}",
        clause="4.4",
        data={"document_no": document.document_no},
    )
    subject.write(warning, actor, now, entry, *book.save())
    return document


def _code(actor: Actor, act: str, phone: Word | None) -> str:
    """The commander acts himself; the office writes down what he said on the telephone."""
    return f"warning.log_{act}" if phone and actor.role in OFFICE else f"warning.{act}"


def _decider(check: Check, warning: Warning, actor: Actor, phone: Word | None) -> Post | None:
    """None in a sandbox, where a commander's part is played without him."""
    if phone is not None and not phone.words.strip():
        check.wrong("/phone_words", "required", "电话签发须逐字记录原话。", "4.4")
    if phone is not None:
        check.text("/phone_words", "电话原话", phone.words, 2000)
    if actor.role == Role.COMMANDER:
        return actor.post
    commanders = Post.objects.filter(
        role=Role.COMMANDER, organization=subject.headquarters(warning), is_active=True
    )
    found = commanders.filter(pk=phone.of).first() if phone and phone.of else None
    if found is None:
        check.wrong("/on_word_of", "required", "请写明是哪位指挥长的电话决定。", "4.4")
    return found


def _check_document(check: Check, document_no: str):
    check.text("/document_no", "文号", document_no, 60)


def _declare_if_severe(warning: Warning, now: datetime):
    if warning.level <= Level.II:
        warning.outgrown_at = warning.outgrown_at or now


def _told_before(warning: Warning) -> list[Organization]:
    """Everyone to whom a version was addressed: they hear of every later one."""
    told = BulletinReceipt.objects.filter(bulletin__warning=warning).values("organization")
    return list(Organization.objects.filter(pk__in=told).order_by(F("kind"), "pk"))
