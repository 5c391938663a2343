"""Whom to call for a body, in their order: who is on shift, the duty telephone, the standing contacts (§5.2.1, 5.2.3)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from alerts.models import Seat
from alerts.services.directory import Directory
from incidents.models import Contact, DrillParticipant, Organization, Role, User

Duty = Contact.Duty


@dataclass(frozen=True)
class Line:
    """One number to dial."""

    key: str
    body: Organization
    words: str
    phone: str
    person: User | None = None
    on_shift: bool = False

    @property
    def whom(self) -> str:
        return str(self.person) if self.person else f"{self.body}{self.words}"


@dataclass
class Card:
    """A body's telephones, as they stand on the desk's list."""

    body: Organization
    on_shift: list[Line] = field(default_factory=list)
    duty: list[Line] = field(default_factory=list)
    leaders: list[Line] = field(default_factory=list)
    in_drill: bool = False

    @property
    def lines(self) -> list[Line]:
        """In the order in which one dials; who is on shift does not come a second time."""
        first = {line.person.pk for line in self.on_shift}
        rest = [line for line in (*self.duty, *self.leaders) if line.person.pk not in first]
        desk = (
            [Line(f"body-{self.body.pk}", self.body, "值班电话", self.body.phone)]
            if self.body.phone and not self.in_drill
            else []
        )
        return [*self.on_shift, *desk, *rest]


def call_list(debtor: Organization, *, at: datetime, drill: int | None = None) -> list[Line]:
    """Of the body itself, then of its superior unit (上一级单位)."""
    bodies = [body for body in (debtor, debtor.superior_unit) if body]
    return [line for card in cards(bodies, at=at, drill=drill) for line in card.lines]


def cards(bodies: Iterable[Organization], *, at: datetime, drill: int | None = None) -> list[Card]:
    """The telephones of each of these bodies: a fixed number of queries. In a drill only who takes part in it is called."""
    bodies = list(bodies)
    if drill is not None:
        return _cards_in_a_drill(bodies, drill)
    directory = Directory(bodies, at=at)
    contacts = defaultdict(list)
    standing = Contact.objects.filter(organization__in=bodies, person__is_active=True)
    for contact in standing.select_related("person").order_by("duty", "order", "id"):
        contacts[contact.organization_id].append(contact)
    return [_card(body, contacts[body.pk], directory) for body in bodies]


def _cards_in_a_drill(bodies: list[Organization], drill: int) -> list[Card]:
    """Also who is played not to answer: that is found out by calling."""
    found = {body.pk: Card(body, in_drill=True) for body in bodies}
    parts = DrillParticipant.objects.filter(drill=drill, post__organization__in=bodies, post__is_active=True)
    for part in parts.select_related("post__organization", "post__person"):
        post = part.post
        line = Line(f"post-{post.pk}", post.organization, post.title, post.person.phone, post.person)
        found[post.organization_id].duty.append(line)
    return [found[body.pk] for body in bodies]


def _card(body: Organization, contacts: list[Contact], directory: Directory) -> Card:
    phones = {contact.person_id: contact.phone for contact in reversed(contacts) if contact.phone}
    card = Card(body)
    for seat, person in directory.on_shift(body):
        phone = phones.get(person.pk) or person.phone
        key = f"shift-{body.pk}-{seat}-{person.pk}"
        line = Line(key, body, seat.label, phone, person, on_shift=True)
        (card.leaders if seat == Seat.LEADER else card.on_shift).append(line)
    leading = {line.person.pk for line in card.leaders}
    for contact in contacts:
        if contact.duty == Duty.LEADER and contact.person_id in leading:
            continue
        words, phone = contact.get_duty_display(), contact.phone or contact.person.phone
        line = Line(f"contact-{contact.pk}", body, words, phone, contact.person)
        (card.duty if contact.duty == Duty.DUTY else card.leaders).append(line)
    known = {line.person.pk for line in card.leaders}
    for role in (Role.OFFICE_DIRECTOR, Role.COMMANDER):
        for person in directory.holders(body, role):
            if person.pk not in known:
                phone = phones.get(person.pk) or person.phone
                card.leaders.append(
                    Line(f"post-{body.pk}-{person.pk}", body, Role(role).label, phone, person)
                )
                known.add(person.pk)
    return card
