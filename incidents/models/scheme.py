"""处置方案 (§2.2.2(3), 5.4.3): drafted in versions, decided by a commander; what was decided never changes (a trigger)."""

from django.db import models
from django.db.models import Q

from .incident import Incident
from .people import Post


class Scheme(models.Model):
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="schemes")
    number = models.CharField("编号", max_length=40, unique=True)
    serial = models.PositiveSmallIntegerField("序号")
    title = models.CharField("名称", max_length=100)

    class Meta:
        verbose_name = "处置方案"
        ordering = ["incident", "serial"]
        constraints = [models.UniqueConstraint(fields=["incident", "serial"], name="scheme_serial_once")]

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def gist(self) -> str:
        return self.title

    @property
    def latest(self) -> "SchemeVersion":
        return max(self.versions.all(), key=lambda version: version.version)


class SchemeVersion(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", "待审定"
        ADOPTED = "adopted", "已采纳"
        REJECTED = "rejected", "未采纳"
        REPLACED = "replaced", "已另拟"

    class Origin(models.TextChoices):
        OFFICE = "office", "应急办"
        EXPERTS = "experts", "专家组"

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField("版本")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    origin = models.CharField("由谁拟订", max_length=10, choices=Origin, default=Origin.OFFICE)
    assessment = models.TextField("分析研判")
    measures = models.TextField("处置措施")
    resources = models.TextField("力量和物资", blank=True)
    drafted_at = models.DateTimeField("拟订时间")
    drafted_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="拟订岗位")
    decided_at = models.DateTimeField("审定时间", null=True)
    decided_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="审定人")
    reason = models.TextField("审定意见", blank=True)

    class Meta:
        verbose_name = "处置方案版本"
        ordering = ["scheme", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "version"], name="scheme_version_once"),
            models.UniqueConstraint(
                fields=["scheme"], condition=Q(status="draft"), name="one_draft_of_a_scheme"
            ),
            models.CheckConstraint(
                name="scheme_decided_by_somebody",
                condition=Q(status__in=["draft", "replaced"])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="scheme_rejected_with_a_reason", condition=~Q(status="rejected") | ~Q(reason="")
            ),
        ]

    def __str__(self):
        return f"{self.scheme.number} 第{self.version}版"
