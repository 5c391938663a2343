"""How many incidents there were: by month, level, class, county, firm and origin (统计分析, §4.1).

An office's whole is read off sums by one key that triggers and a daily fold keep (`incidents.models.tally`): with a million
rows in one year, a scan of a covering index with all the groupings took 1.3 s, and the minutes to grading 0.9 s more. Who
filters, and a firm or a county that sees its own, is answered from the cells, which are found by county, firm or class.
What a county sees besides its own, being affected or drawn in, is counted one by one: that is little. The database adds
up, so that ten years are read as some hundred rows. A test holds all of it equal to a count of the incidents.

How long it took: `waiting`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.db.models import QuerySet

from incidents.models import Incident, IncidentTally

Kind = IncidentTally.Kind
MIXED = "office, month, level, standing, event_class, origin, county, enterprise, waited"
PARTS = """
CROSS JOIN LATERAL (VALUES
    ('all', ''), ('class', event_class::text), ('county', county::text), ('firm', coalesce(enterprise::text, '')),
    ('origin', origin), ('waited', waited::text)) part (kind, key)
WHERE key IS NOT NULL
"""
FACTS = """
SELECT office_id AS office, city_month(received_at) AS month, coalesce(level, proposed_level) AS level,
    standing_of(status) AS standing, event_class_id AS event_class, origin, county_id AS county,
    enterprise_id AS enterprise, minutes_waited(received_at, graded_at) AS waited, 1 AS n FROM
"""
COLUMNS = (
    "office_id",
    "received_at",
    "graded_at",
    "level",
    "proposed_level",
    "status",
    "event_class_id",
    "origin",
    "county_id",
    "enterprise_id",
)


@dataclass(frozen=True)
class Months:
    """Whole months, from the first day of one to before the first day of another."""

    since: date
    until: date


@dataclass(frozen=True)
class Row:
    """`n` incidents of a span (its place among those asked for); `month` of the whole alone."""

    span: int
    kind: str
    key: str
    level: int
    standing: str
    month: date | None
    n: int


@dataclass(frozen=True)
class Sight:
    """What somebody sees of the real incidents: those of these offices, counties or firms, and single ones besides."""

    offices: Sequence[int] = ()
    counties: Sequence[int] = ()
    firms: Sequence[int] = ()
    besides: QuerySet[Incident] | None = None

    @property
    def is_whole(self) -> bool:
        """All of an office, or of several."""
        return bool(self.offices) and not self.counties and not self.firms


Keys = Mapping[str, Sequence[str]]
"""By kind of sum, which of its keys are asked for; a firm's key is blank where none is named."""
COLUMN_OF = {Kind.CLASS: "event_class", Kind.COUNTY: "county", Kind.FIRM: "enterprise", Kind.ORIGIN: "origin"}


def of_sight(
    sight: Sight, spans: Sequence[Months], keys: Keys | None = None, level: int | None = None
) -> list[Row]:
    """All that somebody sees, from what is folded and what is not yet."""
    if sight.is_whole and not keys:
        return _rows(*summed(sight, Which.of(spans, {}, level), "kind <> 'waited'"), spans)
    sql, values = mixed(sight, spans, keys or {}, level)
    return _rows(PARTED.format(sql), values, spans)


def of_incidents(
    incidents: QuerySet[Incident], spans: Sequence[Months], keys: Keys | None = None, level: int | None = None
) -> list[Row]:
    """These incidents, counted one by one."""
    sql, values = _facts(incidents, Which.of(spans, keys or {}, level))
    return _rows(PARTED.format(sql), values, spans)


def summed(sight: Sight, which: "Which", kinds: str) -> tuple[str, list]:
    """What is summed up by one key, of whole offices."""
    which.add("office = ANY(%s)", list(sight.offices))
    columns = "month, level, standing, kind, key, n"
    folded = f"SELECT {columns} FROM incidents_incidenttally WHERE {which} AND {kinds}"  # nosec B608 # constants
    moved = f"SELECT {columns} FROM incidents_incidentmove {PARTS} AND {which} AND {kinds}"  # nosec B608 # constants
    return f"{folded} UNION ALL {moved}", which.values * 2


