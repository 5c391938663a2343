"""统计分析 (§4.1): the figures of a period. What may be asked, and what is behind a figure: `statistics_asked`."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from statistics import median

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from alerts.models import Deadline, State, Warning
from alerts.services import debt_tally
from alerts.services.punctuality import Rate, counted
from alerts.services.visibility import visible_debts
from incidents.models import Organization, Standing
from incidents.roles import Actor
from incidents.services.analysis import tallying
from incidents.services.analysis.periods import Period
from incidents.services.analysis.statistics_asked import (
    NO_FIRM,
    Asked,
    drilled,
    listed,
    sight_of,
    warnings_listed,
)
from incidents.services.analysis.statistics_names import Names
from incidents.services.analysis.tallying import Kind, Row, Sight
from incidents.services.analysis.waiting import Waits, waits

THIS, BEFORE, YEAR_AGO = range(3)


def how_many(actors: Sequence[Actor], asked: Asked) -> int:
    """As many as `listed` has: read off the figures where they know it."""
    sight, keys = sight_of(actors, asked.period), Names().keys(asked)
    if asked.has == "graded" or asked.has and sight.is_whole:
        found = waits(sight, asked.period, keys, asked.level, asked.standing)
        return found.get((asked.has, None), Waits()).n
    if asked.has:
        return listed(actors, asked).count()
    rows = tallying.of_sight(sight, [asked.period], keys, asked.level)
    return sum(row.n for row in rows if row.kind == Kind.ALL and asked.standing in ("", row.standing))


@dataclass(frozen=True)
class Group:
    """One class, county, firm or origin: of this period by level, of the one before in all."""

    code: str
    name: str
    by_level: Counter
    before: int

    @property
    def total(self) -> int:
        return self.by_level.total()


class Figures:
    """All figures of a period for these posts."""

    def __init__(self, actors: Iterable[Actor], asked: Asked, now: datetime):
        self.actors, self.asked, self.now = list(actors), asked, now
        self.period, self.names = asked.period, Names()

    @cached_property
    def sight(self) -> Sight:
        within = Period(min(span.since for span in self.spans), self.period.until)
        return sight_of(self.actors, within)

    @property
    def offices(self) -> list[int] | None:
        """Whose incidents these see whole; None where they see less."""
        return self.sight.offices if self.sight.is_whole else None

    @cached_property
    def rows(self) -> list[Row]:
        return tallying.of_sight(self.sight, self.spans, self.names.keys(self.asked), self.asked.level)

    @property
    def months(self) -> list[date]:
        """Those of the period that have begun."""
        return [month for month in self.period.months if month <= timezone.localdate(self.now)]

    def name_of(self, month: date) -> str:
        """Under a chart: with its year, where there are several."""
        last = self.period.until - timedelta(days=1)
        year = f"{month:%y}年" if self.period.since.year < last.year else ""
        return f"{year}{month.month}月"

    @cached_property
    def spans(self) -> list[Period]:
        """This period, the one before, and that of a year ago where it is another and does not overlap with this one."""
        return [self.period, self.period.before, *([self.period.year_ago] if self.has_year_ago else [])]

    @property
    def has_year_ago(self) -> bool:
        return self.period.length < 12

    # — how many —

    def total(self, span: int = THIS, *, standing: str = Standing.STANDS, level: int | None = None) -> int:
        return sum(row.n for row in self._rows(Kind.ALL, span, standing) if level in (None, row.level))

    def of_month(self, month: date) -> Counter:
        """By level."""
        return self._of_months[month]

    @cached_property
    def _of_months(self) -> dict[date, Counter]:
        found = defaultdict(Counter)
        for row in self._rows(Kind.ALL, THIS):
            found[row.month][row.level] += row.n
        return found

    def groups(self, kind: str) -> list[Group]:
        """The most frequent first."""
        now, before, names = defaultdict(list), Counter(), self.names.of(kind)
        for row in self._rows(kind, THIS):
            now[names[row.key]].append(row)
        for row in self._rows(kind, BEFORE):
            before[names[row.key]] += row.n
        groups = [Group(*named, self._by_level(now[named]), before[named]) for named in {*now, *before}]
        return sorted(groups, key=lambda group: (-group.total, -group.before, group.name))

    def _rows(self, kind: str, span: int, standing: str = Standing.STANDS) -> list[Row]:
        return self._sorted[kind, span, standing]

    @cached_property
    def _sorted(self) -> dict[tuple, list[Row]]:
        found = defaultdict(list)
        for row in self.rows:
            found[row.kind, row.span, row.standing].append(row)
        return found

    @staticmethod
    def _by_level(rows: Iterable[Row]) -> Counter:
        counts = Counter()
        for row in rows:
            counts[row.level] += row.n
        return counts

    # — how long —

    def waits(self, moment: str, month: date | None = None) -> Waits:
        """From receipt to that moment, of what stands; of one month or of all."""
        return self._waits.get((moment, month), Waits())

    @cached_property
    def _waits(self) -> dict[tuple, Waits]:
        return waits(self.sight, self.period, self.names.keys(self.asked), self.asked.level, Standing.STANDS)

    # — in time —

    @cached_property
    def debts(self) -> list[dict]:
        return self._debts(self.period)

    @cached_property
    def debts_before(self) -> list[dict]:
        return self._debts(self.period.before)

    def _debts(self, period: Period) -> list[dict]:
        """Of the plan's own limits; of the filters only that of the firm chooses among them."""
        firm = self.asked.firm
        if firm == NO_FIRM:
            return []
        debtor = firm and Organization.objects.filter(code=firm).values_list("pk", flat=True).first()
        return debt_tally.seen_by(self.actors, period.since, period.until, self.now, debtor or None)

    def rates(self, by: str, rows: list[dict] | None = None) -> dict[tuple[str, str], Rate]:
        """By `rule`, `debtor` or `month`: (code, name) to rate."""
        in_time, total = Counter(), Counter()
        rules, bodies = self.names.rules, self.names.bodies
        name_of = {
            "rule": lambda row: rules[row["rule"]],
            "debtor": lambda row: bodies[str(row["debtor"])],
            "month": lambda row: (row["month"].isoformat(), self.name_of(row["month"])),
        }[by]
        for row in self.debts if rows is None else rows:
            named = name_of(row)
            in_time[named] += row["in_time"]
            total[named] += row["total"]
        return {named: Rate(in_time[named], total[named]) for named in sorted(total)}

    @property
    def rates_of_months(self) -> list[tuple[str, Rate]]:
        """Of every month that has begun or in which something fell due that is done already; also the empty ones."""
        rates = self.rates("month")
        begun = {(month.isoformat(), self.name_of(month)) for month in self.months}
        return [(name, rates.get((month, name), Rate())) for month, name in sorted(begun | set(rates))]

    @property
    def rate(self) -> Rate:
        return _rate(self.debts)

    @property
    def rate_before(self) -> Rate:
        return _rate(self.debts_before)

    @property
    def is_unfinished(self) -> bool:
        """Its period goes on, while those that it is compared with are whole."""
        return self.now < self.period.ends

    # — warnings, and drills apart —

    def warnings(self, period: Period) -> "WarningFigures":
        return WarningFigures(warnings_listed(self.actors, replace(self.asked, period=period)))

    @cached_property
    def drills(self) -> tuple[int, int]:
        """Incidents of drills in this period, and in the one before."""
        both = replace(self.asked, period=Period(self.period.before.since, self.period.until))
        is_now = Q(received_at__gte=self.period.begins)
        found = drilled(self.actors, both).aggregate(
            now=Count("pk", filter=is_now), before=Count("pk", filter=~is_now)
        )
        return found["now"], found["before"]


