"""A supply that expires is owed its replacement by that day (§5.4.3), rule Q4 of the plan in force."""

from datetime import date, datetime

from incidents.models import Resource
from incidents.roles import Actor
from incidents.services.debt import undertakings

RULE = "Q4"


def mind(row: Resource, *, actor: Actor, now: datetime, formerly: date | None = None):
    """After its card, or how much there is, has changed. `formerly`: until when it was good before; a later day says that
    it was replaced."""
    owed = {"body": row.body, "rule": RULE, "matter": f"resource/{row.pk}", "now": now, "actor": actor}
    if not (row.expires_on and row.is_active and row.total):
        undertakings.void(**owed, why="已停用、用完，或不再有有效期")
        return
    if formerly and row.expires_on > formerly:
        undertakings.settle(**owed, at=now)
    due_at = undertakings.due_on(row.expires_on)
    undertakings.owe(**owed, title=f"更换到期物资：{row.name}", due_at=due_at)
