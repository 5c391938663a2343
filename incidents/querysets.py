"""Who may see what (domain §5): visibility follows the tree of bodies. What one may not see does not exist (404)."""

from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from incidents.models import (
    Attachment,
    Attendance,
    CallUp,
    Incident,
    LedgerEntry,
    Level,
    Meeting,
    Organization,
    Report,
    Response,
    ResponseBody,
    Role,
    Scheme,
    SupportRequest,
    TaskOrder,
    WorkingGroup,
)
from incidents.roles import NAMED, Actor, is_of

ALL_SEEING = {Role.DUTY_OFFICER, Role.OFFICE_DIRECTOR, Role.COMMANDER, Role.AUDITOR}


def one_of(field: str, rows: QuerySet) -> Func:
    """A condition: `field` is the key of one of these few rows. They are looked up first, so that whatever else is joined can't
    make the database go the other way round."""
    keys = ArraySubquery(rows.order_by().values("pk"))
    return Func(
        F(field), keys, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField()
    )


def visible_incidents(actors: Iterable[Actor]) -> QuerySet[Incident]:
    """Who acts in a drill sees drills alone; nobody else sees any (domain §8)."""
    condition = Q(pk__in=[])
    for actor in actors:
        condition |= _concerns(actor) & is_of(actor)
    return Incident.with_drills.filter(condition)


def _concerns(actor: Actor) -> Q:
    body = actor.organization
    if actor.role in ALL_SEEING:
        return Q(office__in=Organization.objects.within(body))
    if actor.role == Role.ENTERPRISE:
        return Q(enterprise__in=Organization.objects.within(body))
    if actor.role == Role.COUNTY:
        affecting = Incident.counties_affected.through.objects.filter(organization=body)
        return Q(county=body) | Q(pk__in=affecting.values("incident")) | _addressed_to(body)
    if actor.role in (Role.APPROVER, Role.MEMBER):
        proposed = Response.objects.filter(incident=OuterRef("pk"), level__lte=Level.III)
        city = body if actor.role == Role.APPROVER else body.parent
        return Q(Exists(proposed), office__in=Organization.objects.within(city)) | _addressed_to(body)
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
            of_the_city = Organization.objects.within(city_of(actor.organization)).values("pk")
            condition |= Q(pk__in=of_the_city) | Q(county__in=of_the_city)
        elif actor.role == Role.ENTERPRISE:
            condition |= Q(pk__in=Organization.objects.within(actor.organization).values("pk"))
        elif actor.role in (Role.MEMBER, Role.COUNTY):
            condition |= Q(pk=actor.organization.pk)
    return Organization.objects.filter(condition, kind__in=KEEP_A_DESK, is_active=True)


def on_the_list(body: Organization) -> QuerySet[Organization]:
    """Whose telephones the desk of this body's city has: its own bodies and firms, and those above; no other city's."""
    own = Organization.objects.within(city_of(body)).values("pk")
    others = Organization.objects.filter(kind=Organization.Kind.CITY_GOVERNMENT).exclude(pk__in=own)
    theirs = Organization.objects.within(*others).values("pk")
    return Organization.objects.filter(is_active=True).exclude(pk__in=theirs).exclude(county__in=theirs)


def city_of(body: Organization) -> Organization:
    while body.kind != Organization.Kind.CITY_GOVERNMENT and body.parent:
        body = body.parent
    return body


def _addressed_to(body: Organization) -> Q:
    """A task order was given to it, it was named in a response, called to a meeting or put into a working group, or a
    request for support has come to it."""
    condition = Q()
    for incidents in _addressing(body):
        condition |= Q(pk__in=incidents)
    return condition


def _addressing(body: Organization) -> list[QuerySet]:
    return [
        TaskOrder.objects.filter(receiver=body).order_by().values("incident"),
        ResponseBody.objects.filter(body=body).order_by().values("response__incident"),
        SupportRequest.objects.filter(holder=body).order_by().values("incident"),
        Attendance.objects.filter(body=body).order_by().values("meeting__incident"),
        WorkingGroup.objects.filter(Q(lead=body) | Q(members=body)).order_by().values("incident"),
    ]


def seen_from_afar(counties: Iterable[Organization]) -> QuerySet[Incident]:
    """Real incidents of other counties that affect one of these or have drawn it in: few, and found from what names them."""
    counties = list(counties)
    affecting = Incident.counties_affected.through.objects.filter(organization__in=counties)
    found = affecting.order_by().values("incident")
    others = [incidents for body in counties for incidents in _addressing(body)]
    return Incident.objects.filter(pk__in=found.union(*others)).exclude(county__in=counties)


def visible_orders(actors: Iterable[Actor]) -> QuerySet[TaskOrder]:
    """Who sees all, all; a receiver its own (a firm also where the incident is another firm's), no other's."""
    actors, condition = list(actors), Q(pk__in=[])
    for actor in actors:
        body = actor.organization
        if actor.role in ALL_SEEING:
            condition |= of_the_office(actor)
        elif actor.role == Role.ENTERPRISE:
            condition |= Q(receiver__in=Organization.objects.within(body))
        elif actor.role in (Role.MEMBER, Role.COUNTY):
            condition |= Q(receiver=body)
    return TaskOrder.objects.filter(condition, apart(actors))


def visible_requests(actors: Iterable[Actor]) -> QuerySet[SupportRequest]:
    """Requests for support: who sees all, all; else who asked, and with whom it lies."""
    actors, condition = list(actors), Q(pk__in=[])
    for actor in actors:
        body = actor.organization
        if actor.role in ALL_SEEING:
            condition |= of_the_office(actor)
        elif actor.role == Role.ENTERPRISE:
            condition |= Q(requester__in=Organization.objects.within(body))
        elif actor.role in (Role.MEMBER, Role.COUNTY, Role.APPROVER):
            condition |= Q(requester=body) | Q(holder=body)
    return SupportRequest.objects.filter(condition, apart(actors))


