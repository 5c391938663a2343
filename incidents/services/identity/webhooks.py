"""Webhooks of a firm's own system: made, changed, tested, replayed and removed by the firm's people or its keys.

Every act is on the ledger of the firm's chain, never with a secret, nor with more of an address than its host.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from alerts.channels import signing, targets
from alerts.models import Webhook, WebhookDelivery
from alerts.services import webhook_events
from alerts.services.webhook_types import CHOICES, TEST
from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Organization, Role
from incidents.refusals import NotFound, WrongState
from incidents.roles import Actor, require
from incidents.services.check import Check

CODE, CLAUSE = "webhook.manage", "5.2.3"
MOST = 10
"""Webhooks of one enterprise."""


@dataclass(frozen=True)
class Wish:
    """What is stated of a webhook; None: nothing, what stands stays."""

    url: str | None = None
    description: str | None = None
    events: list[str] | None = None
    is_active: bool | None = None


def visible(actors: Iterable[Actor]):
    """The webhooks of one's own firms. A key sees those of its kind: a test key what is for tests, others the rest."""
    condition = Q(pk__in=[])
    for actor in actors:
        if actor.role == Role.ENTERPRISE:
            seen = Q(enterprise=actor.organization)
            condition |= seen & Q(is_test=actor.key.is_test) if actor.key else seen
    return Webhook.objects.kept().filter(condition).select_related("enterprise")


def find(actors: Iterable[Actor], hook_id: int) -> Webhook:
    hook = visible(actors).filter(pk=hook_id).first()
    if hook is None:
        raise NotFound("没有这个 Webhook，或您看不到它。", "not_found")
    return hook


def find_delivery(hook: Webhook, delivery_id: int) -> WebhookDelivery:
    delivery = hook.deliveries.select_related("event").filter(pk=delivery_id).first()
    if delivery is None:
        raise NotFound("没有这次投递。", "not_found")
    return delivery


@transaction.atomic
def add(*, actor: Actor, wish: Wish, now: datetime, is_test: bool = False) -> tuple[Webhook, str]:
    """A new webhook and its secret, which is shown once. What a test key makes is for tests."""
    require(actor, CODE)
    firm = Organization.objects.select_for_update(no_key=True).get(pk=actor.organization.pk)
    is_test = actor.key.is_test if actor.key else is_test
    if Webhook.objects.kept().filter(enterprise=firm, is_test=is_test).count() >= MOST:
        raise WrongState(f"每个企业最多 {MOST} 个 Webhook。", "too_many")
    hook = Webhook(enterprise=firm, created_at=now, secret_changed_at=now, is_test=is_test)
    _fill(hook, Wish(wish.url or "", wish.description, CHOICES if wish.events is None else wish.events))
    secret = signing.new_secret()
    hook.sealed = signing.seal_first(secret)
    if wish.is_active is False:
        hook.switch_off(Webhook.Off.PAUSED, now)
    hook.save()
    _write(hook, actor, now, "webhook.added", "增加")
    return hook, secret


@transaction.atomic
def change(*, actor: Actor, hook_id: int, wish: Wish, now: datetime) -> Webhook:
    """Another address begins without failures; switched on again, it is sent what has waited for less than a day."""
    hook = locked(actor, hook_id)
    before = hook.url
    _fill(hook, wish)
    if wish.is_active is False and hook.is_active:
        hook.switch_off(Webhook.Off.PAUSED, now)
    elif wish.is_active and not hook.is_active:
        hook.off_at, hook.off_because = None, ""
        _forgive(hook)
    if hook.url != before:
        _forgive(hook)
    hook.save()
    _write(hook, actor, now, "webhook.changed", "修改")
    return hook


@transaction.atomic
def rotate(*, actor: Actor, hook_id: int, now: datetime) -> tuple[Webhook, str]:
    """A new secret, shown once; the one before goes on signing beside it for `signing.OVERLAP`."""
    hook = locked(actor, hook_id)
    secret = signing.new_secret()
    hook.sealed, hook.secret_changed_at = signing.seal_next(hook.sealed, secret, now=now), now
    hook.save(update_fields=["sealed", "secret_changed_at"])
    _write(hook, actor, now, "webhook.secret_rotated", "更换签名密钥：")
    return hook, secret


