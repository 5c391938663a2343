"""Who is told of a change: the twin of `visible_incidents`, for many screens at once; a test holds them equal."""

from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, OuterRef, Q, QuerySet

from incidents.kept import among, kept
from incidents.models import (
    Attendance,
    Incident,
    Level,
    Response,
    ResponseBody,
    Role,
    SupportRequest,
    TaskOrder,
    WorkingGroup,
)
from incidents.querysets import ALL_SEEING, above
from incidents.roles import Actor


def audiences_of(actors: Iterable[Actor]) -> set[str]:
    """Where these posts listen: a word per post that `audiences_for_families` says of the incidents it may see."""
    return {audience for actor in actors for audience in _audiences_of(actor)}


def audience_of_drill(drill: int) -> str:
    """All who act in it: what each may see of it is asked by his own screen."""
    return f"drill:{drill}"


def _audiences_of(actor: Actor) -> set[str]:
    body = actor.organization
    if actor.in_drill:
        return {audience_of_drill(actor.drill.pk)} if actor.drill else set()
    if actor.role in ALL_SEEING:
        return {f"office:{body.pk}"}
    if actor.role == Role.ENTERPRISE:
        return {f"firm:{body.pk}"}
    if actor.role == Role.COUNTY:
        return {f"county:{body.pk}", f"addressed:{body.pk}"}
    if actor.role in (Role.APPROVER, Role.MEMBER):
        city = body.pk if actor.role == Role.APPROVER else body.parent_id
        return {f"city:{city}", f"addressed:{body.pk}"}
    return set()


class Placed(NamedTuple):
    """Where an incident belongs: by that it is decided who may see it."""

    pk: int
    number: str
    office: int
    enterprise: int | None
    county: int
    affected: list[int]
    proposed: bool


def audiences_for_families(incidents: Iterable[int]) -> list[tuple[str, set[str]]]:
    """The numbers of these incidents, each with the audiences that may see it at this moment; with those they were merged
    into and those merged into them: each other's pages show them."""
    return _audiences(_placed_with_families(list(incidents)))


def audiences_of_new(incident: Incident) -> set[str]:
    """Of an incident just opened in one county: nobody else has been drawn in yet."""
    placed = (incident.pk, incident.number, incident.office_id, incident.enterprise_id, incident.county_id)
    bodies = [body for body in (incident.office, incident.enterprise) if body]
    over = {body.pk: {each.pk for each in body.line_upwards()} for body in bodies}
    return _audiences_for(Placed(*placed, affected=[], proposed=False), over, {})


@kept
def _placed_with_families(incidents: list):
    into = Incident.objects.filter(pk__in=among(incidents), merged_into__isnull=False).values("merged_into")
    one_of_them = Q(pk__in=among(incidents)) | Q(merged_into__in=among(incidents)) | Q(pk__in=into)
    return _places(Incident.objects.filter(one_of_them))


def _places(incidents: QuerySet[Incident]) -> QuerySet:
    proposed = Response.objects.filter(incident=OuterRef("pk"), level__lte=Level.III)
    affected = ArrayAgg("counties_affected", filter=Q(counties_affected__isnull=False), default=[])
    return incidents.annotate(proposed=Exists(proposed), affected=affected).values_list(*Placed._fields)


def _audiences(placed: list[tuple]) -> list[tuple[str, set[str]]]:
    rows = [Placed(*row) for row in placed]
    addressed: dict[int, set[int]] = {}
    for incident, body in _addressed([row.pk for row in rows]):
        addressed.setdefault(incident, set()).add(body)
    over = above({body for row in rows for body in (row.office, row.enterprise) if body})
    return [(row.number, _audiences_for(row, over, addressed)) for row in rows]


def _audiences_for(row: Placed, over: dict[int, set[int]], addressed: dict[int, set[int]]) -> set[str]:
    kinds = {"office": over[row.office], "firm": over.get(row.enterprise, set())}
    kinds["county"] = {row.county, *row.affected}
    kinds["city"] = over[row.office] if row.proposed else set()
    kinds["addressed"] = addressed.get(row.pk, set())
    return {f"{kind}:{body}" for kind, bodies in kinds.items() for body in bodies}


@kept
def _addressed(incidents: list):
    """Each incident with each body that it is addressed to (`_addressed_to`), in one query."""
    incidents = among(incidents)
    ordered = TaskOrder.objects.filter(incident__in=incidents).order_by().values_list("incident", "receiver")
    named = ResponseBody.objects.filter(response__incident__in=incidents).order_by()
    asked = SupportRequest.objects.filter(incident__in=incidents).order_by()
    called = Attendance.objects.filter(meeting__incident__in=incidents).order_by()
    leading = WorkingGroup.objects.filter(incident__in=incidents).order_by()
    belonging = WorkingGroup.members.through.objects.filter(workinggroup__incident__in=incidents).order_by()
    return ordered.union(
        named.values_list("response__incident", "body"),
        asked.values_list("incident", "holder"),
        called.values_list("meeting__incident", "body"),
        leading.values_list("incident", "lead"),
        belonging.values_list("workinggroup__incident", "organization"),
    )
