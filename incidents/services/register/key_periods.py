"""重点时期 (§4.1): the office declares when it wants to hear daily, and from whom; its last day may move; it ends."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from alerts.models import Notification
from incidents import ledger
from incidents.ledger import Entry, body_chain
from incidents.models import KeyPeriod, KeyPeriodChange, KeyPeriodMove, Organization, Role
from incidents.models.key_period import LONGEST, asks
from incidents.querysets import ALL_SEEING
from incidents.refusals import NotAllowed, NotFound, WrongState, wrong
from incidents.roles import OFFICE, Actor, require
from incidents.services import subject
from incidents.services.check import Check
from incidents.services.debt import undertakings
from incidents.services.numbers import next_number
from incidents.services.register.firm_registers import day_needed
from incidents.services.register.telling import tell_all

CLAUSE = "4.1"
DAILY = "Q6"
DUE_BY = time(17)
"""**decided**: until when a day's report is in time, if the period does not say otherwise."""
EARLIEST = time(8)
"""**decided**: no day's report falls due before it: none is made ahead of its day, and nobody is woken for it."""
DAY = timedelta(days=1)
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
    due_by = due_by.replace(second=0, microsecond=0)
    _check(kind, name, note, starts_on, ends_on, due_by, found, now)
    period = KeyPeriod(
        office=office,
        kind=kind,
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        due_by=due_by,
        note=note,
        declared_at=now,
        declared_by=actor.post,
    )
    if not period.days:
        raise wrong("/ends_on", "in_past", "这段时间的最后一个截止时刻已过。", CLAUSE)
    period.number, *_ = next_number(f"{office.number_prefix}-K", now)
    period.save()
    period.bodies.set(found)
    undertakings.owe_each(
        bodies=found, due_at=period.due_at(period.first_day), now=now, actor=actor, **owed(period)
    )
    words = (
        f"{period.starts_on:%-m月%-d日}至{period.ends_on:%-m月%-d日}，每日 {period.due_by:%H:%M} 前报送零报告"
        "（内部时限）"
    )
    unreached = news(found, period, f"{name}：{words}", note, now)
    what = f"发布重点时期 {period.number} {name}：{words}，{len(found)} 个单位"
    data = {"kind": kind, "bodies": [body.code for body in found], "unreached": unreached}
    write(period, actor, now, "period.declared", what, data)
    return period


def _check(kind, name, note, starts_on, ends_on, due_by, bodies, now):
    check = Check(CLAUSE)
    if kind not in KeyPeriod.Kind.values:
        check.wrong("/kind", "not_a_choice", "请选择类别。")
    if not name:
        check.wrong("/name", "required", "请填写名称。")
    check.text("/name", "名称", name, 60)
    check.text("/note", "要求", note, 300)
    day_needed(check, "/starts_on", "起日", starts_on)
    day_needed(check, "/ends_on", "止日", ends_on)
    if starts_on and ends_on and ends_on < starts_on:
        check.wrong("/ends_on", "range", "止日不能早于起日。")
    elif starts_on and ends_on and ends_on - starts_on > LONGEST:
        check.wrong("/ends_on", "range", f"一段时期最长 {LONGEST.days} 天（内部规定），更长的请分段发布。")
    if ends_on and ends_on < timezone.localdate(now):
        check.wrong("/ends_on", "in_past", "止日不能早于今天。")
    if due_by < EARLIEST:
        check.wrong("/due_by", "range", "每日截止时刻不能早于 8:00（内部规定：零报告当日报送，夜间不催报）。")
    if not bodies:
        check.wrong("/bodies", "required", "请至少选择一个报送单位。")
    check.refuse()