def visible_attachments(actors: Iterable[Actor]) -> QuerySet[Attachment]:
    """A firm sees what was uploaded by itself, by those below it and by its superior units (also after a merge); every
    other body all of the incidents that it sees."""
    condition = Q(pk__in=[])
    for actor in actors:
        seen = Q(incident__in=visible_incidents([actor]).values("pk"))
        if actor.role == Role.ENTERPRISE:
            body = actor.organization
            superiors = Q(body__in=above({body.pk})[body.pk], body__kind=Organization.Kind.ENTERPRISE)
            seen &= Q(body__in=Organization.objects.within(body).values("pk")) | superiors
        condition |= seen
    return Attachment.objects.filter(condition)


def visible_reports(actors: Iterable[Actor]) -> QuerySet[Report]:
    """Reports of the incidents that these see. A firm reads what was said by itself, by those below it and by its superior
    units for it; any other body what firms said, and a named one its own word too."""
    condition = Q(pk__in=[])
    for actor in actors:
        body, seen = actor.organization, Q(incident__in=visible_incidents([actor]).values("pk"))
        if actor.role == Role.ENTERPRISE:
            superiors = Q(reporter__in=above({body.pk})[body.pk], reporter__kind=Organization.Kind.ENTERPRISE)
            its_own = Q(reporter__in=Organization.objects.within(body).values("pk")) | superiors
            seen &= its_own & Q(informant=Report.Informant.ENTERPRISE)
        elif actor.role not in ALL_SEEING:
            by_itself = Q(reporter=body) if actor.role in NAMED else Q(pk__in=[])
            seen &= Q(informant=Report.Informant.ENTERPRISE) | by_itself
        condition |= seen
    return Report.objects.filter(condition)


def visible_meetings(actors: Iterable[Actor]) -> QuerySet[Meeting]:
    """Who sees all, all; a body those that it was called to."""
    actors, condition = list(actors), Q(pk__in=[])
    for actor in actors:
        body = actor.organization
        if actor.role in ALL_SEEING:
            condition |= of_the_office(actor)
        elif actor.role in (Role.ENTERPRISE, Role.MEMBER, Role.COUNTY):
            condition |= Q(pk__in=Attendance.objects.filter(body=body).values("meeting"))
    return Meeting.objects.filter(condition, apart(actors))


def visible_groups(actors: Iterable[Actor]) -> QuerySet[WorkingGroup]:
    """Working groups: who sees all, all; a body those that it leads or belongs to."""
    actors, condition = list(actors), Q(pk__in=[])
    for actor in actors:
        body = actor.organization
        if actor.role in ALL_SEEING:
            condition |= of_the_office(actor)
        elif actor.role in (Role.ENTERPRISE, Role.MEMBER, Role.COUNTY):
            belonging = WorkingGroup.members.through.objects.filter(organization=body)
            condition |= Q(lead=body) | Q(pk__in=belonging.values("workinggroup"))
    return WorkingGroup.objects.filter(condition, apart(actors))


def visible_schemes(actors: Iterable[Actor]) -> QuerySet[Scheme]:
    """Schemes: who sees all, all; a receiver of an order the one that the order cites."""
    actors = list(actors)
    condition = Q(pk__in=visible_orders(actors).filter(scheme__isnull=False).values("scheme__scheme"))
    for actor in actors:
        if actor.role in ALL_SEEING:
            condition |= of_the_office(actor)
    return Scheme.objects.filter(condition, apart(actors))


def visible_call_ups(actors: Iterable[Actor]) -> QuerySet[CallUp]:
    """Who sees all, all; else what one's body (a firm's subsidiaries too) lends or receives; the incident itself
    does not come to exist for whoever lends."""
    actors, condition = list(actors), Q(pk__in=[])
    for actor in actors:
        bodies = bodies_of(actor)
        if actor.role in ALL_SEEING:
            condition |= of_the_office(actor)
        elif bodies is not None:
            condition |= Q(owner__in=bodies) | Q(receiver__in=bodies)
    return CallUp.objects.filter(condition, apart(actors))


def apart(actors: Iterable[Actor]) -> Q:
    """Of his drill for who acts in one, of real incidents for all others."""
    apart = Q(pk__in=[])
    for actor in {(actor.in_drill, actor.drill): actor for actor in actors}.values():
        apart |= is_of(actor, "incident__")
    return apart


def of_the_office(actor: Actor) -> Q:
    return Q(incident__office__in=Organization.objects.within(actor.organization))


def bodies_of(actor: Actor):
    """The bodies that a post answers for: a firm's with its subsidiaries, else one's own."""
    if actor.role == Role.ENTERPRISE:
        return Organization.objects.within(actor.organization)
    return [actor.organization] if actor.role in (Role.MEMBER, Role.COUNTY) else None


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


ABOVE = """
WITH RECURSIVE above (body, id) AS (
    SELECT id, id FROM incidents_organization WHERE id = ANY(%s)
    UNION
    SELECT above.body, org.parent_id FROM above JOIN incidents_organization org ON org.id = above.id
    WHERE org.parent_id IS NOT NULL
) SELECT body, id FROM above
"""


def above(bodies: set[int]) -> dict[int, set[int]]:
    """Each body with itself and all above it in the tree."""
    found: dict[int, set[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, [list(bodies)])
        for body, upper in cursor:
            found.setdefault(body, set()).add(upper)
    return found
