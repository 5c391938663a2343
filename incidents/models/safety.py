"""A firm's own safety duty (§4.1): the rules that it has, and the checks that it makes of itself again and again."""

from django.db import models
from django.db.models import Q

from .access import ApiKey
from .attachment import RegisterFile
from .organization import Organization
from .people import Post


class SafetyRule(models.Model):
    """安全管理制度: a rule that stands, until the firm says that it does no more."""

    body = models.ForeignKey(Organization, models.PROTECT, related_name="safety_rules", verbose_name="企业")
    name = models.CharField("制度名称", max_length=100)
    adopted_on = models.DateField("发布日期")
    file = models.OneToOneField(
        RegisterFile, models.PROTECT, null=True, related_name="safety_rule", verbose_name="制度文件"
    )
    stated_at = models.DateTimeField("登记时间")
    stated_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="登记岗位")
    key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="+", verbose_name="接口密钥")
    repealed_on = models.DateField("废止日期", null=True)

    class Meta:
        verbose_name = "安全管理制度"
        verbose_name_plural = "安全管理制度"
        ordering = ["body", "-adopted_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "name"], condition=Q(repealed_on=None), name="safety_rule_stands_once"
            ),
            models.CheckConstraint(
                name="safety_rule_is_stated_by_a_post_or_a_key",
                condition=Q(stated_by__isnull=False, key=None) | Q(stated_by=None, key__isnull=False),
            ),
        ]

    def __str__(self):
        return f"《{self.name}》"


class SafetyCheck(models.Model):
    """自查: what a firm looked at in its own house, and what it found; append-only."""

    class Result(models.TextChoices):
        FINE = "fine", "未发现问题"
        PROBLEMS = "problems", "发现问题"

    body = models.ForeignKey(Organization, models.PROTECT, related_name="safety_checks", verbose_name="企业")
    number = models.CharField("编号", max_length=30, unique=True)
    checked_on = models.DateField("自查日期")
    what = models.TextField("自查内容")
    result = models.CharField("结果", max_length=10, choices=Result)
    problems = models.TextField("发现的问题", blank=True)
    filed_at = models.DateTimeField("报送时间")
    filed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="报送岗位")
    key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="+", verbose_name="接口密钥")

    class Meta:
        verbose_name = "安全自查"
        verbose_name_plural = "安全自查"
        ordering = ["body", "-checked_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="safety_check_tells_its_problems",
                condition=Q(result="fine", problems="") | Q(result="problems") & ~Q(problems=""),
            ),
            models.CheckConstraint(
                name="safety_check_is_filed_by_a_post_or_a_key",
                condition=Q(filed_by__isnull=False, key=None) | Q(filed_by=None, key__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.body}"


class CheckInterval(models.Model):
    """Every how many months a firm checks itself, where the office has said so; else `MONTHS` (**decided**)."""

    MONTHS, MOST = 1, 12

    body = models.OneToOneField(
        Organization, models.PROTECT, related_name="check_interval", verbose_name="企业"
    )
    months = models.PositiveSmallIntegerField("自查间隔（月）")
    set_at = models.DateTimeField("设定时间")
    set_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="设定岗位")

    class Meta:
        verbose_name = "自查间隔"
        verbose_name_plural = "自查间隔"
        constraints = [
            models.CheckConstraint(name="check_interval_is_in_months", condition=Q(months__range=(1, 12)))
        ]
