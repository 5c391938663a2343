"""危险源 and 隐患 (§4.1): registered, assessed (owed: Q10), rectified by a date (owed: Q1), checked by office or county, closed.
What is to be put right by a day is owed by the firm from when it has measures, and again when it is sent back."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from incidents import ledger
from incidents.models import Hazard, HazardStep, Organization, RiskGrade, Role
from incidents.models.hazard import MOST_POINTS
from incidents.refusals import NotFound, WrongState, wrong
from incidents.register_sight import visible_firms, visible_hazards
from incidents.roles import SYSTEM, TABLE, Actor, require, why_not_now
from incidents.services.check import Check
from incidents.services.debt import undertakings
from incidents.services.numbers import next_number
from incidents.services.register import register_files
from incidents.services.register.firm_registers import (
    CLAUSE,
    LONGEST,
    coming_day,
    entry,
    needed,
    office_over,
    past_day,
    refuse_own_work,
    tell,
    words_said,
)
from incidents.services.register.hazard_debts import ASSESSING, RECTIFYING, assess_by, matter_of, owe_next
from incidents.services.report.attaching import Received
from incidents.services.report.locating import point
from incidents.services.subject import refuse_longer

SERIES = "H"
MOST_DAYS = {RiskGrade.MAJOR: 30, RiskGrade.CONSIDERABLE: 60, RiskGrade.MODERATE: 90, RiskGrade.LOW: 180}
"""What a firm may give itself to put it right (**decided**); office and county may give it more."""
Kind, Source, Status, What = Hazard.Kind, Hazard.Source, Hazard.Status, HazardStep.What


@transaction.atomic
def register(
    *,
    actor: Actor,
    body: Organization,
    kind: str,
    place: str,
    words: str,
    now: datetime,
    county: str = "",
    longitude: Decimal | None = None,
    latitude: Decimal | None = None,
    source: str = Source.SURVEY,
    ref: str = "",
) -> Hazard:
    """A danger of this firm. `county`: by code or name, where it does not lie in the firm's own. `ref`: what it came
    from (a training, a check); while one with that is open, it is given back and nothing is made."""
    _refuse_registering(actor, body)
    if ref and (known := Hazard.objects.open().filter(body=body, ref=ref).first()):
        return known
    office, check = office_over(body), Check(CLAUSE)
    said = needed(check, {"place": 200}, {"place": "地点", "words": "情况"}, {"place": place, "words": words})
    if kind not in Kind.values:
        check.wrong("/kind", "not_a_choice", "请选择危险源、危险区域或事故隐患。")
    where = _county(check, actor, body, county)
    longitude, latitude = point(check, longitude, latitude)
    check.refuse()
    number, *_ = next_number(f"{office.number_prefix}-{SERIES}", now)
    told = {"kind": kind, "source": source, "ref": ref}
    row = Hazard.objects.create(
        body=body,
        county=where,
        number=number,
        since=now,
        longitude=longitude,
        latitude=latitude,
        registered_at=now,
        assess_by=assess_by(now),
        **told,
        **said,
    )
    if actor.organization != body:
        tell(
            body, title=f"已为贵单位登记{row.get_kind_display()} {number}", text=row.words, **_news(row, now)
        )
    owe_next(row, actor=actor, now=now)
    _step(row, actor, now, What.REGISTERED, row.gist)
    return row


@transaction.atomic
def assess(
    *,
    actor: Actor,
    hazard: str,
    likelihood: int,
    consequence: int,
    assessed_by: str,
    now: datetime,
    assessed_on: date | None = None,
) -> Hazard:
    """How likely and how grave; their product gives the grade. One that was checked may be assessed anew (动态管理). Office
    and county hear of what is a major risk, and of what is made out to be a lesser one than before."""
    row = _taken(actor, "hazard.assess", hazard)
    check, day = Check(CLAUSE), assessed_on or timezone.localdate(now)
    for name, label, value in (("likelihood", "可能性", likelihood), ("consequence", "后果", consequence)):
        if value is None or not 1 <= value <= MOST_POINTS:
            check.wrong(f"/{name}", "out_of_range", f"{label}须为 1 至 {MOST_POINTS} 分。")
    said = needed(check, {"assessed_by": 60}, {"assessed_by": "评估人"}, {"assessed_by": assessed_by})
    past_day(check, "/assessed_on", "评估日期", day, now)
    check.refuse()
    before = row.grade
    row.assess(now, likelihood, consequence)
    row.assessed_on, row.assessed_by, row.rectified_at = day, said["assessed_by"], None
    row.measures, row.responsible, row.due_on = "", "", None
    row.save()
    about = {"rule": ASSESSING, "matter": matter_of(row)}
    undertakings.settle(body=row.body, at=now, now=now, actor=actor, **about)
    title = f"{row.number} 评为{row.get_grade_display()}（{likelihood}×{consequence}）"
    if before and before != row.grade:
        title += f"，原为{RiskGrade(before).label}"
    if RiskGrade.MAJOR in (row.grade, before) or before and row.grade > before:
        tell(office_over(row.body), row.county, title=title, text=row.gist, **_news(row, now))
    _step(row, actor, now, What.ASSESSED, title.removeprefix(f"{row.number} "), by=row.assessed_by)
    return row


@transaction.atomic
def plan(
    *, actor: Actor, hazard: str, measures: str, responsible: str, due_on: date | None, now: datetime
) -> Hazard:
    """Who does what, until when; from now on it is owed."""
    row = _taken(actor, "hazard.plan", hazard)
    check = Check(CLAUSE)
    names = {"measures": "整改措施", "responsible": "整改责任人"}
    said = needed(check, {"responsible": 60}, names, {"measures": measures, "responsible": responsible})
    coming_day(check, "/due_on", "整改期限", due_on, now)
    last = timezone.localdate(now) + timedelta(days=MOST_DAYS[row.grade])
    if actor.role == Role.ENTERPRISE and due_on and due_on > last:
        words = f"{row.get_grade_display()}须在 {last} 前整改（内部目标）；确需更久的，由应急办或县区延长。"
        check.wrong("/due_on", "out_of_range", words)
    check.refuse()
    row.rectify(now, due_on)
    row.measures, row.responsible = said["measures"], said["responsible"]
    row.save()
    owe_next(row, actor=actor, now=now)
    _step(row, actor, now, What.PLANNED, f"{row.measures}（{due_on} 前）", by=row.responsible)
    return row


@transaction.atomic
def put_off(*, actor: Actor, hazard: str, due_on: date | None, reason: str, now: datetime) -> Hazard:
    """The firm has until a later day: said by office or county, never by the firm itself."""
    row = _taken(actor, "hazard.put_off", hazard)
    reason = words_said(reason)
    check = Check(CLAUSE)
    coming_day(check, "/due_on", "整改期限", due_on, now)
    if due_on and due_on <= row.due_on:
        check.wrong("/due_on", "not_later", f"新的期限须晚于 {row.due_on}。")
    check.refuse()
    row.put_off(due_on)
    row.save()
    owe_next(row, actor=actor, now=now)
    tell(row.body, title=f"{row.number} 整改期限延至 {due_on}", text=reason, **_news(row, now))
    _step(row, actor, now, What.PUT_OFF, f"延至 {due_on}：{reason}")
    return row


@transaction.atomic
def rectified(
    *, actor: Actor, hazard: str, words: str, now: datetime, file: Received | None = None
) -> Hazard:
    """What was done, with its proof; the debt is met, and office or county checks it."""
    row = _taken(actor, "hazard.rectified", hazard)
    words = words_said(words, field="words", name="整改情况")
    register_files.refuse_unfit(file, CLAUSE)
    number = f"{row.number}-A{row.steps.exclude(proof=None).count() + 1}"
    proof = register_files.keep(actor=actor, body=row.body, number=number, file=file, now=now)
    row.report_rectified(now)
    row.save()
    undertakings.settle(body=row.body, rule=RECTIFYING, matter=matter_of(row), at=now, now=now, actor=actor)
    title = f"{row.number} 已报告整改，请复查"
    tell(office_over(row.body), row.county, title=title, text=words, **_news(row, now))
    _step(row, actor, now, What.RECTIFIED, words, proof=proof)
    return row


@transaction.atomic
def accept(*, actor: Actor, hazard: str, now: datetime, words: str = "") -> Hazard:
    row = _taken(actor, "hazard.accept", hazard)
    refuse_own_work(actor, row.steps.filter(what=What.RECTIFIED))
    refuse_longer("words", "复查意见", words.strip(), LONGEST)
    row.accept(now)
    row.save()
    tell(row.body, title=f"{row.number} 复查合格", text=words.strip(), **_news(row, now))
    _step(row, actor, now, What.ACCEPTED, words.strip())
    return row


@transaction.atomic
def send_back(*, actor: Actor, hazard: str, reason: str, due_on: date | None, now: datetime) -> Hazard:
    """It is not put right: owed again, until a new day."""
    row = _taken(actor, "hazard.send_back", hazard)
    reason = words_said(reason)
    check = Check(CLAUSE)
    coming_day(check, "/due_on", "整改期限", due_on, now)
    check.refuse()
    row.send_back(now, due_on)
    row.save()
    owe_next(row, actor=actor, now=now)
    title = f"{row.number} 复查不合格，{due_on} 前重新整改"
    tell(row.body, title=title, text=reason, **_news(row, now))
    _step(row, actor, now, What.SENT_BACK, f"{reason}（{due_on} 前重新整改）")
    return row


@transaction.atomic
def close(*, actor: Actor, hazard: str, now: datetime, reason: str = "") -> Hazard:
    """It is no danger any more; one that was not checked needs a reason. The system may close one that is being
    rectified, when what it rests on is gone (somebody has passed his training)."""
    row = _taken(actor, "hazard.close", hazard)
    if row.status != Status.CHECKED:
        reason = words_said(reason)
    refuse_longer("reason", "理由", reason.strip(), LONGEST)
    for rule in (ASSESSING, RECTIFYING):
        why = f"{row.number} 已销号"
        undertakings.void(body=row.body, rule=rule, matter=matter_of(row), why=why, now=now, actor=actor)
    row.close(now)
    row.save()
    tell(row.body, title=f"{row.number} 已销号", text=reason.strip(), **_news(row, now))
    _step(row, actor, now, What.CLOSED, reason.strip())
    return row


def why_not(row: Hazard, code: str) -> str | None:
    return why_not_now(TABLE[code], row)


def _refuse_registering(actor: Actor, body: Organization):
    if actor == SYSTEM:
        return
    require(actor, "hazard.register")
    if not visible_firms([actor]).filter(pk=body.pk, is_active=True).exists():
        raise wrong("/enterprise", "not_found", "没有这家企业，或不在您的范围内。", CLAUSE)


def _county(check: Check, actor: Actor, body: Organization, name: str) -> Organization | None:
    """Where it lies: the firm's county, unless another of the same city is named; a county registers its own only."""
    where = body.county
    if name and name not in (where.code, where.short_name):
        counties = Organization.objects.filter(
            kind=Organization.Kind.COUNTY, parent=where.parent_id, is_active=True
        )
        where = counties.filter(code=name).first() or counties.filter(short_name=name).first()
    if where is None:
        check.wrong("/county", "not_found", "没有这个县区。")
    elif actor.role == "county" and where != actor.organization:
        check.wrong("/county", "not_yours", f"只能登记{actor.organization}范围内的危险源（隐患）。")
    return where