def mixed(sight: Sight, spans: Sequence[Months], keys: Keys, level: int | None) -> tuple[str, list]:
    """What is summed up by all keys at once."""
    which = Which.of(spans, keys, level)
    seen = {"office": sight.offices, "county": sight.counties, "enterprise": sight.firms}
    seen = {column: list(ids) for column, ids in seen.items() if ids}
    which.add(f"({' OR '.join(f'{column} = ANY(%s)' for column in seen) or 'false'})", *seen.values())
    parts, values = [], []
    for table in ("cell", "move"):
        parts.append(f"SELECT {MIXED}, n FROM incidents_incident{table} WHERE {which}")  # nosec B608 # constants
        values += which.values
    if sight.besides is not None:
        sql, more = _facts(sight.besides, Which.of(spans, keys, level))
        parts.append(sql)
        values += more
    return " UNION ALL ".join(parts), values


def _facts(incidents: QuerySet[Incident], which: "Which") -> tuple[str, list]:
    seen, params = incidents.order_by().values(*COLUMNS).query.sql_with_params()
    sql = f"SELECT {MIXED}, n FROM ({FACTS} ({seen}) incident) fact WHERE {which}"  # nosec B608 # the ORM's own SQL
    return sql, [*params, *which.values]


@dataclass
class Which:
    """Conditions on rows of sums, cells, moves or facts, and their values."""

    conditions: list[str] = field(default_factory=list)
    values: list = field(default_factory=list)

    @classmethod
    def of(cls, spans: Sequence[Months], keys: Keys, level: int | None) -> "Which":
        which = cls()
        since, until = min(span.since for span in spans), max(span.until for span in spans)
        which.add("month >= %s AND month < %s", since, until)
        if level:
            which.add("level = %s", level)
        for kind, named in keys.items():
            if kind == Kind.FIRM and "" in named:
                which.add("enterprise IS NULL")
            else:
                named = list(named) if kind == Kind.ORIGIN else [int(key) for key in named]
                which.add(f"{COLUMN_OF[kind]} = ANY(%s)", named)
        return which

    def add(self, condition: str, *values):
        self.conditions.append(condition)
        self.values += values

    def __str__(self):
        return " AND ".join(self.conditions)


def _rows(source: str, params: Sequence, spans: Sequence[Months]) -> list[Row]:
    """By key over each span, the whole also by month."""
    named = ", ".join(["(%s, %s::date, %s::date)"] * len(spans))
    sql = f"""
        SELECT span, kind, key, level, standing, CASE WHEN kind = 'all' THEN month END, sum(n)::bigint
        FROM ({source}) sums JOIN (VALUES {named}) spans (span, since, until) ON month >= since AND month < until
        GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(n) <> 0
    """  # nosec B608 # constants and the ORM's own SQL
    asked = [value for n, span in enumerate(spans) for value in (n, span.since, span.until)]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, *asked])
        return [Row(*row) for row in cursor.fetchall()]


PARTED = """
SELECT month, level, standing, n,
    CASE part WHEN 15 THEN 'all' WHEN 7 THEN 'class' WHEN 11 THEN 'county' WHEN 13 THEN 'firm' ELSE 'origin' END AS kind,
    CASE part WHEN 15 THEN '' WHEN 7 THEN event_class::text WHEN 11 THEN county::text
        WHEN 13 THEN coalesce(enterprise::text, '') ELSE origin END AS key
FROM (
    SELECT month, level, standing, event_class, county, enterprise, origin, sum(n) AS n,
        GROUPING(event_class, county, enterprise, origin) AS part
    FROM ({}) mixed
    GROUP BY month, level, standing, GROUPING SETS ((), (event_class), (county), (enterprise), (origin))
) parted
"""
"""What is mixed, by one key at a time. It is read once, and summed up by month before anything else is done with it."""
