"""Who may see what of the firms' registers (§4.1): a firm its own and its subsidiaries', a county what is in it, the
office, command and the auditor all of their city. What one may not see does not exist (404)."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from incidents.models import (
    FiledPlan,
    Finding,
    Hazard,
    Inspection,
    Organization,
    RegisterFile,
    Role,
    SafetyCheck,
    SafetyRule,
)
from incidents.querysets import ALL_SEEING, city_of
from incidents.roles import Actor

Actors = Iterable[Actor]


def visible_firms(actors: Actors) -> QuerySet[Organization]:
    """Also those no longer active, whose entries stay readable."""
    condition = Q(pk__in=[])
    for actor in actors:
        condition |= _firms(actor)
    return Organization.objects.filter(condition, kind=Organization.Kind.ENTERPRISE)


def _firms(actor: Actor) -> Q:
    body = actor.organization
    if actor.role in ALL_SEEING:
        of_the_city = Organization.objects.within(city_of(body)).values("pk")
        return Q(pk__in=of_the_city) | Q(county__in=of_the_city)
    if actor.role == Role.ENTERPRISE:
        return Q(pk__in=Organization.objects.within(body).values("pk"))
    return Q(county=body) if actor.role == Role.COUNTY else Q(pk__in=[])


def visible_hazards(actors: Actors) -> QuerySet[Hazard]:
    """A county sees those that lie in it, whosever they are."""
    condition = Q(pk__in=[])
    for actor in actors:
        if actor.role == Role.COUNTY:
            condition |= Q(county=actor.organization)
        else:
            condition |= Q(body__in=visible_firms([actor]).values("pk"))
    return Hazard.objects.filter(condition)


def visible_inspections(actors: Actors) -> QuerySet[Inspection]:
    """Also those that one's own body made."""
    actors = list(actors)
    counties = [actor.organization for actor in actors if actor.role == Role.COUNTY]
    of_firms = Q(body__in=visible_firms(actors).values("pk"))
    return Inspection.objects.filter(of_firms | Q(inspector__in=counties))


def visible_findings(actors: Actors) -> QuerySet[Finding]:
    return Finding.objects.filter(inspection__in=visible_inspections(actors).values("pk"))


def visible_filed_plans(actors: Actors) -> QuerySet[FiledPlan]:
    return FiledPlan.objects.filter(body__in=visible_firms(actors).values("pk"))


def visible_safety_rules(actors: Actors) -> QuerySet[SafetyRule]:
    return SafetyRule.objects.filter(body__in=visible_firms(actors).values("pk"))


def visible_safety_checks(actors: Actors) -> QuerySet[SafetyCheck]:
    return SafetyCheck.objects.filter(body__in=visible_firms(actors).values("pk"))


def visible_register_files(actors: Actors) -> QuerySet[RegisterFile]:
    """Of whatever entry one may see."""
    actors = list(actors)
    return RegisterFile.objects.filter(
        Q(hazard_step__hazard__in=visible_hazards(actors).values("pk"))
        | Q(finding_step__finding__in=visible_findings(actors).values("pk"))
        | Q(filed_plan__in=visible_filed_plans(actors).values("pk"))
        | Q(safety_rule__in=visible_safety_rules(actors).values("pk"))
    )
