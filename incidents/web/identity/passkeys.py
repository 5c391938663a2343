"""Passkeys: the browser's ceremonies as JSON for `js/passkeys.js`; the cryptography is `django_otp_webauthn`'s.

A key is bound to the host of the page. At the door it is the second factor after a password, or, verified by finger,
face or PIN, both factors at once.
"""

import json
from contextlib import contextmanager
from functools import wraps

from django.conf import settings
from django.contrib.auth.views import RedirectURLMixin
from django.http import JsonResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_otp_webauthn.exceptions import OTPWebAuthnApiError
from django_otp_webauthn.helpers import WebAuthnHelper
from django_otp_webauthn.utils import rewrite_exceptions
from webauthn.helpers.exceptions import WebAuthnException

from incidents.models import User
from incidents.refusals import Refusal
from incidents.services.identity import second_factors
from incidents.web.identity import door, shown_once
from incidents.web.identity.door_steps import enrolled
from incidents.web.identity.proving import prove

REGISTERING, SHOWING = "passkey_registering", "passkey_showing"
FAILED = "这把通行密钥没有通过验证，请重试，或换一种方式。"


class Helper(WebAuthnHelper):
    def get_relying_party_domain(self) -> str:
        host = self.request.get_host()
        return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host

    def get_allowed_origins(self) -> list[str]:
        return [f"{self.request.scheme}://{self.request.get_host()}"]


class Refused(Exception):
    def __init__(self, status: int, detail: str):
        self.status, self.detail = status, detail


def ceremony(view):
    """JSON in, JSON out; a refusal is `{"detail": …}` in words for the person."""

    @wraps(view)
    @never_cache
    @require_POST
    def wrapped(request):
        try:
            try:
                said = json.loads(request.body or b"{}")
                json.dumps(said, ensure_ascii=False).encode()  # half a surrogate pair is no text
            except (ValueError, RecursionError):
                raise Refused(400, "请求无法理解。") from None
            return JsonResponse(view(request, said if isinstance(said, dict) else {}))
        except Refused as refused:
            return JsonResponse({"detail": refused.detail}, status=refused.status)
        except Refusal as refusal:
            return JsonResponse({"detail": refusal.detail}, status=refusal.status)

    return wrapped


@contextmanager
def judged():
    """What the library refuses, and whatever can't be read as a key's answer."""
    try:
        with rewrite_exceptions(logger=None):
            yield
    except (OTPWebAuthnApiError, WebAuthnException, KeyError, TypeError, ValueError):
        raise Refused(422, FAILED) from None


def taken(request, name: str) -> dict:
    """A ceremony's state, good for one answer: gone before that is looked at."""
    state = request.session.pop(name, None)
    request.session.save()
    if not state:
        raise Refused(400, "已超时，请重新开始。")
    return state


def enroller(request) -> tuple[User, door.Visitor | None]:
    """Who may register a key: who must have one before he comes in, or who is in."""
    if request.user.is_authenticated:
        return request.user, None
    found = door.visitor_of(request)
    if found and door.open_step(*found) == "door-enrol":
        visitor, person = found
        return person, visitor
    raise Refused(401, "登录已过期，请重新登录。")


@ceremony
def begin_registration(request, said: dict):
    person, visitor = enroller(request)
    if visitor is None:
        prove(request, str(said.get("proof", "")))
    options, state = Helper(request=request).register_begin(user=person)
    request.session[REGISTERING] = state | {"name": str(said.get("name", ""))}
    return options


@ceremony
def complete_registration(request, said: dict):
    person, visitor = enroller(request)
    state = taken(request, REGISTERING)

    def register(row: User):
        with judged():
            return Helper(request=request).register_complete(user=row, state=state, data=said)

    codes = second_factors.enrol_passkey(
        person=person, register=register, name=state["name"], now=timezone.now()
    )
    if visitor:
        return {"url": enrolled(request, visitor, person, second_factors.PASSKEY, codes).url}
    door.keep_in(request, person, second_factors.PASSKEY)
    return {"url": shown_once.show(request, codes, reverse("account")).url if codes else reverse("account")}


@ceremony
def begin_authentication(request, said: dict):
    found = door.visitor_of(request)
    person = found[1] if found else None
    options, state = Helper(request=request).authenticate_begin(
        user=person, require_user_verification=person is None
    )
    request.session[SHOWING] = state | {"person": person and person.pk}
    return options


@ceremony
def complete_authentication(request, said: dict):
    state, found = taken(request, SHOWING), door.visitor_of(request)
    visitor, person = found or (None, None)
    if state["person"] != (person and person.pk):
        raise Refused(400, "已超时，请重新开始。")
    try:
        with judged():
            key = Helper(request=request).authenticate_complete(user=person, state=state, data=said)
    except Refused:
        if person:
            second_factors.passkey_failed(person=person, now=timezone.now())
        raise
    if not key.user.is_active:
        raise Refused(403, FAILED)
    if visitor:
        visitor.factor = second_factors.PASSKEY
        return {"url": door.go_on(request, visitor, person).url}
    return {"url": door.arrive(request, key.user, by="passkey", factor="passkey", url=_onward(request)).url}


def _onward(request) -> str:
    """Where `?next=` leads, if it is ours."""
    mixin = RedirectURLMixin()
    mixin.request = request
    return mixin.get_redirect_url() or resolve_url(settings.LOGIN_REDIRECT_URL)
