"""How long it took from receipt to grading; and to what few incidents come to: Ⅲ proposed, approved, the first order (§4.1).

The time to grading is kept as counts by the whole minute, the other moments of each incident beside what it is counted by
(`incidents.models.tally`). Of minutes and how often each was, median, 90th percentile and greatest are exact to the minute;
a percentile over a million rows would have to sort them.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from incidents.services.analysis.periods import Period
from incidents.services.analysis.tallying import Keys, Sight, Which, mixed, summed


@dataclass(frozen=True)
class Waits:
    """How long it took: of `n`, the median, the 90th percentile and the longest in minutes; None of nothing."""

    n: int = 0
    median: int | None = None
    ninetieth: int | None = None
    longest: int | None = None


def waits(
    sight: Sight, period: Period, keys: Keys | None = None, level: int | None = None, standing: str = ""
) -> dict[tuple[str, date | None], Waits]:
    """By moment and month, and of the whole period at None. A standing chooses, without one all count. Other moments than
    the grading are for who sees the whole of an office: a firm does not read what was proposed to 市政府."""
    if sight.is_whole and not keys:
        sql, values = summed(sight, Which.of([period], {}, level), "kind = 'waited'")
        sql = f"SELECT month, standing, key::int AS waited, n FROM ({sql}) sums"  # nosec B608 # constants
    else:
        sql, values = mixed(sight, [period], keys or {}, level)
    sql = f"SELECT 'graded' AS moment, month, standing, waited, n FROM ({sql}) graded"  # nosec B608 # constants
    if sight.is_whole:
        which = Which.of([period], keys or {}, level)
        which.add("office = ANY(%s)", list(sight.offices))
        which.add("received_at >= %s AND received_at < %s", period.begins, period.ends)
        sql = f"{sql} UNION ALL {MOMENTS} AND {which}"  # nosec B608 # constants
        values = [*values, *which.values]
    with connection.cursor() as cursor:
        cursor.execute(WAITS.format(sql), [*values, standing, standing])
        return {(moment, month): Waits(*told) for moment, month, *told in cursor.fetchall()}


MOMENTS = """
SELECT moment, month, standing, minutes_waited(received_at, came_at), 1
FROM (SELECT *, city_month(received_at) AS month FROM incidents_incidentmoment) kept
CROSS JOIN LATERAL (VALUES ('proposed', proposed_at), ('approved', approved_at), ('ordered', ordered_at))
    came (moment, came_at)
WHERE came_at IS NOT NULL
"""
WAITS = """
WITH minutes AS (
    SELECT moment, month, waited, sum(n) AS n FROM ({}) waits
    WHERE waited IS NOT NULL AND (%s = '' OR standing = %s)
    GROUP BY GROUPING SETS ((moment, month, waited), (moment, waited)) HAVING sum(n) > 0),
running AS (
    SELECT moment, month, waited, sum(n) OVER (PARTITION BY moment, month) AS whole,
        sum(n) OVER (PARTITION BY moment, month ORDER BY waited) AS passed
    FROM minutes)
SELECT moment, month, max(whole)::bigint, min(waited) FILTER (WHERE passed * 100 >= whole * 50),
    min(waited) FILTER (WHERE passed * 100 >= whole * 90), max(waited)
FROM running GROUP BY moment, month
"""
"""Of each month, and of all at NULL, the least minutes that half and nine in ten do not exceed."""
