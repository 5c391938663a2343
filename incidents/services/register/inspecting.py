"""安全检查 (§4.1): the office or a county inspects a firm; what it finds is put right by a day that is owed (Q8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from incidents import ledger
from incidents.models import Finding, FindingStep, Inspection, Organization
from incidents.refusals import NotAllowed, NotFound
from incidents.register_sight import visible_findings
from incidents.roles import OFFICE, TABLE, Actor, require, why_not_now
from incidents.services.check import Check
from incidents.services.debt import undertakings
from incidents.services.numbers import next_number
from incidents.services.register import register_files
from incidents.services.register.firm_registers import (
    CLAUSE,
    LONGEST,
    coming_day,
    day_needed,
    due_at,
    entry,
    firm_of,
    needed,
    office_over,
    past_day,
    refuse_own_work,
    tell,
    words_said,
)
from incidents.services.report.attaching import Received
from incidents.services.subject import refuse_longer

SERIES, RULE = "J", "Q8"
MOST_FINDINGS = 50
NAMES = {"place": "检查地点", "inspectors": "检查人员", "scope": "检查内容"}
What = FindingStep.What


@dataclass(frozen=True)
class Found:
    """What was found wrong, what is asked, and until when."""

    words: str
    due_on: date | None
    demand: str = ""


@transaction.atomic
def record(
    *,
    actor: Actor,
    body: Organization,
    held_on: date | None,
    place: str,
    inspectors: str,
    scope: str,
    now: datetime,
    findings: Iterable[Found] = (),
    conclusion: str = "",
) -> Inspection:
    """An inspection as it was held; each finding is owed by the firm from now on. It is not changed afterwards."""
    require(actor, "inspection.record")
    body, findings, check = firm_of(actor, body.code), list(findings), Check(CLAUSE)
    told = {"place": place, "inspectors": inspectors, "scope": scope, "conclusion": conclusion}
    said = needed(check, {"place": 200, "inspectors": 200}, NAMES, told)
    check.text("/conclusion", "检查结论", said["conclusion"], LONGEST)
    past_day(check, "/held_on", "检查日期", held_on, now)
    if len(findings) > MOST_FINDINGS:
        check.wrong("/findings", "too_many", f"一次检查最多登记 {MOST_FINDINGS} 个问题。")
    for at, found in enumerate(findings):
        _check(check, f"/findings/{at}", found, held_on)
    check.refuse()
    number, *_ = next_number(f"{office_over(body).number_prefix}-{SERIES}", now)
    row = Inspection.objects.create(
        body=body,
        inspector=actor.organization,
        number=number,
        held_on=held_on,
        recorded_at=now,
        recorded_by=actor.post,
        **said,
    )
    data = {"inspection": number, "held_on": held_on.isoformat(), "inspector": actor.organization.code}
    data |= {"findings": [[found.words.strip(), found.due_on.isoformat()] for found in findings]}
    words = f"{actor.organization}安全检查 {number}，发现问题 {len(findings)} 个"
    for serial, found in enumerate(findings, start=1):
        _open(row, serial, found, actor, now)
    tell(body, title=words, text=row.conclusion, matter=f"inspection/{number}", now=now)
    told = entry("inspection.recorded", words, data=data, by=row.inspectors)
    ledger.append(ledger.body_chain(body), told, at=now, actor=actor)
    return row


@transaction.atomic
def add_finding(*, actor: Actor, inspection: Inspection, found: Found, now: datetime) -> Finding:
    """One more of an inspection that comes in line by line."""
    require(actor, "inspection.record")
    check, serial = Check(CLAUSE), inspection.findings.count() + 1
    _check(check, "", found, inspection.held_on)
    if serial > MOST_FINDINGS:
        check.wrong("/words", "too_many", f"一次检查最多登记 {MOST_FINDINGS} 个问题。")
    check.refuse()
    row = _open(inspection, serial, found, actor, now)
    data = {"finding": row.number, "words": row.words, "due_on": row.due_on.isoformat()}
    told = entry("inspection.finding_added", f"{inspection.number} 增加问题 {row.number}", data=data)
    ledger.append(ledger.body_chain(inspection.body), told, at=now, actor=actor)
    return row


@transaction.atomic
def rectified(
    *, actor: Actor, finding: str, words: str, now: datetime, file: Received | None = None
) -> Finding:
    """What the firm did about it; the debt is met, and the inspector checks it."""
    row = _taken(actor, "finding.rectified", finding)
    words = words_said(words, field="words", name="整改情况")
    register_files.refuse_unfit(file, CLAUSE)
    body = row.inspection.body
    number = f"{row.number}-A{row.steps.exclude(proof=None).count() + 1}"
    proof = register_files.keep(actor=actor, body=body, number=number, file=file, now=now)
    row.report_rectified(now)
    row.save()
    undertakings.settle(body=body, rule=RULE, matter=matter_of(row), at=now, now=now, actor=actor)
    _tell(row.inspection.inspector, row, "已报告整改，请复查", now, words)
    _step(row, actor, now, What.RECTIFIED, words, proof=proof)
    return row


@transaction.atomic
def accept(*, actor: Actor, finding: str, now: datetime, words: str = "") -> Finding:
    row = _taken(actor, "finding.accept", finding)
    refuse_own_work(actor, row.steps.filter(what=What.RECTIFIED))
    refuse_longer("words", "复查意见", words.strip(), LONGEST)
    row.accept(now)
    row.save()
    _tell(row.inspection.body, row, "复查合格", now, words.strip())
    _step(row, actor, now, What.ACCEPTED, words.strip())
    return row


@transaction.atomic
def send_back(*, actor: Actor, finding: str, reason: str, due_on: date | None, now: datetime) -> Finding:
    """It is not put right: owed again, until a new day."""
    row = _taken(actor, "finding.send_back", finding)
    reason = words_said(reason)
    check = Check(CLAUSE)
    coming_day(check, "/due_on", "整改期限", due_on, now)
    check.refuse()
    row.send_back(now, due_on)
    row.save()
    owe(row, actor, now)
    _tell(row.inspection.body, row, f"复查不合格，{due_on} 前重新整改", now, reason)
    _step(row, actor, now, What.SENT_BACK, f"{reason}（{due_on} 前重新整改）")
    return row


def why_not(row: Finding, code: str) -> str | None:
    return why_not_now(TABLE[code], row)


def may_act(row: Finding, code: str, actor: Actor) -> bool:
    """A county judges what it found itself; the office, everything."""
    if code == "finding.rectified" or actor.role in OFFICE:
        return True
    return row.inspection.inspector_id == actor.organization.pk


def matter_of(row: Finding) -> str:
    return f"finding/{row.number}"


def _open(inspection: Inspection, serial: int, found: Found, actor: Actor, now: datetime) -> Finding:
    row = Finding.objects.create(
        inspection=inspection,
        number=f"{inspection.number}-{serial}",
        serial=serial,
        since=now,
        words=found.words.strip(),
        demand=found.demand.strip(),
        due_on=found.due_on,
    )
    owe(row, actor, now)
    return row


def _check(check: Check, at: str, found: Found, held_on: date | None):
    """The day may be over by now: an inspection that is entered late bears its true days."""
    if not found.words.strip():
        check.wrong(f"{at}/words", "required", "请填写问题。")
    check.text(f"{at}/words", "问题", found.words, 500)
    check.text(f"{at}/demand", "整改要求", found.demand, 500)
    words = "整改期限不能早于检查日期。"
    day_needed(check, f"{at}/due_on", "整改期限", found.due_on, first=held_on, words=words)


def _taken(actor: Actor, code: str, number: str) -> Finding:
    rows = visible_findings([actor]).select_for_update(of=("self",))
    rows = rows.select_related(
        "inspection__body__county", "inspection__body__parent", "inspection__inspector"
    )
    row = rows.filter(number=number).first()
    if row is None:
        raise NotFound(f"没有编号为 {number} 的检查问题。", "not_found", CLAUSE)
    if actor.role in TABLE[code].roles and not may_act(row, code, actor):
        raise NotAllowed(f"由检查单位{row.inspection.inspector}或应急办复查。", "role", CLAUSE)
    require(actor, code, row)
    return row


def owe(row: Finding, actor: Actor, now: datetime):
    about = {"rule": RULE, "title": f"检查问题 {row.number} 整改", "matter": matter_of(row)}
    body = row.inspection.body
    undertakings.owe(body=body, due_at=due_at(row.due_on), now=now, actor=actor, **about)


def _tell(body: Organization, row: Finding, words: str, now: datetime, text: str):
    tell(body, title=f"检查问题 {row.number} {words}", text=text, matter=matter_of(row), now=now)


def _step(row: Finding, actor: Actor, now: datetime, what: What, words: str, *, proof=None):
    FindingStep.objects.create(
        finding=row, what=what, at=now, by=actor.post, key=actor.key, words=words, proof=proof
    )
    data = {"finding": row.number, "status": row.status, "due_on": row.due_on.isoformat()}
    told = entry(f"finding.{what}", f"检查问题 {row.number} {what.label}", reason=words, data=data)
    chain = ledger.body_chain(row.inspection.body)
    ledger.append(chain, told, *register_files.told(proof, CLAUSE), at=now, actor=actor)
