"""Keys of the enterprises' own systems: made and revoked, on record in the enterprise's chain (domain §6)."""

from datetime import datetime

from django.db import transaction

from incidents import ledger
from incidents.ledger import Entry
from incidents.models import ApiKey, Organization
from incidents.refusals import wrong
from incidents.roles import SYSTEM, Actor


@transaction.atomic
def create(*, enterprise: str, name: str, now: datetime, actor: Actor = SYSTEM) -> tuple[ApiKey, str]:
    """A new key of the enterprise of this code, and its secret, which is shown once."""
    firms = Organization.objects.filter(kind=Organization.Kind.ENTERPRISE, is_active=True)
    firm = firms.filter(code=enterprise).first()
    if firm is None:
        raise wrong("/enterprise", "not_found", f"没有代码为“{enterprise}”的企业。")
    name = name.strip()
    if not 0 < len(name) <= ApiKey._meta.get_field("name").max_length:
        raise wrong("/name", "required", "密钥名称须为 1 至 40 字。")
    key, secret = ApiKey.create(enterprise=firm, name=name, at=now)
    _record(key, "key.created", "建立", now, actor)
    return key, secret


@transaction.atomic
def revoke(*, key: ApiKey, now: datetime, actor: Actor = SYSTEM):
    """From the next request on the key is as good as none."""
    key.revoked_at = now
    key.save(update_fields=["revoked_at"])
    _record(key, "key.revoked", "吊销", now, actor)


def _record(key: ApiKey, action: str, word: str, now: datetime, actor: Actor):
    entry = Entry(action, f"{word}接口密钥“{key.name}”（{key.prefix}…）", data={"key": key.pk})
    ledger.append(ledger.body_chain(key.enterprise), entry, at=now, actor=actor)
