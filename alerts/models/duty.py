"""Duty (值班, §5.2.3, 5.4.2): who sits in which seat of a body when, how a shift is exchanged and handed over.

A seat is a body's desk and a post of it. No two shifts of a seat overlap, and nobody sits in two seats at
once: the database sees to both, so that of two who draw up the same hours one is refused.
"""

from datetime import date, datetime, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Deferrable, Exists, F, Func, OuterRef, Q, Value
from django.utils import timezone

from incidents.models import CourseAttendance, Organization, Post, User

GRACE = timedelta(minutes=5)
"""Signed in later than this after the start of a shift is late (decided)."""


class Seat(models.IntegerChoices):
    DUTY = 1, "值班员"
    LEADER = 2, "带班领导"
    STANDBY = 3, "备班"


class Training(models.Model):
    """Training passed, the ground on which a person may be rostered (§8.2; decided, by analogy)."""

    person = models.ForeignKey(User, models.PROTECT, related_name="trainings", verbose_name="人员")
    topic = models.CharField("培训内容", max_length=80)
    passed_on = models.DateField("合格日期")
    valid_until = models.DateField("有效至")
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField("撤销时间", null=True)
    attendance = models.ForeignKey(
        CourseAttendance,
        models.PROTECT,
        null=True,
        related_name="trainings",
        verbose_name="参训记录",
    )
    """The course that it was passed on; none where it was put down by itself."""

    class Meta:
        verbose_name = verbose_name_plural = "培训合格记录"
        ordering = ["-valid_until", "-id"]
        constraints = [
            models.CheckConstraint(
                name="training_ends_after_it_begins", condition=Q(valid_until__gte=F("passed_on"))
            )
        ]

    def __str__(self):
        return f"{self.person} {self.topic}"

    def covers(self, first: date, last: date) -> bool:
        return self.withdrawn_at is None and self.passed_on <= first and last <= self.valid_until


def same(column: str) -> Func:
    """A column as a range of itself: equality for an exclusion, without the extension btree_gist."""
    return Func(F(column), F(column), Value("[]"), function="int8range")


class ShiftQuerySet(models.QuerySet):
    def at(self, at: datetime):
        return self.filter(period__contains=at)

    def manned(self):
        """Those whose person still holds a post in the body and an account: of others nobody will come."""
        return self.filter(person__is_active=True).filter(Exists(self._posts()))

    def with_manned(self):
        return self.annotate(is_manned=Q(Exists(self._posts()), person__is_active=True))

    def _posts(self):
        return Post.objects.filter(
            person=OuterRef("person"), organization=OuterRef("organization"), is_active=True
        )

    def between(self, since: datetime, until: datetime):
        return self.filter(period__overlap=(since, until))


