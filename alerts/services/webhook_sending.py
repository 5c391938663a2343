"""Sending what waits for webhooks: claim (a short transaction), post outside any transaction, record.

To one webhook one request at a time, the longest due first, so that the order is kept as well as may be. A failure
sends that delivery back by its own pauses (`PAUSES`, a day in all) and gives the webhook a rest: a dead one is
probed, not hammered, and one event that is never taken holds up no other. Whoever dies between posting and
recording leaves a lease that runs out: then it is posted again, with the same id.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.utils import timezone

from alerts.channels import pinned, sealing, signing
from alerts.channels.pinned import Answer
from alerts.models import Notification, Webhook, WebhookAttempt, WebhookDelivery, WebhookEvent
from alerts.services import inbox
from alerts.services.directory import reached_for
from alerts.services.webhook_types import TEST
from incidents import ledger
from incidents.ledger import Entry

PAUSES = [
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
]
"""Between the attempts of one delivery; the last one goes on until the day is over."""
GIVE_UP = timedelta(days=1)
REST, LONGEST_REST = timedelta(seconds=5), timedelta(minutes=5)
"""Of a webhook after a failure; it doubles. A receiver's own `Retry-After` counts up to `LONGEST_WISH`."""
LONGEST_WISH = timedelta(hours=6)
SWITCH_OFF = timedelta(days=5)
"""Of failures and nothing else."""
LEASE = timedelta(seconds=60)
"""Longer than the time limit of the task that sends."""
AT_ONCE = 3
"""Webhooks that are sent to at the same time: of the sender's processes one is always left for people's channels."""
SLICE = timedelta(seconds=15)
"""For which one webhook is served before it is another's turn."""
MOST = 1_000
INTERRUPTED = "发送被中断，不知是否送到；会再发"
TESTS_FIRST = Case(When(event__type=TEST, then=0), default=1)
CLAUSE = "5.2.3"
AGENT = "ZMD-Emergency-Webhooks/1"


@dataclass(frozen=True)
class Parcel:
    """What one attempt carries."""

    hook: Webhook
    delivery: WebhookDelivery
    at: datetime


def ready(*, now: datetime) -> list[int]:
    """The webhooks to be served now: whichever had its turn longest ago first, no more than there is room for."""
    due = WebhookDelivery.objects.waiting().filter(_is_due(now), webhook=OuterRef("pk"))
    tested, left = Q(Exists(due.filter(event__type=TEST))), _is_left(now)
    hooks = Webhook.objects.kept().filter(Q(off_at=None) | tested | left, enterprise__is_active=True)
    busy = hooks.filter(busy_until__gt=now, busy_until__lte=now + LEASE).count()
    free = hooks.filter(_is_free(now), Exists(due)).order_by(F("last_attempt_at").asc(nulls_first=True), "pk")
    return list(free.values_list("pk", flat=True)[: max(AT_ONCE - busy, 0)])


def _is_free(now: datetime) -> Q:
    """A pause that began in what is the future holds up nothing: the clock was set back since."""
    rested = Q(retry_at=None) | Q(retry_at__lte=now) | Q(last_attempt_at__gt=now + LEASE)
    return (Q(busy_until=None) | _is_left(now)) & rested


def _is_left(now: datetime) -> Q:
    """Whoever was sending has died; a lease that runs longer than any was given before the clock was set back."""
    return Q(busy_until__lte=now) | Q(busy_until__gt=now + LEASE)


def _is_due(now: datetime) -> Q:
    return (
        Q(next_attempt_at__lte=now)
        | Q(created_at__gt=now + LEASE)
        | Q(next_attempt_at__gt=now + LONGEST_WISH)
    )


