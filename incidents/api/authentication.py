"""Who calls: a firm's own system with its key, or a logged-in browser with its session and CSRF token.

`request.auth` is the `Caller` of the role table either way, so that no view asks which door it was.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from rest_framework import authentication, exceptions
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS

from incidents.api import signing, throttling
from incidents.kept import kept
from incidents.models import ApiKey
from incidents.models.organization import details
from incidents.roles import Caller
from incidents.web.caller import caller_of

USE_IS_NOTED_EVERY = timedelta(minutes=1)
"""A busy key must not cost one more write per request."""


@dataclass(frozen=True)
class AuthenticatedKey:
    """What stands where Django expects a user; a key is no person."""

    key: ApiKey
    is_authenticated = True
    is_active = True
    pk = None

    def __str__(self):
        return str(self.key)


class KeyAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer <key>`. The key is looked up by its hash; one that has ended is as good as none."""

    def authenticate(self, request):
        scheme, _, secret = authentication.get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        secret, now = secret.strip().decode("latin-1"), timezone.now()
        throttling.admit_key(request._request, secret, budget_of(request))
        key = self.find(secret, now)
        signing.verify(request._request, key, now=now)
        if key.last_used_at is None or key.last_used_at <= now - USE_IS_NOTED_EVERY:
            stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_IS_NOTED_EVERY)
            ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
            throttling.remember(key)
        return AuthenticatedKey(key), Caller.of_key(key)

    def find(self, secret: str, now: datetime) -> ApiKey:
        key = _of_digest.first(ApiKey.digest_of(secret))
        if key is None:
            raise exceptions.AuthenticationFailed("接口密钥不正确。", "wrong_key")
        if key.revoked_at:
            raise exceptions.AuthenticationFailed("接口密钥已被吊销。", "revoked_key")
        if key.expires_at and key.expires_at <= now:
            raise exceptions.AuthenticationFailed("接口密钥已到期。", "expired_key")
        return key

    def authenticate_header(self, request):
        return 'Bearer realm="api"'


@kept
def _of_digest(digest: str):
    above = ("enterprise__parent", "enterprise__parent__parent", "enterprise__parent__parent__parent")
    return (
        ApiKey.objects.filter(digest=digest, enterprise__is_active=True)
        .select_related(above[-1])
        .defer(
            "created_at", "replaces", *details("enterprise", but=("must_sign", "county")), *details(*above)
        )
    )


class BrowserSessionAuthentication(authentication.SessionAuthentication):
    """A person's own session; what it writes needs the CSRF token as every form does."""

    def authenticate(self, request):
        found = super().authenticate(request)
        if found is None:
            return None
        throttling.admit_person(request._request, found[0])
        return found[0], caller_of(request._request)

    def enforce_csrf(self, request):
        try:
            # Django's request, not DRF's: that would parse the body to look for a token in it
            super().enforce_csrf(request._request)
        except PermissionDenied:
            raise PermissionDenied("缺少或不正确的 CSRF 令牌。", "csrf_failed") from None


def budget_of(request) -> str:
    """What the request is counted against (`throttling`)."""
    return "read" if request.method in SAFE_METHODS else request.parser_context["view"].writes_count_as
