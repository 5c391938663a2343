"""Outside channels: each person sets his own, a body's are set by its director, its enterprise or the administrator.

Every act is on the ledger (the account's chain or the body's), never with an address or a secret.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from alerts.channels import addresses, sealing
from alerts.models import Channel, Delivery
from alerts.models.channel import owned_by
from alerts.services import outbox
from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Organization, Role, User
from incidents.refusals import NotFound, WrongState, wrong
from incidents.roles import Actor, require

CLAUSE = "5.2.3"
UNTRUSTED = {Role.ENTERPRISE}
"""Posts that may not name an address of the inner network, nor one in apprise's own words."""


@dataclass(frozen=True)
class Wish:
    """What a person states of a channel. In `said`, a secret left out keeps what was saved."""

    name: str
    said: dict
    takes: str = Channel.Takes.ALL
    order: int = 1


def bodies_of(actors: Iterable[Actor]) -> list[Organization]:
    """The bodies whose channels these posts may set."""
    found = {}
    for actor in actors:
        if actor.role == Role.ADMINISTRATOR:
            bodies = Organization.objects.filter(is_active=True)
            found |= {body.pk: body for body in bodies}
        elif actor.role == Role.OFFICE_DIRECTOR:
            office = actor.organization
            found |= {body.pk: body for body in (office, office.parent) if body}
        elif actor.role == Role.ENTERPRISE:
            found[actor.organization.pk] = actor.organization
    return list(found.values())


def actor_for(actors: Iterable[Actor], owner: User | Organization) -> Actor:
    """The post in which one of these sets this owner's channels; to anybody else they do not exist (404)."""
    actors = list(actors)
    for actor in actors:
        if owner in ((actor.person,) if isinstance(owner, User) else bodies_of([actor])):
            return actor
    raise NotFound("没有这个渠道，或您的职务看不到它。", "not_found")


def visible(actors: Iterable[Actor]):
    """The channels that these posts may set, their removed ones not among them."""
    actors = list(actors)
    people = {actor.person for actor in actors if actor.person}
    return Channel.objects.kept().filter(owned_by(*people, *bodies_of(actors)))


def may_choose(actor: Actor, kind: str) -> bool:
    return kind != Channel.Kind.OTHER or actor.role not in UNTRUSTED


@transaction.atomic
def add(*, actor: Actor, owner: User | Organization, kind: str, wish: Wish, now: datetime) -> Channel:
    _require(actor, owner)
    channel = Channel(kind=kind, created_at=now)
    if isinstance(owner, User):
        channel.person = owner
    else:
        channel.organization = owner
    _fill(channel, actor, wish, {})
    channel.save()
    _write(channel, actor, now, "channel.added", "增加")
    return channel


@transaction.atomic
def change(*, actor: Actor, channel_id: int, wish: Wish, now: datetime) -> Channel:
    channel = locked(actor, channel_id)
    try:
        kept = sealing.unseal(channel.sealed)
    except sealing.Unreadable:
        kept = {}
    _fill(channel, actor, wish, kept)
    channel.failures, channel.failing_since, channel.retry_at, channel.last_error = 0, None, None, ""
    channel.reported_at = None
    channel.save()
    _write(channel, actor, now, "channel.changed", "修改")
    return channel


@transaction.atomic
def pause(*, actor: Actor, channel_id: int, now: datetime):
    channel = locked(actor, channel_id)
    if channel.paused_at:
        raise WrongState("这个渠道已经停用。", "wrong_state", CLAUSE)
    channel.paused_at = now
    channel.save(update_fields=["paused_at"])
    _write(channel, actor, now, "channel.paused", "停用")


@transaction.atomic
def resume(*, actor: Actor, channel_id: int, now: datetime):
    channel = locked(actor, channel_id)
    if not channel.paused_at:
        raise WrongState("这个渠道正在使用。", "wrong_state", CLAUSE)
    channel.paused_at = None
    channel.save(update_fields=["paused_at"])
    _write(channel, actor, now, "channel.resumed", "启用")


