"""What the plan asks for without a clock settles itself: the act that does it says so in the same transaction."""

from collections.abc import Iterable
from datetime import datetime

from incidents.ledger import Entry
from incidents.models import Incident


def settle(incident: Incident, kinds: Iterable[str], words: str, now: datetime) -> list[Entry]:
    """The open ones of these kinds are done; nothing where they have been settled, or were never opened."""
    entries = []
    for item in incident.open_items.select_for_update().filter(kind__in=list(kinds), settled_at=None):
        item.words, item.settled_at = words[:200], now
        item.save()
        summary = f"{item.get_kind_display()}：{item.words}"
        entries.append(Entry("item.settled", summary, clause=item.clause, data={"kind": item.kind}))
    return entries
