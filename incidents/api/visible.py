"""What of an incident the caller may see (domain §5): a firm its own reports and debts, the office all."""

from collections.abc import Iterable

from django.db.models import Prefetch, Q, QuerySet

from alerts.models import Deadline
from alerts.services.visibility import visible_debts
from incidents.models import Incident, Organization, Report, Role
from incidents.querysets import sees_office_matters, visible_incidents
from incidents.roles import Actor


def incidents(actors: Iterable[Actor]) -> QuerySet[Incident]:
    """With what an answer names of each."""
    rows = visible_incidents(actors)
    return rows.select_related("event_class", "enterprise", "county", "merged_into__event_class")


def debts(actors: Iterable[Actor]) -> QuerySet[Deadline]:
    """What the caller owes, of incidents, of warnings and to make ready; those who see all see the office's debts too."""
    return (
        visible_debts(actors)
        .select_related("rule", "creditor", "incident", "warning", "undertaking", "order", "support")
        .order_by("due_at", "id")
    )


def owed_about(actors: Iterable[Actor]) -> Prefetch:
    """What the caller sees owed about each order or request, as `owed`."""
    return Prefetch("deadlines", debts(actors), to_attr="owed")


def reports(incident: Incident, actors: Iterable[Actor]) -> QuerySet[Report]:
    """A firm sees what was said by itself, by those below it, and by its superior units for it."""
    rows = incident.reports.select_related(
        "reporter", "event_class", "supersedes", "superseded_by", "oral_claim"
    ).order_by("serial")
    if sees_office_matters(actors):
        return rows
    said = Q(pk__in=[])
    for actor in actors:
        if actor.role == Role.ENTERPRISE:
            body = actor.organization
            said |= Q(reporter__in=Organization.objects.within(body)) | Q(reporter__in=superiors(body))
        else:
            said |= Q(pk__isnull=False)
    return rows.filter(said, informant=Report.Informant.ENTERPRISE)


def superiors(firm: Organization) -> list[int]:
    found = []
    while firm := firm.superior_unit:
        found.append(firm.pk)
    return found
