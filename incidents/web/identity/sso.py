"""Single sign-on by OpenID Connect, where one is configured (`docs/accounts.md`): the provider says who it is, the door
does the rest. `mozilla-django-oidc` speaks the protocol (state, nonce, PKCE, signature)."""

from functools import wraps

import jwt
import requests
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView

from incidents.models import User
from incidents.services.identity import accounts
from incidents.web.identity import door

FAILED = "统一身份认证没有成功，请重试，或用本系统的用户名和密码登录。"
UNKNOWN = "统一身份认证已通过，但本系统没有对应的账号，请联系系统管理员。"


class Provider(OIDCAuthenticationBackend):
    """Whom the provider's signed word names, among the accounts that we have."""

    def verify_token(self, token, **kwargs):
        """The library leaves out for whom the word is meant and who gave it."""
        payload = super().verify_token(token, **kwargs)
        meant_for = payload.get("aud")
        if self.OIDC_RP_CLIENT_ID not in (meant_for if isinstance(meant_for, list) else [meant_for]):
            raise SuspiciousOperation("The ID token is meant for another client.")
        if payload.get("iss") != settings.OIDC_ISSUER or "exp" not in payload:
            raise SuspiciousOperation("The ID token is another issuer's, or never ends.")
        return payload

    def get_userinfo(self, access_token, id_token, payload):
        if not self.OIDC_OP_USER_ENDPOINT:
            return payload
        told = super().get_userinfo(access_token, id_token, payload)
        if told.get("sub") != payload.get("sub"):
            raise SuspiciousOperation("The provider told of somebody else.")
        return payload | told

    def verify_claims(self, claims):
        return bool(claims.get(settings.OIDC_USERNAME_CLAIM))

    def filter_users_by_claims(self, claims):
        return User.objects.filter(username=claims[settings.OIDC_USERNAME_CLAIM])

    def get_settings(self, attr, *args):
        return False if attr == "OIDC_CREATE_USER" else super().get_settings(attr, *args)


class Callback(OIDCAuthenticationCallbackView):
    def get(self, request):
        states = request.session.get("oidc_states", {})
        begun = states.pop(request.GET.get("state", ""), None)
        request.session["oidc_states"] = states
        if begun is None or "code" not in request.GET:
            return self.failed(FAILED)
        url = self.success_url
        try:
            person = Provider().authenticate(
                request, nonce=begun["nonce"], code_verifier=begun.get("code_verifier")
            )
        except (SuspiciousOperation, jwt.PyJWTError, requests.RequestException, ValueError, KeyError):
            return self.failed(FAILED)
        if person is None or not person.is_active:
            if person:
                accounts.sign_in_failed(person.username, timezone.now())
            return self.failed(UNKNOWN)
        factor = "sso" if settings.OIDC_TRUSTS_FACTOR else ""
        return door.arrive(request, person, by="sso", factor=factor, url=url)

    def failed(self, words: str):
        messages.error(self.request, words)
        return redirect("login")


def where_configured(view):
    @wraps(view)
    @never_cache
    def wrapped(request, *args, **kwargs):
        if not settings.OIDC_ISSUER:
            raise Http404("没有配置统一身份认证。")
        return view(request, *args, **kwargs)

    return wrapped


begin = where_configured(OIDCAuthenticationRequestView.as_view())
callback = where_configured(Callback.as_view())
