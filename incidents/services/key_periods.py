"""重点时期 and 零报告 (§4.1): the office declares when it wants to hear daily, and from whom; each says so itself."""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from alerts.models import Notification
from alerts.services import inbox
from alerts.services.directory import reached_for
from alerts.services.inbox import Round
from incidents import ledger
from incidents.ledger import Entry, body_chain
from incidents.models import KeyPeriod, Organization, Role, ZeroReport
from incidents.models.key_period import LONGEST
from incidents.querysets import ALL_SEEING
from incidents.refusals import NotAllowed, NotFound, WrongState, wrong
from incidents.roles import OFFICE, Actor, require
from incidents.services import subject, undertakings
from incidents.services.contents import Check
from incidents.services.numbers import next_number

CLAUSE = "4.1"
DAILY = "Q6"
DUE_BY = time(17)
"""**decided**: until when a day's report is in time, if the period does not say otherwise."""
Kind = Organization.Kind


def visible(actors: Iterable[Actor]) -> QuerySet[KeyPeriod]:
    """Who sees all, all of the office; a body those in which it reports, a firm's superior unit those of its firms."""
    seen = Q(pk__in=[])
    for actor in actors:
        body = actor.organization
        if actor.in_drill:
            continue
        if actor.role in ALL_SEEING:
            seen |= Q(office__in=Organization.objects.within(body))
        elif actor.role in (Role.ENTERPRISE, Role.COUNTY):
            seen |= Q(
                pk__in=KeyPeriod.bodies.through.objects.filter(organization__in=own(actor)).values(
                    "keyperiod"
                )
            )
    return KeyPeriod.objects.filter(seen)


def own(actor: Actor) -> QuerySet[Organization]:
    """The bodies that this post answers for: the office on the telephone for every one of its city."""
    if actor.role == Role.ENTERPRISE:
        return Organization.objects.within(actor.organization)
    if actor.role in OFFICE:
        return Organization.objects.filter(is_active=True)
    return Organization.objects.filter(pk=actor.organization.pk)


def may_owe(office: Organization) -> QuerySet[Organization]:
    """Firms and counties of the office's city (§4.1)."""
    city = Organization.objects.within(office.parent.parent).values("pk")
    kinds = (Kind.COUNTY, Kind.ENTERPRISE)
    found = Organization.objects.filter(Q(pk__in=city) | Q(county__in=city), kind__in=kinds, is_active=True)
    return found.order_by("kind", "code")


@transaction.atomic
def declare(
    *,
    actor: Actor,
    kind: str,
    name: str,
    starts_on: date | None,
    ends_on: date | None,
    bodies: Iterable[str],
    now: datetime,
    due_by: time = DUE_BY,
    note: str = "",
) -> KeyPeriod:
    """From now on each of these bodies owes a report for every day of it."""
    require(actor, "period.declare")
    name, note = name.strip(), note.strip()
    office = actor.organization
    found = list(may_owe(office).filter(code__in=list(bodies)).select_related("parent", "county"))
    _check(kind, name, note, starts_on, ends_on, found, now)
    period = KeyPeriod(
        office=office,
        kind=kind,
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        due_by=due_by.replace(second=0, microsecond=0),
        note=note,
        declared_at=now,
        declared_by=actor.post,
    )
    if not period.days:
        raise wrong("/ends_on", "in_past", "这段时间的最后一个截止时刻已过。", CLAUSE)
    period.number, *_ = next_number(f"{office.number_prefix}-K", now)
    period.save()
    period.bodies.set(found)
    round_ = Round(*found, at=now)
    words = (
        f"{period.starts_on:%-m月%-d日}至{period.ends_on:%-m月%-d日}，每日 {period.due_by:%H:%M} 前报送零报告"
    )
    for body in found:
        undertakings.owe(
            body=body,
            rule=DAILY,
            title=f"{name} 零报告",
            due_at=period.due_at(period.first_day),
            until=period.due_at(period.ends_on),
            matter=matter(period),
            now=now,
            actor=actor,
        )
        _news(round_, body, period, Notification.Kind.NEWS, f"{name}：{words}", note)
    round_.send()
    data = {"period": period.number, "kind": kind, "bodies": [body.code for body in found]}
    _write(
        period,
        actor,
        now,
        "period.declared",
        f"发布重点时期 {period.number} {name}：{words}，{len(found)} 个单位",
        data,
    )
    return period


