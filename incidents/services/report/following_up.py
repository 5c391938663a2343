"""Follow-ups (续报, §5.2.1, 5.4.2(2)): whoever responds goes on reporting, every N hours, until it ends."""

from datetime import datetime

from alerts.services.debts import DebtBook
from incidents.conditions import running
from incidents.models import Incident, Level, Response, Status


def start_follow_ups(incident: Incident, book: DebtBook, at: datetime):
    """R5 of the firm runs from the start of a response, or from the grading to Ⅲ or above, whichever is earlier."""
    grave = incident.level is not None and incident.level <= Level.III
    if not incident.enterprise or not (grave or incident.status == Status.RESPONDING):
        return
    response = running(incident)
    every = response and response.follow_up_every
    level = min(incident.level, response.level) if response else incident.level
    book.follow_up(level, at, {incident.enterprise: every}, tighten=grave)


def name_in_response(response: Response, incident: Incident, book: DebtBook, at: datetime):
    """Ⅲ or above begins: R5 of the firm and of every body named, R9 to 市政府 and the province, each every N hours."""
    every = {named.body: named.follow_up_every or response.follow_up_every for named in response.named.all()}
    if incident.enterprise:
        every[incident.enterprise] = response.follow_up_every
    book.follow_up(response.level, at, every)
    book.progress(response.level, at, response.follow_up_every)
