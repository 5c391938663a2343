"""The table of a key period, bodies by days: who said so and when, late, or not at all. Read off stored times alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.functional import cached_property

from alerts.models import Undertaking
from incidents.models import KeyPeriod, Organization, ZeroReport
from incidents.models.key_period import DUE_SECOND, asks
from incidents.services.register import key_periods

SHOWN_DAYS = 14


@dataclass(frozen=True)
class Cell:
    """`state`: quiet, news (each perhaps `is_late`), silent, waiting, ahead, off (the body was set inactive),
    apart (it had not joined yet, or has left)."""

    day: date
    state: str
    report: ZeroReport | None = None
    is_late: bool = False
    later: ZeroReport | None = None
    """Of news: that nothing happened, said after it. It takes nothing back."""

    @property
    def words(self) -> str:
        if self.report is None:
            return {"silent": "未报", "waiting": "待报", "ahead": "", "off": "停用", "apart": "不需报"}[
                self.state
            ]
        said = "无" if self.state == "quiet" else "有情况"
        words = f"{said} {self._at(self.report)}" + ("（迟）" if self.is_late else "")
        return words + (f"，后报无 {self._at(self.later)}" if self.later else "")

    def _at(self, report: ZeroReport) -> str:
        at = timezone.localtime(report.filed_at)
        return f"{at:%H:%M}" if at.date() == self.day else f"{at:%-m月%-d日 %H:%M}"


@dataclass(frozen=True)
class Line:
    body: Organization
    cells: list[Cell]
    silent: int
    """On how many days of the whole period it was silent."""


class Table:
    """The last days of the period that have come, or those until a day; `whole`: all (to print)."""

    def __init__(
        self,
        period: KeyPeriod,
        bodies: list[Organization],
        now: datetime,
        *,
        until: date | None = None,
        whole: bool = False,
    ):
        self.period, self.now, self.bodies = period, now, bodies
        self.all_days = period.days
        self.today = timezone.localdate(now)
        begun = [day for day in self.all_days if day <= self.today] or self.all_days[:1]
        ahead = [day for day in self.all_days if day <= until] if until else begun
        self.days = self.all_days if whole else ahead[-SHOWN_DAYS:]

    @cached_property
    def _said(self) -> dict[tuple[int, date], list[ZeroReport]]:
        found: dict[tuple[int, date], list[ZeroReport]] = {}
        rows = ZeroReport.objects.filter(period=self.period, body__in=self.bodies).order_by("filed_at", "id")
        for row in rows:
            found.setdefault((row.body_id, row.day), []).append(row)
        return found

    @cached_property
    def _overdue_at(self) -> dict[date, datetime]:
        return {day: self.period.due_at(day) + DUE_SECOND for day in self.all_days}

    @cached_property
    def _asked_until(self) -> dict[int, datetime]:
        """Of bodies that were set inactive: when their debt of this period ended."""
        stopped = [body.pk for body in self.bodies if not body.is_active]
        ended = Undertaking.objects.filter(body__in=stopped, matter=key_periods.matter(self.period))
        ended = dict(ended.order_by("closed_at").values_list("body", "closed_at"))
        return {pk: ended.get(pk) or self.period.declared_at for pk in stopped}

    @cached_property
    def _changes(self) -> dict:
        return key_periods.changes_by_body(self.period)

    def _owes(self, body: Organization, day: date) -> bool:
        return asks(self._changes.get(body.pk, []), self.period.due_at(day))

    def is_asked(self, body: Organization) -> bool:
        return body.is_active and asks(self._changes.get(body.pk, []), self.now)

    @cached_property
    def lines(self) -> list[Line]:
        return [
            Line(
                body,
                [self.cell(body, day) for day in self.days],
                sum(self.cell(body, day).state == "silent" for day in self.all_days),
            )
            for body in self.bodies
        ]

    def cell(self, body: Organization, day: date) -> Cell:
        """In time by its first report; what happened stays, whatever is said after it."""
        overdue_at = self._overdue_at[day]
        if said := self._said.get((body.pk, day)):
            news = next((row for row in reversed(said) if not row.is_quiet), None)
            later = said[-1] if news and said[-1].is_quiet else None
            is_late = said[0].filed_at >= overdue_at
            return Cell(day, "news" if news else "quiet", news or said[0], is_late, later)
        if not body.is_active and overdue_at > self._asked_until[body.pk]:
            return Cell(day, "off")
        if not self._owes(body, day):
            return Cell(day, "apart")
        if self.now >= overdue_at:
            return Cell(day, "silent")
        return Cell(day, "waiting" if day == self.today else "ahead")

    @cached_property
    def sums(self) -> list[dict]:
        """By day: how many of all have said so."""
        columns = zip(self.days, zip(*(line.cells for line in self.lines), strict=True), strict=True)
        return [
            {
                "day": day,
                "said": sum(cell.report is not None for cell in cells),
                "of": sum(cell.state not in ("off", "apart") for cell in cells),
            }
            for day, cells in columns
        ]

    @cached_property
    def news(self) -> list[Cell]:
        """What was reported, the newest first."""
        return sorted(
            ((row.body_id, row) for rows in self._said.values() for row in rows if not row.is_quiet),
            key=lambda each: each[1].filed_at,
            reverse=True,
        )

    @cached_property
    def reported(self) -> list[dict]:
        names = {body.pk: body for body in self.bodies}
        return [{"body": names[body], "report": row} for body, row in self.news[:20]]

    @property
    def owes_today(self) -> bool:
        return self.today in self.all_days

    @property
    def is_overdue_today(self) -> bool:
        return self.owes_today and self.now >= self._overdue_at[self.today]

    @property
    def owing_today(self) -> list[Organization]:
        if self.today not in self.all_days:
            return []
        return [body for body in self.bodies if self.is_asked(body) and self._owes(body, self.today)]

    @property
    def silent_today(self) -> list[Organization]:
        return [body for body in self.owing_today if (body.pk, self.today) not in self._said]

    @property
    def earlier(self) -> date | None:
        first = self.days[0] if self.days else None
        return first - timedelta(days=1) if first and first > self.all_days[0] else None

    @property
    def later(self) -> date | None:
        last = self.days[-1] if self.days else None
        if last is None or last >= self.all_days[-1]:
            return None
        return min(last + timedelta(days=SHOWN_DAYS), self.all_days[-1])


def silent_today(period: KeyPeriod, bodies: Iterable[Organization], now: datetime) -> list[Organization]:
    """Who has said nothing yet of today."""
    today = timezone.localdate(now)
    if today not in period.days:
        return []
    said = set(ZeroReport.objects.filter(period=period, day=today).values_list("body", flat=True))
    owing = {body.pk for body in key_periods.owing(period, today)}
    return [body for body in bodies if body.pk in owing - said]
