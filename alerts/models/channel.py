"""Outside channels and the outbox: where messages go besides the inbox, what is on its way, what was tried.

A message is queued for an addressee (a person, or a body whose group has a robot), not for a channel: which
of his channels carries it is decided when it is sent, so that a dead one falls over to the next.
"""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from incidents.models import Organization, User

from .notification import Notification

LONGEST_PAUSE = timedelta(minutes=15)
"""Whatever seems to wait for longer was written before the clock was set back, and waits for nothing."""
URGENT = (
    Notification.Kind.BREACH,
    Notification.Kind.ESCALATION,
    Notification.Kind.CHASE,
    Notification.Kind.CORRECTION,
)
ONE_OWNER = Q(person=None, organization__isnull=False) | Q(person__isnull=False, organization=None)


class Owned(models.Model):
    """Belongs to a person or to a body, exactly one of them."""

    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="%(class)s_set")
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="%(class)s_set")

    class Meta:
        abstract = True

    @property
    def owner(self) -> User | Organization:
        return self.person or self.organization

    @property
    def owner_key(self) -> tuple[int | None, int | None]:
        return self.person_id, self.organization_id


def owned_by(*owners: User | Organization) -> Q:
    people = [owner.pk for owner in owners if isinstance(owner, User)]
    bodies = [owner.pk for owner in owners if isinstance(owner, Organization)]
    return Q(person__in=people) | Q(organization__in=bodies)


class ChannelQuerySet(models.QuerySet):
    def kept(self):
        return self.filter(removed_at=None)

    def active(self):
        return self.filter(removed_at=None, paused_at=None)


