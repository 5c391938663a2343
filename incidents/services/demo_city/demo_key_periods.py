"""The demo's key period: four bodies report daily since three days ago, one was silent yesterday; the roll was called a
while ago, and two have answered.
The office has meanwhile made it a week longer."""

from datetime import datetime, timedelta

from django.utils import timezone

from incidents.roles import Actor
from incidents.services.register import key_periods, roll_calls, zero_reports

BODIES = ("express-a", "express-b", "post-zmd", "county")
SILENT = {("express-b", 1)}
DAY = timedelta(days=1)


def tell(who: dict[str, Actor], now: datetime):
    """`who`: the demo's people, by their accounts."""
    first = timezone.localdate(now) - 3 * DAY
    number = key_periods.declare(
        actor=who["duty"],
        kind="peak",
        name="年终旺季",
        starts_on=first,
        ends_on=first + 30 * DAY,
        bodies=[who[name].organization.code for name in BODIES],
        note="每日报告积压件数和在岗情况；无情况也要报。",
        now=now - 3 * DAY,
    ).number
    for ago in (3, 2, 1):
        for name in BODIES:
            if (name, ago) not in SILENT:
                _report(who[name], number, now - ago * DAY)
    key_periods.move_end(
        actor=who["director"],
        number=number,
        ends_on=first + 37 * DAY,
        reason="年货寄递高峰后移，延长一周",
        now=now - DAY,
    )
    call = roll_calls.call(
        actor=who["duty"], number=number, words="报值班人员和分拨场地情况", now=now - timedelta(minutes=20)
    )
    for name, state, words in (("express-a", "well", ""), ("post-zmd", "short", "夜班缺 2 人，已调人")):
        roll_calls.answer(
            actor=who[name],
            number=call.number,
            person=who[name].person.name,
            place="本单位值班室",
            state=state,
            words=words,
            now=now - timedelta(minutes=12),
        )


def _report(actor: Actor, number: str, at: datetime):
    day = timezone.localdate(at)
    period = key_periods.visible([actor]).get(number=number)
    if day not in period.days:
        return
    words = "分拨中心积压约 3000 件，预计两小时内消化。" if actor.organization.code == "express-a" else ""
    zero_reports.report(
        actor=actor,
        number=number,
        day=day,
        is_quiet=not words,
        words=words,
        now=max(period.due_at(day) - timedelta(hours=2), period.declared_at),
    )
