"""Second factors: enrolled, named, removed, asked for at the door; lost ones reset by an administrator.

Each change, wrong code and used recovery code is a row of the account's chain; no seed or code ever stands in one.
A change ends the account's other sessions: whoever is in with fewer factors comes in anew.
"""

import secrets
from base64 import b32encode
from collections.abc import Callable, Iterable
from datetime import datetime
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp_webauthn.models import WebAuthnCredential

from alerts.channels import sealing
from incidents import ledger
from incidents.ledger import Entry
from incidents.models import MUST_HAVE_SECOND_FACTOR, AuthenticatorApp, RecoverySheet, User
from incidents.refusals import NotFound, WrongState, wrong
from incidents.roles import SYSTEM, Actor, require

CLAUSE = "6.4"
ISSUER = "驻马店邮政应急"
CODES_ON_A_SHEET = 10
APP, PASSKEY = "app", "passkey"
KINDS: dict[str, type[Device]] = {APP: AuthenticatorApp, PASSKEY: WebAuthnCredential}
NAMES = {APP: "手机验证器", PASSKEY: "通行密钥"}
MOST = 10
"""Factors of one kind that a person may have."""
TOLERANCE = 1


def factors_of(person: User) -> list[Device]:
    return [factor for kind in KINDS.values() for factor in kind.objects.filter(user=person).order_by("pk")]


def factor_of(person: User, kind: str, pk: int) -> Device:
    factor = KINDS[kind].objects.filter(user=person, pk=pk).first() if kind in KINDS else None
    if factor is None:
        raise NotFound("没有这一项第二重验证。", "not_found")
    return factor


def has_any(person: User) -> bool:
    return any(kind.objects.filter(user=person).exists() for kind in KINDS.values())


def kind_of(factor: Device) -> str:
    return next(name for name, kind in KINDS.items() if isinstance(factor, kind))


def are_owed_by(roles: Iterable[str]) -> bool:
    """Whether one of these posts is held with two factors or not at all."""
    return settings.SECOND_FACTOR_DUTY and not MUST_HAVE_SECOND_FACTOR.isdisjoint(roles)


def owes(person: User) -> bool:
    posts = person.posts.filter(is_active=True, organization__is_active=True)
    return are_owed_by(posts.values_list("role", flat=True))


def codes_left(person: User) -> int:
    sheet = RecoverySheet.objects.filter(user=person).first()
    return len(sheet.digests) if sheet else 0


def new_seed() -> str:
    """Sealed, to wait until its first code shows that the phone has it."""
    return sealing.seal({"seed": secrets.token_hex(20)})


def seed_as_text(sealed: str) -> str:
    return b32encode(_seed(sealed)).decode()


def address_for_apps(person: User, sealed: str) -> str:
    """What the square on the screen says to the app."""
    label = quote(f"{ISSUER}:{person.username}")
    said = urlencode({"secret": seed_as_text(sealed), "issuer": ISSUER}, quote_via=quote)
    return f"otpauth://totp/{label}?{said}"


@transaction.atomic
def enrol_app(*, person: User, sealed: str, code: str, name: str, now: datetime) -> list[str]:
    """The codes of a new recovery sheet, where this is the first factor; else none."""
    row = _locked(person)
    app = AuthenticatorApp(user=row, name=_name(name, APP), sealed=sealed)
    if not _takes(app, code, now):
        raise wrong(
            "/code", "wrong_code", "验证码不对：请输入手机上此刻显示的 6 位数字，并确认手机时间准确。"
        )
    _require_room(row, APP)
    if AuthenticatorApp.objects.filter(user=row, sealed=sealed).exists():
        raise WrongState("这部手机刚才已经登记，恢复码在登记成功的那一页。", "enrolled", CLAUSE)
    first = not has_any(row)
    app.save()
    return _enrolled(row, app, first, now)


