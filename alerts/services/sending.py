"""Sending what waits in the outbox: claim (a short transaction), send outside any transaction, record.

Which channel: the addressee's first, in his order, that takes this kind of message and is not cooling down
after a failure. A failure sends the message on to the next at once, and the channel into a pause that doubles;
when it ends, the next message is the probe. All that waits for a channel goes as one message, and after one
has gone the channel gathers for a minute: a storm of breaches is a list.
"""

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from alerts import channels
from alerts.models import Attempt, Channel, Delivery, Notification
from alerts.models.channel import LONGEST_PAUSE, URGENT
from alerts.services import inbox, wording
from alerts.services.directory import reached_for
from incidents.models import Organization
from incidents.querysets import on_the_list

LEASE = timedelta(seconds=60)
"""Longer than the time limit of the task that sends."""
GAP = timedelta(minutes=1)
FIRST_PAUSE = timedelta(seconds=15)
GIVE_UP = timedelta(days=1)
TELL_OWNER_AFTER = 3
"""Failures in a row."""
MOST, IN_A_PROBE = 5_000, 50
"""Messages in one attempt; fewer where it may well fail again."""
INTERRUPTED = "发送被中断，不知是否送到；会再发"
RESTORED = "未发送：系统从备份恢复，不再补发"


def ready(*, now: datetime) -> list[int]:
    """The channels that have something to carry now."""
    due = Delivery.objects.due(now)
    waiting = defaultdict(set)
    for person, body, kind in (
        due.filter(test_of=None).values_list("person", "organization", "kind").distinct()
    ):
        waiting[person, body].add(kind)
    owners = Q(person__in=[p for p, _ in waiting if p]) | Q(organization__in=[b for _, b in waiting if b])
    siblings = defaultdict(list)
    for channel in Channel.objects.active().filter(owners):
        siblings[channel.owner_key].append(channel)
    chosen = {
        channel.pk
        for owner, kinds in waiting.items()
        for channel in siblings[owner]
        if channel.is_free(now)
        and not channel.is_gathering(now)
        and _share(channel, siblings[owner], kinds, now)
    }
    tested = Channel.objects.kept().filter(pk__in=due.filter(test_of__isnull=False).values("test_of"))
    return sorted(chosen | {channel.pk for channel in tested if channel.is_free(now)})


def _share(channel: Channel, siblings: Iterable[Channel], kinds: Iterable[str], now: datetime) -> set[str]:
    """The kinds of message that this one of the addressee's channels is to carry now."""
    alive = [sibling for sibling in siblings if not sibling.is_cooling(now)]
    first = {kind: next((c for c in alive if c.carries(kind)), None) for kind in kinds}
    return {kind for kind, chosen in first.items() if chosen and chosen.pk == channel.pk}


@dataclass(frozen=True)
class Parcel:
    """What one attempt carries."""

    attempt: Attempt
    channel: Channel
    deliveries: list[Delivery]

    @property
    def is_test(self) -> bool:
        return self.deliveries[0].kind == Delivery.TEST


def send(channel_id: int, *, clock) -> bool:
    """Everything that waits for this channel, as one message. `clock` tells the time before and after."""
    parcel = claim(channel_id, now=clock())
    if parcel is None:
        return False
    channel = parcel.channel
    title, body = wording.words_of(parcel.deliveries)
    outcome = channels.send(
        channel.kind, channel.sealed, title, body, may_reach_private=channel.may_reach_private
    )
    record(parcel, outcome, now=clock())
    return True


@transaction.atomic
def claim(channel_id: int, *, now: datetime) -> Parcel | None:
    """Takes what waits for the channel under a lease; None if there is nothing, or somebody else is at it."""
    channel = Channel.objects.kept().select_for_update(skip_locked=True).filter(pk=channel_id).first()
    if channel is None or not channel.is_free(now):
        return None
    if _end_interrupted(channel, now):
        return None
    deliveries = _take(channel, now)
    if not deliveries:
        return None
    until = now + LEASE
    attempt = Attempt.objects.create(channel=channel, at=now, messages=len(deliveries))
    attempt.deliveries.add(*deliveries)
    ids = [delivery.pk for delivery in deliveries]
    Delivery.objects.filter(pk__in=ids).update(channel=channel, next_attempt_at=until, tries=F("tries") + 1)
    channel.claim(until=until)
    channel.save()
    return Parcel(attempt, channel, deliveries)


def _end_interrupted(channel: Channel, now: datetime) -> bool:
    """Whoever sent before has died, or was ended for hanging: a failure like any other."""
    ended = channel.attempts.filter(ended_at=None).update(ended_at=now, error=INTERRUPTED)
    if ended:
        channel.failed(at=now, error=INTERRUPTED, pause=pause_after(channel.failures + 1))
        channel.save()
        tests = Delivery.objects.due(now).filter(test_of=channel, channel=channel)
        tests.update(next_attempt_at=None, failed_at=now)
    return bool(ended)


def _take(channel: Channel, now: datetime) -> list[Delivery]:
    due = Delivery.objects.due(now).select_for_update(skip_locked=True, of=("self",))
    due = due.select_related("notification__incident", "notification__warning", "notification__deadline")
    if test := list(due.filter(test_of=channel)[:1]):
        return test
    if not channel.is_active or channel.is_cooling(now) or channel.is_gathering(now):
        return []
    owned = Q(person=channel.person_id, organization=channel.organization_id)
    siblings = Channel.objects.active().filter(owned)
    kinds = _share(channel, siblings, [kind for kind, _ in Delivery.kind.field.choices], now)
    return list(due.filter(owned, test_of=None, kind__in=kinds)[: IN_A_PROBE if channel.failures else MOST])


