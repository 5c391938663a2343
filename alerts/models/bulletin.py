"""What was sent out about a warning: bulletins in versions (§4.4), notices before them (§4.3), and who has read them."""

from django.db import models

from incidents.models import ApiKey, EventClass, Level, Organization, Post

from .warning_levels import level_words


class Bulletin(models.Model):
    """A version of the warning as issued: the seven contents of §4.4. Append-only (a trigger)."""

    class Kind(models.TextChoices):
        ISSUE = "issue", "发布"
        RAISE = "raise", "提高级别"
        LOWER = "lower", "降低级别"
        LIFT = "lift", "解除"

    warning = models.ForeignKey("alerts.Warning", models.PROTECT, related_name="bulletins")
    version = models.PositiveSmallIntegerField("版本")
    kind = models.CharField("种类", max_length=6, choices=Kind)
    event_class = models.ForeignKey(EventClass, models.PROTECT, related_name="+", verbose_name="类别")
    level = models.PositiveSmallIntegerField("预警级别", choices=Level)
    starts_at = models.DateTimeField("起始时间")
    area = models.CharField("可能影响范围", max_length=500)
    caution = models.TextField("警示事项")
    measures = models.TextField("应采取的措施")
    authority = models.CharField("发布机关", max_length=80)
    note = models.TextField("调整或解除的理由", blank=True)
    issued_at = models.DateTimeField("发布时间")
    issued_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="签发")
    recorded_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="录入")
    """None, as who issued, only in a drill (a trigger)."""
    by_phone = models.BooleanField("电话签发", default=False)
    phone_words = models.TextField("电话原话", blank=True)

    class Meta:
        verbose_name = "预警信息"
        verbose_name_plural = "预警信息"
        ordering = ["warning", "version"]
        constraints = [
            models.UniqueConstraint(fields=["warning", "version"], name="bulletin_version_once"),
            models.CheckConstraint(
                name="bulletin_by_phone_has_its_words",
                condition=models.Q(by_phone=False, phone_words="")
                | models.Q(by_phone=True) & ~models.Q(phone_words=""),
            ),
            models.CheckConstraint(
                name="bulletin_has_all_seven_contents",
                condition=~models.Q(area="")
                & ~models.Q(caution="")
                & ~models.Q(measures="")
                & ~models.Q(authority=""),
            ),
        ]

    def __str__(self):
        return f"{self.warning.number} 第{self.version}版"

    @property
    def level_words(self) -> str:
        return level_words(self.level)

    @property
    def headline(self) -> str:
        """发布黄色预警（Ⅲ级，较重）"""
        return f"{self.get_kind_display()}{'为' if self.kind in ('raise', 'lower') else ''}{self.level_words}"


class BulletinDocument(models.Model):
    """The document number of a bulletin; of one given by telephone it follows (T4)."""

    bulletin = models.OneToOneField(Bulletin, models.PROTECT, related_name="document")
    document_no = models.CharField("文号", max_length=60)
    at = models.DateTimeField("记录时间")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")


class Receipt(models.Model):
    """A body that was told, when, and when it acknowledged."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="单位")
    told_at = models.DateTimeField("送达时间")
    acknowledged_at = models.DateTimeField("签收时间", null=True, blank=True)
    acknowledged_by = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+")
    acknowledged_key = models.ForeignKey(ApiKey, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True
        ordering = ["organization"]

    @property
    def acknowledged_in(self) -> Organization | None:
        """The body in whose name it was acknowledged: its own, or its parent enterprise's."""
        if self.acknowledged_by:
            return self.acknowledged_by.organization
        return self.acknowledged_key and self.acknowledged_key.enterprise


ACKNOWLEDGED_BY_SOMEBODY = models.Q(
    acknowledged_at=None, acknowledged_by=None, acknowledged_key=None
) | models.Q(acknowledged_at__isnull=False, acknowledged_at__gte=models.F("told_at")) & (
    models.Q(acknowledged_by__isnull=False, acknowledged_key=None)
    | models.Q(acknowledged_by=None, acknowledged_key__isnull=False)
)


class BulletinReceipt(Receipt):
    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="receipts")

    class Meta(Receipt.Meta):
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "organization"], name="bulletin_reaches_a_body_once"),
            models.CheckConstraint(
                name="bulletin_acknowledged_by_somebody", condition=ACKNOWLEDGED_BY_SOMEBODY
            ),
        ]


class WarningNotice(models.Model):
    """通报 (§4.3): what departments and enterprises were told of the information. Append-only (a trigger)."""

    warning = models.ForeignKey("alerts.Warning", models.PROTECT, related_name="notices")
    words = models.TextField("通报内容")
    at = models.DateTimeField("通报时间")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at"]


class NoticeReceipt(Receipt):
    notice = models.ForeignKey(WarningNotice, models.PROTECT, related_name="receipts")

    class Meta(Receipt.Meta):
        constraints = [
            models.UniqueConstraint(fields=["notice", "organization"], name="notice_reaches_a_body_once"),
            models.CheckConstraint(
                name="notice_acknowledged_by_somebody", condition=ACKNOWLEDGED_BY_SOMEBODY
            ),
        ]
