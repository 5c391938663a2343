"""Who is signed in where: written down at the door, kept to the minute, ended by the person himself or by the
administrator, on record in the account's chain (domain §6).

What ends a session here is the deletion of Django's own row: the next request finds nobody, and an open stream is
closed at the next round of `alerts.web.live`.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils.crypto import constant_time_compare

from alerts.models import Shift
from incidents import ledger
from incidents.ledger import Entry
from incidents.models import SignedInSession, User
from incidents.refusals import NotFound
from incidents.roles import Actor, require
from incidents.services.transaction import use_case

KEPT = timedelta(days=30)
"""How long it is still known whose an ended session was."""


def began(person: User, key: str, *, address: str | None, agent: str, now: datetime) -> SignedInSession:
    """At the door, whichever way he came in."""
    facts = {"person": person, "session_id": key, "address": address, "agent": agent[:300]}
    row, _ = SignedInSession.objects.update_or_create(
        digest=SignedInSession.digest_of(key), defaults=facts | {"started_at": now, "seen_at": now}
    )
    return row


def moved(before: str, key: str) -> str | None:
    """The session goes on under another key; its new digest, if it is somebody's."""
    digest = SignedInSession.digest_of(key)
    rows = SignedInSession.objects.filter(digest=SignedInSession.digest_of(before))
    return digest if rows.update(session_id=key, digest=digest) else None


def seen(key: str, now: datetime):
    SignedInSession.objects.filter(session_id=key, seen_at__lt=now).update(seen_at=now)


def keeps_watch(person: int, now: datetime) -> bool:
    """Signed in for a shift that runs now: the desk is manned around the clock (§5.2.3)."""
    return Shift.objects.at(now).filter(person=person, signed_in_at__isnull=False).exists()


def owner_of(digest: str) -> int | None:
    """Whose session this was, also when it is over."""
    found = SignedInSession.objects.filter(digest=digest.replace("\0", ""))
    return found.values_list("person", flat=True).first()


def living(person: User, now: datetime) -> list[SignedInSession]:
    """Those that still open the door, the last used first; a changed password has ended the ones before it."""
    rows = person.sign_ins.filter(session__expire_date__gt=now).select_related("session")
    return [row for row in rows if _holds(row, person)]


def _holds(row: SignedInSession, person: User) -> bool:
    claim = row.session.get_decoded().get(HASH_SESSION_KEY, "")
    return constant_time_compare(claim, person.get_session_auth_hash())


@use_case
def end(*, actor: Actor, person: User, session: int, now: datetime) -> SignedInSession:
    """One's own, or as the administrator another's."""
    _may(actor, person)
    row = next((row for row in living(person, now) if row.pk == session), None)
    if row is None:
        raise NotFound("没有这个登录，或已经结束。", "not_found")
    _end([row], person, actor, now)
    return row


@use_case
def end_all(*, actor: Actor, person: User, now: datetime, but: str | None = None) -> int:
    """All that live, except for the one with the key `but`; how many."""
    _may(actor, person)
    rows = [row for row in living(person, now) if row.session_id != but]
    if rows:
        _end(rows, person, actor, now)
    return len(rows)


def _may(actor: Actor, person: User):
    if actor.person != person:
        require(actor, "account.end_session")


def _end(rows: Iterable[SignedInSession], person: User, actor: Actor, now: datetime):
    rows = list(rows)
    Session.objects.filter(pk__in=[row.session_id for row in rows]).delete()
    SignedInSession.objects.filter(pk__in=[row.pk for row in rows]).update(ended_at=now, ended_by=actor.post)
    entry = Entry(
        "account.sessions_ended",
        f"结束登录 {len(rows)} 个",
        data={"sessions": [row.pk for row in rows]},
        personal={"地址": "、".join(sorted({row.address for row in rows if row.address}))},
    )
    ledger.append(ledger.account_chain(person), entry, at=now, actor=actor)


def forget(now: datetime) -> int:
    """Sessions that have run out, and what is known of those that are long over."""
    Session.objects.filter(expire_date__lt=now).delete()
    gone = SignedInSession.objects.filter(Q(session=None), seen_at__lt=now - KEPT)
    return gone.delete()[0]
