"""Whether somebody watches and somebody is reached: the sweep, the broker, the sender, rosters, channels."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.utils import timezone

from alerts.models import Channel, Delivery, Shift
from alerts.services import watchdog
from alerts.services.directory import Directory
from alerts.services.outbox import NOT_ADDRESSED
from alerts.services.roster import AHEAD, gaps_of_all
from alerts.services.sending import TELL_OWNER_AFTER
from incidents.models import Organization, Post
from incidents.services import backups
from zmd_emergency.doctor.finding import Finding, fine, grave, mind

Kind = Organization.Kind
WAITS_TOO_LONG = timedelta(minutes=30)
NAMED = 5


def sweep(now: datetime) -> Iterator[Finding]:
    """时限巡查"""
    if stopped := watchdog.look().stopped:
        yield grave(
            "时限巡查",
            f"{stopped}：到期提醒不会发出。",
            "启动后台任务和定时器（worker、beat），看它们的日志。",
        )
    else:
        yield fine("时限巡查", "在运行。")


def broker(now: datetime) -> Iterator[Finding]:
    """消息服务"""
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=3, socket_timeout=3) as client:
            client.ping()
    except (redis.RedisError, OSError) as error:
        words = f"没有应答（{type(error).__name__}）：页面不会自动更新，提醒会迟到。"
        yield grave("消息服务", words, "启动 Redis 或 Valkey，检查 REDIS_URL。")
    else:
        yield fine("消息服务", "有应答。")


def outbox(now: datetime) -> Iterator[Finding]:
    """外发"""
    late = Delivery.objects.pending().filter(created_at__lt=now - WAITS_TOO_LONG).count()
    if late:
        yield mind(
            "外发", f"{late} 条外部消息半小时仍未送出。", "看“发送记录”；检查发送进程（sender）和渠道。"
        )
    else:
        yield fine("外发", "没有积压。")


def rosters(now: datetime) -> Iterator[Finding]:
    """值班"""
    bodies = Organization.objects.filter(is_active=True)
    keeping = bodies.filter(pk__in=Shift.objects.values("organization"))
    found = gaps_of_all(keeping, now, now + AHEAD)
    names = {body.pk: body for body in keeping}
    gaps = [(names[pk], gap) for pk, gaps in found.items() for gap in gaps]
    begun = [f"{body}{gap.seat.label}" for body, gap in gaps if gap.has_begun(now)]
    ahead = [f"{body}{gap.seat.label}（{gap.words}）" for body, gap in gaps if not gap.has_begun(now)]
    if begun:
        yield grave("值班", f"现在空岗：{_some(begun)}。", "立即排班。")
    if ahead:
        yield mind("值班", f"三天之内将空岗：{_some(ahead)}。", "在值班表里排班。")
    if without := [str(body) for body in bodies.filter(kind=Kind.OFFICE).exclude(pk__in=names)]:
        yield grave("值班", f"{_some(without)}从未排班。", "在值班表里排班（§5.2.3）。")
    if not (begun or ahead or without):
        yield fine("值班", "三天之内没有空岗。")


def failing_channels(now: datetime) -> Iterator[Finding]:
    """渠道"""
    failing = Channel.objects.active().filter(failures__gte=TELL_OWNER_AFTER)
    named = [
        f"{channel.owner}的“{channel.name}”（自 {_clock(channel.failing_since)}：{channel.last_error}）"
        for channel in failing.select_related("person", "organization")
    ]
    if named:
        yield mind("渠道", f"{len(named)} 个渠道连续失败：{_some(named)}。", "到“通知渠道”测试，与本人核对。")
    else:
        yield fine("渠道", "没有连续失败的渠道。")


def reach(now: datetime) -> Iterator[Finding]:
    """通知"""
    posts = Post.objects.filter(is_active=True, person__is_active=True)
    holders = defaultdict(set)
    for body, person in posts.exclude(role__in=NOT_ADDRESSED).values_list("organization", "person"):
        holders[body].add(person)
    bodies = list(Organization.objects.filter(is_active=True, pk__in=holders).order_by("pk"))
    alive = Channel.objects.active().filter(failures__lt=TELL_OWNER_AFTER)
    people = set(alive.exclude(person=None).values_list("person", flat=True))
    groups = set(alive.exclude(organization=None).values_list("organization", flat=True))
    directory = Directory(bodies, at=now)
    deaf = []
    for body in bodies:
        told = {person.pk for person in directory.everyone(body)} or holders[body.pk]
        if body.pk not in groups and not told & people:
            deaf.append(body)
    if offices := [str(body) for body in deaf if body.kind == Kind.OFFICE]:
        words = f"{_some(offices)}值班的人没有可用的外部渠道：不看屏幕就收不到提醒。"
        yield grave("通知", words, "在“通知渠道”里至少设一个，并测试。")
    if others := [str(body) for body in deaf if body.kind != Kind.OFFICE]:
        yield mind(
            "通知", f"{len(others)} 个单位没有可用的外部渠道：{_some(others)}。", "请各单位设置并测试。"
        )
    if not deaf:
        yield fine("通知", "各单位都有可用的外部渠道。")


def administrator(now: datetime) -> Iterator[Finding]:
    """系统管理员"""
    if backups.administrators():
        yield fine("系统管理员", "有在任的系统管理员。")
    else:
        yield grave("系统管理员", "没有在任的系统管理员：备份等告警无人收到。", "任命一名系统管理员。")


def _some(names: list[str]) -> str:
    more = f" 等 {len(names)} 处" if len(names) > NAMED else ""
    return "、".join(names[:NAMED]) + more


def _clock(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


ALONE = [broker]
ASKING = [sweep, outbox, rosters, failing_channels, reach, administrator]
