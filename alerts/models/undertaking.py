"""Undertakings (准备事项, §4.1, 5.4.3, 8.2, 8.3): what a body has to make ready by a day, before anything happens.

The third kind of subject of a debt, beside incidents and warnings. Nobody drills it, and nothing grades it: it climbs
the ladder of the mildest level. What it is about has a page of its own, which `matter` names.
"""

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from incidents.models import Level, Organization, PlanVersion


class Undertaking(models.Model):
    class Status(models.TextChoices):
        OPEN = "open", "未办结"
        DONE = "done", "已办结"
        VOID = "void", "不再需要"

    number = models.CharField("编号", max_length=40, unique=True)
    title = models.CharField("事项", max_length=120)
    office = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="应急办")
    body = models.ForeignKey(
        Organization, models.PROTECT, related_name="undertakings", verbose_name="责任单位"
    )
    rule = models.CharField("规则", max_length=4)
    matter = models.CharField("何事", max_length=60)
    """The page that it is about, as in a message: the page's name and a number, `hazard/ZMD-H-2026-0001`."""
    plan_version = models.ForeignKey(
        PlanVersion, models.PROTECT, related_name="+", verbose_name="适用预案版本"
    )
    status = models.CharField("状态", max_length=8, choices=Status, default=Status.OPEN)
    until_at = models.DateTimeField("最后一次到期", null=True)
    """Where it recurs (零报告): no row falls due after this."""
    opened_at = models.DateTimeField("产生时间")
    closed_at = models.DateTimeField("了结时间", null=True)

    noun = "准备事项"
    is_drill, pace = False, 1
    level = proposed_level = merged_into_id = drill_id = clock = None
    standing_level = Level.IV

    class Meta:
        verbose_name = "准备事项"
        verbose_name_plural = "准备事项"
        ordering = ["-opened_at", "-id"]
        indexes = [models.Index(fields=["matter"], name="undertaking_matter")]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "rule", "matter"],
                condition=Q(status="open"),
                name="one_open_undertaking_per_matter",
            ),
            models.CheckConstraint(
                name="undertaking_closed_at_a_time",
                condition=Q(status="open", closed_at=None) | ~Q(status="open") & Q(closed_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def chain(self) -> str:
        """It is told on its body's chain."""
        return f"body:{self.body_id}"

    @cached_property
    def enterprise(self) -> Organization | None:
        return self.body if self.body.kind == Organization.Kind.ENTERPRISE else None

    @property
    def enterprise_id(self) -> int | None:
        return self.enterprise and self.body_id

    @property
    def page(self) -> tuple[str, str]:
        """The name of the page that it is about, and which one."""
        name, _, number = self.matter.partition("/")
        return name, number