def _check(kind, name, note, starts_on, ends_on, bodies, now):
    check = Check(CLAUSE)
    if kind not in KeyPeriod.Kind.values:
        check.wrong("/kind", "not_a_choice", "请选择类别。")
    if not name:
        check.wrong("/name", "required", "请填写名称。")
    check.text("/name", "名称", name, 60)
    check.text("/note", "要求", note, 300)
    for field, label, day in (("starts_on", "起", starts_on), ("ends_on", "止", ends_on)):
        if day is None:
            check.wrong(f"/{field}", "required", f"请填写{label}日期。")
        elif not 2000 <= day.year < 2100:
            check.wrong(f"/{field}", "out_of_range", "日期须在 2000 年至 2100 年之间。")
    if starts_on and ends_on and ends_on < starts_on:
        check.wrong("/ends_on", "range", "止日不能早于起日。")
    elif starts_on and ends_on and ends_on - starts_on > LONGEST:
        check.wrong("/ends_on", "range", f"一段时期最长 {LONGEST.days} 天（内部规定），更长的请分段发布。")
    if ends_on and ends_on < timezone.localdate(now):
        check.wrong("/ends_on", "in_past", "止日不能早于今天。")
    if not bodies:
        check.wrong("/bodies", "required", "请至少选择一个报送单位。")
    check.refuse()


@transaction.atomic
def end(*, actor: Actor, number: str, reason: str, now: datetime) -> KeyPeriod:
    """It is over before its last day: nothing more is owed; what was silent stays silent."""
    period = locked(actor, "period.end", number)
    if not period.runs(now):
        raise WrongState("这段时期已经结束。", "already_done", CLAUSE)
    reason = subject.reason_needed(reason, CLAUSE)
    subject.refuse_longer("reason", "理由", reason, 300)
    period.ended_at = now
    period.save(update_fields=["ended_at"])
    for body in period.bodies.select_related("parent"):
        undertakings.void(
            body=body, rule=DAILY, matter=matter(period), why="重点时期提前结束", now=now, actor=actor
        )
    _write(period, actor, now, "period.ended", f"提前结束重点时期 {period.number} {period}", reason=reason)
    return period


@transaction.atomic
def report(
    *,
    actor: Actor,
    number: str,
    is_quiet: bool | None,
    now: datetime,
    words: str = "",
    day: date | None = None,
    body: str = "",
) -> ZeroReport:
    """A body's word on one day, today unless it says which. With something to report the desk is told at once; the
    incident or the risk itself is reported by its own form (§4.2, 5.2.1)."""
    period = locked(actor, "zero.report", number)
    reporter = of_period(actor, period.bodies.all(), body, "zero.report")
    today = timezone.localdate(now)
    day, words = day or today, words.strip()
    check = Check(CLAUSE)
    if is_quiet is None:
        check.wrong("/is_quiet", "required", "请说明无情况还是有情况。")
    if is_quiet is False and not words:
        check.wrong("/words", "required", "有情况的，请写明是什么情况。")
    if is_quiet and words:
        check.wrong("/words", "not_quiet", "写了情况的，请选“有情况”。")
    check.text("/words", "情况", words, 2000)
    if day > today:
        check.wrong("/day", "in_future", "不能提前报送以后的日子。")
    elif day not in period.days:
        check.wrong("/day", "not_of_period", f"{day} 不在这段时期须报的日子里。")
    check.refuse()
    row = ZeroReport.objects.create(
        period=period,
        body=reporter,
        day=day,
        is_quiet=is_quiet,
        words=words,
        by_phone=actor.role in OFFICE,
        filed_at=now,
        filed_by=actor.post,
        key=actor.key,
    )
    if not is_quiet:
        inbox.tell(
            reached_for(period.office, at=now),
            kind=Notification.Kind.NEWS,
            title=f"{reporter} 零报告：有情况（{period}）",
            text=words,
            clause=CLAUSE,
            at=now,
            matter=matter(period),
        )
    said = "无情况" if is_quiet else "有情况"
    late = "，迟报" if row.is_late else ""
    entry = Entry(
        "zero.reported",
        f"{period} {day:%-m月%-d日} 零报告：{said}{late}" + ("（电话，应急办代录）" if row.by_phone else ""),
        clause=CLAUSE,
        data={"period": period.number, "day": day.isoformat(), "quiet": is_quiet},
        for_firm=reporter.kind == Kind.ENTERPRISE,
    )
    undertakings.settle(
        body=reporter, rule=DAILY, matter=matter(period), at=now, now=now, actor=actor, day=day
    )
    ledger.append(body_chain(reporter), entry, at=now, actor=actor)
    return row


