"""Many incidents at once, by SQL: copies of one that came in by the ordinary door."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection

from alerts.models import Deadline
from incidents.models import Incident


def multiply(
    incident: Incident,
    count: int,
    *,
    due_at: datetime,
    every=timedelta(0),
    spread=timedelta(0),
    rules: Iterable[str],
) -> int:
    """Copies the incident with its open debts by these `rules`, `count` times; returns the first copy's id.

    The first debt of the first copy falls due at `due_at`, that of the next copy `every` later; within a copy each
    further debt `spread` later. What would have fired before is on record as fired.
    """
    last = Incident.objects.order_by("-serial").values_list("serial", flat=True).first()
    first_id = _copies(incident, last, count)
    _debts(incident, list(rules), first_id, last, due_at, every, spread)
    _steps_behind(first_id)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE incidents_incident, alerts_deadline, alerts_firedstep")
    return first_id


def _copies(incident: Incident, last: int, count: int) -> int:
    columns = _columns(Incident, "number", "serial", "search")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH copies AS (
                INSERT INTO incidents_incident (number, serial, {columns})
                SELECT 'copy-' || n, n, {columns} FROM incidents_incident, generate_series(%s, %s) n
                WHERE id = %s ORDER BY n RETURNING id)
            SELECT min(id) FROM copies""",
            [last + 1, last + count, incident.pk],
        )
        return cursor.fetchone()[0]


def _debts(incident: Incident, rules: list[str], first_id: int, last: int, due_at: datetime, every, spread):
    columns = _columns(Deadline, "incident_id", "due_at", "starts_at", "created_at", "next_step_at")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO alerts_deadline
                (incident_id, due_at, next_step_at, starts_at, created_at, {columns})
            SELECT copy_id, t.due_at, t.due_at + interval '1 second',
                t.due_at - interval '3 hours', t.due_at - interval '3 hours', {columns}
            FROM (SELECT debt.*, row_number() OVER (ORDER BY debt.id) - 1 AS place
                FROM alerts_deadline debt JOIN incidents_deadlinerule rule ON rule.id = rule_id
                WHERE incident_id = %s AND next_step_at IS NOT NULL AND code = ANY(%s)) debt,
                (SELECT id AS copy_id, serial FROM incidents_incident WHERE id >= %s) copy,
                LATERAL (SELECT %s + (serial - %s - 1) * %s + place * %s AS due_at) t""",
            [incident.pk, rules, first_id, due_at, last, every, spread],
        )


def _steps_behind(first_id: int):
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO alerts_firedstep
                (deadline_id, step_id, planned_at, fired_at, skipped, found_nobody, inherited)
            SELECT debt.id, step.id, due_at + step.offset, due_at + step.offset, false, false, false
            FROM alerts_deadline debt JOIN incidents_incident incident ON incident.id = incident_id
            JOIN incidents_escalationstep step ON step.version_id = incident.plan_version_id
            WHERE incident.id >= %s AND step.kind = '' AND step.offset < interval '0'""",
            [first_id],
        )


def _columns(model: type, *but: str) -> str:
    return ", ".join(
        f'"{field.column}"' for field in model._meta.concrete_fields if field.column not in ("id", *but)
    )
