"""Many debts due at once, and what must be true of them after whatever happened meanwhile."""

import os
from datetime import datetime, timedelta

from django.utils import timezone

from incidents import ledger
from tests.bulk import AT_ONCE, multiply
from tests.cast import call_in
from zmd_emergency.processes import wait_for

MANY = int(os.environ.get("ZMD_STORM", 1000))

FIRED = """
    FROM alerts_firedstep fired JOIN alerts_deadline debt ON debt.id = fired.deadline_id
    JOIN incidents_escalationstep step ON step.id = fired.step_id
    WHERE debt.incident_id BETWEEN %s AND %s AND step.offset >= interval '0'"""
MISSING = """
    SELECT debt.id, step.offset FROM alerts_deadline debt JOIN incidents_incident incident ON incident.id = incident_id
    JOIN incidents_escalationstep step ON step.version_id = incident.plan_version_id AND step.kind = ''
    LEFT JOIN alerts_firedstep fired ON fired.deadline_id = debt.id AND fired.step_id = step.id
    WHERE incident.id BETWEEN %s AND %s AND debt.due_at + step.offset + interval '1 second' <= %s AND fired.id IS NULL"""
LINES = f"""
    SELECT count(*), count(DISTINCT (data->>'deadline', data->>'step')), count(*) FILTER (WHERE summary LIKE '%%（迟 %%'),
        (SELECT count(*) {FIRED})
    FROM incidents_ledgerentry WHERE incident_id BETWEEN %s AND %s AND action = 'deadline.fired'"""
NOT_AS_TOLD = """
    SELECT line.id FROM incidents_ledgerentry line JOIN alerts_firedstep fired
        ON fired.deadline_id = (data->>'deadline')::bigint AND fired.planned_at = (data->>'planned_at')::timestamptz
    WHERE line.incident_id BETWEEN %s AND %s AND action = 'deadline.fired' AND data->'notified' IS DISTINCT FROM (
        SELECT jsonb_agg(person_id ORDER BY person_id) FROM alerts_notification
        WHERE fired_step_id = fired.id AND channel = 'inbox')"""


class Storm:
    """So many incidents, each with a written report due: at one moment, or one after the other."""

    def __init__(self, database, cast, size: int = MANY, *, due_at: datetime | None = None, every=AT_ONCE):
        self.database, self.size = database, size
        due_at = due_at or timezone.now() - timedelta(seconds=2)
        incident = call_in(cast, figures={"deaths": 3})
        first = multiply(incident, size, rules=["R2"], due_at=due_at, every=every)
        self.ids = (first, first + size - 1)

    def fired(self) -> int:
        return self.database.query(f"SELECT count(*) {FIRED}", *self.ids)[0][0]

    def is_under_way(self) -> bool:
        return 0 < self.fired() < self.size

    def missing(self) -> list:
        """What should have fired by now."""
        return self.database.query(MISSING, *self.ids, timezone.now())

    def await_middle(self):
        assert wait_for(self.is_under_way, 90, 0.01), f"{self.fired()} fired"

    def await_end(self, patience: float = 180):
        assert wait_for(lambda: not self.missing(), patience, 0.2), f"{len(self.missing())} missing"

    def fired_exactly_once(self) -> int:
        """Each step once, with its line on the timeline and the messages that the line names; returns how many lines
        say that they are late."""
        lines, steps, late, fired = self.database.query(LINES, *self.ids, *self.ids)[0]
        assert lines == steps == fired >= self.size
        assert self.database.query(NOT_AS_TOLD, *self.ids) == []
        assert list(ledger.verify()) == []
        return late
