"""How long something lasts, in the same words wherever it is said.

**Decided**: the two larger units, the smaller left out where it is nought; hours up to two days, from ten days on days alone: 17 分,
1 小时 05 分, 4 小时, 47 小时 59 分, 2 天 03 小时, 29 天. `js/clock.js` says the same words.
"""

from datetime import timedelta

SHOW_SECONDS = timedelta(minutes=3)
"""A countdown shows its seconds from here on."""


def span(length: timedelta, *, exact: bool = False) -> str:
    """`exact`: below a minute in seconds, on papers that are evidence, where "less than a minute" would not do."""
    minutes, seconds = divmod(int(abs(length).total_seconds()), 60)
    if not minutes:
        return f"{seconds} 秒" if exact else "不到 1 分"
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        days = hours // 24
        return _two(days, "天", hours % 24 if days < 10 else 0, "小时")
    return _two(hours, "小时", minutes, "分") if hours else f"{minutes} 分"


def span_left(left: timedelta) -> str:
    """Of a countdown: with the seconds while they count."""
    seconds = max(0, int(left.total_seconds()))
    if left >= SHOW_SECONDS:
        return span(left)
    return f"{seconds // 60} 分 {seconds % 60:02d} 秒" if seconds >= 60 else f"{seconds} 秒"


def _two(larger: int, its_unit: str, smaller: int, unit: str) -> str:
    return f"{larger} {its_unit} {smaller:02d} {unit}" if smaller else f"{larger} {its_unit}"
