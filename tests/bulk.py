"""Many incidents at once, by SQL: copies of one that came in by the ordinary door."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection

from alerts.models import Deadline
from alerts.models.deadline import DUE_SECOND
from incidents.models import Incident, plan_parts

AT_ONCE = timedelta(0)


def multiply(
    incident: Incident,
    count: int,
    *,
    rules: Iterable[str],
    due_at: datetime,
    every: timedelta = AT_ONCE,
    reminded: bool = True,
) -> int:
    """Copies the incident with its open debts by these `rules`, `count` times; returns the first copy's id.

    The first copy's debts fall due at `due_at`, the next one's `every` later. `reminded`: the reminders are on
    record as fired, and the breach is next; else the first reminder is.
    """
    last = Incident.objects.order_by("-serial").values_list("serial", flat=True).first()
    with connection.cursor() as cursor:
        ahead = (
            -DUE_SECOND
            if reminded
            else -min(step.offset for step in plan_parts(incident.plan_version_id).steps)
        )
        first_id = _copy_incident(cursor, incident, last, count)
        _copy_debts(cursor, incident, list(rules), first_id, [due_at, last, every, ahead])
        if reminded:
            _record_reminders(cursor, first_id)
        cursor.execute("ANALYZE incidents_incident, alerts_deadline, alerts_firedstep")
    return first_id


def _copy_incident(cursor, incident: Incident, last: int, count: int) -> int:
    columns = _columns(Incident, "number", "serial", "search")
    cursor.execute(
        f"""WITH copies AS (
            INSERT INTO incidents_incident (number, serial, {columns})
            SELECT 'copy-' || n, n, {columns} FROM incidents_incident, generate_series(%s, %s) n
            WHERE id = %s ORDER BY n RETURNING id)
        SELECT min(id) FROM copies""",
        [last + 1, last + count, incident.pk],
    )
    return cursor.fetchone()[0]


def _copy_debts(cursor, incident: Incident, rules: list[str], first_id: int, times: list):
    columns = _columns(Deadline, "incident_id", "due_at", "starts_at", "created_at", "next_step_at")
    cursor.execute(
        f"""INSERT INTO alerts_deadline
            (incident_id, due_at, next_step_at, starts_at, created_at, {columns})
        SELECT copy_id, t.due_at, t.due_at - %s,
            t.due_at - interval '3 hours', t.due_at - interval '3 hours', {columns}
        FROM (SELECT debt.* FROM alerts_deadline debt JOIN incidents_deadlinerule rule ON rule.id = rule_id
            WHERE incident_id = %s AND met_at IS NULL AND voided_at IS NULL AND code = ANY(%s)) debt,
            (SELECT id AS copy_id, serial FROM incidents_incident WHERE id >= %s) copy,
            LATERAL (SELECT %s + (serial - %s - 1) * %s AS due_at) t""",
        [times[3], incident.pk, rules, first_id, *times[:3]],
    )


def _record_reminders(cursor, first_id: int):
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
