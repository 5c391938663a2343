"""点名 (§4.1): in a key period the office calls the roll; each body answers who keeps its desk, where, how it stands."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from alerts.models import Notification
from alerts.services import inbox
from alerts.services.directory import reached_for
from alerts.services.inbox import Round
from incidents import ledger
from incidents.ledger import Entry, body_chain
from incidents.models import Organization, PlanVersion, RollAnswer, RollCall, plan_parts
from incidents.querysets import ALL_SEEING
from incidents.refusals import NotFound, WrongState
from incidents.roles import OFFICE, Actor, require
from incidents.rows import insert
from incidents.services import key_periods, undertakings
from incidents.services.contents import Check
from incidents.services.numbers import next_number
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
    rules = plan_parts(PlanVersion.in_force(now).pk).rules
    return next((rule.limit for rule in rules if rule.code == RULE), timedelta(minutes=30))


@transaction.atomic
def call(
    *, actor: Actor, number: str, now: datetime, minutes: int | None = None, words: str = ""
) -> RollCall:
    """Every body of the period is called now, and owes its answer within the limit."""
    period = key_periods.locked(actor, "roll.call", number)
    if not period.runs(now):
        raise WrongState("这段时期已经结束，不能点名。", "already_over", CLAUSE)
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
    bodies = list(period.bodies.select_related("parent", "county").order_by("pk"))
    insert([RollAnswer(call=row, body=body) for body in bodies])
    round_ = Round(*bodies, at=now)
    title = f"点名 {row.number}：请于 {clock_words(row.due_at)} 前应答"
    for body in bodies:
        undertakings.owe(
            body=body,
            rule=RULE,
            title=f"{period} 点名",
            due_at=row.due_at,
            matter=matter(row),
            now=now,
            actor=actor,
        )
        _tell(round_, body, row, Notification.Kind.REMINDER, title)
    round_.send()
    _write(
        row,
        actor,
        now,
        "roll.called",
        f"点名 {row.number}：{len(bodies)} 个单位，{clock_words(row.due_at)} 前应答",
    )
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
) -> RollAnswer:
    """A body is there: who, where, how it stands. Once; late is late, but still better than silence."""
    row = taken(actor, "roll.answer", number)
    called = Organization.objects.filter(pk__in=row.answers.values("body"))
    who = key_periods.of_period(actor, called, body, "roll.answer")
    said = row.answers.select_for_update(of=("self",)).get(body=who)
    if said.answered_at:
        raise WrongState(f"{who}已于 {clock_words(said.answered_at)} 应答。", "already_done", CLAUSE)
    said.call, said.person, said.place, said.words = row, person.strip(), place.strip(), words.strip()
    check = Check(CLAUSE)
    for name, needed in (("person", True), ("place", True), ("words", state == RollAnswer.State.TROUBLE)):
        column = RollAnswer._meta.get_field(name)
        if needed and not getattr(said, name):
            check.wrong(f"/{name}", "required", f"请填写{column.verbose_name}。")
        check.text(f"/{name}", column.verbose_name, getattr(said, name), column.max_length)
    if state not in RollAnswer.State.values:
        check.wrong("/state", "not_a_choice" if state else "required", "请选择状态。")
    check.refuse()
    said.state, said.answered_at = state, now
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
    undertakings.settle(body=who, rule=RULE, matter=matter(row), at=now, now=now, actor=actor)
    entry = Entry(
        "roll.answered",
        f"{row.number} 点名应答：{said.get_state_display()}"
        + ("（电话，应急办代录）" if said.by_phone else ""),
        clause=CLAUSE,
        data={"roll_call": row.number, "state": state},
        for_firm=who.kind == Organization.Kind.ENTERPRISE,
        personal={"应答人": said.person},
    )
    ledger.append(body_chain(who), entry, at=now, actor=actor)
    return said


@transaction.atomic
def chase(*, actor: Actor, number: str, now: datetime) -> int:
    """催: tells those that are silent still; returns how many."""
    row = taken(actor, "roll.chase", number)
    silent = Organization.objects.filter(pk__in=row.answers.filter(answered_at=None).values("body"))
    silent = list(silent.select_related("parent"))
    if not silent:
        raise WrongState("都已应答。", "nobody_owes", CLAUSE)
    round_ = Round(*silent, at=now)
    title = f"催答：点名 {row.number} 应于 {clock_words(row.due_at)} 前应答"
    for body in silent:
        _tell(round_, body, row, Notification.Kind.CHASE, title)
    round_.send()
    _write(row, actor, now, "roll.chased", f"催答点名 {row.number}：{len(silent)} 个单位")
    return len(silent)


def taken(actor: Actor, code: str, number: str) -> RollCall:
    """It stands as it was called: what is locked are its answers."""
    row = visible([actor]).filter(number=number).select_related("period__office").first()
    if row is None:
        raise NotFound(f"没有编号为 {number} 的点名。", "not_found", CLAUSE)
    require(actor, code)
    return row


def matter(row: RollCall) -> str:
    return f"roll-call/{row.number}"


def _tell(round_: Round, body, row: RollCall, kind: str, title: str):
    round_.tell(body, kind=kind, title=title, text=row.words, clause=CLAUSE, matter=matter(row))


def _write(row: RollCall, actor, now, action: str, summary: str):
    entry = Entry(action, summary, clause=CLAUSE, data={"roll_call": row.number, "period": row.period.number})
    ledger.append(body_chain(row.period.office), entry, at=now, actor=actor)
