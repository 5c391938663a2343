"""Situation briefs (§2.2.3(2), 5.2): drafted, edited, signed off by the director, sent, signed for."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django_fsm import can_proceed

from alerts.models import Addressee, Deadline, Notification, SituationBrief, Warning
from alerts.models.brief import SECTIONS
from alerts.services import inbox
from alerts.services.debts import DebtBook
from alerts.services.directory import reached_for
from incidents.ledger import Entry
from incidents.models import DeadlineRule, FigureWording, Incident, Organization
from incidents.refusals import FieldError, NotFound, WrongState, wrong
from incidents.roles import TABLE, Actor
from incidents.services import numbers, subject, warning_subject
from incidents.services.check import Check
from incidents.services.notice import brief_wording, reporting_up
from incidents.services.report import figures

Act, How, Kind = DeadlineRule.Act, Addressee.How, Organization.Kind
LONGEST, LONGEST_TITLE = 3000, 120


@transaction.atomic
def draft(*, actor: Actor, number: str, now: datetime) -> SituationBrief:
    """The system writes the first draft of a brief on an incident."""
    return _begin(subject.locked(actor, "brief.draft", number), actor, now)


@transaction.atomic
def draft_on_warning(*, actor: Actor, number: str, now: datetime) -> SituationBrief:
    return _begin(warning_subject.locked(actor, "warning.draft_brief", number), actor, now)


@transaction.atomic
def correct(*, actor: Actor, brief: str, now: datetime) -> SituationBrief:
    """A sent brief is never edited: the correction is a new one that says which it corrects."""
    wrong_one = _take(actor, "brief.correct", brief)
    return _begin(wrong_one.subject, actor, now, corrects=wrong_one)


@transaction.atomic
def edit(*, actor: Actor, brief: str, version: int, words: dict[str, str], now: datetime) -> SituationBrief:
    """Saves the draft. `version`: the one that was typed over; had somebody else saved meanwhile, he is told."""
    row = _take(actor, "brief.edit", brief)
    if row.version != version:
        said = (
            f"{row.edited_by}（{row.edited_by.person}）{subject.clock_words(row.edited_at)} 已改过这份草稿。"
        )
        raise WrongState(said, "edited_meanwhile", "2.2.3")
    check = Check("5.2")
    if not words.get("title", "").strip():
        check.wrong("/title", "required", "请填写标题。", "2.2.3")
    check.text("/title", "标题", words.get("title"), LONGEST_TITLE)
    for name in SECTIONS:
        check.text(f"/{name}", row.heading(name), words.get(name), LONGEST)
    check.refuse()
    changed = []
    for name in ("title", *SECTIONS):
        said = words.get(name, getattr(row, name)).strip()
        if said != getattr(row, name):
            setattr(row, name, said)
            changed.append(name)
    if changed:
        row.version += 1
        row.edited_at, row.edited_by = now, actor.post
        row.save()
        named = "、".join("标题" if name == "title" else row.heading(name) for name in changed)
        _write(row, actor, now, "brief.edited", f"修改专报 {row.number}：{named}", "2.2.3")
    return row


@transaction.atomic
def sign(*, actor: Actor, brief: str, version: int, now: datetime) -> SituationBrief:
    """The director signs off what he has read; not while sources differ and nobody has chosen the wording."""
    row = _take(actor, "brief.sign", brief)
    if row.version != version:
        raise WrongState("您打开之后草稿又改过，请看过再签发。", "edited_meanwhile", "2.2.3")
    if open_figures := undecided(row):
        raise WrongState(
            f"各来源数字不一致，须先定口径：{'、'.join(open_figures)}。", "figures_differ", "2.2.3"
        )
    if empty := [heading for _, heading, words in row.sections if not words]:
        raise WrongState(f"还没有写：{'、'.join(empty)}（没有的写“暂无”）。", "incomplete", "2.2.3")
    if "【口径待定" in row.text:
        raise WrongState("正文还有“口径待定”，请按所定口径改过再签发。", "figures_differ", "2.2.3")
    if row.incident_id:
        row.figures = {worded.column: worded.words for worded in figures.wording_of(row.incident)}
        row.level_told = reporting_up.level_to_tell(row.incident)
    else:
        row.level_told = row.warning.standing_level
    row.sign_off(now, actor.post)
    row.save()
    _write(row, actor, now, "brief.signed", f"签发专报 {row.number}", "2.2.3", data=_evidence(row))
    return row


@transaction.atomic
def take_back(*, actor: Actor, brief: str, reason: str, now: datetime) -> SituationBrief:
    row = _take(actor, "brief.return", brief)
    reason = subject.reason_needed(reason, "2.2.3")
    subject.refuse_longer("reason", "理由", reason, 300)
    row.take_back(reason)
    row.save()
    _write(row, actor, now, "brief.returned", f"退回专报 {row.number} 修改", "2.2.3", reason=reason)
    return row


@transaction.atomic
def abandon(*, actor: Actor, brief: str, reason: str, now: datetime) -> SituationBrief:
    row = _take(actor, "brief.abandon", brief)
    reason = subject.reason_needed(reason, "2.2.3")
    subject.refuse_longer("reason", "理由", reason, 300)
    row.abandon(now, reason)
    row.save()
    _write(row, actor, now, "brief.abandoned", f"作废专报 {row.number}", "2.2.3", reason=reason)
    return row


@transaction.atomic
def send(*, actor: Actor, brief: str, to: dict[str, str], now: datetime) -> SituationBrief:
    """Sends it to these bodies (code → how). It gets its number now, so that none is missing, and meets what is owed
    to each body as a telephone report does."""
    row = _take(actor, "brief.send", brief)
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
    data = _evidence(row) | {
        "to": [str(addressee) for addressee in sent],
        "answers": [debt.rule.code for debt in met],
        "level_told": level,
    }
    named = "、".join(str(addressee.body) for addressee in sent)
    entry = _entry(
        row, "brief.sent", f"报送专报 {row.document_no}（{row.number}）→ {named}", "5.2", data=data
    )
    _write_entries(row, actor, now, entry, *book.save())
    return row


@transaction.atomic
def record_receipt(
    *, actor: Actor, brief: str, to: str, person: str, now: datetime, at: datetime | None = None
) -> Addressee:
    """Who of that body signed for it, and when, as it was told or stands on the returned slip."""
    row = _take(actor, "brief.receipt", brief)
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
    row = _take(actor, "brief.acknowledge", brief)
    addressee = row.addressees.filter(body=actor.organization).first()
    if addressee is None:
        raise WrongState("这份专报没有报送贵单位。", "not_addressed", "5.2")
    return _sign_for(row, _addressee(row, addressee.body.code), actor, str(actor.person), now, now)


@transaction.atomic
def word_figure(
    *,
    actor: Actor,
    number: str,
    column: str,
    now: datetime,
    source: str = "",
    words: str = "",
    reason: str = "",
) -> FigureWording:
    """The one wording of a figure: a source's own, or the office's words with a reason."""
    incident = subject.locked(actor, "brief.word_figure", number)
    row = next((row for row in figures.wording_of(incident) if row.column == column), None)
    check = Check("5.2")
    words, reason = words.strip(), reason.strip()
    if row is None:
        check.wrong("/column", "not_a_choice", "还没有来源说过这一项。", "2.2.3")
    elif source:
        words = next((said for said, told in row.by_source if told.source == source), "")
        if not words:
            check.wrong("/source", "not_a_choice", "没有这个来源。", "2.2.3")
    elif not words:
        check.wrong("/words", "required", "请选择来源，或写明口径。", "2.2.3")
    elif not reason:
        check.wrong("/reason", "required", "与各来源都不同的口径须说明理由。", "2.2.3")
    check.text("/words", "口径", words, 100)
    check.text("/reason", "理由", reason, 200)
    check.refuse()
    choice = FigureWording.objects.create(
        incident=incident, column=column, words=words, source=source, reason=reason, by=actor.post, at=now
    )
    told = {told.source: said for said, told in row.by_source}
    entry = Entry(
        "brief.figure_worded",
        f"定口径：{row.label} {words}{f'（据{source}）' if source else ''}",
        clause="2.2.3",
        reason=reason,
        data={"column": column, "words": words, "source": source, "told": told},
    )
    subject.write(incident, actor, now, entry)
    return choice


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


def undecided(brief: SituationBrief) -> list[str]:
    """Figures on which sources differ and whose wording has yet to be chosen."""
    if brief.incident_id is None:
        return []
    return [row.label for row in figures.wording_of(brief.incident) if row.needs_choice]


def why_not(brief: SituationBrief, code: str) -> str | None:
    """Why this act is not possible on the brief as it stands (409)."""
    sent = brief.status == SituationBrief.Status.SENT
    possible = {
        "brief.edit": brief.status == SituationBrief.Status.DRAFT,
        "brief.sign": can_proceed(brief.sign_off),
        "brief.return": can_proceed(brief.take_back),
        "brief.abandon": can_proceed(brief.abandon),
        "brief.send": can_proceed(brief.send),
    }.get(code, sent)
    return None if possible else f"专报“{brief.get_status_display()}”，不能{TABLE[code].name}。"


def may_sign_for(brief: SituationBrief, code: str, actor: Actor) -> bool:
    """A body signs for what was sent to it, once."""
    if code != "brief.acknowledge":
        return True
    return brief.addressees.filter(body=actor.organization, signed_for_at=None).exists()


def _begin(about: Incident | Warning, actor: Actor, now: datetime, corrects=None) -> SituationBrief:
    if standing := about.briefs.filter(status__in=SituationBrief.IN_HAND).first():
        said = f"已有未报送的专报 {standing.number}（{standing.get_status_display()}），请继续办理或先作废。"
        raise WrongState(said, "one_in_hand", "2.2.3")
    serial = about.briefs.count() + 1
    row = SituationBrief(
        serial=serial,
        number=f"{about.number}-B{serial}",
        corrects=corrects,
        drafted_at=now,
        drafted_by=actor.post,
        edited_at=now,
        edited_by=actor.post,
        **{about._meta.model_name: about},
    )
    brief_wording.fill(row, now)
    if corrects:
        row.title = f"{row.title}（更正{corrects.document_no}）"
    row.title = row.title[:LONGEST_TITLE]
    row.save()
    said = f"起草专报 {row.number}" + (f"，更正 {corrects.document_no}" if corrects else "")
    _write(row, actor, now, "brief.drafted", said, "2.2.3")
    return row


def _take(actor: Actor, code: str, number: str) -> SituationBrief:
    """The brief with its subject, both locked: 404, 403, 409."""
    visible = SituationBrief.objects.visible_to([actor]).filter(number=number)
    found = visible.select_related("incident", "warning").first()
    if found is None:
        raise NotFound(f"没有编号为 {number} 的专报。", "not_found")
    if found.incident_id:
        about, _ = subject.locked_with(actor, code, visible, number, "专报")
    else:
        about = warning_subject.take(actor, code, found.warning_id)
    row = SituationBrief.objects.select_for_update().get(pk=found.pk)
    setattr(row, about._meta.model_name, about)
    if why := why_not(row, code):
        raise WrongState(why, "wrong_state", TABLE[code].clause)
    return row


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
    _write(
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


def _evidence(row: SituationBrief) -> dict:
    return {"text": row.text, "sha256": sha256(row.text.encode()).hexdigest(), "version": row.version}


def _entry(row: SituationBrief, action: str, summary: str, clause: str, *, data=None, **more) -> Entry:
    return Entry(action, summary, clause=clause, data={"brief": row.number} | (data or {}), **more)


def _write(row: SituationBrief, actor: Actor, now: datetime, *words, **more):
    _write_entries(row, actor, now, _entry(row, *words, **more))


def _write_entries(row: SituationBrief, actor: Actor, now: datetime, *entries: Entry):
    to = subject if row.incident_id else warning_subject
    to.write(row.subject, actor, now, *entries)