class Channel(Owned):
    """One way to a person or into a body's group. `sealed` is the only place of its address and its secrets."""

    class Kind(models.TextChoices):
        WECOM = "wecom", "企业微信机器人"
        DINGTALK = "dingtalk", "钉钉机器人"
        FEISHU = "feishu", "飞书机器人"
        EMAIL = "email", "电子邮件"
        HTTP = "http", "短信网关或其他 HTTP 接口"
        OTHER = "other", "其他（apprise 地址）"

    class Takes(models.TextChoices):
        ALL = "all", "全部消息"
        URGENT = "urgent", "只要超时、升级、催报和更正"

    name = models.CharField("名称", max_length=40)
    kind = models.CharField("方式", max_length=10, choices=Kind)
    sealed = models.TextField(help_text="Encrypted; emptied when the channel is removed.")
    hint = models.CharField("地址提示", max_length=120, blank=True, help_text="Masked, for people.")
    takes = models.CharField("接收", max_length=10, choices=Takes, default=Takes.ALL)
    order = models.PositiveSmallIntegerField("顺序", default=1)
    may_reach_private = models.BooleanField(
        default=False, help_text="Entered by a post that is trusted with addresses of the inner network."
    )
    created_at = models.DateTimeField("建立时间")
    paused_at = models.DateTimeField("停用时间", null=True)
    removed_at = models.DateTimeField("移除时间", null=True)

    last_success_at = models.DateTimeField("最近成功", null=True)
    failures = models.PositiveIntegerField("连续失败", default=0)
    failing_since = models.DateTimeField("失败自", null=True)
    last_error = models.CharField("最近错误", max_length=120, blank=True)
    retry_at = models.DateTimeField(
        "下次探测", null=True, help_text="Until then messages take the next channel."
    )
    quiet_until = models.DateTimeField(null=True, help_text="Until then messages are gathered.")
    busy_until = models.DateTimeField(null=True, help_text="The lease of whoever is sending.")
    reported_at = models.DateTimeField(null=True, help_text="When the office was told of this failure.")

    objects = ChannelQuerySet.as_manager()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(name="channel_has_one_owner", condition=ONE_OWNER),
            models.CheckConstraint(
                name="channel_fails_since_a_time",
                condition=Q(failures=0, failing_since=None) | Q(failures__gt=0, failing_since__isnull=False),
            ),
            models.CheckConstraint(
                name="removed_channel_keeps_no_secret", condition=Q(removed_at=None) | Q(sealed="")
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_active(self) -> bool:
        return self.removed_at is None and self.paused_at is None

    def carries(self, kind: str) -> bool:
        return self.takes == self.Takes.ALL or kind in URGENT

    def is_cooling(self, now: datetime) -> bool:
        """It failed, and is not to be probed yet."""
        return _lies_ahead(self.retry_at, now)

    def is_free(self, now: datetime) -> bool:
        """Nobody is sending through it."""
        return not _lies_ahead(self.busy_until, now)

    def is_gathering(self, now: datetime) -> bool:
        """It carried a message a moment ago: what comes now is bundled into the next one."""
        return _lies_ahead(self.quiet_until, now)

    def claim(self, *, until: datetime):
        """While a channel that failed is probed, new messages do not wait for the outcome."""
        self.busy_until = until
        if self.failures:
            self.retry_at = until

    def succeeded(self, *, at: datetime, gap: timedelta):
        self.failures, self.failing_since, self.retry_at, self.last_error = 0, None, None, ""
        self.reported_at, self.busy_until = None, None
        self.last_success_at, self.quiet_until = at, at + gap

    def failed(self, *, at: datetime, error: str, pause: timedelta):
        self.failures += 1
        self.failing_since = self.failing_since or at
        self.retry_at, self.busy_until, self.last_error = at + pause, None, error


def _lies_ahead(until: datetime | None, now: datetime) -> bool:
    return until is not None and now < until <= now + LONGEST_PAUSE


class DeliveryQuerySet(models.QuerySet):
    def pending(self):
        return self.filter(next_attempt_at__isnull=False)

    def due(self, now: datetime):
        return self.filter(Q(next_attempt_at__lte=now) | Q(next_attempt_at__gt=now + LONGEST_PAUSE))


class Delivery(Owned):
    """A message on its way to an addressee outside: its state follows from its times.

    `test_of`: a test of this channel and no other, which belongs to no notification and is tried once.
    """

    TEST = "test"

    notification = models.ForeignKey(Notification, models.PROTECT, null=True, related_name="deliveries")
    test_of = models.ForeignKey(Channel, models.PROTECT, null=True, related_name="tests")
    kind = models.CharField("类别", max_length=12, choices=[*Notification.Kind.choices, (TEST, "测试")])
    channel = models.ForeignKey(Channel, models.PROTECT, null=True, related_name="deliveries")
    created_at = models.DateTimeField("时间")
    tries = models.PositiveIntegerField("次数", default=0)
    next_attempt_at = models.DateTimeField(
        null=True, help_text="Not before; while it is being sent, the end of the lease."
    )
    sent_at = models.DateTimeField("送出时间", null=True)
    failed_at = models.DateTimeField("放弃时间", null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(
                fields=["person", "organization", "next_attempt_at"],
                name="outbox_pending",
                condition=Q(next_attempt_at__isnull=False),
            )
        ]
        constraints = [
            models.CheckConstraint(name="delivery_has_one_addressee", condition=ONE_OWNER),
            models.CheckConstraint(
                name="delivery_is_of_a_message_or_a_test",
                condition=Q(notification__isnull=False, test_of=None)
                | Q(notification=None, test_of__isnull=False, kind="test"),
            ),
            models.CheckConstraint(
                name="delivery_is_pending_sent_or_failed",
                condition=Q(next_attempt_at__isnull=False, sent_at=None, failed_at=None)
                | Q(next_attempt_at=None, sent_at__isnull=False, failed_at=None)
                | Q(next_attempt_at=None, sent_at=None, failed_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["notification", "person", "organization"],
                name="one_delivery_per_addressee",
                nulls_distinct=False,
                condition=Q(notification__isnull=False),
            ),
        ]

    @property
    def state(self) -> str:
        if self.sent_at:
            return "已送出"
        if self.failed_at:
            return "未能送出"
        return "重试中" if self.tries else "待发"


class Attempt(models.Model):
    """One sending through one channel, with all messages that it carried. Without `ended_at` it is under way,
    or whoever made it died: then nobody knows whether it arrived, and its messages go out again."""

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="attempts")
    deliveries = models.ManyToManyField(Delivery, related_name="attempts")
    messages = models.PositiveIntegerField("消息数")
    at = models.DateTimeField("开始")
    ended_at = models.DateTimeField("结束", null=True)
    ok = models.BooleanField("成功", default=False)
    error = models.CharField("错误", max_length=120, blank=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["ended_at"], name="failed_attempts", condition=Q(ok=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["channel"], name="one_attempt_at_a_time", condition=Q(ended_at=None)
            ),
        ]

    @property
    def took(self) -> timedelta | None:
        return self.ended_at and self.ended_at - self.at
