"""Where something is, as a county and as a point on the map; of an incident (§5.2.1): stated at the intake, or put right
later by the office."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from incidents.ledger import Entry
from incidents.models import Incident, Organization
from incidents.models.incident import LATITUDES, LONGITUDES
from incidents.refusals import WrongState
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.check import Check

CLAUSE = "5.2.1"
EXACT = Decimal("0.000001")


def county(check: Check, said: str, clause: str) -> Organization | None:
    """By its code or its short name; none is said of what stands nowhere in particular."""
    if not said:
        return None
    counties = Organization.objects.filter(kind=Organization.Kind.COUNTY, is_active=True)
    found = counties.filter(Q(code=said) | Q(short_name=said)).first()
    if found is None:
        check.wrong("/county", "not_found", "没有这个县区。", clause)
    return found


def county_choices(_actors: Iterable[Actor]) -> list[tuple[str, str]]:
    """As a sheet offers them, the same to all."""
    bodies = Organization.objects.filter(kind=Organization.Kind.COUNTY, is_active=True).order_by("pk")
    return [(body.code, str(body)) for body in bodies]


def point(
    check: Check, longitude, latitude, clause: str = CLAUSE
) -> tuple[Decimal, Decimal] | tuple[None, None]:
    """Both figures, rounded as they are kept; or none where the place is not known as a point."""
    if longitude is None and latitude is None:
        return None, None
    if longitude is None or latitude is None:
        missing = "latitude" if latitude is None else "longitude"
        check.wrong(f"/{missing}", "required", "经度和纬度须一起填写，或都不填。", clause)
        return None, None
    figures = []
    for name, label, value, (least, most) in (
        ("longitude", "经度", longitude, LONGITUDES),
        ("latitude", "纬度", latitude, LATITUDES),
    ):
        if not least <= value <= most:
            words = f"{label}应在 {least} 至 {most} 度之间（东经、北纬，十进制），请核对是否填反。"
            check.wrong(f"/{name}", "out_of_range", words, clause)
        else:
            figures.append(Decimal(value).quantize(EXACT))
    return tuple(figures) if len(figures) == 2 else (None, None)


@transaction.atomic
def locate(*, actor: Actor, number: str, longitude, latitude, now: datetime) -> Incident:
    """The office puts the incident on the map, or takes the point away where both figures are blank."""
    incident = subject.locked(actor, "incident.locate", number)
    check = Check(CLAUSE)
    found = point(check, longitude, latitude)
    check.refuse()
    if found == (incident.longitude, incident.latitude):
        raise WrongState("位置没有变化。", "wrong_state", CLAUSE)
    incident.longitude, incident.latitude = found
    incident.save()
    told = {"longitude": str(found[0]), "latitude": str(found[1])} if found[0] is not None else {}
    words = f"标注位置：东经 {found[0]}，北纬 {found[1]}" if told else "取消位置标注，地图上置于县区中心"
    subject.write(incident, actor, now, Entry("incident.located", words, clause=CLAUSE, data=told))
    return incident