def send(hook_id: int, *, clock) -> int:
    """Serves one webhook for a slice of time; returns how many requests were made. `clock` tells the time."""
    begun, made = clock(), 0
    while clock() < begun + SLICE and made < MOST:
        parcel = claim(hook_id, now=clock())
        if parcel is None:
            break
        answer = _post(parcel)
        record(parcel, answer, now=clock())
        made += 1
        if not answer.is_taken:
            break
    return made


@transaction.atomic
def claim(hook_id: int, *, now: datetime) -> Parcel | None:
    """Takes the delivery that has been due longest, under a lease; None if nothing is to be done."""
    hooks = (
        Webhook.objects.kept()
        .select_related("enterprise")
        .select_for_update(skip_locked=True, of=("self",), no_key=True)
    )
    hook = hooks.filter(_is_free(now), pk=hook_id).first()
    if hook is None or _end_interrupted(hook, now):
        return None
    due = hook.deliveries.select_related("event").filter(_is_due(now))
    if hook.off_at:
        due = due.filter(event__type=TEST)
    delivery = (
        due.filter(next_attempt_at__isnull=False).order_by(TESTS_FIRST, "next_attempt_at", "id").first()
    )
    if delivery is None:
        return None
    delivery.claimed_at, delivery.next_attempt_at = now, now + LEASE
    delivery.tries += 1
    delivery.save(update_fields=["claimed_at", "next_attempt_at", "tries"])
    hook.busy_until, hook.last_attempt_at = now + LEASE, now
    hook.save(update_fields=["busy_until", "last_attempt_at"])
    return Parcel(hook, delivery, now)


def _end_interrupted(hook: Webhook, now: datetime) -> bool:
    """Whoever sent before has died, or was ended for hanging: a failure like any other."""
    left = hook.deliveries.select_related("event").filter(claimed_at__isnull=False).first()
    if left:
        _settle(hook, left, Answer(error=INTERRUPTED), left.claimed_at, now)
    return left is not None


def _post(parcel: Parcel) -> Answer:
    event = parcel.delivery.event
    try:
        signed = signing.headers(parcel.hook.sealed, event.message, event.payload, now=parcel.at)
    except sealing.Unreadable:
        return Answer(error="签名密钥打不开，请更换密钥")
    kind = {"Content-Type": "application/json; charset=utf-8", "User-Agent": AGENT}
    return pinned.post(parcel.hook.url, event.payload.encode(), kind | signed)


@transaction.atomic
def record(parcel: Parcel, answer: Answer, *, now: datetime):
    hooks = Webhook.objects.select_related("enterprise").select_for_update(of=("self",), no_key=True)
    hook = hooks.get(pk=parcel.hook.pk)
    delivery = hook.deliveries.select_related("event").get(pk=parcel.delivery.pk)
    if delivery.claimed_at == parcel.at:
        _settle(hook, delivery, answer, parcel.at, now)


def _settle(hook: Webhook, delivery: WebhookDelivery, answer: Answer, began: datetime, now: datetime):
    """Writes the attempt down and what follows from it, for the delivery and for the webhook."""
    took = None if answer.error == INTERRUPTED else int((now - began).total_seconds() * 1000)
    WebhookAttempt.objects.create(
        delivery=delivery,
        at=began,
        milliseconds=took,
        status=answer.status,
        error=answer.error[:120],
        answer=answer.body,
    )
    delivery.claimed_at, delivery.last_status, delivery.last_error = None, answer.status, answer.error[:120]
    hook.busy_until = None
    if answer.is_taken:
        delivery.next_attempt_at, delivery.delivered_at = None, now
        hook.succeeded(now)
    else:
        _failed(hook, delivery, answer, now)
    delivery.save()
    hook.save()