@transaction.atomic
def move_end(*, actor: Actor, number: str, ends_on: date | None, reason: str, now: datetime) -> KeyPeriodMove:
    """Another last day: of days that were added a report is owed by each body, of days taken away none is."""
    period = locked(actor, "period.move", number)
    if not period.runs(now):
        raise WrongState("这段时期已经结束，不能更改止日；再有需要的，请另行发布。", "already_over", CLAUSE)
    reason = subject.reason_needed(reason, CLAUSE)
    subject.refuse_longer("reason", "理由", reason, 300)
    check, former = Check(CLAUSE), period.ends_on
    day_needed(check, "/ends_on", "新的止日", ends_on)
    check.refuse()
    period.ends_on = ends_on
    if ends_on == former:
        check.wrong("/ends_on", "not_changed", f"止日原来就是 {former}。")
    elif ends_on < timezone.localdate(now):
        check.wrong("/ends_on", "in_past", "止日不能早于今天。")
    elif not period.days:
        check.wrong("/ends_on", "no_days", "改到这一天就没有须报送的日子了；不再需要的，请提前结束。")
    elif ends_on - period.starts_on > LONGEST:
        check.wrong("/ends_on", "range", f"一段时期最长 {LONGEST.days} 天（内部规定），更长的请另行发布。")
    check.refuse()
    move = KeyPeriodMove.objects.create(
        period=period, former=former, ends_on=ends_on, reason=reason, moved_at=now, moved_by=actor.post
    )
    period.save(update_fields=["ends_on"])
    bodies = active(period)
    next_due = period.due_at(former + DAY)
    undertakings.run_until(bodies=bodies, next_due=next_due, why=reason, now=now, actor=actor, **owed(period))
    words = f"{move.word}至 {ends_on:%-m月%-d日}（原 {former:%-m月%-d日}）"
    title = f"{period}{words}，每日 {period.due_by:%H:%M} 前报送零报告（内部时限）"
    unreached = news(bodies, period, title, reason, now)
    data = {"former": former.isoformat(), "ends_on": ends_on.isoformat(), "unreached": unreached}
    write(period, actor, now, "period.moved", f"重点时期 {period.number} {period}{words}", data, reason)
    return move


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
    about = {"rule": DAILY, "matter": matter(period), "why": "重点时期提前结束"}
    undertakings.void_each(bodies=period.bodies.all(), now=now, actor=actor, **about)
    title = f"{period}提前结束，不再报送零报告"
    unreached = news(active(period), period, title, reason, now)
    what = f"提前结束重点时期 {period.number} {period}"
    write(period, actor, now, "period.ended", what, {"unreached": unreached}, reason)
    return period


def asked(period: KeyPeriod) -> QuerySet[Organization]:
    """The bodies that are asked now: not who has left, nor who has been set inactive meanwhile."""
    last = period.changes.filter(body=OuterRef("pk")).order_by("-pk").values("joins")[:1]
    left = Organization.objects.annotate(joins=Subquery(last)).filter(joins=False)
    return period.bodies.filter(is_active=True).exclude(pk__in=left.values("pk"))


def changes_by_body(period: KeyPeriod) -> dict[int, list[KeyPeriodChange]]:
    found: dict[int, list[KeyPeriodChange]] = {}
    for change in period.changes.all():
        found.setdefault(change.body_id, []).append(change)
    return found


def owing(period: KeyPeriod, day: date) -> list[Organization]:
    """The bodies that are asked now and owe this day."""
    changes, due_at = changes_by_body(period), period.due_at(day)
    return [body for body in active(period) if asks(changes.get(body.pk, []), due_at)]


def active(period: KeyPeriod) -> list[Organization]:
    return list(asked(period).select_related("parent", "county"))


def taken(actor: Actor, code: str, number: str) -> KeyPeriod:
    """For what many bodies do in the same minute: none of them waits for another."""
    period = visible([actor]).filter(number=number).select_related("office").first()
    if period is None:
        raise NotFound(f"没有编号为 {number} 的重点时期。", "not_found", CLAUSE)
    require(actor, code)
    return period


def locked(actor: Actor, code: str, number: str) -> KeyPeriod:
    """For what the office does with the whole of it."""
    pk = taken(actor, code, number).pk
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


def write(
    period: KeyPeriod, actor: Actor, now: datetime, action: str, summary: str, data: dict, reason: str = ""
):
    entry = Entry(action, summary, clause=CLAUSE, reason=reason, data={"period": period.number} | data)
    ledger.append(body_chain(period.office), entry, at=now, actor=actor)


def news(bodies: list[Organization], period: KeyPeriod, title: str, text: str, now: datetime) -> list[str]:
    kind = Notification.Kind.NEWS
    return tell_all(bodies, kind=kind, title=title, text=text, matter=matter(period), now=now)


def owed(period: KeyPeriod) -> dict:
    return {
        "rule": DAILY,
        "title": f"{period} 零报告",
        "matter": matter(period),
        "until": period.due_at(period.ends_on),
    }
