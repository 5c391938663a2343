"""What a firm owes about a hazard (§4.1): its assessment some days after it was registered (Q10), its rectification by the day
that was set (Q1)."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from incidents.models import Hazard
from incidents.roles import SYSTEM, Actor
from incidents.services.debt import undertakings
from incidents.services.register.firm_registers import due_at

ASSESSING, RECTIFYING = "Q10", "Q1"
AT_ONCE = 200


def matter_of(row: Hazard) -> str:
    return f"hazard/{row.number}"


def assess_by(now: datetime) -> date | None:
    """**Decided**: so many days from now, by the rule in force; None where the city has taken it out."""
    limit = undertakings.limit_of(ASSESSING, now)
    return limit and timezone.localdate(now + limit)


def owe_next(row: Hazard, *, actor: Actor, now: datetime):
    """Its assessment, or its rectification, whichever the firm owes next and by when; of what waits for others, nothing."""
    if row.next_due is None:
        return
    rule = ASSESSING if row.status == Hazard.Status.REGISTERED else RECTIFYING
    title = f"{row.get_kind_display()} {row.number} {row.what_is_due}"
    about = {"rule": rule, "title": title, "matter": matter_of(row)}
    undertakings.owe(body=row.body, due_at=due_at(row.next_due), now=now, actor=actor, **about)


def open_missing(*, now: datetime) -> int:
    """What was registered while no rule asked for its assessment has the same days from now on."""
    day = assess_by(now)
    waiting = Hazard.objects.filter(status=Hazard.Status.REGISTERED, assess_by=None, body__is_active=True)
    if day is None or not waiting.exists():
        return 0
    with transaction.atomic():
        rows = waiting.select_for_update(of=("self",), skip_locked=True).select_related("body")
        rows = list(rows.order_by("pk")[:AT_ONCE])
        for row in rows:
            row.assess_by = day
            row.save(update_fields=["assess_by"])
            owe_next(row, actor=SYSTEM, now=now)
    return len(rows)
