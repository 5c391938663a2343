"""重点时期 (§4.1): when the office wants to hear from named bodies every day (零报告) and may call the roll (点名).

What was said is never edited: who has more to say says it again. Silence is read off these rows and the clock alone.
"""

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from incidents.days import city_time

from .access import ApiKey
from .organization import Organization
from .people import Post

LONGEST = timedelta(days=184)
DUE_SECOND = timedelta(seconds=1)


class KeyPeriod(models.Model):
    class Kind(models.TextChoices):
        PEAK = "peak", "旺季"
        FLOOD = "flood", "汛期"
        EVENT = "event", "重大活动"
        OTHER = "other", "其他"

    number = models.CharField("编号", max_length=40, unique=True)
    office = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="应急办")
    kind = models.CharField("类别", max_length=8, choices=Kind)
    name = models.CharField("名称", max_length=60)
    starts_on = models.DateField("起")
    ends_on = models.DateField("止")
    due_by = models.TimeField("每日截止时刻")
    note = models.CharField("要求", max_length=300, blank=True)
    bodies = models.ManyToManyField(Organization, related_name="key_periods", verbose_name="报送单位")
    """Who was ever asked; since when and until when: `KeyPeriodChange`."""
    declared_at = models.DateTimeField("发布时间")
    declared_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="发布岗位")
    ended_at = models.DateTimeField("提前结束时间", null=True)

    noun = "重点时期"

    class Meta:
        verbose_name = "重点时期"
        verbose_name_plural = "重点时期"
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="key_period_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            )
        ]

    def __str__(self):
        return self.name

    def due_at(self, day: date) -> datetime:
        """Until when the report of this day is in time, this second included."""
        return city_time(day, self.due_by)

    @property
    def first_day(self) -> date:
        """The first day that is owed: not one whose hour had passed when the period was declared."""
        declared = timezone.localtime(self.declared_at)
        first = max(self.starts_on, declared.date())
        return first if self.declared_at <= self.due_at(first) else first + timedelta(days=1)

    @property
    def last_day(self) -> date:
        """The last day that is owed: of a period that was ended early, the last whose hour had come."""
        if self.ended_at is None:
            return self.ends_on
        ended = timezone.localdate(self.ended_at)
        last = ended if self.ended_at > self.due_at(ended) else ended - timedelta(days=1)
        return min(last, self.ends_on)

    @property
    def days(self) -> list[date]:
        """Every day for which a report is owed."""
        count = (self.last_day - self.first_day).days + 1
        return [self.first_day + timedelta(days=n) for n in range(max(count, 0))]

    def runs(self, now: datetime) -> bool:
        """Not over; it may not have begun yet."""
        return self.ended_at is None and timezone.localdate(now) <= self.ends_on

    def has_begun(self, now: datetime) -> bool:
        return timezone.localdate(now) >= self.starts_on


class KeyPeriodMove(models.Model):
    """Another last day than was said before, and why."""

    period = models.ForeignKey(KeyPeriod, models.PROTECT, related_name="moves", verbose_name="重点时期")
    former = models.DateField("原止日")
    ends_on = models.DateField("改为")
    reason = models.CharField("理由", max_length=300)
    moved_at = models.DateTimeField("更改时间")
    moved_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="更改岗位")

    class Meta:
        verbose_name = "重点时期止日更改"
        verbose_name_plural = "重点时期止日更改"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="key_period_move_moves", condition=~Q(ends_on=F("former")) & ~Q(reason="")
            )
        ]

    @property
    def word(self) -> str:
        return "延长" if self.ends_on > self.former else "缩短"


class KeyPeriodChange(models.Model):
    """A body is asked from then on, or no longer, and why. Who was ever asked stays among the period's bodies."""

    period = models.ForeignKey(KeyPeriod, models.PROTECT, related_name="changes", verbose_name="重点时期")
    body = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="单位")
    joins = models.BooleanField("增加")
    reason = models.CharField("理由", max_length=300)
    at = models.DateTimeField("更改时间")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="更改岗位")

    class Meta:
        verbose_name = "重点时期单位增减"
        verbose_name_plural = "重点时期单位增减"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(name="key_period_change_says_why", condition=~Q(reason=""))]

    @property
    def word(self) -> str:
        return "增加" if self.joins else "退出"


