"""The one place that knows where an incident's attachments are; the case file asks here."""

from incidents.models import Incident


def attachments_of(incident: Incident) -> list:
    """Each with a `name` and `open()`; none while incidents have no such relation."""
    relation = getattr(incident, "attachments", None)
    return list(relation.all()) if relation is not None else []
