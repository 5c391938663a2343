"""One's own shifts as an iCalendar feed, at a secret address that is shown once and can be ended (§5.2.3)."""

import hashlib
import secrets
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from icalendar import Calendar, Event

from alerts.models import CalendarFeed, Shift
from incidents import ledger
from incidents.ledger import Entry
from incidents.models import User
from incidents.roles import Actor

PAST = timedelta(days=31)
"""How far back a calendar is told of shifts."""


@transaction.atomic
def subscribe(person: User, *, now: datetime) -> str:
    """A new secret for the person's feed; the one before it opens nothing any more."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    _end(person, now)
    secret = secrets.token_urlsafe(32)
    CalendarFeed.objects.create(person=person, digest=digest_of(secret), created_at=now)
    _write(person, Entry("duty.feed_opened", "建立值班日历订阅地址"), now)
    return secret


@transaction.atomic
def unsubscribe(person: User, *, now: datetime):
    if _end(person, now):
        _write(person, Entry("duty.feed_ended", "停用值班日历订阅地址"), now)


def person_of(secret: str) -> User | None:
    """Whose feed the secret opens, while he is active."""
    feed = CalendarFeed.objects.filter(
        digest=digest_of(secret), revoked_at=None, person__is_active=True
    ).select_related("person")
    found = feed.first()
    return found and found.person


def calendar_of(person: User, *, now: datetime) -> bytes:
    """The person's own shifts, and nobody else's name."""
    zone = ZoneInfo(settings.TIME_ZONE)
    calendar = Calendar()
    calendar.add("prodid", "-//ZMD emergency//duty roster//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "我的值班")
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    shifts = Shift.objects.filter(person=person, period__endswith__gt=now - PAST)
    for shift in shifts.select_related("organization").order_by("period"):
        event = Event()
        event.add("uid", f"shift-{shift.pk}@zmd-emergency")
        event.add("dtstamp", now)
        event.add("dtstart", shift.starts_at.astimezone(zone))
        event.add("dtend", shift.ends_at.astimezone(zone))
        event.add("summary", f"{shift.get_seat_display()}（{shift.organization}）")
        if shift.organization.phone:
            event.add("description", f"值班电话 {shift.organization.phone}")
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()


def digest_of(secret: str) -> str:
    """A secret is 256 random bits, so a plain hash is enough to store it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _end(person: User, now: datetime) -> int:
    return CalendarFeed.objects.filter(person=person, revoked_at=None).update(revoked_at=now)


def _write(person: User, entry: Entry, now: datetime):
    ledger.append(ledger.account_chain(person), entry, at=now, actor=Actor(person=person))
