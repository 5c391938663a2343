"""The watchdog (domain §2): whether the sweep still runs, and whether this node's clock is the database's.

A debt reads as overdue with every worker dead; what dies with them is the reminding. So the sweep leaves a
heartbeat each time, and whoever shows a page looks at how old it is.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.utils import timezone

log = logging.getLogger(__name__)

STALE_AFTER = timedelta(seconds=30)
"""How old a heartbeat may be; the domain's own figure, so no setting."""
LARGEST_SKEW = timedelta(seconds=2)

LOOK = "SELECT (SELECT at FROM alerts_heartbeat WHERE name = 'sweep'), clock_timestamp()"


@dataclass(frozen=True)
class Watch:
    """One look, of this node, at the database's clock and at the sweep's heartbeat."""

    now: datetime
    heartbeat: datetime | None
    skew: timedelta
    """How far this node's clock is ahead of the database's."""

    @property
    def age(self) -> timedelta | None:
        return None if self.heartbeat is None else self.now - self.heartbeat

    @property
    def stopped(self) -> str:
        """Why the sweep is taken for stopped, in words; empty while it runs."""
        if self.heartbeat is None:
            return "时限巡查尚未开始"
        if self.age > STALE_AFTER:
            return f"时限巡查自 {clock(self.heartbeat)} 起停止"
        if self.age < -STALE_AFTER:
            return f"时限巡查的心跳（{clock(self.heartbeat)}）在将来：各机时钟不一致"
        return ""

    @property
    def off(self) -> str:
        """How this node's clock differs, in words; empty within two seconds."""
        if abs(self.skew) <= LARGEST_SKEW:
            return ""
        side = "快" if self.skew > timedelta() else "慢"
        return f"本机时钟比数据库{side} {abs(self.skew).total_seconds():.0f} 秒"

    @property
    def warning(self) -> str:
        """What stands on every page; empty when all is well."""
        said = []
        if self.stopped:
            said.append(f"{self.stopped}，到期提醒可能不会发出；页面上的时限状态仍按时间计算。")
        if self.off:
            said.append(f"{self.off}，时限按本机时钟计算，请系统管理员校准。")
        return "".join(said)


def look() -> Watch:
    """One question to the database. The time of the answer lies between the two looks at our own clock."""
    before = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(LOOK)
        heartbeat, theirs = cursor.fetchone()
    after = timezone.now()
    skew = before - theirs if before > theirs else after - theirs if after < theirs else timedelta()
    return Watch(after, heartbeat, skew)


def warning() -> str:
    """For a page, which must be shown whatever happens to the watchdog."""
    try:
        return look().warning
    except DatabaseError:
        return "数据库没有应答，页面可能不完整。"


def log_skew():
    """A worker's own clock is seen by nobody else: it says so in its log."""
    if off := look().off:
        log.warning("Clock: %s", off)


def clock(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{local.month}月{local.day}日 {local:%H:%M:%S}"
