"""Where the page of an incident, a warning or what is to be made ready is, for those to whom each is a subject of debts
and messages."""

from django.urls import NoReverseMatch, reverse

from alerts.models import Undertaking, Warning
from incidents.models import Incident


def subject_url(subject: Incident | Warning | Undertaking | None) -> str:
    """Blank where there is nothing to go to."""
    if subject is None:
        return ""
    if isinstance(subject, Undertaking):
        return matter_url(subject.matter)
    return reverse("warning" if isinstance(subject, Warning) else "incident", args=[subject.number])


def matter_url(matter: str) -> str:
    """The page of a matter (`hazard/ZMD-H-2026-0001`); blank where an older release knew a page that is gone."""
    page, _, number = matter.partition("/")
    try:
        return reverse(page, args=[number] if number else [])
    except NoReverseMatch:
        return ""
