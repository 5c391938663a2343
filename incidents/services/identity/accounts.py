"""Signing in and out, and passwords: each a row on the account's chain of the ledger (domain §6)."""

import logging
from datetime import datetime

from django.db import transaction

from incidents import ledger
from incidents.ledger import Entry
from incidents.models import IntakeDraft, User
from incidents.refusals import wrong
from incidents.roles import SYSTEM, Actor

log = logging.getLogger(__name__)


WAYS = {
    "password": "密码",  # nosec B105 # a word
    "sso": "统一身份认证",
    "app": "手机验证器",
    "passkey": "通行密钥",
    "recovery": "恢复码",
}


@transaction.atomic
def sign_in(user: User, now: datetime, *, by: str = "password", factor: str = ""):
    """`by` what the person came in, and with which second factor (`factor`), if any."""
    ways = "和".join(WAYS[way] for way in dict.fromkeys((by, factor)) if way)
    words = "登录" if ways == WAYS["password"] else f"登录（{ways}）"
    _write(user, now, Entry("account.signed_in", words, data={"by": by, "factor": factor}))


@transaction.atomic
def sign_in_failed(username: str, now: datetime):
    """On the account's chain where there is one; of an unknown name only the log speaks."""
    user = User.objects.filter(username=username).first()
    if user is None:
        log.warning("Sign-in failed for an unknown user name (%d characters)", len(username))
        return
    entry = Entry("account.sign_in_failed", "登录失败" if user.is_active else "已停用的账号尝试登录")
    ledger.append(ledger.account_chain(user), entry, at=now, actor=SYSTEM)


@transaction.atomic
def sign_out(user: User, now: datetime):
    """Half-typed forms go with the person: the next one at this desk must not find them."""
    IntakeDraft.objects.filter(person=user).delete()
    _write(user, now, Entry("account.signed_out", "退出"))


@transaction.atomic
def led_back(user: User, now: datetime):
    """To the door, where a second factor is asked that his new post demands; what he has half typed stays his."""
    _write(user, now, Entry("account.signed_out", "职务须用第二重验证，退出重新登录"))


@transaction.atomic
def change_password(user: User, password: str, now: datetime):
    """One's own. Every other session of the account ends by it. Whoever asks must have shown who he is: the answer tells
    whether this is the password already."""
    if user.check_password(password):
        raise wrong("/new", "same_password", "新密码不能与现在的密码相同。")
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    _write(user, now, Entry("account.password_changed", "本人修改密码"))


@transaction.atomic
def proof_failed(user: User, now: datetime):
    """Who is signed in could not show again that he is who he is."""
    _write(user, now, Entry("account.proof_failed", "账号安全设置：身份确认失败"))


def _write(user: User, now: datetime, entry: Entry):
    ledger.append(ledger.account_chain(user), entry, at=now, actor=Actor(person=user))
