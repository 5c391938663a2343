"""The guides that a new installation begins with: empty, or a few neutral steps that are marked as not from the gazette."""

from datetime import datetime

from incidents.models import Guide, GuideStep


def add_missing(rows: list[dict], now: datetime) -> int:
    """Adds a first version for every class that has none; what the office has edited stays. How many it added."""
    added = 0
    known = set(Guide.objects.values_list("event_class", flat=True))
    for row in rows:
        if row["event_class"] in known:
            continue
        guide = Guide.objects.create(
            event_class=row["event_class"], version=1, source=row["source"], made_at=now
        )
        GuideStep.objects.bulk_create(
            GuideStep(guide=guide, order=order, source=row["source"], **step)
            for order, step in enumerate(row["steps"], 1)
        )
        added += 1
    return added
