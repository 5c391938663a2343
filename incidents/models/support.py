"""Support requests (支援请求, §2.2.2(5), 5.5): from the firm to the office, to 指挥部, to 市政府 and the province."""

from django.db import models

from .incident import Incident
from .organization import Organization


class SupportRequest(models.Model):
    incident = models.ForeignKey(
        Incident, models.PROTECT, related_name="support_requests", verbose_name="突发事件"
    )
    number = models.CharField("编号", max_length=40, unique=True)
    requester = models.ForeignKey(
        Organization, models.PROTECT, related_name="support_asked", verbose_name="提出单位"
    )
    raised_at = models.DateTimeField("提出时间")

    class Meta:
        verbose_name = "支援请求"
        verbose_name_plural = "支援请求"
        ordering = ["incident", "raised_at"]

    def __str__(self):
        return self.number
