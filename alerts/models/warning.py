"""A warning (预警, §4.2–4.4): from the information that came in to the bulletin in force and its lifting."""

from django.db import models
from django_fsm import FSMField, transition

from incidents.models import Incident, Level, Organization, PlanVersion


class Warning(models.Model):
    class Status(models.TextChoices):
        CANDIDATE = "candidate", "待处理"
        SET_ASIDE = "set_aside", "已搁置"
        RECEIVED = "received", "收到"
        DISMISSED = "dismissed", "不成立"
        PROPOSED = "proposed", "已建议"
        ISSUED = "issued", "生效"
        LIFTED = "lifted", "已解除"

    class Channel(models.TextChoices):
        """Where the information came from (§4.2)."""

        SUPERIOR = "SUPERIOR", "上级部署"
        METEOROLOGY = "METEOROLOGY", "气象"
        WATER = "WATER", "水利"
        TRANSPORT = "TRANSPORT", "交通运输"
        EMERGENCY = "EMERGENCY", "应急管理"
        POLICE = "POLICE", "公安"
        MARKET = "MARKET", "市场监管系统"
        LINE_12305 = "LINE_12305", "12305申诉电话"
        PUBLIC = "PUBLIC", "群众"
        ENTERPRISE = "ENTERPRISE", "企业"
        PROVINCE = "PROVINCE", "省指挥部办公室"
        FEED = "FEED", "预警信息源"

    number = models.CharField("编号", max_length=30, unique=True)
    year = models.PositiveSmallIntegerField("年度")
    serial = models.PositiveIntegerField("序号")
    status = FSMField("状态", default=Status.RECEIVED, choices=Status, protected=True)
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, verbose_name="适用预案版本")
    office = models.ForeignKey(
        Organization, models.PROTECT, related_name="warnings_handled", verbose_name="应急办"
    )
    title = models.CharField("标题", max_length=100)
    channel = models.CharField("来源渠道", max_length=12, choices=Channel)
    enterprise = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="warnings_reported",
        verbose_name="报告企业",
    )
    place = models.CharField("地点", max_length=200, blank=True)
    risk = models.TextField("风险情况")
    may_follow = models.TextField("可能引发的后果", blank=True)
    measures_taken = models.TextField("已采取的措施", blank=True)
    known_at = models.DateTimeField("企业获知时间", null=True, blank=True)
    received_at = models.DateTimeField("应急办收到时间")
    created_at = models.DateTimeField("录入时间")
    level = models.PositiveSmallIntegerField("级别", choices=Level, null=True, blank=True)
    proposed_level = models.PositiveSmallIntegerField("建议级别", choices=Level, null=True, blank=True)
    daily_interval = models.DurationField("日报间隔", null=True, blank=True)
    issued_at = models.DateTimeField("发布时间", null=True, blank=True)
    lifted_at = models.DateTimeField("解除时间", null=True, blank=True)
    incident = models.ForeignKey(
        Incident, models.PROTECT, null=True, blank=True, related_name="warnings", verbose_name="转为事件"
    )

    class Meta:
        verbose_name = "预警"
        verbose_name_plural = "预警"
        ordering = ["-year", "-serial"]
        constraints = [
            models.CheckConstraint(
                name="issued_warning_has_level",
                condition=~models.Q(status__in=["issued", "lifted"])
                | models.Q(level__isnull=False, issued_at__isnull=False),
            ),
            models.CheckConstraint(
                name="risk_known_not_after_received",
                condition=models.Q(known_at=None) | models.Q(known_at__lte=models.F("received_at")),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def chain(self) -> str:
        """Its chain in the ledger (domain §6)."""
        return f"warning:{self.pk}"

    @property
    def standing_level(self) -> int:
        return self.level or self.proposed_level or Level.IV

    @transition(status, source=Status.CANDIDATE, target=Status.RECEIVED, custom={"clause": "4.2"})
    def accept(self, at):
        self.received_at = at

    @transition(status, source=Status.CANDIDATE, target=Status.SET_ASIDE, custom={"clause": "4.2"})
    def set_aside(self):
        pass

    @transition(
        status, source=[Status.RECEIVED, Status.PROPOSED], target=Status.DISMISSED, custom={"clause": "4.3"}
    )
    def dismiss(self):
        pass

    @transition(status, source=Status.RECEIVED, target=Status.PROPOSED, custom={"clause": "4.3"})
    def propose(self, level: int):
        self.proposed_level = level

    @transition(status, source=Status.PROPOSED, target=Status.ISSUED, custom={"clause": "4.4"})
    def issue(self, level: int, at):
        self.level, self.issued_at = level, at

    @transition(status, source=Status.ISSUED, target=None, custom={"clause": "4.4"})
    def adjust(self, level: int):
        self.level = level

    @transition(status, source=Status.ISSUED, target=Status.LIFTED, custom={"clause": "4.4"})
    def lift(self, at):
        self.lifted_at = at
