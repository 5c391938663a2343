"""The periods that figures are asked for: whole months in city time. Written 2026, 2026-Q3, 2026-11 or 2026-01..2026-03."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from incidents.days import city_time, later
from incidents.services.analysis.tallying import Months

FORM = re.compile(
    r"(?P<year>20\d\d)(?:-Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?"
    r"|(?P<since>20\d\d-(?:0[1-9]|1[0-2]))\.\.(?P<until>20\d\d-(?:0[1-9]|1[0-2]))"
)

LONGEST = 120
"""Months: ten years (decided); of more a table by month says nothing."""


@dataclass(frozen=True)
class Period(Months):
    @classmethod
    def of(cls, code: str) -> "Period | None":
        """None where the words name no period."""
        found = FORM.fullmatch(code)
        if found is None:
            return None
        if found["since"]:
            since, last = (date.fromisoformat(f"{found[name]}-01") for name in ("since", "until"))
            period = cls(since, later(last, 1))
            return period if 0 < period.length <= LONGEST else None
        year = int(found["year"])
        if found["quarter"]:
            since = date(year, 3 * int(found["quarter"]) - 2, 1)
            return cls(since, later(since, 3))
        if found["month"]:
            since = date(year, int(found["month"]), 1)
            return cls(since, later(since, 1))
        return cls(date(year, 1, 1), date(year + 1, 1, 1))

    @classmethod
    def of_year(cls, now: datetime) -> "Period":
        return cls.of(f"{timezone.localdate(now).year}")

    @property
    def length(self) -> int:
        return (self.until.year - self.since.year) * 12 + self.until.month - self.since.month

    @property
    def months(self) -> list[date]:
        return [later(self.since, n) for n in range(self.length)]

    @property
    def before(self) -> "Period":
        return Period(later(self.since, -self.length), self.since)

    @property
    def year_ago(self) -> "Period":
        return Period(later(self.since, -12), later(self.until, -12))

    @property
    def is_year(self) -> bool:
        return self.length == 12 and self.since.month == 1

    @property
    def is_month(self) -> bool:
        return self.length == 1

    @property
    def code(self) -> str:
        if self.is_year:
            return f"{self.since.year}"
        if self.is_month:
            return f"{self.since:%Y-%m}"
        if self.length == 3 and self.since.month % 3 == 1:
            return f"{self.since.year}-Q{self.since.month // 3 + 1}"
        return f"{self.since:%Y-%m}..{later(self.until, -1):%Y-%m}"

    def __str__(self):
        year, month = self.since.year, self.since.month
        if self.is_year:
            return f"{year}年"
        if self.is_month:
            return f"{year}年{month}月"
        if self.length == 3 and month % 3 == 1:
            return f"{year}年第{'一二三四'[month // 3]}季度"
        last = later(self.until, -1)
        return f"{year}年{month}月至{last.year}年{last.month}月"

    @property
    def begins(self) -> datetime:
        return city_time(self.since)

    @property
    def ends(self) -> datetime:
        """The moment after its last."""
        return city_time(self.until)