def _rate(rows: list[dict]) -> Rate:
    return Rate(sum(row["in_time"] for row in rows), sum(row["total"] for row in rows))


class WarningFigures:
    def __init__(self, warnings: QuerySet[Warning]):
        rows = warnings.order_by().values_list("level", "status", "issued_at", "incident__received_at")
        self.received = self.dismissed = self.became = 0
        self.issued: Counter = Counter()
        leads = []
        for level, status, issued_at, came_at in rows:
            self.received += 1
            self.dismissed += status == Warning.Status.DISMISSED
            self.became += came_at is not None
            if issued_at:
                self.issued[level] += 1
                if came_at and came_at >= issued_at:
                    leads.append((came_at - issued_at).total_seconds() / 60)
        self.lead = int(median(leads)) if leads else None
        """Minutes from issue to the incident that it had warned of, in the median."""


def late(figures: Figures, most: int) -> list[Deadline]:
    """The plan's own limits that were due in the period and missed, by due time."""
    period = figures.period
    debts = visible_debts(figures.actors).filter(due_at__gte=period.begins, due_at__lt=period.ends)
    debts = counted(debts, figures.now).in_states([State.MET_LATE, State.BREACHED], figures.now)
    debts = debts.select_related("rule", "debtor", "incident", "warning", "undertaking").order_by(
        "due_at", "pk"
    )
    return list(debts[:most])
