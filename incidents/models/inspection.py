"""安全检查 (§4.1): the office or a county inspects a firm; each finding with a date is rectified by it and accepted."""

from datetime import date

from django.db import models
from django.db.models import Q
from django_fsm import transition

from .attachment import RegisterFile
from .machine import StatusField
from .organization import Organization
from .people import Post
from .register_step import RegisterStep


class Inspection(models.Model):
    body = models.ForeignKey(
        Organization, models.PROTECT, related_name="inspections", verbose_name="受检企业"
    )
    inspector = models.ForeignKey(
        Organization, models.PROTECT, related_name="inspections_made", verbose_name="检查单位"
    )
    number = models.CharField("编号", max_length=30, unique=True)
    held_on = models.DateField("检查日期")
    place = models.CharField("检查地点", max_length=200)
    inspectors = models.CharField("检查人员", max_length=200)
    scope = models.TextField("检查内容")
    conclusion = models.TextField("检查结论", blank=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="登记岗位")

    noun = "安全检查"

    class Meta:
        verbose_name = "安全检查"
        verbose_name_plural = "安全检查"
        ordering = ["-held_on", "-id"]

    def __str__(self):
        return f"{self.number} {self.body}"


class FindingQuerySet(models.QuerySet):
    def open(self):
        return self.exclude(status=Finding.Status.ACCEPTED)

    def overdue(self, today: date):
        return self.filter(status=Finding.Status.OPEN, due_on__lt=today)


class Finding(models.Model):
    """What was found wrong, and until when the firm puts it right."""

    class Status(models.TextChoices):
        OPEN = "open", "待整改"
        RECTIFIED = "rectified", "已整改，待复查"
        ACCEPTED = "accepted", "复查合格"

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="findings")
    number = models.CharField("编号", max_length=40, unique=True)
    serial = models.PositiveSmallIntegerField("序号")
    status = StatusField("状态", choices=Status, default=Status.OPEN)
    since = models.DateTimeField("自何时")
    words = models.CharField("问题", max_length=500)
    demand = models.CharField("整改要求", max_length=500, blank=True)
    due_on = models.DateField("整改期限")
    rectified_at = models.DateTimeField("报告整改时间", null=True)

    objects = FindingQuerySet.as_manager()
    noun = "检查问题"

    class Meta:
        verbose_name = "检查问题"
        verbose_name_plural = "检查问题"
        ordering = ["inspection", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "serial"], name="finding_serial_once"),
            models.CheckConstraint(
                name="finding_rectified_says_when",
                condition=Q(status="open") | Q(rectified_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.gist}"

    @property
    def gist(self) -> str:
        return self.words

    def is_overdue(self, today: date) -> bool:
        """As `FindingQuerySet.overdue`."""
        return self.status == self.Status.OPEN and self.due_on < today

    @transition(status, source=Status.OPEN, target=Status.RECTIFIED, custom={"clause": "4.1"})
    def report_rectified(self, at):
        self.since = self.rectified_at = at

    @transition(status, source=Status.RECTIFIED, target=Status.ACCEPTED, custom={"clause": "4.1"})
    def accept(self, at):
        self.since = at

    @transition(status, source=Status.RECTIFIED, target=Status.OPEN, custom={"clause": "4.1"})
    def send_back(self, at, due_on: date):
        self.since, self.due_on = at, due_on


class FindingStep(RegisterStep):
    """What was reported or decided on a finding, with its proof."""

    class What(models.TextChoices):
        RECTIFIED = "rectified", "报告整改"
        ACCEPTED = "accepted", "复查合格"
        SENT_BACK = "sent_back", "复查不合格，退回整改"

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="steps")
    what = models.CharField("步骤", max_length=12, choices=What)
    proof = models.OneToOneField(
        RegisterFile, models.PROTECT, null=True, related_name="finding_step", verbose_name="证明材料"
    )

    class Meta:
        ordering = ["finding", "id"]
