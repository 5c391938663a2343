"""A body's own plan, started with the response and ended with it (§5.4.1(4)(5), 5.4.5(3))."""

from django.db import models
from django.db.models import F, Q

from .access import ApiKey
from .incident import Incident
from .organization import Organization
from .people import Post


class OwnPlan(models.Model):
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="own_plans")
    body = models.ForeignKey(Organization, models.PROTECT, related_name="own_plans", verbose_name="单位")
    name = models.CharField("预案名称", max_length=100)
    started_at = models.DateTimeField("启动时间")
    started_by = models.CharField("由谁启动", max_length=60)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="+", verbose_name="登记岗位"
    )
    recorded_key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField("终止时间", null=True)
    end_recorded_by = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="+", verbose_name="终止登记岗位"
    )

    class Meta:
        verbose_name = "本单位预案"
        ordering = ["incident", "recorded_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "body"], condition=Q(ended_at=None), name="own_plan_runs_once"
            ),
            models.CheckConstraint(
                name="own_plan_ends_after_it_starts",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
            ),
            models.CheckConstraint(
                name="own_plan_recorded_by_somebody",
                condition=Q(recorded_by__isnull=False, recorded_key=None)
                | Q(recorded_by=None, recorded_key__isnull=False),
            ),
        ]
