"""Who sees what an incident leaves in writing: notices, releases, and what follows it (§5.2.4, 5.2.5, 6)."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from incidents.models import (
    EvaluationInput,
    Improvement,
    Notice,
    NoticeAddressee,
    Organization,
    PublicRelease,
    RecoveryItem,
    Role,
)
from incidents.querysets import ALL_SEEING, apart, bodies_of, of_the_office, visible_incidents
from incidents.roles import Actor


def visible_notices(actors: Iterable[Actor]) -> QuerySet[Notice]:
    """Who sees all, all; else what was sent to one's own body, a firm's also to those below it."""
    actors, condition = list(actors), Q(pk__in=[])
    for actor in actors:
        if actor.role in ALL_SEEING:
            condition |= of_the_office(actor)
        elif (bodies := bodies_of(actor)) is not None:
            told = NoticeAddressee.objects.filter(organization__in=bodies)
            condition |= Q(status=Notice.Status.SENT, pk__in=told.values("notice"))
    return Notice.objects.filter(condition, apart(actors))


def visible_releases(actors: Iterable[Actor]) -> QuerySet[PublicRelease]:
    """Who sees all, all; 市政府 what it is asked to approve; every member the one wording, also of an incident that it
    does not see (§5.2.5), counties of those that they see, and that it was withdrawn. A firm reads what is public."""
    actors, condition = list(actors), Q(pk__in=[])
    for actor in actors:
        body = actor.organization
        if actor.role in ALL_SEEING:
            condition |= of_the_office(actor)
        elif actor.role == Role.APPROVER:
            asked = ~Q(status=PublicRelease.Status.DRAFT) & Q(for_government=True)
            condition |= Q(
                asked | Q(published_at__isnull=False),
                incident__office__in=Organization.objects.within(body),
            )
        elif actor.role == Role.MEMBER:
            offices = Organization.objects.within(body.parent)
            condition |= Q(~Q(status__in=PublicRelease.BEFORE_APPROVAL), incident__office__in=offices)
        elif actor.role == Role.COUNTY:
            condition |= Q(
                ~Q(status__in=PublicRelease.BEFORE_APPROVAL), incident__in=visible_incidents([actor])
            )
    return PublicRelease.objects.filter(condition, apart(actors))


def visible_inputs(actors: Iterable[Actor]) -> QuerySet[EvaluationInput]:
    return _addressed_by_body(EvaluationInput, actors)


def visible_improvements(actors: Iterable[Actor]) -> QuerySet[Improvement]:
    return _addressed_by_body(Improvement, actors)


def visible_recovery(actors: Iterable[Actor]) -> QuerySet[RecoveryItem]:
    """Payees are named in it: for those alone who see all of the incident."""
    actors, condition = list(actors), Q(pk__in=[])
    for actor in actors:
        if actor.role in ALL_SEEING:
            condition |= of_the_office(actor)
    return RecoveryItem.objects.filter(condition, apart(actors))


def _addressed_by_body(model, actors: Iterable[Actor]) -> QuerySet:
    actors, condition = list(actors), Q(pk__in=[])
    for actor in actors:
        if actor.role in ALL_SEEING:
            condition |= of_the_office(actor)
        elif (bodies := bodies_of(actor)) is not None:
            condition |= Q(body__in=bodies)
    return model.objects.filter(condition, apart(actors))
