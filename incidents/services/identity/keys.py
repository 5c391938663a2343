"""Keys of the enterprises' own systems: made, renamed, rotated and revoked by the enterprise's people or for it by the
administrator, on record in the enterprise's chain (domain §6).

A key's secret is told once, by whoever makes it; `key_signing.secret_of` tells the one it signs with.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from incidents import ledger
from incidents.ledger import Entry
from incidents.models import ApiKey, KeyState, Organization, Role, Scope
from incidents.refusals import NotFound, WrongState, wrong
from incidents.roles import SYSTEM, Actor, require
from incidents.services.identity import key_signing

CLAUSE = "5.2.1"
OVERLAP = timedelta(days=7)
"""How long a key that was rotated goes on, unless said otherwise."""
LONGEST_OVERLAP = timedelta(days=90)
LAST_MOMENT = datetime(2100, 1, 1, tzinfo=UTC)


def enterprises_of(actors: Iterable[Actor]) -> QuerySet[Organization]:
    """The enterprises in use whose keys these posts keep: one's own and those below it; the administrator's, every one."""
    actors = list(actors)
    firms = Organization.objects.filter(kind=Organization.Kind.ENTERPRISE, is_active=True).order_by("pk")
    if any(actor.role == Role.ADMINISTRATOR or actor == SYSTEM for actor in actors):
        return firms
    own = [actor.organization for actor in actors if actor.role == Role.ENTERPRISE]
    return firms.filter(pk__in=Organization.objects.within(*own).values("pk")) if own else firms.none()


def keys_of(actors: Iterable[Actor]) -> QuerySet[ApiKey]:
    """Every key that these posts keep, ended ones too, the newest of each enterprise first."""
    keys = ApiKey.objects.filter(enterprise__in=enterprises_of(actors))
    return keys.select_related("enterprise", "replaces", "successor").order_by("enterprise_id", "-pk")


@transaction.atomic
def create(
    *,
    enterprise: str,
    name: str,
    now: datetime,
    actor: Actor = SYSTEM,
    scopes: Iterable[str] = Scope.values,
    expires_at: datetime | None = None,
    is_test: bool = False,
) -> tuple[ApiKey, str]:
    """A new key of the enterprise of this code, and its secret, which is shown once."""
    _require(actor, "key.create")
    firm = enterprises_of([actor]).filter(code=enterprise).first()
    if firm is None:
        raise wrong("/enterprise", "not_found", f"没有代码为“{enterprise}”的企业。")
    facts = {"name": _name(name), "scopes": _scopes(scopes), "expires_at": _end(expires_at, now)}
    key, secret = _make(enterprise=firm, at=now, is_test=is_test, **facts)
    _record(key, "key.created", "建立", now, actor, **_told(key))
    return key, secret


@transaction.atomic
def rename(*, key: ApiKey, name: str, now: datetime, actor: Actor = SYSTEM) -> ApiKey:
    _require(actor, "key.rename")
    row = _locked(key, actor)
    before, row.name = row.name, _name(name)
    if row.name != before:
        row.save(update_fields=["name"])
        _record(row, "key.renamed", f"将“{before}”更名为", now, actor)
    return row


@transaction.atomic
def rotate(
    *, key: ApiKey, now: datetime, actor: Actor = SYSTEM, overlap: timedelta = OVERLAP
) -> tuple[ApiKey, str]:
    """A successor of the same name, scopes and kind, and its secret; the old key goes on for `overlap` at most.

    A key that was made for a time gets a successor for as long a time. 409 for one that has ended or has a successor.
    """
    _require(actor, "key.rotate")
    row = _locked(key, actor)
    state = row.state(now)
    if state != KeyState.ACTIVE:
        raise WrongState(f"密钥“{row.name}”{state.label}，不能轮换。", "wrong_state", CLAUSE)
    if not timedelta(hours=1) <= overlap <= LONGEST_OVERLAP:
        words = f"旧密钥须保留 1 小时至 {LONGEST_OVERLAP.days} 天；要立即停用，请吊销它。"
        raise wrong("/overlap", "out_of_range", words, CLAUSE)
    lasting = row.expires_at and now + (row.expires_at - row.created_at)
    successor, secret = _make(
        enterprise=row.enterprise,
        name=row.name,
        at=now,
        is_test=row.is_test,
        scopes=row.scopes,
        expires_at=lasting and min(lasting, LAST_MOMENT),
        replaces=row,
    )
    row.expires_at = min(filter(None, (row.expires_at, now + overlap)))
    row.save(update_fields=["expires_at"])
    _record(row, "key.rotated", "轮换", now, actor, successor=successor.pk, ends=row.expires_at.isoformat())
    _record(successor, "key.created", "建立", now, actor, replaces=row.pk, **_told(successor))
    return successor, secret


@transaction.atomic
def revoke(*, key: ApiKey, now: datetime, actor: Actor = SYSTEM) -> ApiKey:
    """From the next request on the key is as good as none."""
    _require(actor, "key.revoke")
    row = _locked(key, actor)
    if row.revoked_at:
        raise WrongState(f"密钥“{row.name}”已经吊销。", "wrong_state", CLAUSE)
    row.revoked_at = now
    row.save(update_fields=["revoked_at"])
    _record(row, "key.revoked", "吊销", now, actor)
    return row


@transaction.atomic
def demand_signatures(*, enterprise: str, demanded: bool, now: datetime, actor: Actor) -> Organization:
    """Whether the keys of the enterprise of this code open the door to signed requests only, from the next one on."""
    _require(actor, "key.signing")
    firm = enterprises_of([actor]).select_for_update(no_key=True).filter(code=enterprise).first()
    if firm is None:
        raise NotFound("没有这个企业，或您的职务看不到它。", "not_found")
    if firm.must_sign != demanded:
        firm.must_sign = demanded
        firm.save(update_fields=["must_sign"])
        action = "key.signing_demanded" if demanded else "key.signing_waived"
        words = "接口请求须签名" if demanded else "接口请求不再须签名"
        ledger.append(ledger.body_chain(firm), Entry(action, words, clause=CLAUSE), at=now, actor=actor)
    return firm


def _require(actor: Actor, code: str):
    """The system itself (a command on the server) may as well."""
    if actor != SYSTEM:
        require(actor, code)


def _locked(key: ApiKey, actor: Actor) -> ApiKey:
    """Not against those who file with it at this moment: their rows refer to it, and it must not wait for them.

    Read after it is locked, so that a successor made meanwhile is seen.
    """
    ApiKey.objects.select_for_update(no_key=True).filter(pk=key.pk).first()
    row = keys_of([actor]).filter(pk=key.pk).first()
    if row is None:
        raise NotFound("没有这个接口密钥，或您的职务看不到它。", "not_found")
    return row


def _make(**facts) -> tuple[ApiKey, str]:
    return ApiKey.create(sealed=key_signing.new_sealed_secret(), **facts)


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= ApiKey._meta.get_field("name").max_length:
        raise wrong("/name", "required", "密钥名称须为 1 至 40 字。", CLAUSE)
    return name


def _scopes(scopes: Iterable[str]) -> list[str]:
    asked = set(scopes)
    if not asked or asked - set(Scope.values):
        names = "、".join(f"{scope.value}（{scope.label}）" for scope in Scope)
        raise wrong("/scopes", "not_a_choice", f"至少选一项权限：{names}。", CLAUSE)
    return [scope.value for scope in Scope if scope in asked]


def _end(expires_at: datetime | None, now: datetime) -> datetime | None:
    if expires_at and not now < expires_at < LAST_MOMENT:
        raise wrong("/expires_at", "in_past", "到期时间须在此刻之后、2100 年之前。", CLAUSE)
    return expires_at


def _told(key: ApiKey) -> dict:
    ends = key.expires_at and key.expires_at.isoformat()
    return {"scopes": list(key.scopes), "expires_at": ends, "is_test": key.is_test}


def _record(key: ApiKey, action: str, word: str, now: datetime, actor: Actor, **data):
    summary = f"{word}接口密钥“{key.name}”（{key.prefix}…）"
    entry = Entry(action, summary, clause=CLAUSE, data={"key": key.pk} | data)
    ledger.append(ledger.body_chain(key.enterprise), entry, at=now, actor=actor)
