"""How many incidents there were: by month, level, class, county, firm and origin (统计分析, §4.1).

Two ways to the same rows, which a test holds equal. An office's whole is read off sums that triggers keep
(`incidents.models.tally`): with a million rows in one year, a scan of a covering index with all the groupings took 1.3 s,
and the minutes to grading 0.9 s more; of 300 000 incidents the sums answered in 0.03 s. What a firm or a county may see,
or what a further filter leaves, is counted one by one: 0.5 to 1 s for a tenth of those 300 000, on a busy machine.
The time to grading is kept as counts by the whole minute, of which the median and the 90th percentile are exact to the
minute; a percentile over a million rows would have to sort them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.db.models import QuerySet

from incidents.models import Incident, IncidentTally

Kind = IncidentTally.Kind
LOCK = "SELECT pg_advisory_xact_lock(hashtext('incidents_incidenttally'))"
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
FOLD = f"""
WITH folded AS (DELETE FROM incidents_incidentmove RETURNING *)
INSERT INTO incidents_incidenttally (office, month, kind, key, level, standing, n)
SELECT office, month, kind, key, level, standing, sum(n) FROM folded {PARTS} GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(n) <> 0
ON CONFLICT (office, month, kind, key, level, standing) DO UPDATE SET n = incidents_incidenttally.n + EXCLUDED.n
"""  # nosec B608 # constants
REBUILD = f"""
INSERT INTO incidents_incidenttally (office, month, kind, key, level, standing, n)
SELECT office, month, kind, key, level, standing, sum(n)
FROM ({FACTS} incidents_incident WHERE NOT is_drill) fact {PARTS} GROUP BY 1, 2, 3, 4, 5, 6
"""  # nosec B608 # constants

MOMENTS = """
INSERT INTO incidents_incidentmoment (incident, received_at, proposed_at, approved_at, ordered_at)
SELECT incident.id, received_at, min(proposed), min(approved), min(ordered)
FROM incidents_incident incident JOIN (
    SELECT incident_id, created_at AS proposed, CASE WHEN refused_reason = '' THEN decided_at END AS approved,
        NULL::timestamptz AS ordered
    FROM incidents_response WHERE level = 3
    UNION ALL
    SELECT incident_id, NULL, NULL, issued_at FROM incidents_taskorder) moment ON moment.incident_id = incident.id
WHERE NOT is_drill GROUP BY incident.id
"""


@transaction.atomic
def fold() -> None:
    """Moves become sums. Who asks meanwhile sees both before or both after, and who files waits for nobody."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        cursor.execute(FOLD)
        cursor.execute("DELETE FROM incidents_incidenttally WHERE n = 0")


@transaction.atomic
def rebuild() -> None:
    """From the incidents, responses and orders themselves; they can't change in the meantime."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(LOCK)
        for table in ("incident", "response", "taskorder"):
            cursor.execute(f"LOCK TABLE incidents_{table} IN SHARE MODE")
        for table in ("move", "tally", "moment"):
            cursor.execute(f"DELETE FROM incidents_incident{table}")  # nosec B608 # constants
        cursor.execute(REBUILD)
        cursor.execute(MOMENTS)


@dataclass(frozen=True)
class Months:
    """Whole months, from the first day of one to before the first day of another."""

    since: date
    until: date


@dataclass(frozen=True)
class Row:
    """`n` incidents of a span (its place among those asked for); `month` where that is told apart."""

    span: int
    kind: str
    key: str
    level: int
    standing: str
    month: date | None
    n: int


def of_offices(offices: Iterable[int], spans: Sequence[Months], level: int | None = None) -> list[Row]:
    """All real incidents of these offices, from the sums and what is not yet folded into them."""
    columns = "office, month, level, standing, kind, key, n"
    source = f"""
        SELECT {columns} FROM incidents_incidenttally UNION ALL SELECT {columns} FROM incidents_incidentmove {PARTS}
    """  # nosec B608 # constants
    return _rows(source, [], spans, "office = ANY(%s)", [list(offices)], level)


def of_incidents(
    incidents: QuerySet[Incident], spans: Sequence[Months], level: int | None = None
) -> list[Row]:
    """These incidents, counted one by one."""
    seen, params = incidents.order_by().values(*COLUMNS).query.sql_with_params()
    source = f"SELECT * FROM ({FACTS} ({seen}) incident) fact {PARTS}"  # nosec B608 # the ORM's own SQL
    return _rows(source, params, spans, "true", [], level)


def _rows(
    source: str, params, spans: Sequence[Months], which: str, values: list, level: int | None
) -> list[Row]:
    """By key over each span; the whole and the minutes waited also by month."""
    named = ", ".join(["(%s, %s::date, %s::date)"] * len(spans))
    if level:
        which, values = f"{which} AND level = %s", [*values, level]
    sql = f"""
        SELECT span, kind, key, level, standing, CASE WHEN kind IN ('all', 'waited') THEN month END, sum(n)
        FROM ({source}) counted JOIN (VALUES {named}) spans (span, since, until) ON month >= since AND month < until
        WHERE {which} GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(n) <> 0
    """  # nosec B608 # constants and the ORM's own SQL
    asked = [value for n, span in enumerate(spans) for value in (n, span.since, span.until)]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, *asked, *values])
        return [Row(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Waits:
    """How long it took: of `n`, the median and the 90th percentile in minutes; None of nothing."""

    n: int = 0
    median: int | None = None
    ninetieth: int | None = None

    @classmethod
    def of(cls, minutes: Iterable[tuple[int, int]]) -> "Waits":
        """Of (minutes, how many) pairs."""
        minutes = sorted(minutes)
        n = sum(many for _, many in minutes)
        return cls(n, _at(minutes, n, 50), _at(minutes, n, 90)) if n else cls()


def _at(minutes: list[tuple[int, int]], n: int, per_cent: int) -> int:
    """The least value that so many per cent do not exceed."""
    passed = 0
    for value, many in minutes:
        passed += many
        if passed * 100 >= n * per_cent:
            return value
    return minutes[-1][0]
