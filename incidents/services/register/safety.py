"""安全管理制度 and 自查 (§4.1): a firm states its rules and files its periodic checks; the next one is owed (Q9)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from incidents import ledger
from incidents.days import later
from incidents.models import CheckInterval, Hazard, Organization, SafetyCheck, SafetyRule
from incidents.refusals import NotFound, WrongState, wrong
from incidents.register_sight import visible_firms, visible_safety_rules
from incidents.roles import Actor, require
from incidents.services.check import Check
from incidents.services.debt import undertakings
from incidents.services.numbers import next_number
from incidents.services.register import hazards, register_files
from incidents.services.register.firm_registers import (
    CLAUSE,
    LONGEST,
    due_at,
    entry,
    firm_of,
    needed,
    office_over,
    one_at_a_time,
    past_day,
    tell,
)
from incidents.services.report.attaching import Received

SERIES, RULE = "Z", "Q9"


@transaction.atomic
def state_rule(
    *,
    actor: Actor,
    body: Organization,
    name: str,
    adopted_on: date | None,
    now: datetime,
    file: Received | None = None,
) -> SafetyRule:
    """A rule of the firm that stands; with the first one, its checks of itself begin to be owed."""
    require(actor, "safety.rule")
    body, check = firm_of(actor, body.code), Check(CLAUSE)
    one_at_a_time(body)
    said = needed(check, {"name": 100}, {"name": "制度名称"}, {"name": name})
    past_day(check, "/adopted_on", "发布日期", adopted_on, now)
    title = said["name"]
    if body.safety_rules.filter(name=title, repealed_on=None).exists():
        check.wrong("/name", "already_there", f"《{title}》已经登记；有新版的，先废止旧的。")
    check.refuse()
    register_files.refuse_unfit(file, CLAUSE)
    count = body.register_files.filter(safety_rule__isnull=False).count()
    number = f"{office_over(body).number_prefix}-G-{body.pk}-{count + 1}"
    kept = register_files.keep(actor=actor, body=body, number=number, file=file, now=now)
    row = SafetyRule.objects.create(
        body=body,
        adopted_on=adopted_on,
        file=kept,
        stated_at=now,
        stated_by=actor.post,
        key=actor.key,
        **said,
    )
    if not body.safety_checks.exists() and body.safety_rules.count() == 1:
        _owe_next(body, timezone.localdate(now), actor, now)
    data = {"rule": row.pk, "name": row.name, "adopted_on": adopted_on.isoformat()}
    told = entry("safety.rule_stated", f"登记安全管理制度{row}", data=data)
    _write(body, actor, now, told, *register_files.told(kept, CLAUSE))
    return row


@transaction.atomic
def repeal_rule(*, actor: Actor, rule: int, repealed_on: date | None, now: datetime) -> SafetyRule:
    rows = visible_safety_rules([actor]).select_for_update(of=("self",))
    row = rows.select_related("body__county").filter(pk=rule).first()
    if row is None:
        raise NotFound("没有这项安全管理制度。", "not_found", CLAUSE)
    require(actor, "safety.repeal")
    if row.repealed_on:
        raise WrongState(f"{row}已于 {row.repealed_on} 废止。", "wrong_state", CLAUSE)
    check = Check(CLAUSE)
    past_day(check, "/repealed_on", "废止日期", repealed_on, now)
    if repealed_on and repealed_on < row.adopted_on:
        check.wrong("/repealed_on", "out_of_range", "废止日期不能早于发布日期。")
    check.refuse()
    row.repealed_on = repealed_on
    row.save()
    data = {"rule": row.pk, "repealed_on": repealed_on.isoformat()}
    _write(row.body, actor, now, entry("safety.rule_repealed", f"废止安全管理制度{row}", data=data))
    return row


@transaction.atomic
def file_check(
    *,
    actor: Actor,
    body: Organization,
    checked_on: date | None,
    what: str,
    now: datetime,
    problems: str = "",
    hazard_place: str = "",
) -> SafetyCheck:
    """What the firm looked at in its own house. `hazard_place`: its problems become a hazard there."""
    require(actor, "safety.check")
    body, check = firm_of(actor, body.code), Check(CLAUSE)
    one_at_a_time(body)
    said = needed(check, {}, {"what": "自查内容"}, {"what": what, "problems": problems})
    check.text("/problems", "发现的问题", said["problems"], LONGEST)
    past_day(check, "/checked_on", "自查日期", checked_on, now)
    if hazard_place.strip() and not said["problems"]:
        check.wrong("/problems", "required", "登记隐患的，请写明发现的问题。")
    check.refuse()
    previous = _last_check(body)
    number, *_ = next_number(f"{office_over(body).number_prefix}-{SERIES}", now)
    result = SafetyCheck.Result.PROBLEMS if said["problems"] else SafetyCheck.Result.FINE
    row = SafetyCheck.objects.create(
        body=body,
        number=number,
        checked_on=checked_on,
        result=result,
        filed_at=now,
        filed_by=actor.post,
        key=actor.key,
        **said,
    )
    if previous is None or checked_on > previous:
        undertakings.settle(body=body, rule=RULE, matter=matter_of(body), at=now, now=now, actor=actor)
        _owe_next(body, checked_on, actor, now)
    data = {"check": number, "checked_on": checked_on.isoformat(), "result": row.result}
    _write(
        body, actor, now, entry("safety.checked", f"安全自查 {number}：{row.get_result_display()}", data=data)
    )
    if place := hazard_place.strip():
        found = {"kind": Hazard.Kind.FLAW, "place": place, "words": said["problems"]}
        origin = {"source": Hazard.Source.OWN_CHECK, "ref": number}
        hazards.register(actor=actor, body=body, now=now, **found, **origin)
    return row


@transaction.atomic
def set_interval(*, actor: Actor, body: Organization, months: int, now: datetime) -> CheckInterval:
    """The office says every how many months this firm checks itself; what is owed moves with it."""
    require(actor, "safety.interval")
    body = firm_of(actor, body.code)
    one_at_a_time(body)
    if not 1 <= months <= CheckInterval.MOST:
        raise wrong("/months", "out_of_range", f"自查间隔须为 1 至 {CheckInterval.MOST} 个月。", CLAUSE)
    row, _ = CheckInterval.objects.update_or_create(
        body=body, defaults={"months": months, "set_at": now, "set_by": actor.post}
    )
    last = _last_check(body)
    if last or body.safety_rules.exists():
        _owe_next(body, last or timezone.localdate(now), actor, now)
    words = f"每 {months} 个月自查一次"
    tell(body, title=f"应急办要求{words}", matter=matter_of(body), now=now)
    _write(body, actor, now, entry("safety.interval_set", f"{body}{words}", data={"months": months}))
    return row


def matter_of(body: Organization) -> str:
    return f"safety/{body.code}"


def months_of(body: Organization) -> int:
    row = CheckInterval.objects.filter(body=body).first()
    return row.months if row else CheckInterval.MONTHS


@dataclass(frozen=True)
class FirmsSafety:
    """Where a firm stands: how many rules it has, when it last checked itself, and until when it is to do so again."""

    firm: Organization
    rules: int
    last: date | None
    next: date | None
    today: date

    STATES = {"silent": "从未报送自查", "overdue": "自查超期", "fine": "按期"}

    @property
    def state(self) -> str:
        if self.last is None:
            return "silent"
        return "overdue" if self.next < self.today else "fine"

    @property
    def label(self) -> str:
        return self.STATES[self.state]


def overview(actors: list[Actor], today: date) -> list[FirmsSafety]:
    """Every active firm that these see; who is silent first."""
    firms = visible_firms(actors).filter(is_active=True, county__isnull=False).select_related("county")
    firms = firms.annotate(
        rules_standing=Count("safety_rules", Q(safety_rules__repealed_on=None), distinct=True),
        last_check=Max("safety_checks__checked_on"),
    ).select_related("check_interval")
    found = [
        FirmsSafety(
            firm,
            firm.rules_standing,
            firm.last_check,
            firm.last_check and later(firm.last_check, _interval(firm)),
            today,
        )
        for firm in firms
    ]
    order = list(FirmsSafety.STATES)
    return sorted(found, key=lambda each: (order.index(each.state), each.next or today, each.firm.code))


def _interval(firm: Organization) -> int:
    return firm.check_interval.months if hasattr(firm, "check_interval") else CheckInterval.MONTHS


def _last_check(body: Organization) -> date | None:
    return body.safety_checks.aggregate(last=Max("checked_on"))["last"]


def resume(body: Organization, *, actor: Actor, now: datetime):
    """Who has checked itself before owes the next one again."""
    if last := _last_check(body):
        _owe_next(body, last, actor, now)


def _owe_next(body: Organization, last: date, actor: Actor, now: datetime):
    due = due_at(later(last, months_of(body)))
    about = {"rule": RULE, "title": "报送下一次安全自查", "matter": matter_of(body)}
    undertakings.owe(body=body, due_at=due, now=now, actor=actor, **about)


def _write(body: Organization, actor: Actor, now: datetime, *entries):
    ledger.append(ledger.body_chain(body), *entries, at=now, actor=actor)
