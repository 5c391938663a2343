"""Too many wrong passwords lock a name for a quarter of an hour: from one address after a few, from anywhere after more.

django-axes counts. What was typed as a name is kept as a keyed hash only (a password lands there by mistake), and is
counted whether or not an account bears it, so that a lock tells nothing. Passkeys can't be guessed and work on.
"""

import ipaddress
import unicodedata
from collections.abc import Iterable
from datetime import datetime

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac

from alerts.models import Notification
from alerts.services import inbox
from incidents import ledger
from incidents.ledger import Entry
from incidents.models import AuthenticatorApp, RecoverySheet, Role, User
from incidents.roles import SYSTEM, Actor, require

FROM_ONE_ADDRESS = settings.AXES_FAILURE_LIMIT
FROM_ANYWHERE = 20
LIMITS = (
    f"同一地址输错 {FROM_ONE_ADDRESS} 次，或各处共输错 {FROM_ANYWHERE} 次，"
    f"锁定 {settings.AXES_COOLOFF_TIME.seconds // 60} 分钟。"
)
CLAUSE = "6.4"


def name_of(request, credentials: dict | None) -> str | None:
    """What axes keeps instead of the name."""
    typed = (credentials or {}).get("username")
    return hashed(typed) if typed else None


def hashed(username: str) -> str:
    name = unicodedata.normalize("NFKC", username).lower()
    return salted_hmac("incidents.lockouts", name, algorithm="sha256").hexdigest()


def address_of(request) -> str | None:
    """The visitor's, as the server tells it (of a proxy it believes `X-Forwarded-For` only where told to)."""
    try:
        return str(ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None


def locked_until(username: str, address: str | None, now: datetime) -> datetime | None:
    """Until when nobody signs in under this name from this address."""
    since = now - settings.AXES_COOLOFF_TIME
    attempts = AccessAttempt.objects.filter(username=hashed(username), attempt_time__gt=since)
    here = Q(ip_address=address) if address else Q(ip_address=None)
    found = attempts.aggregate(
        here=Sum("failures_since_start", filter=here),
        last_here=Max("attempt_time", filter=here),
        all=Sum("failures_since_start"),
        last=Max("attempt_time"),
    )
    ends = []
    if (found["here"] or 0) >= FROM_ONE_ADDRESS:
        ends.append(found["last_here"])
    if (found["all"] or 0) >= FROM_ANYWHERE:
        ends.append(found["last"])
    return max(ends) + settings.AXES_COOLOFF_TIME if ends else None


def locks_of(people: Iterable[User], now: datetime) -> dict[int, datetime]:
    """Who of these is locked out, from some address at least, and until when: what an administrator is shown."""
    names = {hashed(person.username): person.pk for person in people}
    attempts = AccessAttempt.objects.filter(
        username__in=names, attempt_time__gt=now - settings.AXES_COOLOFF_TIME
    )
    by_address = attempts.values("username", "ip_address").annotate(
        failures=Sum("failures_since_start"), last=Max("attempt_time")
    )
    failures: dict[str, list[int]] = {}
    last: dict[str, datetime] = {}
    for row in by_address:
        name = row["username"]
        failures.setdefault(name, []).append(row["failures"])
        last[name] = max(row["last"], last.get(name, row["last"]))
    return {
        names[name]: last[name] + settings.AXES_COOLOFF_TIME
        for name, counts in failures.items()
        if max(counts) >= FROM_ONE_ADDRESS or sum(counts) >= FROM_ANYWHERE
    }


def was_counted(request) -> bool:
    """Whether this wrong password was looked at and counted; during a lock none is."""
    return getattr(request, "axes_failures_since_start", None) is not None


@transaction.atomic
def record_lock(username: str, until: datetime, now: datetime):
    """On the account's chain and in the administrators' inboxes, once per lock."""
    if person := User.objects.filter(username=username).first():
        words = f"登录失败次数过多，锁定至 {timezone.localtime(until):%H:%M}"
        entry = Entry("account.locked", words, clause=CLAUSE, data={"until": until.isoformat()})
        inbox.tell(
            User.objects.filter(is_active=True, posts__is_active=True, posts__role=Role.ADMINISTRATOR),
            kind=Notification.Kind.NEWS,
            title=f"“{person}”的账号{words}",
            text="本人来电时，核实身份后可解除锁定；若本人没有输错过，说明有人在猜密码。",
            clause=CLAUSE,
            at=now,
            matter=f"account-unlock/{person.pk}",
        )
        ledger.append(ledger.account_chain(person), entry, at=now, actor=SYSTEM)


@transaction.atomic
def unlock(*, person: User, actor: Actor, now: datetime):
    """Whoever was locked out may try again at once: wrong passwords and wrong codes are forgotten."""
    require(actor, "account.unlock")
    AccessAttempt.objects.filter(username=hashed(person.username)).delete()
    for kind in (AuthenticatorApp, RecoverySheet):
        kind.objects.filter(user=person).update(throttling_failure_count=0, throttling_failure_timestamp=None)
    entry = Entry("account.unlocked", f"解除“{person}”的登录锁定", clause=CLAUSE)
    ledger.append(ledger.account_chain(person), entry, at=now, actor=actor)


class Handler(AxesDatabaseHandler):
    """Axes' own, with two limits instead of one, and no more than it needs at a sign-in that went well."""

    def is_locked(self, request, credentials=None) -> bool:
        username = (credentials or {}).get("username")
        at = request.axes_attempt_time
        return bool(username and locked_until(username, request.axes_ip_address, at))

    def get_failures(self, request, credentials=None) -> int:
        return FROM_ONE_ADDRESS if self.is_locked(request, credentials) else 0

    def user_login_failed(self, sender, credentials, request=None, **kwargs):
        if (credentials or {}).get("username"):
            super().user_login_failed(sender, credentials, request, **kwargs)

    def user_logged_in(self, sender, request, user, **kwargs):
        here = {"username": hashed(user.get_username()), "ip_address": request.axes_ip_address}
        AccessAttempt.objects.filter(**here).delete()

    def user_logged_out(self, sender, request, user, **kwargs):
        pass