class Shift(models.Model):
    """One person in one seat of a body, from the first moment until just before the last."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="shifts", verbose_name="单位")
    seat = models.PositiveSmallIntegerField("岗位", choices=Seat)
    person = models.ForeignKey(User, models.PROTECT, related_name="shifts", verbose_name="人员")
    period = DateTimeRangeField("时间", default_bounds="[)")
    drawn_up_at = models.DateTimeField("排班时间")
    drawn_up_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    signed_in_at = models.DateTimeField("签到时间", null=True)
    cut_short = models.CharField("提前结束的理由", max_length=200, blank=True)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "班次"
        ordering = ["period", "seat"]
        constraints = [
            ExclusionConstraint(
                name="one_shift_of_a_seat_at_a_time",
                expressions=[
                    (same("organization"), RangeOperators.OVERLAPS),
                    (same("seat"), RangeOperators.OVERLAPS),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message="这个岗位在这段时间已有人值班。",
            ),
            ExclusionConstraint(
                name="one_seat_of_a_person_at_a_time",
                expressions=[(same("person"), RangeOperators.OVERLAPS), ("period", RangeOperators.OVERLAPS)],
                deferrable=Deferrable.IMMEDIATE,  # looked at after the statement: two may exchange theirs
                violation_error_message="此人在这段时间已在别的岗位值班。",
            ),
            models.CheckConstraint(
                name="shift_has_both_ends",
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
            ),
        ]

    def __str__(self):
        return f"{self.get_seat_display()} {self.hours}"

    @property
    def starts_at(self) -> datetime:
        return self.period.lower

    @property
    def ends_at(self) -> datetime:
        return self.period.upper

    @property
    def hours(self) -> str:
        """3月2日 08:00–16:00, in city time; another day's end says its day."""
        starts, ends = timezone.localtime(self.starts_at), timezone.localtime(self.ends_at)
        to = f"{ends:%H:%M}" if ends.date() == starts.date() else f"{ends.month}月{ends.day}日 {ends:%H:%M}"
        return f"{starts.month}月{starts.day}日 {starts:%H:%M}–{to}"

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day that the shift touches, in city time."""
        last = timezone.localtime(self.ends_at - timedelta(microseconds=1)).date()
        return timezone.localtime(self.starts_at).date(), last

    def is_on(self, now: datetime) -> bool:
        return self.starts_at <= now < self.ends_at

    def has_started(self, now: datetime) -> bool:
        return self.starts_at <= now

    def is_over(self, now: datetime) -> bool:
        return self.ends_at <= now

    def late_by(self, now: datetime) -> timedelta | None:
        """How late the person signed in, or is by now; None when in time, or not due yet."""
        late = (self.signed_in_at or min(now, self.ends_at)) - self.starts_at
        return late if late > GRACE else None


class Swap(models.Model):
    """A asks B to take a shift, or to exchange it for one of B's; nothing changes until B consents."""

    class Answer(models.TextChoices):
        CONSENTED = "consented", "已同意"
        REFUSED = "refused", "未同意"
        WITHDRAWN = "withdrawn", "已撤回"

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="swaps", verbose_name="班次")
    in_return = models.ForeignKey(
        Shift, models.CASCADE, null=True, related_name="swaps_in_return", verbose_name="换得的班次"
    )
    asker = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    asked = models.ForeignKey(User, models.PROTECT, related_name="swaps_asked", verbose_name="对方")
    words = models.CharField("事由", max_length=200, blank=True)
    asked_at = models.DateTimeField("申请时间")
    answer = models.CharField("答复", max_length=12, choices=Answer, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "换班"
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["shift"], condition=Q(answered_at=None), name="one_open_swap_of_a_shift"
            ),
            models.CheckConstraint(name="swap_is_between_two", condition=~Q(asker=F("asked"))),
            models.CheckConstraint(
                name="swap_is_answered_in_words_and_time",
                condition=Q(answer="", answered_at=None) | ~Q(answer="") & Q(answered_at__isnull=False),
            ),
        ]


class HandOver(models.Model):
    """交接班: what the outgoing person leaves open, read and signed by the one who takes over.

    `open_matters` is what stood open when it was written: `[{"kind", "words", "number"?}]`. Once signed it is
    never changed again.
    """

    shift = models.OneToOneField(Shift, models.PROTECT, related_name="hand_over", verbose_name="交班的班次")
    written_at = models.DateTimeField("交班时间")
    words = models.TextField("交代事项", blank=True)
    open_matters = models.JSONField(default=list)
    taken_over_by = models.OneToOneField(
        Shift, models.PROTECT, null=True, related_name="taken_over", verbose_name="接班的班次"
    )
    signed_at = models.DateTimeField("接班签收时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "交接班"
        ordering = ["-written_at"]
        constraints = [
            models.CheckConstraint(
                name="hand_over_is_signed_by_a_shift",
                condition=Q(taken_over_by=None, signed_at=None)
                | Q(taken_over_by__isnull=False, signed_at__isnull=False),
            )
        ]


class GapNotice(models.Model):
    """A gap of the roster that was told ahead, or stated when it came: each once."""

    class Stage(models.TextChoices):
        AHEAD = "ahead", "提前提示"
        BEGUN = "begun", "空岗开始"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    seat = models.PositiveSmallIntegerField(choices=Seat)
    starts_at = models.DateTimeField()
    stage = models.CharField(max_length=6, choices=Stage)
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "seat", "starts_at", "stage"], name="each_gap_is_told_once"
            )
        ]


class CalendarFeed(models.Model):
    """The secret address at which a person's calendar fetches his own shifts; only its hash is kept."""

    person = models.ForeignKey(User, models.CASCADE, related_name="calendar_feeds")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField("建立时间")
    revoked_at = models.DateTimeField("停用时间", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(revoked_at=None), name="one_calendar_feed_at_a_time"
            )
        ]
