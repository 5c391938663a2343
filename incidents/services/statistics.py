"""统计分析 (§4.1): the figures of a period. What may be asked, and what is behind a figure: `statistics_asked`."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from statistics import median

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from alerts.models import Deadline, State, Warning
from alerts.services import debt_tally
from alerts.services.punctuality import Rate, counted
from alerts.services.visibility import visible_debts
from incidents.models import (
    DeadlineRule,
    EventClass,
    Incident,
    Organization,
    Origin,
    Standing,
    ever_in_force,
)
from incidents.roles import Actor
from incidents.services import tallying
from incidents.services.periods import Period
from incidents.services.statistics_asked import (
    NO_FIRM,
    Asked,
    listed,
    offices_of,
    received,
    seen,
    warnings_listed,
)
from incidents.services.tallying import Kind, Row, Waits

THIS, BEFORE, YEAR_AGO = range(3)


def how_many(actors: Sequence[Actor], asked: Asked) -> int:
    """As many as `listed` has: read off the sums where they know it."""
    offices = offices_of(actors)
    if offices is None or asked.has or len(asked.keys) > 1:
        return listed(actors, asked).count()
    kind, code = next(iter(asked.keys.items()), (Kind.ALL, ""))
    keys = {key for key, named in Names().codes(kind).items() if named == code} if code else {""}
    rows = tallying.of_offices(offices, [asked.period], asked.level)
    return sum(
        row.n for row in rows if row.kind == kind and row.key in keys and asked.standing in ("", row.standing)
    )


class Names:
    """What keys of the sums are called, and by which code a filter names them. A class has one code in every version, and the
    name that it has in the latest."""

    @cached_property
    def classes(self) -> dict[str, tuple[str, str]]:
        rows = EventClass.objects.filter(ever_in_force(timezone.now()))
        rows = list(rows.order_by("version__number").values_list("pk", "code", "name"))
        latest = {code: name for _, code, name in rows}
        return {str(pk): (code, latest[code]) for pk, code, _ in rows}

    @cached_property
    def bodies(self) -> dict[str, tuple[str, str]]:
        rows = Organization.objects.values_list("pk", "code", "short_name", "name")
        found = {str(pk): (code, short or name) for pk, code, short, name in rows}
        return found | {"": (NO_FIRM, "企业未明确")}

    @cached_property
    def rules(self) -> dict[int, tuple[str, str]]:
        """By its code, whose debts to several bodies are rules of their own; named as in the latest version."""
        rows = list(
            DeadlineRule.objects.filter(ever_in_force(timezone.now()))
            .order_by("-version__number", "order")
            .values_list("pk", "code", "name", "version")
        )
        named = defaultdict(list)
        for _, code, name, version in rows:
            named[code, version].append(name)
        latest = {}
        for (code, _), names in named.items():
            latest.setdefault(code, f"{code} {names[0]}{'等' if len(set(names)) > 1 else ''}")
        return {pk: (code, latest[code]) for pk, code, _, _ in rows}

    def of(self, kind: str) -> dict[str, tuple[str, str]]:
        """By key, the code and the name."""
        if kind == Kind.CLASS:
            return self.classes
        if kind == Kind.ORIGIN:
            return {origin.value: (origin.value, origin.label) for origin in Origin}
        return self.bodies

    def codes(self, kind: str) -> dict[str, str]:
        return {key: code for key, (code, _) in self.of(kind).items()}


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
        self.offices = offices_of(self.actors)

    @cached_property
    def rows(self) -> list[Row]:
        spans = self.spans
        if self.offices is not None and not self.asked.keys:
            return tallying.of_offices(self.offices, spans, self.asked.level)
        within = Period(min(span.since for span in spans), self.period.until)
        return tallying.of_incidents(received(seen(self.actors, self.asked), within), spans)

    @cached_property
    def spans(self) -> list[Period]:
        """This period, the one before and that of a year ago; of a whole year, the last two are one."""
        return list(dict.fromkeys([self.period, self.period.before, self.period.year_ago]))

    # — how many —

    def total(self, span: int = THIS, *, standing: str = Standing.STANDS, level: int | None = None) -> int:
        return sum(row.n for row in self._rows(Kind.ALL, span, standing) if level in (None, row.level))

    def of_month(self, month: date) -> Counter:
        """By level."""
        return self._by_level(row for row in self._rows(Kind.ALL, THIS) if row.month == month)

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
        return self._sorted[kind, min(span, len(self.spans) - 1), standing]

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
        minutes = defaultdict(list)
        for row in self._rows(Kind.WAITED, THIS):
            for month in (None, row.month):
                minutes["graded", month].append((int(row.key), row.n))
        found = {key: Waits.of(pairs) for key, pairs in minutes.items()}
        return found if self.offices is None else found | self._waits_of_responses()

    def _waits_of_responses(self) -> dict[tuple, Waits]:
        """Few incidents have a response of level Ⅲ or orders: of these the moments are kept one by one. For who sees the
        whole of an office: a firm does not read what was proposed to 市政府."""
        chosen = listed(self.actors, replace(self.asked, standing=Standing.STANDS))
        sql, params = chosen.order_by().values("id").query.sql_with_params()
        with connection.cursor() as cursor:
            within = [self.period.begins, self.period.ends]
            cursor.execute(WAITS_OF_RESPONSES.format(chosen=sql), [*within, *params])
            rows = cursor.fetchall()
        found = {}
        for month, *told in rows:
            for n, moment in enumerate(("proposed", "approved", "ordered")):
                many, percentiles = told[2 * n : 2 * n + 2]
                if many:
                    found[moment, month] = Waits(many, *(int(seconds // 60) for seconds in percentiles))
        return found

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
        if self.offices is not None:
            debtor = firm and Organization.objects.filter(code=firm).values_list("pk", flat=True).first()
            return debt_tally.of_offices(self.offices, period.since, period.until, self.now, debtor or None)
        debts = visible_debts(self.actors)
        debts = debts.filter(debtor__code=firm) if firm else debts
        return debt_tally.of_debts(debts, period.since, period.until, self.now)

    def rates(self, by: str, rows: list[dict] | None = None) -> dict[tuple[str, str], Rate]:
        """By `rule`, `debtor` or `month`: (code, name) to rate."""
        found: dict[tuple[str, str], Rate] = {}
        for row in self.debts if rows is None else rows:
            named = {
                "rule": lambda row=row: self.names.rules[row["rule"]],
                "debtor": lambda row=row: self.names.bodies[str(row["debtor"])],
                "month": lambda row=row: (row["month"].isoformat(), f"{row['month'].month}月"),
            }[by]()
            found[named] = found.get(named, Rate()) + Rate(row["in_time"], row["total"])
        return dict(sorted(found.items()))

    @property
    def rate(self) -> Rate:
        return sum((Rate(row["in_time"], row["total"]) for row in self.debts), Rate())

    @property
    def rate_before(self) -> Rate:
        return sum((Rate(row["in_time"], row["total"]) for row in self.debts_before), Rate())

    # — warnings, and drills apart —

    def warnings(self, period: Period) -> "WarningFigures":
        return WarningFigures(warnings_listed(self.actors, replace(self.asked, period=period)))

    def drills(self, period: Period) -> int:
        """Incidents of drills that were held, not of test keys: of these offices, or where these bodies would see the real
        ones."""
        drilled = received(Incident.with_drills.filter(is_drill=True, drill__isnull=False), period)
        if self.offices is not None:
            return drilled.filter(office__in=self.offices).count()
        bodies = [actor.organization for actor in self.actors]
        own = Organization.objects.within(*bodies).values("pk")
        return drilled.filter(Q(enterprise__in=own) | Q(county__in=bodies)).count()


WAITS_OF_RESPONSES = """
SELECT city_month(received_at), {each} FROM incidents_incidentmoment
WHERE received_at >= %s AND received_at < %s AND incident IN ({{chosen}}) GROUP BY ROLLUP (1)
""".format(  # nosec B608 # names of our own columns
    each=", ".join(
        f"count({moment}_at), percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP"
        f" (ORDER BY greatest(0, extract(epoch FROM {moment}_at - received_at)))"
        for moment in ("proposed", "approved", "ordered")
    )
)


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
    debts = counted(debts, figures.now).filter(state_now__in=[State.MET_LATE, State.BREACHED])
    debts = debts.select_related("rule", "debtor", "incident", "warning", "undertaking").order_by(
        "due_at", "pk"
    )
    return list(debts[:most])
