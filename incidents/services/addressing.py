"""To whom notices and instructions may be addressed, and for whom a post may answer."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from incidents.models import Incident, Organization, Role
from incidents.roles import Actor
from incidents.services.check import Check

Kind = Organization.Kind
KIND_OF = {
    Role.DUTY_OFFICER: Kind.OFFICE,
    Role.OFFICE_DIRECTOR: Kind.OFFICE,
    Role.COMMANDER: Kind.HEADQUARTERS,
    Role.MEMBER: Kind.MEMBER,
    Role.COUNTY: Kind.COUNTY,
    Role.ENTERPRISE: Kind.ENTERPRISE,
}


def tellable(office: Organization) -> QuerySet[Organization]:
    """The members, counties and firms of the office's city."""
    headquarters = office.parent
    city = headquarters.parent_id
    return Organization.objects.filter(
        Q(kind=Kind.MEMBER, parent=headquarters)
        | Q(kind=Kind.COUNTY, parent=city)
        | Q(kind=Kind.ENTERPRISE, county__parent=city),
        is_active=True,
    ).order_by("kind", "pk")


def instructable(office: Organization) -> QuerySet[Organization]:
    """These, 指挥部 and the office itself."""
    inside = Organization.objects.filter(pk__in=[office.pk, office.parent_id])
    return (tellable(office).order_by() | inside).order_by("kind", "pk")


def named(
    check: Check, bodies: QuerySet[Organization], codes: Iterable[str], clause: str
) -> list[Organization]:
    """Those of `bodies` with these codes; it is wrong to name none, or one that is not among them."""
    codes = set(codes)
    found = list(bodies.filter(code__in=codes))
    if unknown := codes - {body.code for body in found}:
        check.wrong("/to", "not_found", f"没有可以送达的单位“{'、'.join(sorted(unknown))[:80]}”。", clause)
    elif not found:
        check.wrong("/to", "required", "请选择送达的单位。", clause)
    return found


def concerned(incident: Incident) -> dict[str, list[str]]:
    """The quick groups of §4.3 and 5.4.1, as codes: all members, the counties and the firms concerned."""
    counties = [incident.county, *incident.counties_affected.all()]
    firms = Organization.objects.filter(kind=Kind.ENTERPRISE, county__in=counties, is_active=True)
    involved = [incident.enterprise] if incident.enterprise else []
    members = Organization.objects.filter(kind=Kind.MEMBER, parent=incident.office.parent_id, is_active=True)
    return {
        "members": [body.code for body in members],
        "counties": [body.code for body in counties],
        "firms": list(dict.fromkeys(body.code for body in (*involved, *firms.order_by("pk")))),
    }


def answers_for(actor: Actor, body: Organization) -> bool:
    """His own body; an enterprise also for those below it (§5.2.1). Needs `body.parent` at hand."""
    if KIND_OF.get(actor.role) != body.kind:
        return False
    while body:
        if body.pk == actor.organization.pk:
            return True
        body = body.superior_unit
    return False
