"""Task orders (应急任务, §5.2.2, 5.2.6): 启动通知, 任务通知书, 解除通知."""

from django.db import models

from .incident import Incident
from .organization import Organization


class TaskOrder(models.Model):
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="orders", verbose_name="突发事件")
    number = models.CharField("编号", max_length=40, unique=True)
    receiver = models.ForeignKey(
        Organization, models.PROTECT, related_name="orders_received", verbose_name="接收单位"
    )
    issued_at = models.DateTimeField("下达时间")

    class Meta:
        verbose_name = "应急任务"
        verbose_name_plural = "应急任务"
        ordering = ["incident", "issued_at"]

    def __str__(self):
        return self.number
