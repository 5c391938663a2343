"""What is done while a warning is in hand (§4.3): reports upward, daily reports, the six measures, open items."""

from django.db import models

from incidents.models import Organization, Post

from .warning import Warning


class WarningUpwardReport(models.Model):
    """The office's recorded word to a superior body: what W2 and R8 wait for. Append-only (a trigger)."""

    warning = models.ForeignKey(Warning, models.PROTECT, related_name="upward_reports")
    to = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="报告对象")
    at = models.DateTimeField("报告时间")
    person = models.CharField("接听人", max_length=60)
    words = models.TextField("报告内容")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("记录时间")

    class Meta:
        ordering = ["at"]


class DailyReport(models.Model):
    """日报 (§4.3(1)): names the calendar day that it is for. Append-only (a trigger)."""

    warning = models.ForeignKey(Warning, models.PROTECT, related_name="daily_reports")
    serial = models.PositiveSmallIntegerField("序号")
    number = models.CharField("编号", max_length=40, unique=True)
    day = models.DateField("日期")
    contents = models.TextField("内容")
    filed_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="填报")
    filed_at = models.DateTimeField("填报时间")

    class Meta:
        ordering = ["warning", "serial"]
        constraints = [models.UniqueConstraint(fields=["warning", "serial"], name="daily_report_serial_once")]

    def __str__(self):
        return self.number


class WarningMeasure(models.Model):
    """One of the measures (1)–(6) of §4.3: who sees to it, until when, and that it is done."""

    class Item(models.IntegerChoices):
        MONITOR = 1, "加强监测，实行专项报送和动态日报"
        ANALYSE = 2, "动态分析评估，预测概率、范围、严重程度和级别"
        STANDBY = 3, "应急队伍和相关人员进入24小时备勤"
        FIRMS = 4, "指导督促企业加强监测，备好人员、车辆、物资"
        PUBLICITY = 5, "做好新闻宣传和舆论引导"
        OTHER = 6, "其他必要措施"

    warning = models.ForeignKey(Warning, models.PROTECT, related_name="measures")
    item = models.PositiveSmallIntegerField("措施", choices=Item)
    owner = models.CharField("责任单位", max_length=60, blank=True)
    due_at = models.DateTimeField("要求完成时间", null=True, blank=True)
    done_at = models.DateTimeField("完成时间", null=True, blank=True)
    note = models.CharField("落实情况", max_length=300, blank=True)

    class Meta:
        ordering = ["warning", "item"]
        constraints = [models.UniqueConstraint(fields=["warning", "item"], name="measure_once_per_warning")]


class WarningItem(models.Model):
    """Something the plan asks for without a clock; it stays on the desk until it is settled in words."""

    class Kind(models.TextChoices):
        TELL_DEPARTMENTS = "TELL_DEPARTMENTS", "通报有关部门"

    warning = models.ForeignKey(Warning, models.PROTECT, related_name="open_items")
    kind = models.CharField(max_length=20, choices=Kind)
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    words = models.CharField("办理情况", max_length=200, blank=True)

    clause = "4.3"

    class Meta:
        ordering = ["opened_at"]
        constraints = [models.UniqueConstraint(fields=["warning", "kind"], name="item_once_per_warning")]
