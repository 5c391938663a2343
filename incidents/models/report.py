"""Reports (信息报告, §5.2.1, §4.3): never edited; a correction is a new report that supersedes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from incidents import drill_clock
from incidents.search import index_of

from .incident import Incident
from .indexes import where_given
from .organization import Organization
from .people import Post, User
from .plan import EventClass, Level
from .plan_criteria import NetworkScope


class Report(models.Model):
    class Kind(models.TextChoices):
        ORAL = "ORAL", "口头汇报"
        BRIEF = "BRIEF", "书面简要报告"
        WRITTEN = "WRITTEN", "书面报告"
        FOLLOW_UP = "FOLLOW_UP", "续报"
        FINAL = "FINAL", "终报"

    class Channel(models.TextChoices):
        PHONE = "PHONE", "电话"
        FAX = "FAX", "传真"
        PAPER = "PAPER", "纸质"
        FORM = "FORM", "网页"
        API = "API", "接口"

    class Informant(models.TextChoices):
        """Whose word it is: figures are kept by source and time."""

        ENTERPRISE = "ENTERPRISE", "企业"
        POLICE = "POLICE", "公安"
        FIRE = "FIRE", "消防"
        HEALTH = "HEALTH", "卫健"
        EMERGENCY = "EMERGENCY", "应急管理"
        MEMBER = "MEMBER", "成员单位"
        COUNTY = "COUNTY", "县区机构"
        LINE_12305 = "LINE_12305", "12305申诉电话"
        SUPERIOR = "SUPERIOR", "上级部署"
        PUBLIC = "PUBLIC", "群众"
        OTHER = "OTHER", "其他"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="reports", db_index=False)
    number = models.CharField("编号", max_length=40, unique=True)
    serial = models.PositiveSmallIntegerField()
    kind = models.CharField("种类", max_length=10, choices=Kind)
    channel = models.CharField("渠道", max_length=10, choices=Channel)
    informant = models.CharField("信息提供方", max_length=12, choices=Informant, default=Informant.ENTERPRISE)
    reporter = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        related_name="reports",
        verbose_name="报告单位",
        help_text="上一级单位可代下属企业报告，两者都留名（§5.2.1）。",
    )
    filed_by = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="录入岗位"
    )
    arrived_at = models.DateTimeField("到达时间")
    received_at = models.DateTimeField("服务器接收时间")
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by", verbose_name="更正"
    )

    known_at = models.DateTimeField("获知时间", null=True)
    occurred_at = models.DateTimeField("发生时间", null=True)
    place = models.CharField("地点", max_length=200, blank=True)
    unit = models.CharField("单位名称", max_length=100, blank=True)
    source = models.CharField("信息来源", max_length=100, blank=True)
    event_class = models.ForeignKey(EventClass, models.PROTECT, null=True, verbose_name="事件类别")
    deaths = models.PositiveIntegerField("死亡人数", null=True)
    missing = models.PositiveIntegerField("失踪人数", null=True)
    serious_injuries = models.PositiveIntegerField("重伤人数", null=True)
    loss_yuan = models.PositiveBigIntegerField("直接经济损失（元）", null=True)
    records_leaked = models.PositiveBigIntegerField("泄露用户信息条数", null=True)
    network_scope = models.CharField("网络阻断范围", max_length=10, choices=NetworkScope, null=True)
    impact = models.TextField("影响范围", blank=True)
    development = models.TextField("发展态势", blank=True)
    measures = models.TextField("处置情况", blank=True)
    superior_told_who = models.CharField("上一级单位：告知何人", max_length=100, blank=True)
    superior_told_at = models.DateTimeField("上一级单位：告知时间", null=True)
    unknown = ArrayField(models.CharField(max_length=30), verbose_name="尚不清楚", default=list)

    class Meta:
        verbose_name = "信息报告"
        ordering = ["incident", "serial"]
        indexes = [*where_given("report", "filed_by"), index_of("incidents_report")]
        constraints = [
            models.UniqueConstraint(fields=["incident", "serial"], name="report_serial_once"),
            models.CheckConstraint(
                name="report_arrives_before_it_is_typed",
                condition=models.Q(arrived_at__lte=models.F("received_at")),
            ),
            models.CheckConstraint(
                name="oral_report_is_logged_by_a_person",
                condition=~models.Q(kind="ORAL") | models.Q(channel="PHONE", filed_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.get_kind_display()}"

    @property
    def is_of_a_named_body(self) -> bool:
        """A member's or a county's own word."""
        return self.informant in (self.Informant.MEMBER, self.Informant.COUNTY)

    @property
    def typed_later(self) -> bool:
        """补录: typed in more than ten minutes after it came."""
        return drill_clock.lasts(self.received_at - self.arrived_at).total_seconds() > 600


class OralClaim(models.Model):
    """A firm's statement in a report that it telephoned; settles nothing until a duty officer confirms it."""

    report = models.OneToOneField(Report, models.PROTECT, related_name="oral_claim")
    told_whom = models.CharField("接听人", max_length=100)
    told_at = models.DateTimeField("通话时间")
    confirmed_at = models.DateTimeField("确认时间", null=True)
    confirmed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    refused_reason = models.CharField("不予确认的理由", max_length=200, blank=True)


class UpwardReport(models.Model):
    """The office's recorded word to a superior body (§5.2, 5.3, 5.4.1): what R6, R7 and R11 wait for."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="upward_reports")
    to = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="报告对象")
    at = models.DateTimeField("报告时间")
    person = models.CharField("接听人", max_length=60)
    words = models.TextField("报告内容")
    level_told = models.PositiveSmallIntegerField("所报级别", choices=Level)
    is_proposal = models.BooleanField("Ⅲ级响应建议", default=False)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("记录时间")

    class Meta:
        ordering = ["at"]


class IntakeDraft(models.Model):
    """A half-typed form, kept per person until filed, handed over or signed out."""

    person = models.ForeignKey(User, models.CASCADE, related_name="drafts")
    form = models.CharField(max_length=30)
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "form"], name="one_draft_per_form")]
