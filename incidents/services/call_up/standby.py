"""备勤 (§4.3(3)): a team of the register goes on standby by its body's or the office's word, or because the measure of a
warning says so; it is released by hand."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from alerts.models import Warning
from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Organization, Resource
from incidents.querysets import KEEP_A_DESK
from incidents.refusals import WrongState
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.call_up.resources import locked

CLAUSE = "4.3"


@transaction.atomic
def stand_by(*, actor: Actor, resource: int, on: bool, now: datetime, words: str = "") -> Resource:
    """A team goes on standby, or is released from it."""
    row = locked(actor, "resource.standby", resource)
    subject.refuse_longer("words", "说明", words, 200)
    if not row.is_team or not row.is_active:
        raise WrongState("只有在用的应急队伍可以备勤。", "not_a_team", CLAUSE)
    if on == bool(row.standby_since):
        raise WrongState(f"该队伍已{'在备勤' if on else '不在备勤'}。", "wrong_state", CLAUSE)
    _set(row, on, now)
    ledger.append(ledger.body_chain(row.body), _entry(row, on, words.strip()), at=now, actor=actor)
    return row


def by_measure(warning: Warning, owner: str, *, actor: Actor, now: datetime):
    """Measure (3) of a warning was seen to by this body: its teams stand by. Of whoever else was named, or of a drill's
    warning, nobody is moved. Called last in the transaction of the measure."""
    bodies = Organization.objects.filter(kind__in=KEEP_A_DESK, is_active=True)
    body = bodies.filter(Q(name=owner) | Q(short_name=owner)).first()
    if body is None or warning.is_drill:
        return
    teams = body.resources.select_for_update().filter(kind="people", is_active=True, standby_since=None)
    entries = []
    for row in teams.order_by("pk"):
        _set(row, True, now)
        entries.append(_entry(row, True, f"预警 {warning.number} 措施（3）"))
    if entries:
        ledger.append(ledger.body_chain(body), *entries, at=now, actor=actor)


def _set(row: Resource, on: bool, now: datetime):
    row.standby_since = now if on else None
    row.save(update_fields=["standby_since"])


def _entry(row: Resource, on: bool, words: str) -> Entry:
    return Entry(
        "resource.stood_by" if on else "resource.stood_down",
        f"{row.name}{'进入24小时备勤' if on else '解除备勤'}",
        clause=CLAUSE,
        reason=words,
        data={"resource": row.pk},
    )
