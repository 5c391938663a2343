"""Notices (通报, §5.2.4, 4.3): what the office tells named bodies about an incident, and who has read it."""

from django.db import models
from django.db.models import Q
from django_fsm import transition

from incidents.search import index_of

from .access import ApiKey
from .incident import Incident
from .machine import StatusField
from .organization import Organization
from .people import Post


class Notice(models.Model):
    """Drafted and approved by the director, sent by the desk; once sent it is never changed (a trigger)."""

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        APPROVED = "approved", "已审定，待发出"
        SENT = "sent", "已发出"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="notices", verbose_name="突发事件")
    number = models.CharField("编号", max_length=40, unique=True)
    serial = models.PositiveSmallIntegerField("序号")
    status = StatusField("状态", choices=Status, default=Status.DRAFT)
    title = models.CharField("标题", max_length=100)
    words = models.TextField("通报内容")
    settles = models.JSONField("发出即办结的待办", default=list)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="corrected_by", verbose_name="更正"
    )
    drafted_at = models.DateTimeField("起草时间")
    drafted_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="起草")
    approved_at = models.DateTimeField("审定时间", null=True)
    approved_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="审定")
    sent_at = models.DateTimeField("发出时间", null=True)
    sent_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="发出")

    class Meta:
        verbose_name = "通报"
        verbose_name_plural = "通报"
        ordering = ["incident", "-serial"]
        indexes = [index_of("incidents_notice")]
        constraints = [
            models.UniqueConstraint(fields=["incident", "serial"], name="notice_serial_once"),
            models.CheckConstraint(name="notice_has_words", condition=~Q(title="") & ~Q(words="")),
            models.CheckConstraint(
                name="notice_approved_by_somebody",
                condition=Q(status="draft", approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="notice_sent_by_somebody",
                condition=~Q(status="sent") & Q(sent_at=None, sent_by=None)
                | Q(status="sent", sent_at__isnull=False, sent_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def gist(self) -> str:
        return self.title

    @property
    def is_sent(self) -> bool:
        return self.status == self.Status.SENT

    @transition(status, source=Status.APPROVED, target=Status.DRAFT, custom={"clause": "5.2.4"})
    def take_back(self):
        """It is changed once more before it is sent."""
        self.approved_at = self.approved_by = None

    @transition(status, source=Status.DRAFT, target=Status.APPROVED, custom={"clause": "5.2.4"})
    def approve(self, at, by: Post):
        self.approved_at, self.approved_by = at, by

    @transition(status, source=Status.APPROVED, target=Status.SENT, custom={"clause": "5.2.4"})
    def send(self, at, by: Post):
        self.sent_at, self.sent_by = at, by


class NoticeAddressee(models.Model):
    """A body that it is for: told when it is sent, read by somebody of it or by its own system."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="addressees")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="单位")
    told_at = models.DateTimeField("送达时间", null=True)
    read_at = models.DateTimeField("阅知时间", null=True)
    read_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    read_key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="+")
    reminded_at = models.DateTimeField("最近提醒", null=True)
    reminders = models.PositiveSmallIntegerField("提醒次数", default=0)

    class Meta:
        ordering = ["notice", "id"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "organization"], name="notified_once"),
            models.CheckConstraint(
                name="notice_read_by_somebody",
                condition=Q(read_at=None, read_by=None, read_key=None)
                | Q(read_at__isnull=False, told_at__isnull=False)
                & (Q(read_by__isnull=False, read_key=None) | Q(read_by=None, read_key__isnull=False)),
            ),
        ]
