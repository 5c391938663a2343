"""The one wording (统一口径) of a figure on which sources may differ: what briefs and releases say."""

from django.db import models

from .incident import Incident
from .people import Post


class FigureWording(models.Model):
    """One choice, never changed: the newest of each column stands. `source` blank: the office's own words."""

    class Column(models.TextChoices):
        """As the columns of a report are called."""

        DEATHS = "deaths", "死亡"
        MISSING = "missing", "失踪"
        SERIOUS_INJURIES = "serious_injuries", "重伤"
        LOSS_YUAN = "loss_yuan", "直接经济损失"
        RECORDS_LEAKED = "records_leaked", "泄露用户信息"
        NETWORK_SCOPE = "network_scope", "网络阻断范围"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="figure_wordings")
    column = models.CharField("项目", max_length=20, choices=Column)
    words = models.CharField("口径", max_length=100)
    source = models.CharField("所依来源", max_length=80, blank=True)
    reason = models.CharField("理由", max_length=200, blank=True)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="确定人")
    at = models.DateTimeField("确定时间")

    class Meta:
        verbose_name = "数字口径"
        ordering = ["incident", "at", "id"]
        constraints = [models.CheckConstraint(name="wording_has_words", condition=~models.Q(words=""))]
