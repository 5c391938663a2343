"""The inbox: what reached whom, and when it was read; calls made to chase a debtor; the sweep's heartbeat."""

from django.db import models

from incidents.models import Incident, Organization, Post, User

from .deadline import Deadline, FiredStep


class Notification(models.Model):
    class Kind(models.TextChoices):
        REMINDER = "reminder", "提醒"
        BREACH = "breach", "超时"
        ESCALATION = "escalation", "升级"
        CORRECTION = "correction", "更正"
        CHASE = "chase", "催报"
        NEWS = "news", "动态"

    class Channel(models.TextChoices):
        INBOX = "inbox", "站内"

    person = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    kind = models.CharField("类别", max_length=12, choices=Kind)
    channel = models.CharField("渠道", max_length=12, choices=Channel, default=Channel.INBOX)
    title = models.CharField("标题", max_length=150)
    text = models.TextField("内容", blank=True)
    clause = models.CharField("条款", max_length=12, blank=True)
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, related_name="notifications")
    deadline = models.ForeignKey(Deadline, models.PROTECT, null=True, related_name="notifications")
    fired_step = models.ForeignKey(FiredStep, models.PROTECT, null=True, related_name="notifications")
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读时间", null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["person", "-created_at"], name="inbox_newest_first"),
            models.Index(fields=["person"], name="inbox_unread", condition=models.Q(read_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["fired_step", "person", "channel"], name="one_message_per_step")
        ]


class Chase(models.Model):
    """催报: a call made to whoever owes a report; who answered, what was promised by when."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="chases")
    debtor = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="被催单位")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    answered_by = models.CharField("接听人", max_length=60, blank=True)
    promised = models.CharField("答复", max_length=200, blank=True)
    promised_by = models.DateTimeField("承诺时间", null=True)

    class Meta:
        ordering = ["-at"]


class Heartbeat(models.Model):
    """When the sweep last ran; one row."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()
