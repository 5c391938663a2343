"""企业预案备案 (§4.1, 4.3): a firm files its plan, the office accepts it for a time or sends it back; renewal is owed (Q2).

What the firm owes is to file in time: its debt is met by filing, and stands again as before if that is sent back.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db import transaction

from incidents import ledger
from incidents.days import later
from incidents.models import FiledPlan, Organization
from incidents.refusals import NotFound, WrongState
from incidents.register_sight import visible_filed_plans, visible_firms
from incidents.roles import OFFICE, TABLE, Actor, require, why_not_now
from incidents.services.check import Check
from incidents.services.debt import undertakings
from incidents.services.numbers import next_number
from incidents.services.register import register_files
from incidents.services.register.firm_registers import (
    coming_day,
    due_at,
    entry,
    firm_of,
    needed,
    office_over,
    one_at_a_time,
    past_day,
    tell,
    words_said,
)
from incidents.services.report.attaching import Received

CLAUSE, SERIES, RULE = "4.3", "Y", "Q2"
ABOUT_TO_EXPIRE = timedelta(days=60)
"""**Decided**: from then on a plan is called about to expire."""
Status = FiledPlan.Status


@transaction.atomic
def file(
    *,
    actor: Actor,
    body: Organization,
    name: str,
    version: str,
    adopted_on: date | None,
    file: Received | None,
    now: datetime,
) -> FiledPlan:
    """The plan of this firm, or a new version of it; the one that stands goes on until this is accepted. The office enters
    what came to it on paper."""
    require(actor, "filed_plan.file")
    body = firm_of(actor, body.code, CLAUSE)
    one_at_a_time(body)
    if waiting := body.filed_plans.filter(status=Status.FILED).first():
        raise WrongState(
            f"{waiting.number} 尚待备案：办结后再报送新版，或先撤回它。", "already_waiting", CLAUSE
        )
    check = Check(CLAUSE)
    names = {"name": "预案名称", "version": "版本"}
    said = needed(check, {"name": 100, "version": 30}, names, {"name": name, "version": version})
    past_day(check, "/adopted_on", "发布日期", adopted_on, now)
    check.refuse()
    register_files.refuse_unfit(file, CLAUSE, needed=True)
    number, *_ = next_number(f"{office_over(body).number_prefix}-{SERIES}", now)
    kept = register_files.keep(actor=actor, body=body, number=f"{number}-A1", file=file, now=now)
    row = FiledPlan.objects.create(
        body=body,
        number=number,
        since=now,
        adopted_on=adopted_on,
        file=kept,
        filed_at=now,
        filed_by=actor.post,
        key=actor.key,
        **said,
    )
    if standing := _standing(body):
        undertakings.settle(body=body, rule=RULE, matter=matter_of(standing), at=now, now=now, actor=actor)
    _tell(office_over(body), row, f"{body}报送预案备案 {number}", now, text=row.gist)
    if actor.role in OFFICE:
        _tell(body, row, f"应急办已为贵单位登记预案 {number}", now, text=row.gist)
    _write(row, actor, now, "filed", "报送备案", more=register_files.told(kept, CLAUSE))
    return row


@transaction.atomic
def accept(*, actor: Actor, filed_plan: str, record_no: str, valid_until: date | None, now: datetime):
    """It stands from now on, under a number and until a day; the version before gives way, and renewal is owed."""
    row = _taken(actor, "filed_plan.accept", filed_plan)
    one_at_a_time(office_over(row.body))  # a number is given once
    check = Check(CLAUSE)
    said = needed(check, {"record_no": 40}, {"record_no": "备案号"}, {"record_no": record_no})
    coming_day(check, "/valid_until", "有效期", valid_until, now)
    if FiledPlan.objects.filter(record_no=said["record_no"]).exclude(record_no="").exists():
        check.wrong("/record_no", "already_there", "这个备案号已经用过。")
    check.refuse()
    if before := _standing(row.body):
        before.give_way(now)
        before.save()
        why = f"已由 {row.number} 替代"
        about = {"rule": RULE, "matter": matter_of(before), "why": why}
        undertakings.void(body=row.body, now=now, actor=actor, **about)
    row.accept(now, said["record_no"], valid_until)
    row.decided_by = actor.post
    row.save()
    _owe(row, actor, now)
    _tell(
        row.body,
        row,
        f"预案 {row.number} 已备案，备案号 {row.record_no}",
        now,
        text=f"有效期至 {valid_until}",
    )
    _write(row, actor, now, "accepted", f"备案，{row.record_no}，有效期至 {valid_until}")
    return row


@transaction.atomic
def send_back(*, actor: Actor, filed_plan: str, reason: str, now: datetime) -> FiledPlan:
    row = _taken(actor, "filed_plan.send_back", filed_plan)
    reason = words_said(reason, clause=CLAUSE)
    row.send_back(now, reason)
    _counts_as_never_filed(row, actor, now)
    _tell(row.body, row, f"预案 {row.number} 已退回，请修改后重新报送", now, text=reason)
    _write(row, actor, now, "sent_back", "退回", reason=reason)
    return row


@transaction.atomic
def withdraw(*, actor: Actor, filed_plan: str, reason: str, now: datetime) -> FiledPlan:
    """The firm takes back what waits (the wrong file, a newer version), and owes as before: nothing counts as filed."""
    row = _taken(actor, "filed_plan.withdraw", filed_plan)
    reason = words_said(reason, clause=CLAUSE)
    row.withdraw(now, reason)
    _counts_as_never_filed(row, actor, now)
    _tell(office_over(row.body), row, f"{row.body}撤回预案 {row.number}，不必再办", now, text=reason)
    _write(row, actor, now, "withdrawn", "撤回", reason=reason)
    return row


def _counts_as_never_filed(row: FiledPlan, actor: Actor, now: datetime):
    """The firm owes the renewal of what stands, as before."""
    row.decided_by = actor.post
    row.save()
    if standing := _standing(row.body):
        _owe(standing, actor, now)


def resume(body: Organization, *, actor: Actor, now: datetime):
    """The renewal of what stands is owed again, unless a new version has been filed."""
    standing = _standing(body)
    if standing and not body.filed_plans.filter(status=Status.FILED).exists():
        _owe(standing, actor, now)


def why_not(row: FiledPlan, code: str) -> str | None:
    return why_not_now(TABLE[code], row)


def matter_of(row: FiledPlan) -> str:
    return f"filed-plan/{row.number}"


def usual_end(today: date) -> date:
    """Until when one that is accepted today is valid, unless the office says otherwise."""
    return later(today, 12 * FiledPlan.YEARS)


@dataclass(frozen=True)
class FirmsPlan:
    """Where a firm stands with its plan: the one that is valid or was last, and the one that waits."""

    firm: Organization
    today: date
    standing: FiledPlan | None = None
    last: FiledPlan | None = None

    STATES = {
        "none": "没有备案",
        "expired": "已过期",
        "expiring": "即将到期",
        "waiting": "待备案",
        "valid": "有效",
    }

    @property
    def waiting(self) -> FiledPlan | None:
        return self.last if self.last and self.last.status == Status.FILED else None

    @cached_property
    def state(self) -> str:
        """The gravest that holds: a firm without a plan is one whose plan was sent back, too."""
        if self.standing is None:
            return "waiting" if self.waiting else "none"
        if self.standing.valid_until < self.today:
            return "expired"
        return "expiring" if self.standing.valid_until < self.today + ABOUT_TO_EXPIRE else "valid"

    @property
    def label(self) -> str:
        return self.STATES[self.state]


def overview(actors: list[Actor], today: date) -> list[FirmsPlan]:
    """Every active firm that these see: who has none first, then whose is no longer valid, and so on."""
    actors = list(actors)
    firms = visible_firms(actors).filter(is_active=True, county__isnull=False).select_related("county")
    standing, last = {}, {}
    for row in visible_filed_plans(actors).order_by("pk"):
        last[row.body_id] = row
        if row.status == Status.ACCEPTED:
            standing[row.body_id] = row
    found = [FirmsPlan(firm, today, standing.get(firm.pk), last.get(firm.pk)) for firm in firms]
    order = list(FirmsPlan.STATES)
    return sorted(found, key=lambda each: (order.index(each.state), each.firm.code))


def _standing(body: Organization) -> FiledPlan | None:
    return body.filed_plans.filter(status=Status.ACCEPTED).first()


def _taken(actor: Actor, code: str, number: str) -> FiledPlan:
    rows = visible_filed_plans([actor]).select_for_update(of=("self",))
    row = rows.select_related("body__county", "body__parent").filter(number=number).first()
    if row is None:
        raise NotFound(f"没有编号为 {number} 的预案。", "not_found", CLAUSE)
    require(actor, code, row)
    return row


def _owe(row: FiledPlan, actor: Actor, now: datetime):
    title = f"预案到期前重新备案（{row.number}，{row.valid_until} 到期）"
    about = {"rule": RULE, "title": title, "matter": matter_of(row)}
    undertakings.owe(body=row.body, due_at=due_at(row.valid_until), now=now, actor=actor, **about)


def _tell(body: Organization, row: FiledPlan, title: str, now: datetime, text: str):
    tell(body, title=title, text=text, matter=matter_of(row), now=now, clause=CLAUSE)


def _write(row: FiledPlan, actor: Actor, now: datetime, what: str, words: str, *, reason="", more=()):
    data = {"plan": row.number, "name": row.name, "version": row.version, "status": row.status}
    data |= {"record_no": row.record_no, "valid_until": row.valid_until and row.valid_until.isoformat()}
    told = entry(f"filed_plan.{what}", f"{row.number} {words}", clause=CLAUSE, reason=reason, data=data)
    ledger.append(ledger.body_chain(row.body), told, *more, at=now, actor=actor)