@transaction.atomic
def record(parcel: Parcel, outcome: channels.Outcome, *, now: datetime):
    channel = Channel.objects.select_for_update().get(pk=parcel.channel.pk)
    Attempt.objects.filter(pk=parcel.attempt.pk).update(ended_at=now, ok=outcome.ok, error=outcome.error)
    carried = Delivery.objects.pending().filter(pk__in=[delivery.pk for delivery in parcel.deliveries])
    if outcome.ok:
        carried.update(next_attempt_at=None, sent_at=now)
        channel.succeeded(at=now, gap=timedelta() if parcel.is_test else GAP)
    else:
        onward = {"next_attempt_at": None, "failed_at": now} if parcel.is_test else {"next_attempt_at": now}
        carried.update(**onward)
        channel.failed(at=now, error=outcome.error, pause=pause_after(channel.failures + 1))
    channel.save()
    if channel.failures == TELL_OWNER_AFTER and not outcome.ok:
        _tell_owner(channel, now)


def _tell_owner(channel: Channel, now: datetime):
    """Who relies on a channel should hear that it is dead: in the inbox, and by the next channel if there is one."""
    inbox.tell(
        [channel.person] if channel.person else reached_for(channel.organization, at=now),
        kind=Notification.Kind.NEWS,
        title=f"通知渠道“{channel.name}”连续失败 {channel.failures} 次",
        text=f"{channel.last_error}。消息仍在站内收件箱，并改走下一个渠道；请到“通知渠道”检查并测试。",
        at=now,
    )


def pause_after(failures: int) -> timedelta:
    """15 seconds, doubling to 15 minutes; shortened by up to half at random, so that many do not come at once."""
    whole = min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE)
    return whole * random.uniform(0.5, 1)  # nosec B311 # no secret: spreads retries


@transaction.atomic
def give_up(*, now: datetime) -> int:
    """What has waited for a day, and what has no channel left to wait for. The office is told once per failure."""
    due = Delivery.objects.due(now).filter(test_of=None)
    theirs = Q(person=OuterRef("person")) | Q(organization=OuterRef("organization"))
    ways = Channel.objects.active().filter(theirs)
    has_way = Exists(ways.filter(takes=Channel.Takes.ALL)) | Q(Exists(ways), kind__in=URGENT)
    hopeless = due.filter(Q(created_at__lte=now - GIVE_UP) | ~has_way)
    given_up = list(hopeless.select_for_update(skip_locked=True, of=("self",))[:MOST])
    if given_up:
        Delivery.objects.filter(pk__in=[delivery.pk for delivery in given_up]).update(
            next_attempt_at=None, failed_at=now
        )
        _report(given_up, now)
    return len(given_up)


@transaction.atomic
def give_up_all(*, now: datetime) -> int:
    """After a restore (`zmd_emergency.backup`) nobody knows what of the outbox went out before: nothing of it is sent
    again, and what stood under way has ended. In the inbox all of it stands; webhooks, which firms tell apart by their
    number, go on."""
    waiting = list(Delivery.objects.pending().select_for_update(of=("self",)))
    channels = {}
    for channel in Channel.objects.active():
        channels.setdefault(channel.owner_key, channel)
    by_channel = defaultdict(list)
    for delivery in waiting:
        by_channel[channels.get(delivery.owner_key)].append(delivery)
    Attempt.objects.filter(ended_at=None).update(ended_at=now, error=RESTORED)
    Channel.objects.filter(busy_until__isnull=False).update(busy_until=None)
    for channel, unsent in by_channel.items():
        if channel:
            attempt = Attempt.objects.create(
                channel=channel, at=now, ended_at=now, messages=len(unsent), error=RESTORED
            )
            attempt.deliveries.add(*unsent)
    ids = [delivery.pk for delivery in waiting]
    return Delivery.objects.filter(pk__in=ids).update(next_attempt_at=None, failed_at=now)


def _report(given_up: list[Delivery], now: datetime):
    """Each office hears of the owners of its own city; of those above the cities, every office."""
    owners = Q(person__in={d.person_id for d in given_up}) | Q(
        organization__in={d.organization_id for d in given_up}
    )
    failing = Channel.objects.active().filter(owners, failures__gt=0, reported_at=None)
    failing_now = failing.select_related("person", "organization").prefetch_related("person__posts")
    channels_failing = list(failing_now.order_by("pk"))
    if not channels_failing:
        return
    failing.update(reported_at=now)
    for office in Organization.objects.filter(kind=Organization.Kind.OFFICE).select_related("parent"):
        of_the_city = set(on_the_list(office).values_list("pk", flat=True))
        theirs = [channel for channel in channels_failing if _bodies_of(channel) & of_the_city]
        if not theirs:
            continue
        names = "、".join(dict.fromkeys(str(channel.owner) for channel in theirs))
        owners = {channel.owner_key for channel in theirs}
        unsent = sum(delivery.owner_key in owners for delivery in given_up)
        inbox.tell(
            reached_for(office, at=now),
            kind=Notification.Kind.NEWS,
            title=f"{unsent} 条消息一天之内未能送到外部渠道",
            text=f"渠道一直失败：{names}。站内消息不受影响；请在“发送记录”中查看，并与本人核对渠道。",
            at=now,
        )


def _bodies_of(channel: Channel) -> set[int]:
    """The body whose channel it is, or where its owner holds a post."""
    if channel.organization_id:
        return {channel.organization_id}
    return {post.organization_id for post in channel.person.posts.all() if post.is_active}
