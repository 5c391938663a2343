"""Inspections, safety rules, own checks and filed plans as sheets (§4.1, 4.3). How firms stand with their plans is only
taken away: plans come in together with their files (`plan_sheet`)."""

from collections.abc import Iterator
from datetime import date, datetime

from django.utils import timezone

from incidents.models import Inspection, SafetyCheck, SafetyRule
from incidents.refusals import wrong
from incidents.register_sight import visible_inspections, visible_safety_checks, visible_safety_rules
from incidents.roles import Actor
from incidents.roles.of_registers import READERS
from incidents.services.register import inspecting, plan_filing, safety
from incidents.services.register.firm_registers import CLAUSE, firm_of
from incidents.services.register.hazard_sheet import firms, refuse_known
from incidents.services.register.inspecting import Found
from incidents.services.sheets import Column, Sheet

HELD = ("held_on", "place", "inspectors", "scope", "conclusion")
FOUND = ("words", "demand", "due_on")
NUMBER = Column("number", "编号", required=False, help="导入新的一行时留空")
STATUS = Column("status", "状态", required=False, help="只在导出时有")
ENTERPRISE = Column("enterprise", "企业", "choice", choices=firms, width=28)


def _keep_inspection(
    *, actor: Actor, now: datetime, number: str, enterprise: str, status: str, **said
) -> Inspection:
    """Lines that tell of the same inspection are one, with a finding each."""
    refuse_known(number)
    body = firm_of(actor, enterprise)
    held = {name: said[name] for name in HELD}
    found = Found(*(said[name] for name in ("words", "due_on", "demand")))
    findings = [found] if found.words or found.due_on or found.demand else []
    same = Inspection.objects.filter(body=body, inspector=actor.organization, **held)
    if known := same.filter(recorded_at=now).select_related("body__county").first():
        inspecting.add_finding(actor=actor, inspection=known, found=found, now=now)
        return known
    if known := same.first():
        raise wrong("/held_on", "already_there", f"{known.number} 已登记了这一次检查。", CLAUSE)
    return inspecting.record(actor=actor, body=body, now=now, findings=findings, **held)


def _inspections(actors: list[Actor]) -> Iterator[dict]:
    """A line per finding; one for an inspection that found nothing."""
    rows = visible_inspections(actors).select_related("body").prefetch_related("findings")
    for row in rows.iterator(chunk_size=500):
        told = {name: getattr(row, name) for name in HELD} | {"enterprise": row.body.code}
        for finding in row.findings.all() or [None]:
            about = {name: getattr(finding, name, None) for name in FOUND}
            status = finding and finding.get_status_display()
            yield told | about | {"number": (finding or row).number, "status": status}


INSPECTIONS = Sheet(
    "inspections",
    "安全检查",
    CLAUSE,
    "inspection.record",
    (
        NUMBER,
        ENTERPRISE,
        Column("held_on", "检查日期", "date"),
        Column("place", "检查地点", width=28),
        Column("inspectors", "检查人员", width=24),
        Column("scope", "检查内容", width=40, help="同一次检查的几个问题各填一行，检查的内容填得一样"),
        Column("conclusion", "检查结论", required=False, width=28),
        Column("words", "问题", required=False, width=40, help="没有发现问题的不填"),
        Column("demand", "整改要求", required=False, width=28),
        Column("due_on", "整改期限", "date", required=False),
        STATUS,
    ),
    _keep_inspection,
    _inspections,
    readers=READERS,
    most=500,
)


def _keep_check(
    *,
    actor: Actor,
    now: datetime,
    number: str,
    enterprise: str,
    checked_on: date,
    what: str,
    problems: str,
    hazard_place: str,
) -> SafetyCheck:
    refuse_known(number)
    body, made = firm_of(actor, enterprise), {"checked_on": checked_on, "what": what, "problems": problems}
    if known := body.safety_checks.filter(**made).first():
        raise wrong("/checked_on", "already_there", f"{known.number} 已报送了这一次自查。", CLAUSE)
    return safety.file_check(actor=actor, body=body, now=now, **made, hazard_place=hazard_place)


def _checks(actors: list[Actor]) -> Iterator[dict]:
    for row in visible_safety_checks(actors).select_related("body").iterator():
        told = {name: getattr(row, name) for name in ("number", "checked_on", "what", "problems")}
        yield told | {"enterprise": row.body.code}


CHECKS = Sheet(
    "safety-checks",
    "安全自查",
    CLAUSE,
    "safety.check",
    (
        NUMBER,
        ENTERPRISE,
        Column("checked_on", "自查日期", "date"),
        Column("what", "自查内容", width=40),
        Column("problems", "发现的问题", required=False, width=40, help="不填即未发现问题"),
        Column("hazard_place", "问题所在地点", required=False, width=28, help="填写的，同时登记为事故隐患"),
    ),
    _keep_check,
    _checks,
    readers=READERS,
)


def _keep_rule(
    *, actor: Actor, now: datetime, enterprise: str, name: str, adopted_on: date, repealed_on: date | None
) -> SafetyRule:
    if repealed_on:
        raise wrong("/repealed_on", "already_repealed", "只登记施行中的制度，废止日期留空。", CLAUSE)
    body = firm_of(actor, enterprise)
    return safety.state_rule(actor=actor, body=body, name=name, adopted_on=adopted_on, now=now)


def _rules(actors: list[Actor]) -> Iterator[dict]:
    for row in visible_safety_rules(actors).select_related("body").iterator():
        told = {name: getattr(row, name) for name in ("name", "adopted_on", "repealed_on")}
        yield told | {"enterprise": row.body.code}


RULES = Sheet(
    "safety-rules",
    "安全管理制度",
    CLAUSE,
    "safety.rule",
    (
        ENTERPRISE,
        Column("name", "制度名称", width=40),
        Column("adopted_on", "发布日期", "date"),
        Column("repealed_on", "废止日期", "date", required=False, help="只在导出时有"),
    ),
    _keep_rule,
    _rules,
    readers=READERS,
)


def _plans(actors: list[Actor]) -> Iterator[dict]:
    """A line per firm, those without a plan first, as on the page."""
    for each in plan_filing.overview(actors, timezone.localdate()):
        told = {"enterprise": each.firm.code, "county": str(each.firm.county), "status": each.label}
        names = ("number", "name", "version", "adopted_on", "record_no", "valid_until")
        yield told | {name: getattr(each.standing, name, None) for name in names}


FILED_PLANS = Sheet(
    "filed-plans",
    "企业预案备案",
    plan_filing.CLAUSE,
    "filed_plan.file",
    (
        ENTERPRISE,
        Column("county", "县区"),
        Column("status", "状态"),
        Column("number", "编号", required=False),
        Column("name", "预案名称", required=False, width=28),
        Column("version", "版本", required=False),
        Column("adopted_on", "发布日期", "date", required=False),
        Column("record_no", "备案号", required=False, width=24),
        Column("valid_until", "有效期至", "date", required=False),
    ),
    None,
    _plans,
    readers=READERS,
)
