"""Patterns by which shifts repeat (三班倒, 白班夜班, 24 小时班), and the days that are not what the calendar says."""

from datetime import timedelta

from django.db import models
from django.db.models import Q


class ShiftPattern(models.Model):
    name = models.CharField("名称", max_length=40, unique=True)
    note = models.CharField("说明", max_length=120, blank=True)
    order = models.PositiveSmallIntegerField("顺序", default=1)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "排班模式"
        ordering = ["order", "id"]

    def __str__(self):
        return self.name


class PatternSegment(models.Model):
    """A shift of every day of this kind: when it begins, and how long it lasts."""

    class Days(models.TextChoices):
        ALL = "all", "每天"
        WORK = "work", "工作日"
        REST = "rest", "休息日和节假日"

    pattern = models.ForeignKey(ShiftPattern, models.CASCADE, related_name="segments")
    days = models.CharField("适用", max_length=4, choices=Days, default=Days.ALL)
    starts = models.TimeField("开始")
    length = models.DurationField("时长", help_text="时:分:秒，如 08:00:00；24 小时班写 1 00:00:00。")

    class Meta:
        verbose_name = verbose_name_plural = "班段"
        ordering = ["starts", "id"]
        constraints = [
            models.CheckConstraint(
                name="segment_lasts_up_to_a_day",
                condition=Q(length__gt=timedelta(0), length__lte=timedelta(days=1)),
                violation_error_message="班段时长须在 24 小时以内。",
            )
        ]

    def __str__(self):
        return f"{self.get_days_display()} {self.starts:%H:%M} 起"


class DayKind(models.Model):
    """A day set right by hand: the State Council's 调休 of a year comes out later than the calendar's library."""

    class Kind(models.TextChoices):
        WORK = "work", "工作日"
        REST = "rest", "休息日或节假日"

    day = models.DateField("日期", unique=True)
    kind = models.CharField("性质", max_length=4, choices=Kind)
    note = models.CharField("依据", max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "节假日更正"
        ordering = ["-day"]

    def __str__(self):
        return f"{self.day} {self.get_kind_display()}"
