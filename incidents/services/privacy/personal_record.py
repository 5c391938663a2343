"""Who looked at what of private persons, when and why; what was held and erased: as the ledger tells it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from alerts.models import Warning
from incidents import ledger
from incidents.days import city_time
from incidents.models import LedgerEntry, Organization
from incidents.roles import TABLE, Actor
from incidents.services.privacy.personal import VIEWED

ACTIONS = {
    VIEWED: "查看",
    ledger.ERASED: "删除",
    "personal.held": "保全",
    "personal.released": "解除保全",
}

MOST = 10


@dataclass(frozen=True)
class Asked:
    """What of the record is wanted; blank: all."""

    words: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None


def rows_for(actors: list[Actor], asked: Asked) -> QuerySet[LedgerEntry]:
    """Of the offices of those posts that may audit, newest first. `words`: part of the incident's number, of who looked, of
    the reason."""
    bodies = [actor.organization for actor in actors if actor.role in TABLE["personal.audit"].roles]
    seen = Organization.objects.within(*bodies)
    by_itself = Q(incident__office__in=seen) | Q(chain__in=_warnings(seen))
    rows = LedgerEntry.objects.filter(action__in=ACTIONS)
    rows = rows.filter(Q(organization__in=seen) | Q(by_itself, organization=None))
    if asked.action in ACTIONS:
        rows = rows.filter(action=asked.action)
    if asked.words:
        words = asked.words
        rows = rows.filter(
            Q(summary__icontains=words) | Q(person__name__icontains=words) | Q(reason__icontains=words)
        )
    if asked.since:
        rows = rows.filter(at__gte=city_time(asked.since))
    if asked.until:
        rows = rows.filter(at__lt=city_time(asked.until + timedelta(days=1)))
    return rows.select_related("person", "post__organization", "incident").order_by("-at", "-pk")


def lookers(rows: QuerySet[LedgerEntry]) -> list[tuple[str, int]]:
    """Who looked how often, most first."""
    looks = rows.filter(action=VIEWED).order_by().values("person__name").annotate(times=Count("pk"))
    return [(one["person__name"], one["times"]) for one in looks.order_by("-times", "person__name")[:MOST]]


def _warnings(bodies) -> QuerySet:
    """Their chains in the ledger."""
    chain = Concat(Value("warning:"), Cast("pk", TextField()), output_field=TextField())
    return Warning.with_drills.filter(office__in=bodies).annotate(its_chain=chain).values("its_chain")
