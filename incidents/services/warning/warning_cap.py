"""Each bulletin goes out as a CAP 1.2 message as well (§4.4): written in the act that issues it, and never again.

The text is kept, not made anew for each reader: a county that is renamed or a better map must not change what was
published under a name. It holds the seven contents and the office's telephone; no person, no reason, no addressee.
"""

import hashlib
from urllib.parse import urlsplit

from django.conf import settings

from alerts import cap
from alerts.models import Bulletin, CapMessage, Warning
from incidents.models import Organization
from incidents.services.warning.county_map import outlines

Kind, Status = Bulletin.Kind, CapMessage.Status
MSG_TYPES = {Kind.ISSUE: "Alert", Kind.RAISE: "Update", Kind.LOWER: "Update", Kind.LIFT: "Cancel"}
DIVISION = "行政区划代码"
WHOLE_CITY = "全市"


def publish(bulletin: Bulletin) -> CapMessage:
    """Writes the bulletin's message; it points at all that were published of this warning before."""
    warning = bulletin.warning
    before = CapMessage.objects.filter(bulletin__warning=warning).order_by("pk")
    references = tuple(cap.Reference(each.sender, each.identifier, each.sent) for each in before)
    exercise = is_exercise(warning)
    message = cap.Message(
        identifier=f"{warning.number}-{bulletin.version}",
        sender=sender_of(warning.office),
        sent=bulletin.issued_at.replace(microsecond=0),
        status=Status.EXERCISE if exercise else Status.ACTUAL,
        msg_type=MSG_TYPES[bulletin.kind] if references else "Alert",
        note="演练" if exercise else "",
        references=references,
        infos=(
            cap.warning_info(
                event_class=bulletin.event_class.code,
                event=bulletin.event_class.name,
                level=bulletin.level,
                starts_at=bulletin.starts_at,
                areas=areas_of(bulletin),
                caution=bulletin.caution,
                measures=bulletin.measures,
                authority=bulletin.authority,
                lifted=bulletin.kind == Kind.LIFT,
                exercise=exercise,
                issued_at=bulletin.issued_at,
                contact=warning.office.phone,
            ),
        ),
    )
    return CapMessage.objects.create(
        bulletin=bulletin,
        identifier=message.identifier,
        sender=message.sender,
        sent=message.sent,
        status=message.status,
        text=cap.compose(message).decode(),
    )


def is_exercise(warning: Warning) -> bool:
    """演练 (domain §7): the one place to say so. An exercise's message is marked, and no feed carries it."""
    return warning.is_drill


def sender_of(office: Organization) -> str:
    """The office's code, at the system's own address where that is known."""
    host = urlsplit(settings.BASE_URL).hostname
    return f"{office.code}@{host}" if host else office.code


def areas_of(bulletin: Bulletin) -> tuple[cap.Area, ...]:
    """The bulletin's own words first, then each county with its code and outline; a zone has its name alone."""
    return (cap.Area(bulletin.area), *map(_area, counties_of(bulletin)))


def counties_of(bulletin: Bulletin) -> list[Organization]:
    """The counties that the words of the bulletin name; all where they say so; else those that the warning named."""
    warning = bulletin.warning
    government = warning.office.parent.parent_id
    of_city = Organization.objects.filter(kind=Organization.Kind.COUNTY, parent=government, is_active=True)
    counties = list(of_city.order_by("pk"))
    if WHOLE_CITY in bulletin.area:
        return counties
    named = [county for county in counties if county.short_name in bulletin.area]
    return named or list(warning.counties_affected.order_by("pk"))


def _area(county: Organization) -> cap.Area:
    outline = outlines().get(county.short_name)
    if outline is None or not outline.code:
        return cap.Area(county.short_name)
    polygons = (" ".join(f"{lat},{lon}" for lat, lon in ring) for ring in outline.polygons)
    return cap.Area(county.short_name, tuple(polygons), geocodes=((DIVISION, outline.code),))


def evidence(message: CapMessage) -> dict:
    """What the ledger keeps of it: its name, and the hash of its text."""
    digest = hashlib.sha256(message.text.encode()).hexdigest()
    return {"cap": message.identifier, "cap_sha256": digest}
