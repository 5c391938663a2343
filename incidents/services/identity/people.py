"""Accounts and posts, kept by the administrator: made, changed, given a post, an initial password, switched on again;
each on the account's chain of the ledger, and of a post on its body's as well (domain §5, §6).

How an account is switched off, or a post ended, with what is open on it, is told in `leaving`.
"""

import re
import secrets
from contextlib import contextmanager
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Organization, Post, Role, User
from incidents.models.people import BODY_OF_ROLE
from incidents.refusals import NotAllowed, NotFound, WrongState, wrong
from incidents.roles import SYSTEM, Actor, require
from incidents.services.identity import signed_in
from incidents.services.training import training_renewal
from incidents.services.transaction import use_case

CLAUSE = "2.2.1"
UNMISTAKABLE = "abcdefghjkmnpqrstuvwxyz23456789"
USERNAME = re.compile(r"[\w.@+-]{1,150}")


@use_case
def create(*, actor: Actor, username: str, name: str, phone: str = "", now: datetime) -> tuple[User, str]:
    """The account, and its initial password, which is told once and changed at the first sign-in."""
    _require(actor, "account.create")
    person = User(username=_username(username), name=_name(name), phone=_phone(phone))
    person.date_joined = now
    password = _give_password(person)
    person.save(force_insert=True)
    _write(person, "account.created", f"建立账号 {person.username}", now, actor, name=person.name)
    return person, password


@use_case
def change(*, actor: Actor, person: User, name: str, phone: str, now: datetime) -> User:
    require(actor, "account.change")
    row = locked(person)
    before = (row.name, row.phone)
    row.name, row.phone = _name(name), _phone(phone)
    if before != (row.name, row.phone):
        row.save(update_fields=["name", "phone"])
        told = {"原姓名": before[0], "原电话": before[1]}
        _write(row, "account.changed", "修改账号资料", now, actor, name=row.name, personal=told)
    return row


@use_case
def assign(
    *, actor: Actor, person: User, body: str, role: str, title: str, now: datetime, successor: bool = False
) -> Post:
    """A post in the body of this code; only of the kind that has such a post. Nobody gives himself one."""
    _require(actor, "account.assign")
    row = locked(person)
    if not row.is_active:
        raise WrongState("账号已停用，请先恢复再任职。", "inactive", CLAUSE)
    if actor.person == row:
        raise NotAllowed("不能给自己任职，须由另一位系统管理员办理。", "own_account", CLAUSE)
    organization = Organization.objects.filter(code=body, is_active=True).first()
    if organization is None:
        raise wrong("/body", "not_found", f"没有代码为“{body}”的单位，或已停用。", CLAUSE)
    if role not in BODY_OF_ROLE:
        raise wrong("/role", "not_a_choice", "请选择角色。", CLAUSE)
    if organization.kind not in BODY_OF_ROLE[role]:
        kinds = "、".join(kind.label for kind in Organization.Kind if kind in BODY_OF_ROLE[role])
        words = f"“{Role(role).label}”只能设在{kinds}，{organization}是{organization.get_kind_display()}。"
        raise wrong("/role", "not_of_this_body", words, CLAUSE)
    if row.posts.filter(organization=organization, role=role, is_active=True).exists():
        raise wrong("/role", "held", f"{row}已在{organization}任此职。", CLAUSE)
    title = _short(title, "title", "职务", 40)
    post = Post.objects.create(
        person=row,
        organization=organization,
        role=role,
        title=title,
        assigned_at=now,
        assigned_by=actor.post,
    )
    write_post(post, "post.assigned", "接任" if successor else "任职", now, actor)
    training_renewal.joined(post, actor=actor, now=now)
    return post


@contextmanager
def an_administrator_remaining():
    """The database keeps the last one, whoever else is leaving at the same moment: said in words."""
    try:
        yield
    except IntegrityError as error:
        if "the last administrator remains" not in str(error):
            raise
        raise WrongState(
            "最后一位系统管理员不能没有：请先任命另一位。", "last_administrator", CLAUSE
        ) from None


