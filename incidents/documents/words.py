"""Times as an official paper writes them."""

from datetime import datetime

from incidents import drill_clock


def when(at: datetime | None, *, seconds: bool = False) -> str:
    """2026年3月2日 02:25, in city time."""
    if at is None:
        return "—"
    local = drill_clock.local(at)
    return f"{local.year}年{local.month}月{local.day}日 {local:{'%H:%M:%S' if seconds else '%H:%M'}}"
