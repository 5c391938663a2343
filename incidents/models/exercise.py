"""Drills (演练, §8.3): who holds one, of what, at which speed, with whom, and the script of what is played in.

What happens in a drill are incidents and warnings like all others (`Incident.drill`, `Warning.drill`), marked and kept
apart. Real times are stored; a drill's own time is read off them: `Drill.clock`.
"""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django_fsm import transition

from incidents.drill_clock import DrillClock

from .machine import StatusField
from .organization import Organization
from .people import Post

FASTEST = 60
LONGEST = 14 * 24 * 60
"""Minutes of a drill's own time that a script, and the drill itself, may run (**decided**)."""


class Drill(models.Model):
    class Kind(models.TextChoices):
        TABLETOP = "tabletop", "桌面演练"
        SINGLE = "single", "单项演练"
        FULL = "full", "综合演练"

    class Status(models.TextChoices):
        PLANNED = "planned", "筹备"
        RUNNING = "running", "进行中"
        ENDED = "ended", "已结束"
        EVALUATED = "evaluated", "已评估"
        CANCELLED = "cancelled", "已取消"

    number = models.CharField("编号", max_length=30, unique=True)
    year = models.PositiveSmallIntegerField("年度")
    serial = models.PositiveIntegerField("序号")
    status = StatusField("状态", default=Status.PLANNED, choices=Status)
    office = models.ForeignKey(
        Organization, models.PROTECT, related_name="drills_in_its_city", verbose_name="应急办"
    )
    organizer = models.ForeignKey(
        Organization, models.PROTECT, related_name="drills_held", verbose_name="组织单位"
    )
    title = models.CharField("名称", max_length=100)
    kind = models.CharField("形式", max_length=12, choices=Kind)
    contents = ArrayField(models.CharField(max_length=30), verbose_name="演练内容")
    """Codes of event classes (§8.3 names two that a firm's drills must cover)."""
    scenario = models.TextField("情景", max_length=4000)
    planned_at = models.DateTimeField("计划时间")
    speed = models.PositiveSmallIntegerField(
        "速度", default=1, validators=[MinValueValidator(1), MaxValueValidator(FASTEST)]
    )
    story_at = models.DateTimeField("情景开始时间", null=True, blank=True)
    created_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="筹备人")
    created_at = models.DateTimeField("登记时间")
    directors = models.ManyToManyField(Post, related_name="drills_directed", verbose_name="导演")
    """Who writes and knows the script; first of all who planned the drill."""
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    started_by = models.ForeignKey(
        Post, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="开始人"
    )
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    why_ended = models.CharField("提前结束的原因", max_length=300, blank=True, default="", db_default="")
    """Where it was broken off, something real having come: its clock can't be stopped and go on (`DrillClock`)."""

    noun = "演练"
    """What a refusal calls it."""

    class Meta:
        verbose_name = "演练"
        verbose_name_plural = "演练"
        ordering = ["-year", "-serial"]
        indexes = [models.Index(fields=["organizer", "-ended_at"], name="drill_by_organizer")]
        constraints = [
            models.CheckConstraint(name="drill_speed", condition=Q(speed__range=(1, FASTEST))),
            models.CheckConstraint(name="drill_has_contents", condition=Q(contents__len__gt=0)),
            models.CheckConstraint(
                name="running_drill_has_its_clock",
                condition=Q(status__in=["planned", "cancelled"], started_at=None)
                | Q(
                    status__in=["running", "ended", "evaluated"],
                    started_at__isnull=False,
                    story_at__isnull=False,
                    started_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="only_an_ended_drill_says_why", condition=Q(why_ended="") | Q(ended_at__isnull=False)
            ),
            models.CheckConstraint(
                name="ended_drill_has_its_end",
                condition=Q(status__in=["ended", "evaluated"], ended_at__gte=F("started_at"))
                | Q(status__in=["planned", "running", "cancelled"], ended_at=None),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def clock(self) -> DrillClock:
        """Its own time, once it has started."""
        return DrillClock(self.started_at, self.story_at, self.speed)

    @property
    def lasts_until(self):
        """When it ends by itself, should nobody end it."""
        return self.started_at + timedelta(minutes=LONGEST) / self.speed

    @property
    def is_planned(self) -> bool:
        return self.status == self.Status.PLANNED

    @property
    def is_running(self) -> bool:
        return self.status == self.Status.RUNNING

    @property
    def is_over(self) -> bool:
        return self.status in (self.Status.ENDED, self.Status.EVALUATED)

    @transition(status, source=Status.PLANNED, target=Status.RUNNING, custom={"clause": "8.3"})
    def start(self, at, story_at, by: Post):
        self.started_at, self.story_at, self.started_by = at, story_at, by

    @transition(status, source=Status.PLANNED, target=Status.CANCELLED, custom={"clause": "8.3"})
    def cancel(self):
        pass

    @transition(status, source=Status.RUNNING, target=Status.ENDED, custom={"clause": "8.3"})
    def end(self, at, why=""):
        self.ended_at, self.why_ended = at, why

    @transition(status, source=Status.ENDED, target=Status.EVALUATED, custom={"clause": "8.3"})
    def evaluate(self):
        pass


class DrillParticipant(models.Model):
    """A post that takes part: its holder acts in it as he would in earnest."""

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="participants")
    post = models.ForeignKey(Post, models.PROTECT, related_name="drills", verbose_name="参演岗位")
    unreachable_at = models.DateTimeField("电话不通", null=True, blank=True)
    """From then on no step finds him (a dead telephone was played in)."""
    entered_at = models.DateTimeField("进入时间", null=True, blank=True)
    """When its holder first entered the drill; None: he never did."""

    class Meta:
        verbose_name = "参演人员"
        verbose_name_plural = "参演人员"
        ordering = ["post__organization", "id"]
        constraints = [models.UniqueConstraint(fields=["drill", "post"], name="post_takes_part_once")]

    def __str__(self):
        return f"{self.post}（{self.post.person}）"


class Inject(models.Model):
    """A line of the script: at so many minutes of the drill's own time this reaches that participant."""

    class Kind(models.TextChoices):
        CALL = "call", "来电"
        REPORT = "report", "报告"
        RUMOUR = "rumour", "传言"
        DEAD_PHONE = "dead_phone", "电话不通"

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="injects")
    minute = models.PositiveIntegerField("第几分钟", validators=[MaxValueValidator(LONGEST)])
    kind = models.CharField("类型", max_length=12, choices=Kind)
    participant = models.ForeignKey(
        DrillParticipant, models.PROTECT, related_name="injects", verbose_name="对象"
    )
    words = models.TextField("内容", max_length=1000, blank=True)
    due_at = models.DateTimeField("应注入时间", null=True, blank=True)
    delivered_at = models.DateTimeField("注入时间", null=True, blank=True)
    handled_at = models.DateTimeField("处置时间", null=True, blank=True)
    handled_by = models.ForeignKey(
        Post, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="处置人"
    )
    done = models.CharField("如何处置", max_length=500, blank=True)

    class Meta:
        verbose_name = "情景注入"
        verbose_name_plural = "情景注入"
        ordering = ["minute", "id"]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="inject_to_deliver",
                condition=Q(due_at__isnull=False, delivered_at=None),
            )
        ]
        constraints = [
            models.CheckConstraint(name="inject_within_the_drill", condition=Q(minute__lte=LONGEST)),
            models.CheckConstraint(
                name="inject_says_something", condition=Q(kind="dead_phone") | ~Q(words="")
            ),
            models.CheckConstraint(
                name="inject_delivered_when_due",
                condition=Q(delivered_at=None) | Q(delivered_at__gte=F("due_at")),
            ),
            models.CheckConstraint(
                name="inject_handled_once_delivered",
                condition=Q(handled_at=None, handled_by=None, done="")
                | Q(handled_at__gte=F("delivered_at"), handled_by__isnull=False) & ~Q(done=""),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}（第 {self.minute} 分）"
