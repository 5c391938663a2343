"""The demo's roster: trained people, three shifts a day around now, a hand-over, and a gap that is flagged."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from alerts.models import Seat, Shift, ShiftPattern
from alerts.services.roster import DAY, period_of
from incidents.days import city_time
from incidents.roles import Actor
from incidents.services.roster import duty_hand_over, duty_plan
from incidents.services.training import duty_training

TURNS = ("duty", "duty2")
LEADERS = ("leader", "director")
FIRM = ("express-a", "express-a-head")
YEAR = timedelta(days=365)


def draw_up_roster(actors: dict[str, Actor], now: datetime):
    """The office by three shifts a day until the day after tomorrow, its leaders by the day, one firm by the day."""
    planned = now - 2 * DAY
    for keeper, names in (("director", (*TURNS, *LEADERS)), ("express-a", FIRM), ("member", ("member",))):
        for name in names:
            _train(actors[keeper], actors[name], planned)
    today = timezone.localdate(now)
    _lay(actors, "director", "三班倒", Seat.DUTY, TURNS, today + DAY, today + 2 * DAY, planned)
    _lay(actors, "director", "24 小时班", Seat.LEADER, LEADERS, today + DAY, today + 7 * DAY, planned)
    _lay(actors, "express-a", "24 小时班", Seat.DUTY, FIRM, today + DAY, today + 13 * DAY, planned)
    _today(actors, now)


def _train(keeper: Actor, actor: Actor, now: datetime):
    today = timezone.localdate(now)
    duty_training.record_training(
        actor=keeper,
        body=actor.organization,
        person=actor.person.pk,
        topic="应急值班与信息报送",
        passed_on=today - timedelta(days=60),
        valid_until=today + YEAR,
        now=now,
    )


def _lay(actors, keeper: str, pattern: str, seat: Seat, names, first, last, now: datetime):
    duty_plan.lay(
        actor=actors[keeper],
        body=actors[keeper].organization,
        pattern=ShiftPattern.objects.get(name__startswith=pattern).pk,
        seat=seat,
        people=[actors[name].person.pk for name in names],
        first=first,
        last=last,
        now=now,
    )


def _today(actors: dict[str, Actor], now: datetime):
    """What was drawn up before the demo began: the shift that runs, the one before it, and their hand-over."""
    begins = city_time(timezone.localdate(now), time(timezone.localtime(now).hour // 8 * 8))
    eight = timedelta(hours=8)
    before = _put(actors["duty2"], Seat.DUTY, begins - eight, begins)
    running = _put(actors["duty"], Seat.DUTY, begins, begins + eight)
    midnight = city_time(timezone.localdate(now) + DAY)
    if running.ends_at < midnight:
        _put(actors["duty2"], Seat.DUTY, running.ends_at, running.ends_at + eight)
    if running.ends_at + eight < midnight:
        _put(actors["duty"], Seat.DUTY, running.ends_at + eight, midnight)
    tomorrow = midnight + timedelta(hours=8)
    _put(actors["leader"], Seat.LEADER, begins - eight, tomorrow)
    _put(actors["express-a"], Seat.DUTY, begins - eight, tomorrow)
    duty_hand_over.sign_in(actor=actors["duty2"], shift=before.pk, now=before.starts_at)
    left = max(begins - timedelta(minutes=10), before.starts_at)
    handed = duty_hand_over.hand_over(
        actor=actors["duty2"], shift=before.pk, words="设备正常；请关注分拨中心积压情况。", now=left
    )
    duty_hand_over.take_over(actor=actors["duty"], hand_over=handed.pk, now=begins)


def _put(actor: Actor, seat: Seat, starts_at: datetime, ends_at: datetime) -> Shift:
    return Shift.objects.create(
        organization=actor.organization,
        seat=seat,
        person=actor.person,
        period=period_of(starts_at, ends_at),
        drawn_up_at=starts_at,
    )
