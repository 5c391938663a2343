"""Punctuality (及时率): of the plan's own limits, how many were met in time. Decided targets never count (domain, head)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, DateField, Func, Q, QuerySet

from alerts.models import Deadline, State
from incidents.days import later
from incidents.models import DeadlineRule

COUNTS = (State.MET, State.MET_LATE, State.BREACHED)
"""What is waived or void does not count, and what is not yet due does not count yet."""


def counted(debts: QuerySet[Deadline], now: datetime) -> QuerySet[Deadline]:
    """The debts that punctuality counts, with `state_now`."""
    by_the_plan = debts.filter(rule__basis=DeadlineRule.Basis.PLAN, counted=True)
    return by_the_plan.with_state(now).filter(state_now__in=COUNTS)


class CityMonth(Func):
    """The first day of a moment's month in city time, as the triggers have it."""

    function = "city_month"
    output_field = DateField()


def by_month(debts: QuerySet[Deadline], now: datetime, *by: str) -> QuerySet:
    """Rows of `month` (in which it was due, city time), the fields of `by`, `total` and `in_time`."""
    rows = counted(debts, now).annotate(month=CityMonth("due_at")).order_by().values("month", *by)
    return rows.annotate(total=Count("pk"), in_time=Count("pk", filter=Q(state_now=State.MET)))


@dataclass(frozen=True)
class Rate:
    """So many met in time of so many that counted; without any there is no rate."""

    in_time: int = 0
    total: int = 0

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.in_time + other.in_time, self.total + other.total)

    @property
    def share(self) -> float | None:
        """To a tenth of a per cent, rounded down: nowhere is it shown as all while one was late."""
        return self.in_time * 1000 // self.total / 1000 if self.total else None

    @property
    def words(self) -> str:
        """In per cent, to one decimal place."""
        return "—" if self.share is None else f"{round(self.share * 1000) / 10:g}%"


@dataclass
class Table:
    """Rates by row (a debtor, a rule) and month, with the sums."""

    rates: dict[tuple, Rate]
    months: list[date]

    @classmethod
    def of(cls, rows: Iterable[dict], *by: str) -> "Table":
        rates: dict[tuple, Rate] = {}
        for row in rows:
            key = tuple(row[name] for name in by), row["month"]
            rates[key] = rates.get(key, Rate()) + Rate(row["in_time"], row["total"])
        return cls(rates, months_between({month for _, month in rates}))

    @property
    def keys(self) -> list[tuple]:
        return list(dict.fromkeys(key for key, _ in self.rates))

    def at(self, key: tuple, month: date) -> Rate:
        return self.rates.get((key, month), Rate())

    def of_row(self, key: tuple) -> Rate:
        return sum((rate for (of, _), rate in self.rates.items() if of == key), Rate())

    def of_month(self, month: date) -> Rate:
        return sum((rate for (_, of), rate in self.rates.items() if of == month), Rate())

    @property
    def all(self) -> Rate:
        return sum(self.rates.values(), Rate())


def months_between(months: Iterable[date]) -> list[date]:
    """Every month from the first to the last of these."""
    months = sorted(months)
    found = months[:1]
    while found and found[-1] < months[-1]:
        found.append(later(found[-1], 1))
    return found
