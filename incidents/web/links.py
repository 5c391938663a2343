"""Where the page of an incident or of a warning is, for those to whom both are a subject of debts and messages."""

from django.urls import reverse

from alerts.models import Warning
from incidents.models import Incident


def subject_url(subject: Incident | Warning | None) -> str:
    """Blank where there is nothing to go to."""
    if subject is None:
        return ""
    return reverse("warning" if isinstance(subject, Warning) else "incident", args=[subject.number])
