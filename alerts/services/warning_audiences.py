"""Who is told of a change in a warning: the twin of `Warning.objects.visible_to`; a test holds them equal."""

from collections import defaultdict
from collections.abc import Iterable

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F, Q

from alerts.models import BulletinReceipt, NoticeReceipt, Warning
from incidents.models import Organization
from incidents.querysets import above

Kind, Status = Organization.Kind, Warning.Status


def audiences_for_warnings(warnings: Iterable[int]) -> list[tuple[str, set[str]]]:
    """The numbers of these warnings, each with the audiences that may see it at this moment."""
    affected = ArrayAgg("counties_affected", filter=Q(counties_affected__isnull=False), default=[])
    rows = list(
        Warning.objects.filter(pk__in=warnings)
        .annotate(affected=affected)
        .values_list("pk", "number", "status", "office", "enterprise", "affected", named=True)
    )
    told = _told([row.pk for row in rows])
    bodies = {body for row in rows for body in (row.office, row.enterprise) if body}
    over = above(
        bodies | {body for bodies in told.values() for body, kind in bodies if kind == Kind.ENTERPRISE}
    )
    return [(row.number, _audiences(row, told[row.pk], over)) for row in rows]


def _audiences(row, told: set[tuple[int, str]], over: dict[int, set[int]]) -> set[str]:
    firms = {row.enterprise} - {None} | {body for body, kind in told if kind == Kind.ENTERPRISE}
    in_hand = row.status not in (Status.CANDIDATE, Status.SET_ASIDE)
    kinds = {
        "office": over[row.office],
        "firm": {upper for firm in firms for upper in over[firm]},
        "county": set(row.affected) if in_hand else set(),
        "addressed": {body for body, _ in told},
    }
    return {f"{kind}:{body}" for kind, bodies in kinds.items() for body in bodies}


def _told(warnings: list[int]) -> dict[int, set[tuple[int, str]]]:
    """By warning: the bodies to which a bulletin or a notice was addressed, with their kinds; in one query."""
    bulletins = BulletinReceipt.objects.filter(bulletin__warning__in=warnings).order_by()
    notices = NoticeReceipt.objects.filter(notice__warning__in=warnings).order_by()
    about = {"body": F("organization"), "kind": F("organization__kind")}
    rows = bulletins.annotate(of=F("bulletin__warning"), **about).values_list("of", "body", "kind")
    rows = rows.union(notices.annotate(of=F("notice__warning"), **about).values_list("of", "body", "kind"))
    found = defaultdict(set)
    for warning, body, kind in rows:
        found[warning].add((body, kind))
    return found