def _failed(hook: Webhook, delivery: WebhookDelivery, answer: Answer, now: datetime):
    wish = min(timedelta(seconds=answer.retry_after or 0), LONGEST_WISH)
    again = now + max(_about(PAUSES[min(delivery.tries, len(PAUSES)) - 1]), wish)
    hook.failed(
        now, answer.error[:120], max(_about(min(REST * 2 ** min(hook.failures, 10), LONGEST_REST)), wish)
    )
    gone = answer.status == 410
    if gone or delivery.event.type == TEST or again > delivery.created_at + GIVE_UP:
        delivery.next_attempt_at, delivery.given_up_at = None, now
    else:
        delivery.next_attempt_at = again
    if gone and hook.is_active:
        switch_off(hook, Webhook.Off.GONE, now)
    elif hook.is_active and now >= hook.failing_since + SWITCH_OFF:
        switch_off(hook, Webhook.Off.FAILING, now)
    elif delivery.given_up_at and delivery.event.type != TEST:
        report(hook, 1, now)


def _about(pause: timedelta) -> timedelta:
    """Shortened by up to a fifth at random, so that many do not come at once."""
    return pause * random.uniform(0.8, 1)  # nosec B311 # no secret


def switch_off(hook: Webhook, because: str, now: datetime):
    """Nothing more is sent; the firm hears why, and switches it on again when it has mended it. The caller saves."""
    hook.switch_off(because, now)
    words = f"Webhook“{hook}”已自动停用：{hook.get_off_because_display()}"
    entry = Entry("webhook.switched_off", words, clause=CLAUSE, data={"webhook": hook.pk, "because": because})
    _tell(hook, words, "不再发送；站内消息和通知渠道不受影响。修好后请在“Webhook”页面重新启用。", now)
    ledger.append(ledger.body_chain(hook.enterprise), entry, at=now)


@transaction.atomic
def give_up(*, now: datetime) -> int:
    """What has waited for a day behind a webhook that fails or is switched off."""
    old = WebhookDelivery.objects.waiting().filter(created_at__lte=now - GIVE_UP, claimed_at=None)
    given_up = list(old.select_for_update(skip_locked=True).order_by("id")[:MOST])
    if not given_up:
        return 0
    of = [delivery.pk for delivery in given_up]
    WebhookDelivery.objects.filter(pk__in=of).update(next_attempt_at=None, given_up_at=now)
    hooks = Webhook.objects.active().filter(deliveries__in=of, failures__gt=0).distinct()
    for hook in hooks.select_related("enterprise").order_by("pk"):
        report(hook, sum(delivery.webhook_id == hook.pk for delivery in given_up), now)
        hook.save(update_fields=["reported_at"])
    return len(given_up)


def report(hook: Webhook, count: int, now: datetime):
    """Its people are told once per failure, in the inbox and by their channels. The caller saves."""
    if hook.reported_at is None:
        hook.reported_at = now
        words = f"Webhook“{hook}”：{count} 条消息一天之内未能送达"
        since = f"自 {timezone.localtime(hook.failing_since):%m月%d日 %H:%M} 起一直失败：{hook.last_error}。"
        _tell(hook, words, since + "修好后可在“Webhook”页面逐条重放。", now)


def _tell(hook: Webhook, title: str, text: str, now: datetime):
    inbox.tell(
        reached_for(hook.enterprise, at=now), kind=Notification.Kind.NEWS, title=title, text=text, at=now
    )


@transaction.atomic
def prune(*, older_than: timedelta, now: datetime) -> int:
    """Empties what went out long ago; that it went, when and with what answer stays."""
    waiting = WebhookDelivery.objects.waiting().filter(event=OuterRef("pk"))
    old = WebhookEvent.objects.filter(~Exists(waiting), at__lt=now - older_than).exclude(payload="")
    return old.update(payload="")


def health() -> dict[str, int]:
    """How many deliveries wait, and how many webhooks fail or were switched off for it."""
    off = Q(off_because__in=(Webhook.Off.GONE, Webhook.Off.FAILING))
    failing = Webhook.objects.kept().filter(Q(off_at=None, failures__gt=0) | off)
    return {"waiting": WebhookDelivery.objects.waiting().count(), "failing": failing.count()}