@use_case
def new_password(*, actor: Actor, person: User, now: datetime) -> str:
    """An initial password anew, where the person has lost his; whoever is signed in with the old one is out."""
    require(actor, "account.password")
    row = locked(person)
    if not row.is_active:
        raise WrongState("账号已停用，请先恢复。", "inactive", CLAUSE)
    signed_in.end_all(actor=actor, person=row, now=now)
    password = _give_password(row)
    row.save(update_fields=["password", "must_change_password"])
    _write(row, "account.password_given", "发放初始密码，下次登录须修改", now, actor)
    return password


@use_case
def reactivate(*, actor: Actor, person: User, now: datetime) -> str:
    """The account opens the door again, with a new initial password and no post: those are given anew."""
    require(actor, "account.reactivate")
    row = locked(person)
    if row.is_active:
        raise WrongState("账号正在使用，不必恢复。", "active", CLAUSE)
    row.is_active = True
    password = _give_password(row)
    row.save(update_fields=["is_active", "password", "must_change_password"])
    _write(row, "account.reactivated", "恢复账号", now, actor)
    return password


def _require(actor: Actor, code: str):
    """The system itself (the command that appoints the first administrator) may as well."""
    if actor != SYSTEM:
        require(actor, code)


def locked(person: User) -> User:
    row = User.objects.select_for_update(no_key=True).filter(pk=person.pk).first()
    if row is None:
        raise NotFound("没有这个账号。", "not_found")
    return row


def write_post(post: Post, action: str, word: str, now: datetime, actor: Actor, reason: str = ""):
    """On the account's chain and on the body's."""
    entry = Entry(
        action,
        f"{word}：{post}（{post.get_role_display()}）",
        clause=CLAUSE,
        reason=reason,
        data={"post": post.pk, "role": post.role, "organization": post.organization.code},
        personal={"人员": str(post.person)},
    )
    chains = (ledger.account_chain(post.person), ledger.body_chain(post.organization))
    ledger.append_all([(chain, None, entry) for chain in chains], at=now, actor=actor)


def _write(person: User, action: str, words: str, now: datetime, actor: Actor, name="", personal=None):
    told = {"姓名": name} | (personal or {})
    entry = Entry(action, words, clause=CLAUSE, personal=told)
    ledger.append(ledger.account_chain(person), entry, at=now, actor=actor)


def _give_password(person: User) -> str:
    """Easy to read out and to type, 62 bits; the policy is asked as for any other."""
    while True:
        password = "-".join("".join(secrets.choice(UNMISTAKABLE) for _ in range(4)) for _ in range(3))
        try:
            validate_password(password, person)
        except ValidationError:
            continue
        person.set_password(password)
        person.must_change_password = True
        return password


def _username(said: str) -> str:
    username = User.normalize_username(said.strip())
    if not USERNAME.fullmatch(username):
        raise wrong("/username", "invalid", "用户名须为 1 至 150 个字母、数字或 @ . + - _。", CLAUSE)
    if User.objects.filter(username__iexact=username).exists():
        raise wrong("/username", "taken", f"用户名“{username}”已有人使用。", CLAUSE)
    return username


def _name(said: str) -> str:
    return _short(said, "name", "姓名或岗位称呼", User._meta.get_field("name").max_length)


def _phone(said: str) -> str:
    phone = " ".join(said.split())
    if len(phone) > User._meta.get_field("phone").max_length:
        raise wrong("/phone", "too_long", "电话最多 40 字。", CLAUSE)
    return phone


def _short(said: str, field: str, name: str, most: int) -> str:
    words = " ".join(said.split())
    if not 0 < len(words) <= most:
        raise wrong(f"/{field}", "required", f"{name}须为 1 至 {most} 字。", CLAUSE)
    return words
