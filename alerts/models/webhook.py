"""Webhooks: where a firm's own system is told, what it was told, and every attempt to tell it.

An event is written once per cause, in the transaction of the change that causes it; a delivery carries it to one
webhook, the same id and the same bytes at every attempt. What state a delivery is in follows from its times.
"""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from incidents.models import Organization


class WebhookQuerySet(models.QuerySet):
    def kept(self):
        return self.filter(removed_at=None)

    def active(self):
        return self.filter(removed_at=None, off_at=None, enterprise__is_active=True)


class Webhook(models.Model):
    """An address of one enterprise's own system. `sealed` is the only place of its secrets.

    A test webhook is told of what the firm tries out with test keys, and of nothing else.
    """

    class Off(models.TextChoices):
        PAUSED = "paused", "企业停用"
        GONE = "gone", "对方答复 410，地址已不存在"
        FAILING = "failing", "连续失败过久"

    enterprise = models.ForeignKey(
        Organization, models.PROTECT, related_name="webhooks", limit_choices_to={"kind": "ENTERPRISE"}
    )
    url = models.CharField("地址", max_length=500)
    description = models.CharField("说明", max_length=100, blank=True)
    events = ArrayField(models.CharField(max_length=30), verbose_name="事件")
    is_test = models.BooleanField("只收测试数据", default=False)
    sealed = models.TextField(help_text="Encrypted secrets; emptied when the webhook is removed.")
    secret_changed_at = models.DateTimeField("密钥更换时间")
    created_at = models.DateTimeField("建立时间")
    off_at = models.DateTimeField("停用时间", null=True)
    off_because = models.CharField("停用原因", max_length=10, choices=Off, blank=True)
    removed_at = models.DateTimeField("移除时间", null=True)

    last_attempt_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField("最近送达", null=True)
    failures = models.PositiveIntegerField("连续失败", default=0)
    failing_since = models.DateTimeField("失败自", null=True)
    last_error = models.CharField("最近错误", max_length=120, blank=True)
    retry_at = models.DateTimeField("下次再试", null=True, help_text="Until then nothing is sent to it.")
    reported_at = models.DateTimeField(null=True, help_text="When its people were told of this failure.")
    busy_until = models.DateTimeField(null=True, help_text="The lease of whoever is sending.")

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="webhook_removed_keeps_no_secret",
                condition=Q(removed_at=None) & ~Q(sealed="") | Q(removed_at__isnull=False, sealed=""),
            ),
            models.CheckConstraint(
                name="webhook_off_for_a_reason",
                condition=Q(off_at=None, off_because="") | Q(off_at__isnull=False) & ~Q(off_because=""),
            ),
            models.CheckConstraint(
                name="webhook_fails_since_a_time",
                condition=Q(failures=0, failing_since=None) | Q(failures__gt=0, failing_since__isnull=False),
            ),
            models.CheckConstraint(name="webhook_wants_something", condition=~Q(events=[])),
        ]

    def __str__(self):
        return self.description or self.host

    @property
    def host(self) -> str:
        """Its address without what may be secret in it."""
        return self.url.split("/")[2]

    @property
    def is_active(self) -> bool:
        return self.removed_at is None and self.off_at is None

    def switch_off(self, because: str, at: datetime):
        self.off_at, self.off_because = at, str(because)

    def succeeded(self, at: datetime):
        self.failures, self.failing_since, self.retry_at, self.last_error = 0, None, None, ""
        self.reported_at, self.last_success_at = None, at

    def failed(self, at: datetime, error: str, pause: timedelta):
        self.failures += 1
        self.failing_since = self.failing_since or at
        self.retry_at, self.last_error = at + pause, error


class WebhookEvent(models.Model):
    """What happened, told once per cause: `payload` is what goes out, byte for byte, until it is pruned (empty)."""

    enterprise = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    message = models.CharField(
        "编号", max_length=40, unique=True, help_text="`msg_…`: by it a receiver knows a repetition."
    )
    type = models.CharField("事件", max_length=30)
    cause = models.CharField(max_length=80)
    at = models.DateTimeField("时间")
    payload = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["at"], name="webhook_payloads_kept", condition=~Q(payload=""))]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "cause"], name="webhook_event_once_per_cause")
        ]

    def __str__(self):
        return f"{self.type} {self.message}"


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "待送"
    DELIVERED = "delivered", "已送达"
    GIVEN_UP = "given_up", "已放弃"


IN_STATE = {
    DeliveryState.WAITING: Q(next_attempt_at__isnull=False),
    DeliveryState.DELIVERED: Q(delivered_at__isnull=False),
    DeliveryState.GIVEN_UP: Q(given_up_at__isnull=False),
}


class WebhookDeliveryQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(IN_STATE[DeliveryState.WAITING])


class WebhookDelivery(models.Model):
    """An event on its way to one webhook. A replay is a delivery of its own, of the same event."""

    webhook = models.ForeignKey(Webhook, models.PROTECT, related_name="deliveries")
    event = models.ForeignKey(WebhookEvent, models.PROTECT, related_name="deliveries")
    replay_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="replays")
    created_at = models.DateTimeField("时间")
    tries = models.PositiveIntegerField("次数", default=0)
    next_attempt_at = models.DateTimeField("下次尝试", null=True)
    claimed_at = models.DateTimeField(null=True, help_text="When the attempt that is under way began.")
    delivered_at = models.DateTimeField("送达时间", null=True)
    given_up_at = models.DateTimeField("放弃时间", null=True)
    last_status = models.PositiveSmallIntegerField("最近状态码", null=True)
    last_error = models.CharField("最近错误", max_length=120, blank=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["webhook", "next_attempt_at"],
                name="webhook_waiting",
                condition=Q(next_attempt_at__isnull=False),
            ),
            models.Index(fields=["webhook", "-id"], name="webhook_history"),
        ]
        constraints = [
            models.CheckConstraint(
                name="webhook_delivery_in_one_state",
                condition=Q(next_attempt_at__isnull=False, delivered_at=None, given_up_at=None)
                | Q(next_attempt_at=None, delivered_at__isnull=False, given_up_at=None)
                | Q(next_attempt_at=None, delivered_at=None, given_up_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["webhook", "event"], name="webhook_told_once", condition=Q(replay_of=None)
            ),
            models.UniqueConstraint(
                fields=["webhook", "event"],
                name="webhook_told_one_at_a_time",
                condition=Q(next_attempt_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["webhook"], name="webhook_sends_one_by_one", condition=Q(claimed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="webhook_claims_what_waits",
                condition=Q(claimed_at=None) | Q(next_attempt_at__isnull=False),
            ),
            models.CheckConstraint(
                name="webhook_replays_another", condition=Q(replay_of=None) | Q(replay_of__lt=F("id"))
            ),
        ]

    @property
    def state(self) -> DeliveryState:
        if self.delivered_at:
            return DeliveryState.DELIVERED
        return DeliveryState.GIVEN_UP if self.given_up_at else DeliveryState.WAITING


class WebhookAttempt(models.Model):
    """One request that was made, and what came back. Written when it is over, never changed."""

    delivery = models.ForeignKey(WebhookDelivery, models.PROTECT, related_name="attempts")
    at = models.DateTimeField("时间")
    milliseconds = models.PositiveIntegerField("用时", null=True)
    status = models.PositiveSmallIntegerField("状态码", null=True)
    error = models.CharField("错误", max_length=120, blank=True)
    answer = models.TextField("答复", blank=True, help_text="Its first KB.")

    class Meta:
        ordering = ["at", "id"]
