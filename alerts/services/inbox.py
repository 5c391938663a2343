"""The inbox: who is reached for a body, and what is put before them."""

from collections.abc import Iterable
from datetime import datetime

from alerts.models import Notification
from incidents.models import Contact, Organization, Role, User


def people_at(*organizations: Organization | None, duty: str | None = None) -> list[User]:
    """The standing contacts of these bodies, each person once, in their order."""
    contacts = Contact.objects.filter(
        organization__in=[o for o in organizations if o], person__is_active=True
    ).select_related("person")
    if duty:
        contacts = contacts.filter(duty=duty)
    return list({contact.person_id: contact.person for contact in contacts}.values())


def holders(organization: Organization, role: Role) -> list[User]:
    """Who holds this post in this body."""
    people = User.objects.filter(
        is_active=True, posts__organization=organization, posts__role=role, posts__is_active=True
    )
    return list(people.distinct().order_by("posts__id"))


def tell(people: Iterable[User], *, kind: str, title: str, at: datetime, text="", clause="", **about):
    """One message to each; `about` names the incident and the deadline it is about."""
    Notification.objects.bulk_create(
        Notification(
            person=person, kind=kind, title=title[:150], text=text, clause=clause, created_at=at, **about
        )
        for person in {person.pk: person for person in people}.values()
    )


def mark_read(person: User, *, at: datetime, ids: Iterable[int] | None = None) -> int:
    unread = Notification.objects.filter(person=person, read_at=None)
    if ids is not None:
        unread = unread.filter(pk__in=ids)
    return unread.update(read_at=at)
