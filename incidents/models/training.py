"""Training (§8.2): courses, who took part and with what result; and what a firm states of its workers on post.

Of whoever has an account a pass also makes the `Training` on which the duty roster rests
(`incidents/services/training/duty_training.py`); a worker without one is known by his name alone.
"""

from datetime import date

from django.db import models
from django.db.models import F, Q

from .access import ApiKey
from .expert import Expert
from .organization import Organization
from .people import Post, User


class Course(models.Model):
    """One course of a body: what was taught, when, by whom, and until when a pass is good."""

    class Kind(models.TextChoices):
        KNOWLEDGE = "knowledge", "应急知识"
        SKILL = "skill", "应对技能"
        CADRE = "cadre", "干部培训"

    body = models.ForeignKey(Organization, models.PROTECT, related_name="courses", verbose_name="举办单位")
    name = models.CharField("培训内容", max_length=80)
    kind = models.CharField("类别", max_length=12, choices=Kind)
    held_on = models.DateField("培训日期")
    place = models.CharField("地点", max_length=100, blank=True)
    hours = models.DecimalField("学时", max_digits=5, decimal_places=1)
    teacher = models.CharField("授课人", max_length=60, blank=True)
    expert = models.ForeignKey(
        Expert, models.PROTECT, null=True, related_name="courses", verbose_name="授课专家"
    )
    valid_until = models.DateField("合格有效至")
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    recorded_key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "培训班"
        ordering = ["-held_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="course_pass_is_good_for_a_time", condition=Q(valid_until__gt=F("held_on"))
            ),
            models.CheckConstraint(name="course_takes_hours", condition=Q(hours__gt=0)),
            models.CheckConstraint(name="course_taught_by_one", condition=Q(expert=None) | Q(teacher="")),
        ]

    def __str__(self):
        return f"{self.name}（{self.get_kind_display()}）"

    @property
    def taught_by(self) -> str:
        return str(self.expert) if self.expert_id else self.teacher


class PlannedCourseQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(cancelled_at=None)

    def held(self, today: date):
        return self.standing().filter(course__cancelled_at=None, course__held_on__lte=today)

    def overdue(self, today: date):
        """Its month is over, and it was not held: the twin of `PlannedCourse.state_on`."""
        past = Q(year__lt=today.year) | Q(year=today.year, month__lt=today.month)
        return self.standing().filter(past).exclude(pk__in=self.model.objects.held(today).values("pk"))


class CourseAttendance(models.Model):
    """Somebody of a body on a course: an account, or a worker without one by his name."""

    class Result(models.TextChoices):
        WAITING = "", "待登记"
        PASSED = "passed", "合格"
        FAILED = "failed", "不合格"
        ABSENT = "absent", "缺席"

    course = models.ForeignKey(Course, models.PROTECT, related_name="attendances")
    body = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="所在单位")
    person = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="course_attendances", verbose_name="人员"
    )
    worker_name = models.CharField("从业人员姓名", max_length=40, blank=True)
    result = models.CharField("结果", max_length=8, choices=Result, blank=True, default=Result.WAITING)
    recorded_at = models.DateTimeField("登记时间")
    judged_at = models.DateTimeField("结果登记时间", null=True)
    judged_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "参训记录"
        ordering = ["course", "body", "id"]
        constraints = [
            models.CheckConstraint(
                name="attendance_of_an_account_or_a_name",
                condition=Q(person__isnull=False, worker_name="") | Q(person=None) & ~Q(worker_name=""),
            ),
            models.CheckConstraint(
                name="attendance_result_has_its_time",
                condition=Q(result="", judged_at=None) | ~Q(result="") & Q(judged_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["course", "person"],
                condition=Q(person__isnull=False),
                name="account_once_on_a_course",
            ),
        ]

    def __str__(self):
        return str(self.person) if self.person_id else self.worker_name


class PlannedCourse(models.Model):
    """A line of a body's training plan of a year: what is to be taught, in which month, to whom; and by which course it
    was carried out."""

    body = models.ForeignKey(
        Organization, models.PROTECT, related_name="planned_courses", verbose_name="举办单位"
    )
    year = models.PositiveSmallIntegerField("年度")
    month = models.PositiveSmallIntegerField("计划月份")
    name = models.CharField("培训内容", max_length=80)
    kind = models.CharField("类别", max_length=12, choices=Course.Kind)
    audience = models.CharField("培训对象", max_length=100)
    people = models.PositiveIntegerField("计划人数")
    course = models.OneToOneField(
        Course, models.PROTECT, null=True, related_name="planned", verbose_name="培训班"
    )
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField("取消时间", null=True)

    objects = PlannedCourseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "年度培训计划"
        ordering = ["-year", "body", "month", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "year", "month", "name"],
                condition=Q(cancelled_at=None),
                name="planned_course_once",
            ),
            models.CheckConstraint(
                name="planned_course_in_a_month", condition=Q(month__range=(1, 12), year__range=(2000, 2099))
            ),
            models.CheckConstraint(
                name="planned_course_is_held_or_cancelled", condition=Q(course=None) | Q(cancelled_at=None)
            ),
        ]

    def __str__(self):
        return f"{self.year} 年 {self.month} 月 {self.name}"

    @property
    def stands_for(self) -> Course | None:
        """The course that carries it out; a cancelled one does not."""
        return self.course if self.course_id and not self.course.cancelled_at else None

    def state_on(self, today: date) -> str:
        """Read from what stands, never stored."""
        course = self.stands_for
        if course and course.held_on <= today:
            return "held"
        if (self.year, self.month) < (today.year, today.month):
            return "overdue"
        return "arranged" if course else "planned"


class WorkforceStatement(models.Model):
    """What a firm states of one outlet and quarter: workers on post, of these trained, of these passed (§8.2)."""

    body = models.ForeignKey(
        Organization, models.PROTECT, related_name="workforce", verbose_name="企业或网点"
    )
    year = models.PositiveSmallIntegerField("年度")
    quarter = models.PositiveSmallIntegerField("季度")
    on_post = models.PositiveIntegerField("在岗人数")
    trained = models.PositiveIntegerField("已培训人数")
    passed = models.PositiveIntegerField("培训合格人数")
    note = models.CharField("说明", max_length=200, blank=True)
    stated_at = models.DateTimeField("填报时间")
    stated_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    stated_key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "上岗培训情况"
        ordering = ["-year", "-quarter", "body"]
        constraints = [
            models.UniqueConstraint(fields=["body", "year", "quarter"], name="workforce_stated_once"),
            models.CheckConstraint(
                name="workforce_adds_up", condition=Q(passed__lte=F("trained"), trained__lte=F("on_post"))
            ),
            models.CheckConstraint(name="workforce_of_a_quarter", condition=Q(quarter__range=(1, 4))),
        ]

    def __str__(self):
        return f"{self.body} {self.period}"

    @property
    def period(self) -> str:
        return f"{self.year} 年第 {self.quarter} 季度"

    @property
    def unfit(self) -> int:
        """Who is on post and has not passed: 不得上岗作业 (§8.2)."""
        return self.on_post - self.passed
