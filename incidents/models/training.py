"""Training (§8.2): courses, who took part and with what result; and what a firm states of its workers on post.

Of whoever has an account a pass also makes the `Training` on which the duty roster rests
(`incidents/services/duty_training.py`); a worker without one is known by his name alone.
"""

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
