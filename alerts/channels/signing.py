"""The secrets of a webhook and its signatures (Standard Webhooks, by their own library).

A new secret signs at once; the one before it goes on signing beside it for a day, so that a receiver can change
over without losing a message.
"""

import base64
import secrets
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook as Signer

from alerts.channels import sealing

OVERLAP = timedelta(hours=24)


def new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def seal_first(secret: str) -> str:
    return _seal([(secret, None)])


def seal_next(sealed: str, secret: str, *, now: datetime) -> str:
    """The new secret with the one that signed until now, which ends; a still older one ends at once.

    `sealing.Unreadable`: the old can't be told any more; then it ends at once too."""
    try:
        newest = _unsealed(sealed)[0][0]
    except sealing.Unreadable:
        return seal_first(secret)
    return _seal([(secret, None), (newest, now + OVERLAP)])


def headers(sealed: str, message: str, payload: str, *, now: datetime) -> dict[str, str]:
    """What goes with the payload. `sealing.Unreadable` if the secrets can't be told any more."""
    at = now.astimezone(UTC).replace(microsecond=0)
    signing = [secret for secret, until in _unsealed(sealed) if until is None or until > now]
    signatures = [Signer(secret).sign(message, at, payload) for secret in signing]
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _seal(pairs: list[tuple[str, datetime | None]]) -> str:
    return sealing.seal({"secrets": [[secret, until and until.isoformat()] for secret, until in pairs]})


def _unsealed(sealed: str) -> list[tuple[str, datetime | None]]:
    pairs = sealing.unseal(sealed)["secrets"]
    return [(secret, until and datetime.fromisoformat(until)) for secret, until in pairs]
