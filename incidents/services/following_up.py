"""Follow-ups (续报, §5.2.1, 5.4.2(2)): whoever responds goes on reporting, every N hours, until it ends."""

from datetime import datetime

from alerts.services.debts import DebtBook
from incidents.models import Incident, Level, Status


def start_follow_ups(incident: Incident, book: DebtBook, at: datetime):
    """R5 of the firm runs from the start of a response, or from the grading to Ⅲ or above, whichever is earlier."""
    grave = incident.level is not None and incident.level <= Level.III
    if incident.enterprise and (grave or incident.status == Status.RESPONDING):
        book.follow_up(incident.level, at, {incident.enterprise: None}, tighten=grave)
