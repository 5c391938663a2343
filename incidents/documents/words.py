"""Times and spans as an official paper writes them."""

from datetime import datetime, timedelta

from incidents import drill_clock


def when(at: datetime | None, *, seconds: bool = False) -> str:
    """2026年3月2日 02:25, in city time."""
    if at is None:
        return "—"
    local = drill_clock.local(at)
    return f"{local.year}年{local.month}月{local.day}日 {local:{'%H:%M:%S' if seconds else '%H:%M'}}"


def how_long(length: timedelta) -> str:
    """3 小时 05 分"""
    minutes, seconds = divmod(int(abs(length).total_seconds()), 60)
    if not minutes:
        return f"{seconds} 秒"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} 小时 {minutes:02d} 分" if hours else f"{minutes} 分"
