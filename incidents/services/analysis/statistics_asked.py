"""What may be asked of the figures of 统计 (§4.1), and the incidents and warnings behind each of them.

Nothing of drills counts (domain §7); what was unfounded or merged is counted apart. Who may see an incident may count it:
an office all of its city's, a firm its own, a county those of and affecting it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from alerts.models import Warning
from incidents.models import Incident, IncidentMoment, Level, Organization, Role, Standing
from incidents.querysets import ALL_SEEING, seen_from_afar, visible_incidents
from incidents.roles import Actor
from incidents.services.analysis.periods import Period
from incidents.services.analysis.tallying import Kind, Sight
from incidents.services.drill import drills

NO_FIRM = "none"
"""In place of a firm's code: none is named yet."""
APART = (Standing.DISMISSED, Standing.MERGED)
NOT_YET = (Warning.Status.CANDIDATE, Warning.Status.SET_ASIDE)
"""Items of a feed that nobody has taken for a warning."""
MOMENTS = {"graded": "定级", "proposed": "建议Ⅲ级响应", "approved": "市政府批准", "ordered": "首次下达任务"}
STAGES = {"issued": "发布", "incident": "转为事件", "dismissed": "不成立"}


@dataclass(frozen=True)
class Asked:
    """What is asked: a period and filters. `standing` and `has` (a moment of MOMENTS) only of lists."""

    period: Period
    county: str = ""
    firm: str = ""
    event_class: str = ""
    level: int | None = None
    origin: str = ""
    standing: str = ""
    has: str = ""

    @property
    def keys(self) -> dict[str, str]:
        """The filters that choose one key of a kind of sum."""
        by_kind = {
            Kind.COUNTY: self.county,
            Kind.FIRM: self.firm,
            Kind.CLASS: self.event_class,
            Kind.ORIGIN: self.origin,
        }
        return {kind: key for kind, key in by_kind.items() if key}


def seen(actors: Iterable[Actor], asked: Asked) -> QuerySet[Incident]:
    """The real incidents that these may see, of every period, by the filters."""
    return _filtered(visible_incidents(actors).filter(is_drill=False), asked)


def drilled(actors: Iterable[Actor], asked: Asked) -> QuerySet[Incident]:
    """Incidents of drills that were held and that these may read of, not of test keys: an office all of them, a firm and a
    county those that would be theirs if they were real."""
    actors, theirs = list(actors), Q(pk__in=[])
    for actor in actors:
        bodies = Organization.objects.within(actor.organization).values("pk")
        if actor.role in ALL_SEEING:
            theirs |= Q(office__in=bodies)
        elif actor.role == Role.ENTERPRISE:
            theirs |= Q(enterprise__in=bodies)
        elif actor.role == Role.COUNTY:
            theirs |= Q(county=actor.organization)
    played = Incident.with_drills.filter(theirs, is_drill=True, drill__in=drills.visible(actors).values("pk"))
    return _filtered(received(played, asked.period), asked)


def _filtered(incidents: QuerySet[Incident], asked: Asked) -> QuerySet[Incident]:
    if asked.county:
        incidents = incidents.filter(county__code=asked.county)
    if asked.firm:
        of_firm = {"enterprise": None} if asked.firm == NO_FIRM else {"enterprise__code": asked.firm}
        incidents = incidents.filter(**of_firm)
    if asked.event_class:
        incidents = incidents.filter(event_class__code=asked.event_class)
    if asked.origin:
        incidents = incidents.filter(origin=asked.origin)
    if asked.level:
        incidents = incidents.annotate(level_now=Coalesce("level", "proposed_level"))
        incidents = incidents.filter(level_now=asked.level)
    return incidents


def listed(actors: Iterable[Actor], asked: Asked) -> QuerySet[Incident]:
    """The incidents behind a figure, of the period."""
    incidents = received(seen(actors, asked), asked.period)
    if asked.standing == Standing.STANDS:
        incidents = incidents.exclude(status__in=APART)
    elif asked.standing:
        incidents = incidents.filter(status=asked.standing)
    return incidents.filter(_has(asked.has, asked.period)) if asked.has else incidents


def received(rows: QuerySet, period: Period) -> QuerySet:
    return rows.filter(received_at__gte=period.begins, received_at__lt=period.ends)


def grave(actors: Iterable[Actor], asked: Asked, most: int) -> list[Incident]:
    """较大以上 of the period, by time of receipt."""
    found = listed(actors, replace(asked, standing=Standing.STANDS))
    found = found.annotate(standing_now=Coalesce("level", "proposed_level"))
    found = found.filter(standing_now__lte=Level.III).order_by("received_at", "pk")
    return list(found.select_related("enterprise", "county", "event_class")[:most])


def _has(moment: str, period: Period) -> Q:
    """The moments of responses and orders are kept (`IncidentMoment`): of few incidents, so these are found from them."""
    if moment == "graded":
        return Q(graded_at__isnull=False)
    kept = received(IncidentMoment.objects.filter(**{f"{moment}_at__isnull": False}), period)
    return Q(pk__in=kept.values("incident"))


def sight_of(actors: Iterable[Actor], period: Period) -> Sight:
    """What `seen` finds of this period, as the figures know it; a test holds the two equal."""
    real = [actor for actor in actors if not actor.in_drill]
    bodies = {role: [actor.organization for actor in real if actor.role == role] for role in Role}
    offices = within([body for role in ALL_SEEING for body in bodies[role]])
    firms, counties = within(bodies[Role.ENTERPRISE]), bodies[Role.COUNTY]
    if not counties:
        return Sight(offices, firms=firms)
    besides = seen_from_afar(counties).exclude(office__in=offices).exclude(enterprise__in=firms)
    return Sight(offices, [body.pk for body in counties], firms, received(besides, period))


def within(bodies: list[Organization]) -> list[int]:
    return list(Organization.objects.within(*bodies).values_list("pk", flat=True)) if bodies else []


def warnings_listed(actors: Iterable[Actor], asked: Asked, stage: str = "") -> QuerySet[Warning]:
    """The real warnings of the period that these may see; `stage`: one of STAGES."""
    warnings = received(Warning.objects.visible_to(actors), asked.period).exclude(status__in=NOT_YET)
    if asked.county:
        affected = Warning.counties_affected.through.objects.filter(organization__code=asked.county)
        warnings = warnings.filter(pk__in=affected.values("warning"))
    if asked.firm:
        of_firm = {"enterprise": None} if asked.firm == NO_FIRM else {"enterprise__code": asked.firm}
        warnings = warnings.filter(**of_firm)
    if asked.event_class:
        warnings = warnings.filter(event_class__code=asked.event_class)
    if asked.level:
        warnings = warnings.annotate(level_now=Coalesce("level", "proposed_level"))
        warnings = warnings.filter(level_now=asked.level)
    return warnings.filter(_in_stage(stage)) if stage else warnings


def _in_stage(stage: str) -> Q:
    return {
        "issued": Q(issued_at__isnull=False),
        "incident": Q(incident__isnull=False),
        "dismissed": Q(status=Warning.Status.DISMISSED),
    }[stage]
