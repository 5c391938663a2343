"""Who may see what (domain §5): visibility follows the tree of bodies. What one may not see does not exist (404)."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from incidents.models import Incident, LedgerEntry, Level, Organization, Response, Role
from incidents.roles import Actor

ALL_SEEING = {Role.DUTY_OFFICER, Role.OFFICE_DIRECTOR, Role.COMMANDER, Role.AUDITOR}


def visible_incidents(actors: Iterable[Actor]) -> QuerySet[Incident]:
    condition = Q(pk__in=[])
    for actor in actors:
        condition |= _visible_to(actor)
    return Incident.objects.filter(condition)


def _visible_to(actor: Actor) -> Q:
    body = actor.organization
    if actor.role in ALL_SEEING:
        return Q(office__in=Organization.objects.within(body))
    if actor.role == Role.ENTERPRISE:
        return Q(enterprise__in=Organization.objects.within(body))
    if actor.role == Role.COUNTY:
        affecting = Incident.counties_affected.through.objects.filter(organization=body)
        return Q(county=body) | Q(pk__in=affecting.values("incident"))
    if actor.role in (Role.APPROVER, Role.MEMBER):
        proposed = Response.objects.filter(incident=OuterRef("pk"), level__lte=Level.III)
        city = body if actor.role == Role.APPROVER else body.parent
        return Q(Exists(proposed), office__in=Organization.objects.within(city))
    return Q(pk__in=[])


KEEP_A_DESK = (
    Organization.Kind.OFFICE,
    Organization.Kind.MEMBER,
    Organization.Kind.COUNTY,
    Organization.Kind.ENTERPRISE,
)


def visible_rosters(actors: Iterable[Actor]) -> QuerySet[Organization]:
    """The bodies whose duty roster these may see: one's own, a firm's subsidiaries', and for the office all of its city."""
    condition = Q(pk__in=[])
    for actor in actors:
        if actor.role in ALL_SEEING:
            of_the_city = Organization.objects.within(_city_of(actor.organization)).values("pk")
            condition |= Q(pk__in=of_the_city) | Q(county__in=of_the_city)
        elif actor.role == Role.ENTERPRISE:
            condition |= Q(pk__in=Organization.objects.within(actor.organization).values("pk"))
        elif actor.role in (Role.MEMBER, Role.COUNTY):
            condition |= Q(pk=actor.organization.pk)
    return Organization.objects.filter(condition, kind__in=KEEP_A_DESK, is_active=True)


def _city_of(body: Organization) -> Organization:
    while body.kind != Organization.Kind.CITY_GOVERNMENT and body.parent:
        body = body.parent
    return body


def sees_office_matters(actors: Iterable[Actor]) -> bool:
    """Whether the office's own debts and the inside of the timeline are theirs to see."""
    return any(actor.role in ALL_SEEING for actor in actors)


def visible_timeline(incident: Incident, actors: Iterable[Actor]) -> QuerySet[LedgerEntry]:
    """A firm reads what concerns it, from when it was named on: not what a firm named by mistake had told."""
    entries = LedgerEntry.objects.filter(incident=incident)
    if sees_office_matters(actors):
        return entries
    named = entries.filter(action="incident.firm_named").order_by("-seq").values("seq")[:1]
    return entries.filter(for_firm=True, seq__gte=Coalesce(Subquery(named), 1))
