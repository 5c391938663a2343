"""What is left of a drill (§8.3): its evaluation; and the drills that a body held by itself, outside this system."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from .access import ApiKey
from .exercise import Drill
from .organization import Organization
from .people import Post


class DrillEvaluation(models.Model):
    """How those who directed it judge a drill; what was on time and what was late, the system says itself. Append-only."""

    class Verdict(models.TextChoices):
        REACHED = "reached", "达到目的"
        MOSTLY = "mostly", "基本达到目的"
        MISSED = "missed", "未达到目的"

    drill = models.OneToOneField(Drill, models.PROTECT, related_name="evaluation", verbose_name="演练")
    verdict = models.CharField("总体评价", max_length=8, choices=Verdict)
    strengths = models.TextField("做得好的", blank=True)
    problems = models.TextField("发现的问题")
    measures = models.TextField("改进措施")
    at = models.DateTimeField("评估时间")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="评估人")

    class Meta:
        verbose_name = "演练评估"
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                name="drill_evaluated_in_words", condition=~Q(problems="") & ~Q(measures="")
            )
        ]

    def __str__(self):
        return f"{self.drill.number} 评估：{self.get_verdict_display()}"


class HeldDrill(models.Model):
    """A drill that a body states to have held by itself; never changed, only withdrawn."""

    body = models.ForeignKey(
        Organization, models.PROTECT, related_name="drills_stated", verbose_name="组织单位"
    )
    title = models.CharField("名称", max_length=100)
    held_on = models.DateField("演练日期")
    kind = models.CharField("形式", max_length=12, choices=Drill.Kind)
    contents = ArrayField(models.CharField(max_length=30), verbose_name="演练内容")
    people = models.PositiveIntegerField("参加人数")
    result = models.TextField("演练情况")
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="+", verbose_name="登记岗位"
    )
    recorded_key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField("撤销时间", null=True)
    why_withdrawn = models.CharField("撤销理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "自行组织的演练"
        ordering = ["-held_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "held_on", "title"],
                condition=Q(withdrawn_at=None),
                name="held_drill_once",
                violation_error_message="这次演练已经登记。",
            ),
            models.CheckConstraint(
                name="held_drill_has_contents", condition=Q(contents__len__gt=0) & Q(people__gt=0)
            ),
            models.CheckConstraint(
                name="held_drill_recorded_by_somebody",
                condition=Q(recorded_by__isnull=False, recorded_key=None)
                | Q(recorded_by=None, recorded_key__isnull=False),
            ),
            models.CheckConstraint(
                name="held_drill_withdrawn_in_words",
                condition=Q(withdrawn_at=None, why_withdrawn="")
                | Q(withdrawn_at__isnull=False) & ~Q(why_withdrawn=""),
            ),
        ]

    def __str__(self):
        return f"{self.held_on} {self.title}"
