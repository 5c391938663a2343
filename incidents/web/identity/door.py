"""The one door: whoever has shown who he is goes through the steps that are still open, and only then is signed in.

Until then the session holds nothing but a name on a waiting list: to pages, API and live screens the visitor is
nobody. Password, single sign-on and passkey all end in `arrive`.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import wraps

from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from incidents.models import User
from incidents.services.identity import accounts, second_factors

WAITING = "at_the_door"
FACTOR = "second_factor"
"""In the session of who is in: the kind of his second factor; absent where there was none."""
PATIENCE = timedelta(minutes=10)
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass
class Visitor:
    """Has shown who he is (`by`), and perhaps a second factor; goes to `url` once inside."""

    pk: int
    by: str
    url: str
    factor: str = ""
    since: float = 0.0
    digest: str = ""
    """Of his password when he came: one that was changed meanwhile sends him back."""

    def person(self, now: datetime) -> User | None:
        if now.timestamp() - self.since > PATIENCE.total_seconds():
            return None
        person = User.objects.filter(pk=self.pk, is_active=True).first()
        if person and constant_time_compare(self.digest, person.get_session_auth_hash()):
            return person
        return None


def arrive(request: HttpRequest, person: User, *, by: str, url: str, factor: str = "") -> HttpResponse:
    if request.user.is_authenticated:
        request.session.flush()
    digest = person.get_session_auth_hash()
    visitor = Visitor(person.pk, by, url, factor, timezone.now().timestamp(), digest)
    return go_on(request, visitor, person)


def go_on(request: HttpRequest, visitor: Visitor, person: User) -> HttpResponse:
    """To the next step that is open, or inside."""
    step = open_step(visitor, person)
    if step is None:
        return enter(request, visitor, person)
    if WAITING not in request.session:
        request.session.cycle_key()
    request.session[WAITING] = asdict(visitor)
    return redirect(step)


def open_step(visitor: Visitor, person: User) -> str | None:
    """What a person has goes first: a password known to two opens nothing alone."""
    if not visitor.factor and second_factors.has_any(person):
        return "door-verify"
    if visitor.by == "password" and person.must_change_password:
        return "door-password"
    if not visitor.factor and second_factors.owes(person):
        return "door-enrol"
    return None


def enter(request: HttpRequest, visitor: Visitor, person: User) -> HttpResponse:
    request.session.pop(WAITING, None)
    auth.login(request, person, backend=BACKEND)
    if visitor.factor:
        request.session[FACTOR] = visitor.factor
    accounts.sign_in(person, timezone.now(), by=visitor.by, factor=visitor.factor)
    return redirect(visitor.url)


def visitor_of(request: HttpRequest) -> tuple[Visitor, User] | None:
    """Who waits at the door in this session."""
    claim = request.session.get(WAITING)
    visitor = Visitor(**claim) if claim else None
    person = visitor.person(timezone.now()) if visitor else None
    return (visitor, person) if person else None


def at_the_door(step: str):
    """A view `(request, visitor, person)` for who waits before this step; anybody else is sent where he belongs."""

    def decorate(view):
        @wraps(view)
        def wrapped(request, *args, **kwargs):
            found = visitor_of(request)
            if found is None:
                return redirect("home" if request.user.is_authenticated else "login")
            visitor, person = found
            if open_step(visitor, person) != step:
                return go_on(request, visitor, person)
            return view(request, visitor, person, *args, **kwargs)

        return wrapped

    return decorate


def keep_in(request: HttpRequest, person: User, factor: str = ""):
    """After a change of password or factors, which ends the account's sessions: this one goes on."""
    person.refresh_from_db()
    auth.update_session_auth_hash(request, person)
    if factor:
        request.session[FACTOR] = factor