@transaction.atomic
def enrol_passkey(
    *, person: User, register: Callable[[User], WebAuthnCredential], name: str, now: datetime
) -> list[str]:
    """`register` saves what the browser has proved, or refuses it."""
    row = _locked(person)
    _require_room(row, PASSKEY)
    first = not has_any(row)
    passkey = register(row)
    passkey.name = _name(name, PASSKEY)
    passkey.save(update_fields=["name"])
    return _enrolled(row, passkey, first, now)


def _enrolled(person: User, factor: Device, first: bool, now: datetime) -> list[str]:
    _raise_epoch(person)
    entries = [Entry("account.factor_added", f"登记{_told(factor)}", clause=CLAUSE)]
    codes = _new_sheet(person) if first else []
    if codes:
        entries.append(Entry("account.recovery_codes_made", f"生成恢复码 {len(codes)} 个", clause=CLAUSE))
    _record(person, now, *entries)
    return codes


@transaction.atomic
def rename(*, person: User, kind: str, pk: int, name: str, now: datetime) -> Device:
    row = _locked(person)
    factor = factor_of(row, kind, pk)
    before, factor.name = factor.name, _name(name, kind)
    factor.save(update_fields=["name"])
    _record(row, now, Entry("account.factor_renamed", f"将“{before}”更名为{_told(factor)}", clause=CLAUSE))
    return factor


@transaction.atomic
def remove(*, person: User, kind: str, pk: int, now: datetime):
    """Who must have one keeps the last."""
    row = _locked(person)
    factor = factor_of(row, kind, pk)
    last = len(factors_of(row)) == 1
    if last and owes(row):
        words = "您的职务须有第二重验证，不能移除最后一项。请先登记新的，再移除这一项。"
        raise WrongState(words, "last_factor", CLAUSE)
    told = _told(factor)
    factor.delete()
    if last:
        RecoverySheet.objects.filter(user=row).delete()
    _raise_epoch(row)
    _record(row, now, Entry("account.factor_removed", f"移除{told}", clause=CLAUSE))


@transaction.atomic
def make_codes(*, person: User, now: datetime) -> list[str]:
    """A new sheet; the old one is worth nothing from now on."""
    row = _locked(person)
    if not has_any(row):
        raise WrongState("还没有登记第二重验证，不需要恢复码。", "no_factor", CLAUSE)
    codes = _new_sheet(row)
    _record(row, now, Entry("account.recovery_codes_made", f"重新生成恢复码 {len(codes)} 个", clause=CLAUSE))
    return codes


def verify(*, person: User, code: str, now: datetime) -> str:
    """What the code was: one that an app shows, or one of the recovery sheet, which is used up by it.

    A wrong one is written down and slows the next try, and is refused only then: what was counted stays counted.
    """
    with transaction.atomic():
        row, typed = _locked(person), "".join(code.split()).replace("-", "").lower()
        by_app = typed.isdecimal() and len(typed) <= 8
        asked = AuthenticatorApp if by_app else RecoverySheet
        devices = list(asked.objects.filter(user=row))
        open_now, wait = _not_slowed(devices)
        if devices and not open_now:
            words = f"连续输错，请等到 {wait:%H:%M:%S} 再试。"
            raise wrong("/code", "slow_down", words)
        for device in open_now:
            if by_app and _takes(device, typed, now):
                device.throttle_reset(commit=False)
                device.last_used_at = now
                device.save()
                return "app"
            if not by_app and (digest := device.digest_of(typed)) in device.digests:
                device.digests.remove(digest)
                device.throttle_reset(commit=False)
                device.last_used_at = now
                device.save()
                told = f"用恢复码通过第二重验证，还剩 {len(device.digests)} 个"
                _record(row, now, Entry("account.recovery_code_used", told, clause=CLAUSE))
                return "recovery"
        for device in open_now:
            device.throttle_increment()
        _record_failure(row, "验证码不对" if by_app else "恢复码不对", now)
    raise wrong("/code", "wrong_code", "验证码不对，或已经用过。请等手机显示下一个验证码再输入。")


