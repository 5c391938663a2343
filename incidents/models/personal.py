"""What stands in the way of erasing what is personal: the hold (保全) that the office's director lays on an incident."""

from django.db import models
from django.db.models import Q

from .incident import Incident
from .people import Post


class LegalHold(models.Model):
    """While one stands, nothing personal of the incident is erased (triggers hold it too)."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="legal_holds")
    reason = models.CharField("保全理由", max_length=300)
    placed_at = models.DateTimeField("保全时间")
    placed_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="保全岗位")
    released_at = models.DateTimeField("解除时间", null=True)
    released_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    release_reason = models.CharField("解除理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "保全"
        ordering = ["incident", "placed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident"], condition=Q(released_at=None), name="held_once_at_a_time"
            ),
            models.CheckConstraint(
                name="hold_released_with_a_reason",
                condition=Q(released_at=None, released_by=None, release_reason="")
                | Q(released_at__isnull=False, released_by__isnull=False) & ~Q(release_reason=""),
            ),
        ]
