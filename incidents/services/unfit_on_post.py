"""The hazard of people on post who have not passed training (§8.2): the one way from a statement to the hazards' register."""

from datetime import datetime

from incidents.models import WorkforceStatement
from incidents.roles import Actor


def follow(statement: WorkforceStatement, *, actor: Actor, now: datetime) -> None:
    """Opens the hazard while somebody unfit is on post."""
