"""The inbox: what reached whom, and when it was read; the sweep's heartbeat."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from incidents.models import Drill, Incident, User
from incidents.models.indexes import where_given

from .deadline import Deadline, FiredStep
from .warning import Warning


def counted_in(drill: Drill | None) -> Q:
    """What counts for whom is in this drill: its messages. Outside: what is real, and that a drill begins."""
    return Q(drill=drill) if drill else Q(drill=None) | Q(matter__startswith="drill/")


REAL = Q(drill=None)
"""What really happened, and no drill's beginning either."""


class Notification(models.Model):
    """A message in a person's inbox. What of it goes outside is a `Delivery` (`channel.py`)."""

    class Kind(models.TextChoices):
        REMINDER = "reminder", "提醒"
        BREACH = "breach", "超时"
        ESCALATION = "escalation", "升级"
        CORRECTION = "correction", "更正"
        CHASE = "chase", "催报"
        NEWS = "news", "动态"

    class Channel(models.TextChoices):
        INBOX = "inbox", "站内"

    person = models.ForeignKey(User, models.CASCADE, related_name="notifications", db_index=False)
    kind = models.CharField("类别", max_length=12, choices=Kind)
    channel = models.CharField("渠道", max_length=12, choices=Channel, default=Channel.INBOX)
    title = models.CharField("标题", max_length=150)
    text = models.TextField("内容", blank=True)
    clause = models.CharField("条款", max_length=12, blank=True)
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, related_name="notifications")
    warning = models.ForeignKey(
        Warning, models.PROTECT, null=True, related_name="notifications", db_index=False
    )
    deadline = models.ForeignKey(
        Deadline, models.PROTECT, null=True, related_name="notifications", db_index=False
    )
    fired_step = models.ForeignKey(
        FiredStep, models.PROTECT, null=True, related_name="notifications", db_index=False
    )
    matter = models.CharField("何事", max_length=60, blank=True)
    """What else it is about, where that has a page: the page's name and a number, `instruction/ZMD-I-2026-0001`."""
    drill = models.ForeignKey(
        Drill, models.PROTECT, null=True, related_name="notifications", db_index=False, verbose_name="演练"
    )
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读时间", null=True)

    @property
    def is_of_a_drill(self) -> bool:
        subject = self.incident or self.warning
        if subject is None:
            return self.drill_id is not None
        return subject.is_drill

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["person", "-created_at"], name="inbox_newest_first"),
            BrinIndex(fields=["created_at"], name="messages_by_time"),
            models.Index(fields=["person"], name="inbox_unread", condition=models.Q(read_at=None)),
            *where_given("message_about", "warning", "deadline", "drill"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["fired_step", "person", "channel"],
                condition=models.Q(fired_step__isnull=False),
                name="one_message_per_step",
            )
        ]


class Heartbeat(models.Model):
    """When the sweep last ran; one row."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()