@transaction.atomic
def passkey_failed(*, person: User, now: datetime):
    _record_failure(person, "通行密钥没有通过", now)


@transaction.atomic
def reset(*, person: User, reason: str, actor: Actor, now: datetime):
    """For who has lost them all: nothing is left, every session ends, and who must have one enrols anew at the door."""
    require(actor, "account.reset_factors")
    if actor.person == person:
        raise WrongState("不能清除自己的第二重验证，请由另一位系统管理员办理。", "own_account", CLAUSE)
    if not (reason := " ".join(reason.split())):
        raise wrong("/reason", "required", "请写明核实了本人身份的方式。", CLAUSE)
    row = _locked(person)
    told = "、".join(_told(factor) for factor in factors_of(row)) or "没有登记的项"
    for kind in (*KINDS.values(), RecoverySheet):
        kind.objects.filter(user=row).delete()
    _raise_epoch(row)
    entry = Entry("account.factors_reset", f"清除第二重验证：{told}", clause=CLAUSE, reason=reason)
    ledger.append(ledger.account_chain(row), entry, at=now, actor=actor)


def _takes(app: AuthenticatorApp, code: str, now: datetime) -> bool:
    code = "".join(code.split())
    if not (code.isascii() and code.isdigit() and len(code) == 6):
        return False
    totp = TOTP(_seed(app.sealed), drift=app.drift)
    totp.time = now.timestamp()
    if not totp.verify(int(code), TOLERANCE, app.last_t + 1):
        return False
    app.last_t, app.drift = totp.t(), totp.drift
    return True


def _seed(sealed: str) -> bytes:
    try:
        return bytes.fromhex(sealing.unseal(sealed)["seed"])
    except sealing.Unreadable:
        words = "保存的验证器密钥打不开（系统密钥已更换）。请用恢复码登录，或请系统管理员清除后重新登记。"
        raise wrong("/code", "unreadable", words) from None


def _not_slowed(devices: list[Device]) -> tuple[list[Device], datetime | None]:
    """Those that may be tried now, and when the first of the others may."""
    able, ends = [], []
    for device in devices:
        allowed, why = device.verify_is_allowed()
        if allowed:
            able.append(device)
        else:
            ends.append(timezone.localtime(why["locked_until"]))
    return able, min(ends, default=None)


def _locked(person: User) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=person.pk)


def _require_room(person: User, kind: str):
    if KINDS[kind].objects.filter(user=person).count() >= MOST:
        raise WrongState(f"{NAMES[kind]}最多登记 {MOST} 项，请先移除不用的。", "too_many", CLAUSE)


def _name(name: str, kind: str) -> str:
    return " ".join(name.replace("\0", "").split())[:40] or NAMES[kind]


def _told(factor: Device) -> str:
    return f"{NAMES[kind_of(factor)]}“{factor.name}”"


def _new_sheet(person: User) -> list[str]:
    codes = [b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(CODES_ON_A_SHEET)]
    RecoverySheet.objects.filter(user=person).delete()
    digests = [RecoverySheet.digest_of(code) for code in codes]
    RecoverySheet.objects.create(user=person, name="恢复码", digests=digests)
    return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in codes]


def _raise_epoch(person: User):
    User.objects.filter(pk=person.pk).update(session_epoch=F("session_epoch") + 1)


def _record_failure(person: User, told: str, now: datetime):
    """Whoever it was knew the password: this is what an administrator looks for."""
    entry = Entry("account.factor_failed", f"第二重验证失败：{told}", clause=CLAUSE)
    ledger.append(ledger.account_chain(person), entry, at=now, actor=SYSTEM)


def _record(person: User, now: datetime, *entries: Entry):
    ledger.append(ledger.account_chain(person), *entries, at=now, actor=Actor(person=person))