@transaction.atomic
def chase(*, actor: Actor, number: str, now: datetime) -> int:
    """Tells every body whose report of today is not there yet; returns how many."""
    period = locked(actor, "period.chase", number)
    today = timezone.localdate(now)
    if today not in period.days or not period.runs(now):
        raise WrongState("今天不须报送零报告。", "nobody_owes", CLAUSE)
    said = period.reports.filter(day=today).values("body")
    silent = list(period.bodies.exclude(pk__in=said).select_related("parent"))
    if not silent:
        raise WrongState("今天都已报送。", "nobody_owes", CLAUSE)
    round_ = Round(*silent, at=now)
    title = f"催报：{period} 今日零报告，{period.due_by:%H:%M} 截止"
    for body in silent:
        _news(round_, body, period, Notification.Kind.CHASE, title, period.note)
    round_.send()
    _write(
        period,
        actor,
        now,
        "period.chased",
        f"催报 {period} 今日零报告：{len(silent)} 个单位",
        {"bodies": [b.code for b in silent]},
    )
    return len(silent)


def locked(actor: Actor, code: str, number: str) -> KeyPeriod:
    pk = visible([actor]).filter(number=number).values_list("pk", flat=True).first()
    if pk is None:
        raise NotFound(f"没有编号为 {number} 的重点时期。", "not_found", CLAUSE)
    require(actor, code)
    return KeyPeriod.objects.select_for_update(of=("self",)).select_related("office").get(pk=pk)


def of_period(actor: Actor, bodies: QuerySet[Organization], code: str, act: str) -> Organization:
    """Which of these bodies the actor speaks for: the one of this code, else the one that it can only be."""
    mine = bodies.filter(pk__in=own(actor).values("pk")).select_related("parent", "county")
    if code:
        body = mine.filter(code=code).first()
        if body is None:
            raise wrong("/body", "not_of_period", "须报送的单位里没有它，或不由您报送。", CLAUSE)
        return body
    of_own = mine.filter(pk=actor.organization.pk).first()
    if of_own:
        return of_own
    found = list(mine[:2])
    if not found:
        raise NotAllowed("您的单位不在须报送的单位之中。", "role", CLAUSE)
    if len(found) > 1:
        raise wrong("/body", "required", "请选择报送单位。", CLAUSE)
    return found[0]


def matter(period: KeyPeriod) -> str:
    return f"key-period/{period.number}"


def _news(round_: Round, body, period, kind, title: str, text: str):
    round_.tell(body, kind=kind, title=title, text=text, clause=CLAUSE, matter=matter(period))


def _write(period, actor, now, action, summary, data=None, reason=""):
    entry = Entry(
        action, summary, clause=CLAUSE, reason=reason, data={"period": period.number} | (data or {})
    )
    ledger.append(body_chain(period.office), entry, at=now, actor=actor)
