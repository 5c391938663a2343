"""点名 (§4.1): in a key period the office calls the roll; each body answers who keeps its desk, where, how it stands."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from alerts.models import Notification
from alerts.services import inbox
from alerts.services.directory import reached_for
from incidents import ledger
from incidents.ledger import Entry, body_chain
from incidents.models import Organization, RollAnswer, RollCall
from incidents.querysets import ALL_SEEING
from incidents.refusals import NotFound, WrongState
from incidents.roles import OFFICE, Actor, require
from incidents.rows import insert
from incidents.services.check import Check
from incidents.services.debt import undertakings
from incidents.services.numbers import next_number
from incidents.services.register import key_periods
from incidents.services.register.telling import Chased, said_at, tell_all
from incidents.services.subject import clock_words

CLAUSE = "4.1"
RULE = "Q7"
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=1)


def visible(actors: Iterable[Actor]) -> QuerySet[RollCall]:
    """Who sees all, all of the office; a body those in which it was called."""
    seen = Q(pk__in=[])
    for actor in actors:
        if actor.in_drill:
            continue
        if actor.role in ALL_SEEING:
            seen |= Q(period__office__in=Organization.objects.within(actor.organization))
        else:
            periods = key_periods.visible([actor]).values("pk")
            called = RollAnswer.objects.filter(body__in=key_periods.own(actor)).values("call")
            seen |= Q(period__in=periods, pk__in=called)
    return RollCall.objects.filter(seen)


def usual_limit(now: datetime) -> timedelta:
    """Of the rule in force (**decided** 30 min)."""
    return undertakings.limit_of(RULE, now) or timedelta(minutes=30)


@transaction.atomic
def call(
    *, actor: Actor, number: str, now: datetime, minutes: int | None = None, words: str = ""
) -> RollCall:
    """Every body of the period is called now, and owes its answer within the limit."""
    period = key_periods.locked(actor, "roll.call", number)
    if not period.runs(now):
        raise WrongState("这段时期已经结束，不能点名。", "already_over", CLAUSE)
    if not period.has_begun(now):
        raise WrongState(f"这段时期 {period.starts_on} 才开始，还不能点名。", "not_begun", CLAUSE)
    bodies = key_periods.active(period)
    if not bodies:
        raise WrongState("这段时期的单位都已停用，没有可以点名的。", "nobody_owes", CLAUSE)
    words = words.strip()
    check = Check(CLAUSE)
    check.text("/words", "点名要求", words, 200)
    limit = usual_limit(now) if minutes is None else timedelta(minutes=min(max(minutes, 0), 10**6))
    if not SHORTEST <= limit <= LONGEST:
        check.wrong("/minutes", "range", "应答时限须在 5 分钟至 24 小时（1440 分钟）之间。")
    check.refuse()
    row = RollCall(
        period=period,
        words=words,
        called_at=now,
        called_by=actor.post,
        due_at=(now + limit).replace(microsecond=0),
    )
    row.number, *_ = next_number(f"{period.office.number_prefix}-RC", now)
    row.save()
    insert([RollAnswer(call=row, body=body) for body in bodies])
    about = {"rule": RULE, "title": f"{period} 点名", "matter": matter(row)}
    undertakings.owe_each(bodies=bodies, due_at=row.due_at, now=now, actor=actor, **about)
    title = f"点名 {row.number}：请于 {clock_words(row.due_at)} 前应答（内部时限）"
    unreached = tell_all(
        bodies, kind=Notification.Kind.REMINDER, title=title, text=row.words, matter=matter(row), now=now
    )
    what = f"点名 {row.number}：{len(bodies)} 个单位，{clock_words(row.due_at)} 前应答"
    _write(row, actor, now, "roll.called", what, unreached)
    return row


@transaction.atomic
def answer(
    *,
    actor: Actor,
    number: str,
    person: str,
    place: str,
    state: str,
    now: datetime,
    words: str = "",
    body: str = "",
    told_at: datetime | None = None,
) -> RollAnswer:
    """A body is there: who, where, how it stands; by telephone, when it said so (`told_at`). Once; late is late, but still
    better than silence."""
    row = taken(actor, "roll.answer", number)
    called = Organization.objects.filter(pk__in=row.answers.values("body"))
    who = key_periods.of_period(actor, called, body, "roll.answer")
    said = row.answers.select_for_update(of=("self",)).get(body=who)
    if said.answered_at:
        more = "又有情况的，请报送零报告“有情况”或报告突发事件"
        words = f"{who}已于 {clock_words(said.answered_at)} 应答；{more}。"
        raise WrongState(words, "already_done", CLAUSE)
    said.call, said.person, said.place, said.words = row, person.strip(), place.strip(), words.strip()
    check = Check(CLAUSE)
    at = said_at(check, actor, told_at, row.called_at, now)
    for name, needed in (("person", True), ("place", True), ("words", state == RollAnswer.State.TROUBLE)):
        column = RollAnswer._meta.get_field(name)
        if needed and not getattr(said, name):
            check.wrong(f"/{name}", "required", f"请填写{column.verbose_name}。")
        check.text(f"/{name}", column.verbose_name, getattr(said, name), column.max_length)
    if state not in RollAnswer.State.values:
        check.wrong("/state", "not_a_choice" if state else "required", "请选择状态。")
    check.refuse()
    said.state, said.answered_at = state, at
    said.by_phone, said.answered_by, said.key = actor.role in OFFICE, actor.post, actor.key
    said.save()
    if state != RollAnswer.State.WELL:
        inbox.tell(
            reached_for(row.period.office, at=now),
            kind=Notification.Kind.NEWS,
            title=f"{who} 点名应答：{said.get_state_display()}（{row.number}）",
            text=said.words,
            clause=CLAUSE,
            at=now,
            matter=matter(row),
        )
    undertakings.settle(body=who, rule=RULE, matter=matter(row), at=at, now=now, actor=actor)
    entry = Entry(
        "roll.answered",
        f"{row.number} 点名应答：{said.get_state_display()}"
        + ("（电话，应急办代录）" if said.by_phone else ""),
        clause=CLAUSE,
        data={"roll_call": row.number, "state": state, "said_at": at.isoformat()},
        for_firm=who.kind == Organization.Kind.ENTERPRISE,
        personal={"应答人": said.person},
    )
    ledger.append(body_chain(who), entry, at=now, actor=actor)
    return said


@transaction.atomic
def chase(*, actor: Actor, number: str, now: datetime) -> Chased:
    """催: tells those that are silent still."""
    row = taken(actor, "roll.chase", number)
    silent = row.answers.filter(answered_at=None).values("body")
    silent = list(key_periods.asked(row.period).filter(pk__in=silent).select_related("parent"))
    if not silent:
        raise WrongState("都已应答。", "nobody_owes", CLAUSE)
    limit = f"{clock_words(row.due_at)} 前应答"
    title = f"催答：点名 {row.number} 应于 {limit}（内部时限）"
    unreached = tell_all(
        silent, kind=Notification.Kind.CHASE, title=title, text=row.words, matter=matter(row), now=now
    )
    _write(row, actor, now, "roll.chased", f"催答点名 {row.number}：{len(silent)} 个单位", unreached)
    return Chased(len(silent), len(unreached))


def taken(actor: Actor, code: str, number: str) -> RollCall:
    """It stands as it was called: what is locked are its answers."""
    row = visible([actor]).filter(number=number).select_related("period__office").first()
    if row is None:
        raise NotFound(f"没有编号为 {number} 的点名。", "not_found", CLAUSE)
    require(actor, code)
    return row


def matter(row: RollCall) -> str:
    return f"roll-call/{row.number}"


def _write(row: RollCall, actor: Actor, now: datetime, action: str, summary: str, unreached: list[str]):
    data = {"roll_call": row.number, "unreached": unreached}
    key_periods.write(row.period, actor, now, action, summary, data)