def _taken(actor: Actor, code: str, number: str) -> Hazard:
    seen = Hazard.objects.all() if actor == SYSTEM else visible_hazards([actor])
    rows = seen.select_for_update(of=("self",)).select_related("body__county", "body__parent", "county")
    row = rows.filter(number=number).first()
    if row is None:
        raise NotFound(f"没有编号为 {number} 的危险源（隐患）。", "not_found", CLAUSE)
    if actor != SYSTEM:
        require(actor, code, row)
    elif row.status == Status.CLOSED:
        raise WrongState(f"{number} 已销号。", "wrong_state", CLAUSE)
    return row


def _news(row: Hazard, now: datetime) -> dict:
    return {"matter": matter_of(row), "now": now}


def _step(row: Hazard, actor: Actor, now: datetime, what: What, words: str, *, by: str = "", proof=None):
    """The row of its own history, and that of the ledger, on the firm's chain."""
    HazardStep.objects.create(
        hazard=row, what=what, at=now, by=actor.post, key=actor.key, words=words, proof=proof
    )
    data = {"hazard": row.number, "status": row.status, "kind": row.kind, "county": row.county.code}
    data |= {"due_on": row.due_on and row.due_on.isoformat(), "grade": row.grade}
    told = entry(f"hazard.{what}", f"{row.number} {what.label}", reason=words, data=data, by=by)
    entries = [told, *register_files.told(proof, CLAUSE)]
    ledger.append(ledger.body_chain(row.body), *entries, at=now, actor=actor)