@transaction.atomic
def remove(*, actor: Actor, hook_id: int, now: datetime):
    """For good: the secrets are erased, what waits is given up, the record of what was sent stays."""
    hook = locked(actor, hook_id)
    hook.removed_at, hook.sealed = now, ""
    hook.save(update_fields=["removed_at", "sealed"])
    hook.deliveries.waiting().update(next_attempt_at=None, claimed_at=None, given_up_at=now)
    _write(hook, actor, now, "webhook.removed", "移除")


@transaction.atomic
def test(*, actor: Actor, hook_id: int, now: datetime) -> WebhookDelivery:
    """Sends `webhook.test` at once, also to one that is switched off or resting; one at a time, tried once."""
    hook = locked(actor, hook_id)
    if hook.deliveries.waiting().filter(event__type=TEST).exists():
        raise WrongState("上一条测试消息还在发送，请稍候。", "still_waiting")
    hook.retry_at = None
    hook.save(update_fields=["retry_at"])
    delivery = webhook_events.queue_test(hook, at=now)
    _write(hook, actor, now, "webhook.tested", "测试")
    return delivery


@transaction.atomic
def replay(*, actor: Actor, hook_id: int, delivery_id: int, now: datetime) -> WebhookDelivery:
    """The same event once more, in a delivery of its own: same id, same bytes."""
    hook = locked(actor, hook_id)
    delivery = find_delivery(hook, delivery_id)
    if hook.deliveries.waiting().filter(event=delivery.event).exists():
        raise WrongState("这条消息还在发送，不必重放。", "still_waiting")
    if not delivery.event.payload:
        raise WrongState("这条消息的内容已过保存期，不能重放。", "pruned")
    again = WebhookDelivery(
        webhook=hook, event=delivery.event, replay_of=delivery, created_at=now, next_attempt_at=now
    )
    webhook_events.send([again])
    _write(hook, actor, now, "webhook.replayed", "重放", {"message": delivery.event.message})
    return again


def locked(actor: Actor, hook_id: int) -> Webhook:
    find([actor], hook_id)
    require(actor, CODE)
    hooks = Webhook.objects.kept().select_related("enterprise")
    return hooks.select_for_update(of=("self",), no_key=True).get(pk=hook_id)


def _fill(hook: Webhook, wish: Wish):
    """Checks what was stated; nothing of it holds if one thing is wrong."""
    check = Check("")
    if wish.url is not None:
        hook.url = wish.url.strip()
        _check_url(check, hook.url)
    if wish.description is not None:
        hook.description = wish.description.strip()
        check.text("/description", "说明", hook.description, 100)
    if wish.events is not None:
        hook.events = sorted(set(wish.events))
        if not hook.events:
            check.wrong("/events", "required", "请至少选择一种事件。")
        if unknown := set(hook.events) - set(CHOICES):
            known = "、".join(CHOICES)
            check.wrong("/events", "not_a_choice", f"没有事件 {sorted(unknown)[0][:40]}；可选：{known}。")
    check.refuse()


def _check_url(check: Check, url: str):
    if not url:
        check.wrong("/url", "required", "请填写接收地址。")
        return
    try:
        targets.check(url)
    except targets.BadTarget as refused:
        check.wrong("/url", refused.code, refused.words)


def _forgive(hook: Webhook):
    hook.failures, hook.failing_since, hook.retry_at = 0, None, None
    hook.last_error, hook.reported_at = "", None


def _write(hook: Webhook, actor: Actor, now: datetime, action: str, word: str, data: dict | None = None):
    entry = Entry(
        action,
        f"{word} Webhook“{hook}”",
        clause=CLAUSE,
        data={"webhook": hook.pk, "host": hook.host} | (data or {}),
    )
    ledger.append(ledger.body_chain(hook.enterprise), entry, at=now, actor=actor)
