"""The figures of 统计 kept: moves folded into sums and cells once a day, and all counted anew (`incidents.models.tally`)."""

from django.db import connection, transaction

from incidents.services.analysis.tallying import FACTS, MIXED, PARTS

LOCK = "SELECT pg_advisory_xact_lock(hashtext('incidents_incidenttally'))"


def _sum(source: str) -> str:
    return f"""
        INSERT INTO incidents_incidenttally (office, month, kind, key, level, standing, n)
        SELECT office, month, kind, key, level, standing, sum(n) FROM {source} {PARTS}
        GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(n) <> 0
    """  # nosec B608 # constants


def _mix(source: str) -> str:
    return f"""
        INSERT INTO incidents_incidentcell ({MIXED}, n)
        SELECT {MIXED}, sum(n) FROM {source} GROUP BY {MIXED} HAVING sum(n) <> 0
    """  # nosec B608 # constants


FOLDED_AND_OPENED = f"(SELECT * FROM folded UNION ALL SELECT {MIXED}, n FROM opened) cells"  # nosec B608 # constants
FOLD = f"""
WITH folded AS (DELETE FROM incidents_incidentmove RETURNING {MIXED}, n),
    months AS (SELECT DISTINCT office, month FROM folded),
    opened AS (DELETE FROM incidents_incidentcell cell USING months
        WHERE cell.office = months.office AND cell.month = months.month RETURNING cell.*),
    mixed AS ({_mix(FOLDED_AND_OPENED)})
{_sum("folded")}
ON CONFLICT (office, month, kind, key, level, standing) DO UPDATE SET n = incidents_incidenttally.n + EXCLUDED.n
"""  # nosec B608 # constants
REBUILD = f"""
WITH folded AS (DELETE FROM incidents_incidentmove),
    fact AS MATERIALIZED ({FACTS} incidents_incident WHERE NOT is_drill),
    mixed AS ({_mix("fact")})
{_sum("fact")}
"""  # nosec B608 # constants
MOMENTS = """
INSERT INTO incidents_incidentmoment (incident, received_at, office, level, standing, event_class, origin, county,
    enterprise, proposed_at, approved_at, ordered_at)
SELECT incident.id, received_at, office_id, coalesce(incident.level, proposed_level), standing_of(status), event_class_id,
    origin, county_id, enterprise_id, min(proposed), min(approved), min(ordered)
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
    """Who asks meanwhile sees all before or all after, and who files waits for nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(LOCK)
        cursor.execute(FOLD)
        cursor.execute("DELETE FROM incidents_incidenttally WHERE n = 0")


@transaction.atomic
def rebuild() -> None:
    """From the incidents, responses and orders themselves. One statement counts and takes away the moves of just what it
    counts, so nobody who files waits; who proposes or orders does, while the moments are gathered."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(LOCK)
        for table in ("tally", "cell"):
            cursor.execute(f"DELETE FROM incidents_incident{table}")  # nosec B608 # constants
        cursor.execute(REBUILD)
        cursor.execute("LOCK TABLE incidents_incidentmoment IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM incidents_incidentmoment")
        cursor.execute(MOMENTS)
