"""The inbox: what is put before people. Every message of the system passes through `deliver`."""

from collections.abc import Iterable
from datetime import datetime

from alerts import live
from alerts.models import Notification, Undertaking, Warning
from alerts.models.notification import counted_in
from alerts.services import outbox
from alerts.services.directory import Directory
from incidents.models import Drill, DrillParticipant, Incident, Organization, User
from incidents.rows import insert, made


def deliver(messages: Iterable[Notification], channels: outbox.Taken | None = None) -> list[Notification]:
    """Puts the messages into their inboxes, and into the outbox where somebody has an outside channel, in the
    transaction of the change that caused them. Of a drill only those are told who take part in it, and of a sandbox
    nobody: it is tried out with nobody at the desks."""
    written = insert(_without_bystanders(list(messages)))
    live.tell_inbox(message.person_id for message in written)
    outbox.queue(written, channels)
    return written


def _without_bystanders(messages: list[Notification]) -> list[Notification]:
    played = [message for message in messages if message.is_of_a_drill]
    if not played:
        return messages
    for message in played:
        if subject := message.incident or message.warning:
            message.drill_id = subject.drill_id
    drills = {message.drill_id for message in played} - {None}
    parts = DrillParticipant.objects.filter(drill__in=drills).values_list("drill", "post__person")
    taking_part = set(parts) if drills else set()
    return [
        message
        for message in messages
        if not message.is_of_a_drill or (message.drill_id, message.person_id) in taking_part
    ]


def tell(
    people: Iterable[User],
    *,
    kind: str,
    title: str,
    at: datetime,
    text="",
    clause="",
    within: Incident | Warning | None = None,
    **about,
):
    """One message to each; `about` names the incident and the deadline it is about. `within`: what it hangs on, where
    that is not named to its reader: of a drill, it is the drill's all the same."""
    if within is not None and within.is_drill:
        if within.drill_id is None:
            return
        about["drill_id"] = within.drill_id
    deliver(
        Notification(
            person=person, kind=kind, title=title[:150], text=text, clause=clause, created_at=at, **about
        )
        for person in {person.pk: person for person in people}.values()
    )


def about(subject) -> dict:
    """What a message says it is about: an incident, a warning, or the page of an undertaking."""
    if isinstance(subject, Undertaking):
        return {"matter": subject.matter}
    return {subject._meta.model_name: subject}


class Round:
    """What one act tells several bodies: their people are looked up once, and all of it goes out together."""

    def __init__(self, *bodies: Organization | None, at: datetime, drill: int | None = None):
        self.directory, self.channels = Directory(bodies, at=at, drill=drill), outbox.channels()
        self.at, self.messages = at, []

    def tell(self, *bodies: Organization | None, kind: str, title: str, text="", clause="", **about) -> bool:
        """Desk and leaders of these bodies, who must be among those of the round; whether there is anybody."""
        words = {"kind": kind, "title": title[:150], "text": text, "clause": clause, "created_at": self.at}
        people = self.directory.reached_for(*bodies)
        self.messages += [made(Notification, person=person, **words, **about) for person in people]
        return bool(people)

    def send(self):
        """Who is reached for several bodies hears what is the same for all of them once."""
        deliver({_gist(message): message for message in self.messages}.values(), self.channels)


def _gist(message: Notification) -> tuple:
    about = (
        message.incident_id,
        message.warning_id,
        message.deadline_id,
        message.fired_step_id,
        message.matter,
    )
    return message.person_id, message.kind, message.title, message.text, *about


def mark_read(
    person: User, *, at: datetime, ids: Iterable[int] | None = None, drill: Drill | None = None
) -> int:
    """Marks these messages read, or all that counts in this drill (None: in earnest); the person's other screens are told."""
    unread = Notification.objects.filter(person=person, read_at=None)
    unread = unread.filter(counted_in(drill)) if ids is None else unread.filter(pk__in=ids)
    marked = unread.update(read_at=at)
    live.tell_inbox([person.pk])
    return marked
