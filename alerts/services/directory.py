"""Who is reached for a body at a moment: every recipient of the system is resolved here (domain §2, states and steps).

The roster first, then the standing contacts (§5.2.3, 5.4.2): the desk is the 值班员 on shift; where none is,
the 备班 on shift; where none is either, the standing contacts. The leader is the 带班领导 on shift, else the
standing contact. A person whose account or post has ended is not reached, and the next in that order is.

In a drill (domain §7) nobody is reached but those who take part in it: by the posts in which they do, while their
telephone is not played dead.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from operator import itemgetter

from django.db import connection
from django.db.models import CharField, F, IntegerField, QuerySet, Value
from django.utils.functional import cached_property

from alerts.models import Seat, Shift
from incidents.kept import among, kept
from incidents.models import Contact, DrillParticipant, Organization, Post, Role, User

Duty = Contact.Duty


class Directory:
    """Read once for a set of bodies, in one query, two where posts are asked for, and asked as often as needed."""

    def __init__(
        self, bodies: Iterable[Organization | int | None], *, at: datetime, drill: int | None = None
    ):
        self.at, self.drill = at, drill
        self.bodies = {getattr(body, "pk", body) for body in bodies} - {None}
        self._on_shift: dict[tuple, list[User]] = defaultdict(list)
        self._contacts: dict[tuple, list[User]] = defaultdict(list)
        reachable = _people(at, list(self.bodies)) if drill is None else self._playing()
        for body, seat, duty, _, _, *person in sorted(reachable, key=itemgetter(3, 4)):
            found = self._on_shift if seat else self._contacts
            found[body, seat or duty].append(User.from_db(connection.alias, PERSON, person))

    @cached_property
    def _posts(self) -> dict[tuple, list[User]]:
        found = defaultdict(list)
        posts = Post.objects.filter(
            organization__in=self.bodies,
            role__in=[Role.OFFICE_DIRECTOR, Role.COMMANDER],
            is_active=True,
            person__is_active=True,
        )
        if self.drill is not None:
            posts = posts.filter(pk__in=taking_part(self.drill).values("post"))
        for post in posts.select_related("person").order_by("id"):
            found[post.organization_id, post.role].append(post.person)
        return found

    def _playing(self) -> list[tuple]:
        """As `_people`: a post in the lead is the leader, any other what its holder is as a standing contact, else the desk."""
        parts = taking_part(self.drill).filter(post__organization__in=self.bodies)
        parts = parts.exclude(post__role__in=NOT_REACHED).select_related("post__person")
        named = defaultdict(set)
        contacts = Contact.objects.filter(organization__in=self.bodies)
        for body, person, duty in contacts.values_list("organization", "person", "duty"):
            named[body, person].add(duty)
        return [
            (part.post.organization_id, None, duty, 0, part.pk, *_columns(part.post.person))
            for part in parts
            for duty in _duties_of(part.post, named[part.post.organization_id, part.post.person_id])
        ]

    def on_duty(self, body: Organization | int) -> list[User]:
        """Who keeps the body's desk."""
        return (
            self._on_shift[_pk(body), Seat.DUTY]
            or self._on_shift[_pk(body), Seat.STANDBY]
            or self._contacts[_pk(body), Duty.DUTY]
        )

    def on_shift(self, body: Organization | int) -> list[tuple[Seat, User]]:
        """Who is on shift by the roster, in which seat, the desk first; nobody where there is none."""
        seats = (Seat.DUTY, Seat.STANDBY, Seat.LEADER)
        return [(seat, person) for seat in seats for person in self._on_shift[_pk(body), seat]]

    def leaders(self, body: Organization | int) -> list[User]:
        """带班领导 or 负责人."""
        return self._on_shift[_pk(body), Seat.LEADER] or self._contacts[_pk(body), Duty.LEADER]

    def holders(self, body: Organization | int, role: Role) -> list[User]:
        """Who holds the post of office director, or of commander, in the body."""
        return self._posts[_pk(body), role]

    def reached_for(self, *bodies: Organization | int | None) -> list[User]:
        """Desk and leaders of these bodies, each person once, in their order."""
        found = [person for body in bodies if body for person in (*self.on_duty(body), *self.leaders(body))]
        return list({person.pk: person for person in found}.values())

    def everyone(self, *bodies: Organization | int) -> list[User]:
        """All on shift, contacts and posts of these bodies: where a last step goes that found nobody."""
        wanted = {_pk(body) for body in bodies}
        known = [*self._on_shift.items(), *self._contacts.items(), *self._posts.items()]
        return [person for (body, _), people in known if body in wanted for person in people]


NOT_REACHED = (Role.AUDITOR, Role.ADMINISTRATOR)
LEADING = (Role.OFFICE_DIRECTOR, Role.COMMANDER)


def taking_part(drill: int) -> QuerySet[DrillParticipant]:
    """Who takes part and can be reached."""
    return DrillParticipant.objects.filter(
        drill=drill, unreachable_at=None, post__is_active=True, post__person__is_active=True
    )


def _duties_of(post: Post, named: set[str]) -> set[str]:
    return {Duty.LEADER} if post.role in LEADING else named or {Duty.DUTY}


def _columns(person: User) -> tuple:
    return tuple(getattr(person, name) for name in PERSON)


READ = {"id", "username", "name", "phone", "email", "is_active"}
PERSON = tuple(field.attname for field in User._meta.concrete_fields if field.attname in READ)
"""What is read of whoever may be reached, in the order of the model's fields, as `from_db` takes it."""


@kept
def _people(at: datetime, bodies: list):
    """By body: who sits in which seat, and who is a contact for which duty; then their order, and the person."""
    person = [f"person__{name}" for name in PERSON]
    shifts = Shift.objects.at(at).manned().filter(organization__in=among(bodies))
    shifts = shifts.annotate(duty=Value(None, CharField()), order=F("seat"))
    contacts = Contact.objects.filter(organization__in=among(bodies), person__is_active=True)
    contacts = contacts.annotate(seat=Value(None, IntegerField()))
    told = ("organization", "seat", "duty", "order", "pk", *person)
    return shifts.order_by().values_list(*told).union(contacts.order_by().values_list(*told), all=True)


def _pk(body: Organization | int) -> int:
    return getattr(body, "pk", body)


def reached_for(*bodies: Organization | None, at: datetime, drill: int | None = None) -> list[User]:
    """Desk and leaders of these bodies at this moment."""
    return Directory(bodies, at=at, drill=drill).reached_for(*bodies)
