"""What the tests of duty have in common: a fixed night, colleagues at the desk, shifts around it."""

from datetime import UTC, datetime, timedelta

from alerts.models import Seat, Shift
from incidents.models import Role
from incidents.services.roster import duty
from tests.cast import appoint

T0 = datetime(2026, 3, 2, 0, tzinfo=UTC)
"""Monday 2 March 2026, 08:00 in the city."""


def at(hours: float) -> datetime:
    return T0 + timedelta(hours=hours)


def colleague(cast, name="colleague", title="值班员乙"):
    """Another duty officer of the office."""
    return appoint(name, cast.duty_officer.organization.code, Role.DUTY_OFFICER, title)


def shift(by, person, starts: float, ends: float, *, seat=Seat.DUTY, body=None, now=None) -> Shift:
    """Drawn up by the actor `by` for the actor `person`, in hours from T0."""
    return duty.draw_up(
        actor=by,
        body=body or person.organization,
        seat=seat,
        person=person.person.pk,
        starts_at=at(starts),
        ends_at=at(ends),
        now=now or at(-1),
    )