@transaction.atomic
def remove(*, actor: Actor, channel_id: int, now: datetime):
    """For good: the address and the secrets are erased, the record of what was sent stays readable."""
    channel = locked(actor, channel_id)
    channel.removed_at, channel.sealed = now, ""
    channel.save(update_fields=["removed_at", "sealed"])
    Delivery.objects.pending().filter(test_of=channel).update(next_attempt_at=None, failed_at=now)
    _write(channel, actor, now, "channel.removed", "移除")


@transaction.atomic
def test(*, actor: Actor, channel_id: int, now: datetime) -> Delivery:
    """Queues a test message; one at a time."""
    channel = locked(actor, channel_id)
    if Delivery.objects.pending().filter(test_of=channel).exists():
        raise WrongState("上一条测试消息还在发送，请稍候。", "wrong_state", CLAUSE)
    delivery = outbox.queue_test(channel, at=now)
    _write(channel, actor, now, "channel.tested", "测试")
    return delivery


def _require(actor: Actor, owner: User | Organization):
    actor_for([actor], owner)
    require(actor, "channel.own" if isinstance(owner, User) else "channel.body")


def locked(actor: Actor, channel_id: int) -> Channel:
    """The channel, locked, if this post may set it; else it does not exist (404)."""
    channel = visible([actor]).select_for_update(of=("self",)).filter(pk=channel_id).first()
    if channel is None:
        raise NotFound("没有这个渠道，或您的职务看不到它。", "not_found")
    _require(actor, channel.owner)
    return channel


def _fill(channel: Channel, actor: Actor, wish: Wish, kept: dict):
    """Checks what was stated, and seals it."""
    if channel.kind not in addresses.WAYS or not may_choose(actor, channel.kind):
        raise wrong("/kind", "not_a_choice", "您的职务不能使用这种方式。", CLAUSE)
    name = wish.name.strip()
    if not 0 < len(name) <= 40:
        raise wrong("/name", "required", "渠道名称须为 1 至 40 字。", CLAUSE)
    fields = addresses.WAYS[channel.kind].fields
    said = {field.name: str(wish.said.get(field.name) or "").strip() for field in fields}
    said |= {f.name: kept[f.name] for f in fields if f.secret and not said[f.name] and kept.get(f.name)}
    try:
        address = addresses.build(channel.kind, said)
        _refuse_carrying_off(channel.kind, said, kept, wish)
        hint = addresses.WAYS[channel.kind].hint(said)
        trusted = settings.PRIVATE_TARGETS or actor.role not in UNTRUSTED
        if not trusted and addresses.leads_inside(channel.kind, said):
            raise addresses.Incomplete(_host_field(channel.kind), "不能填写内部网络的地址。")
    except addresses.Incomplete as missing:
        raise wrong(f"/{missing.field}", "required", missing.words) from None
    if addresses.plugin_of(address) is None:
        raise wrong(f"/{fields[0].name}", "not_a_choice", "不能识别，请核对是否粘贴完整。")
    channel.name, channel.takes, channel.order = name, wish.takes, wish.order
    channel.sealed, channel.hint, channel.may_reach_private = sealing.seal(said), hint[:120], trusted


def _refuse_carrying_off(kind: str, said: dict, kept: dict, wish: Wish):
    """Who sets another host states the secrets anew: those that were saved must not be sent to it."""
    way = addresses.WAYS[kind]
    if kept and way.host(said) != way.host(kept):
        for field in way.fields:
            if field.secret and kept.get(field.name) and not wish.said.get(field.name):
                raise addresses.Incomplete(field.name, f"主机改了，{field.label}须重新填写。")


def _host_field(kind: str) -> str:
    return "host" if kind == Channel.Kind.EMAIL else "url"


def _write(channel: Channel, actor: Actor, now: datetime, action: str, word: str):
    entry = Entry(
        action,
        f"{word}通知渠道“{channel.name}”（{channel.get_kind_display()}）",
        clause=CLAUSE,
        data={"channel": channel.pk},
    )
    owner = channel.owner
    chain = ledger.account_chain(owner) if isinstance(owner, User) else ledger.body_chain(owner)
    ledger.append(chain, entry, at=now, actor=actor)
