"""Signed requests of an enterprise's own system: the secret that a key signs with, and what has been taken already."""

import secrets
from datetime import datetime, timedelta

from django.db import connection

from alerts.channels import sealing
from incidents.models import ApiKey, SignatureNonce

WINDOW = timedelta(minutes=5)
"""How far the time of a signature may be from ours."""

Unreadable = sealing.Unreadable


def new_sealed_secret() -> str:
    return sealing.seal({"signs": f"zmdsig_{secrets.token_urlsafe(32)}"})


def secret_of(key: ApiKey) -> str | None:
    """What the key signs with; None for a key from before there were signatures. Raises `Unreadable`."""
    return sealing.unseal(key.sealed)["signs"] if key.sealed else None


def take(key: ApiKey, nonce: str, signed_at: datetime) -> bool:
    """Remembers a signed request, whatever becomes of it; False if it was taken before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO incidents_signaturenonce (key_id, nonce, signed_at) VALUES (%s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [key.pk, nonce, signed_at],
        )
        return cursor.rowcount == 1


def forget(*, now: datetime) -> int:
    """Those whose time is out of the window for good; returns how many."""
    return SignatureNonce.objects.filter(signed_at__lt=now - 2 * WINDOW).delete()[0]