def asks(changes: list[KeyPeriodChange], at: datetime) -> bool:
    """Whether a body with these changes of one period, in their order, is asked at this moment: before the first of them it
    stood as that one found it."""
    past = [change for change in changes if change.at <= at]
    return past[-1].joins if past else not (changes and changes[0].joins)


class ZeroReport(models.Model):
    """零报告: what a body said of one day: nothing to report, or what."""

    period = models.ForeignKey(KeyPeriod, models.PROTECT, related_name="reports", db_index=False)
    body = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="报送单位")
    day = models.DateField("所报日期")
    is_quiet = models.BooleanField("无情况")
    words = models.TextField("情况", blank=True)
    by_phone = models.BooleanField("电话报告，应急办代录", default=False)
    filed_at = models.DateTimeField("报送时间")
    filed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="报送岗位")
    key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="+", verbose_name="报送密钥")

    class Meta:
        verbose_name = "零报告"
        verbose_name_plural = "零报告"
        ordering = ["filed_at", "id"]
        indexes = [models.Index(fields=["period", "day", "body"], name="zero_report_of_a_day")]
        constraints = [
            models.CheckConstraint(name="zero_report_says_what", condition=Q(is_quiet=True) | ~Q(words=""))
        ]

    @property
    def is_late(self) -> bool:
        return self.filed_at >= self.period.due_at(self.day) + DUE_SECOND


class RollCall(models.Model):
    """点名: bodies are called now and answer within a limit."""

    number = models.CharField("编号", max_length=40, unique=True)
    period = models.ForeignKey(KeyPeriod, models.PROTECT, related_name="roll_calls", verbose_name="重点时期")
    words = models.CharField("点名要求", max_length=200, blank=True)
    called_at = models.DateTimeField("点名时间")
    called_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="点名岗位")
    due_at = models.DateTimeField("应答时限")

    noun = "点名"

    class Meta:
        verbose_name = "点名"
        verbose_name_plural = "点名"
        ordering = ["-called_at", "-id"]
        constraints = [
            models.CheckConstraint(name="roll_call_leaves_time", condition=Q(due_at__gt=F("called_at")))
        ]

    def __str__(self):
        return f"{self.number} {self.period}"

    def is_over(self, now: datetime) -> bool:
        return now >= self.due_at + DUE_SECOND


class RollAnswer(models.Model):
    """A body that was called, and what it answered; unanswered while `answered_at` is empty."""

    class State(models.TextChoices):
        WELL = "well", "在岗，正常"
        SHORT = "short", "在岗，人手或设备不足"
        TROUBLE = "trouble", "有情况"

    call = models.ForeignKey(RollCall, models.PROTECT, related_name="answers")
    body = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="单位")
    answered_at = models.DateTimeField("应答时间", null=True)
    person = models.CharField("应答人", max_length=40, blank=True)
    place = models.CharField("所在位置", max_length=80, blank=True)
    state = models.CharField("状态", max_length=8, choices=State, blank=True)
    words = models.CharField("说明", max_length=300, blank=True)
    by_phone = models.BooleanField("电话应答，应急办代录", default=False)
    answered_by = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="+", verbose_name="应答岗位"
    )
    key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="+", verbose_name="应答密钥")

    class Meta:
        verbose_name = "点名应答"
        verbose_name_plural = "点名应答"
        ordering = ["call", "body"]
        constraints = [
            models.UniqueConstraint(fields=["call", "body"], name="called_once_per_roll"),
            models.CheckConstraint(
                name="roll_answer_is_whole",
                condition=Q(answered_at=None, state="") | Q(answered_at__isnull=False) & ~Q(state=""),
            ),
        ]

    @property
    def is_late(self) -> bool:
        return bool(self.answered_at and self.call.is_over(self.answered_at))
