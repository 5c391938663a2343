"""Who is asked in a running key period (§4.1): bodies join, leave, and come back into use; each owes from then on, or no more."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from alerts.services.directory import Directory
from incidents.models import KeyPeriod, KeyPeriodChange, Organization
from incidents.refusals import WrongState
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.check import Check
from incidents.services.debt import undertakings
from incidents.services.register import key_periods, roll_calls
from incidents.services.register.telling import Chased

CLAUSE = key_periods.CLAUSE


@transaction.atomic
def change_bodies(
    *,
    actor: Actor,
    number: str,
    reason: str,
    now: datetime,
    add: Iterable[str] = (),
    leave: Iterable[str] = (),
) -> list[KeyPeriodChange]:
    """More bodies, or fewer: who is added owes from now on and is called with the others, who leaves owes nothing more.
    What was silent stays silent."""
    period = key_periods.locked(actor, "period.change", number)
    if not period.runs(now):
        raise WrongState("这段时期已经结束，不能增减报送单位。", "already_over", CLAUSE)
    reason = subject.reason_needed(reason, CLAUSE)
    subject.refuse_longer("reason", "理由", reason, 300)
    standing, wanted, unwanted = key_periods.active(period), set(add), set(leave)
    joining = [body for body in joinable(period) if body.code in wanted]
    leaving = [body for body in standing if body.code in unwanted]
    check = Check(CLAUSE)
    for field, codes, found in (("add", wanted, joining), ("leave", unwanted, leaving)):
        if unknown := codes - {body.code for body in found}:
            check.wrong(f"/{field}", "not_found", f"没有可以选择的单位：{'、'.join(sorted(unknown))}。")
    if not joining and not leaving:
        check.wrong("/add", "required", "请选择要增加或退出的单位。")
    elif len(leaving) == len(standing) and not joining:
        check.wrong("/leave", "nobody_left", "不能让所有单位都退出；不再需要的，请提前结束。")
    check.refuse()
    about = {"period": period, "reason": reason, "at": now, "by": actor.post}
    changes = [KeyPeriodChange(body=body, joins=True, **about) for body in joining]
    changes += [KeyPeriodChange(body=body, joins=False, **about) for body in leaving]
    KeyPeriodChange.objects.bulk_create(changes)
    period.bodies.add(*joining)
    period.save(update_fields=["ended_at"])  # the row is news to who reads the list by `sync`
    _owe_from_now_on(period, joining, actor, now)
    _owe_no_more(period, leaving, actor, now)
    _tell_of_changes(period, joining, leaving, actor, reason, now)
    return changes


def _tell_of_changes(period, joining, leaving, actor, reason, now):
    title = f"{period}：请自即日起每日 {period.due_by:%H:%M} 前报送零报告（内部时限）"
    unreached = key_periods.news(joining, period, title, period.note, now) if joining else []
    unreached += (
        key_periods.news(leaving, period, f"{period}：不再报送零报告", reason, now) if leaving else []
    )
    told = (("增加", joining), ("退出", leaving))
    what = "，".join(f"{word} {len(bodies)} 个单位" for word, bodies in told if bodies)
    data = {"joining": [body.code for body in joining], "leaving": [body.code for body in leaving]}
    data["unreached"] = unreached
    key_periods.write(
        period, actor, now, "period.changed", f"重点时期 {period.number} {period}{what}", data, reason
    )


def rejoin(body: Organization, *, actor: Actor, now: datetime):
    """Set active again, a body reports again in what still runs, from the next day's hour on."""
    running = KeyPeriod.objects.filter(bodies=body, ended_at=None, ends_on__gte=timezone.localdate(now))
    for period in running:
        if key_periods.asked(period).filter(pk=body.pk).exists():
            _owe_from_now_on(period, [body], actor, now)


def _owe_from_now_on(period: KeyPeriod, bodies: Iterable[Organization], actor: Actor, now: datetime):
    """From the next day whose hour has not passed and of which nothing was said yet."""
    said = set(period.reports.filter(body__in=bodies).values_list("body", "day"))
    ahead = [day for day in period.days if period.due_at(day) >= now]
    first: dict[date, list[Organization]] = {}
    for body in bodies:
        day = next((day for day in ahead if (body.pk, day) not in said), None)
        if day:
            first.setdefault(day, []).append(body)
    for day, those in first.items():
        undertakings.owe_each(
            bodies=those, due_at=period.due_at(day), now=now, actor=actor, **key_periods.owed(period)
        )


def _owe_no_more(period: KeyPeriod, bodies: list[Organization], actor: Actor, now: datetime):
    """Neither days nor the answers to roll-calls that still run."""
    why = f"已退出{period}"
    owed = [(key_periods.DAILY, key_periods.matter(period))]
    owed += [(roll_calls.RULE, roll_calls.matter(call)) for call in period.roll_calls.filter(due_at__gte=now)]
    for rule, about in owed:
        undertakings.void_each(bodies=bodies, rule=rule, matter=about, why=why, now=now, actor=actor)


def joinable(period: KeyPeriod) -> QuerySet[Organization]:
    """Who may owe and is not asked now."""
    return (
        key_periods.may_owe(period.office)
        .exclude(pk__in=key_periods.asked(period).values("pk"))
        .select_related("parent", "county")
    )


def history(period: KeyPeriod, bodies: Iterable[Organization]) -> list[tuple[KeyPeriodChange, str]]:
    """What was changed at once, of these bodies: one of the changes, and the names of all."""
    rows = period.changes.filter(body__in=bodies).select_related("body", "by__organization")
    found: dict[tuple, list[KeyPeriodChange]] = {}
    for row in rows:
        found.setdefault((row.at, row.joins), []).append(row)
    return [(rows[0], "、".join(str(row.body) for row in rows)) for rows in found.values()]


def reach(period: KeyPeriod, now: datetime) -> Chased:
    """How many bodies are asked, and of how many nobody is known who could be told."""
    bodies = key_periods.active(period)
    directory = Directory(bodies, at=now)
    return Chased(len(bodies), sum(not directory.reached_for(body) for body in bodies))
