"""宣传教育 (§8.1): what a body did to make the law, the knowledge and the skills of an emergency known."""

from django.db import models

from .access import ApiKey
from .expert import Expert
from .organization import Organization
from .people import Post


class Publicity(models.Model):
    class Kind(models.TextChoices):
        LAW = "law", "法规政策宣传"
        KNOWLEDGE = "knowledge", "基本知识教育"
        SKILL = "skill", "处置技能教育"
        MATERIAL = "material", "发布宣传材料"

    body = models.ForeignKey(Organization, models.PROTECT, related_name="publicity", verbose_name="开展单位")
    held_on = models.DateField("日期")
    kind = models.CharField("类别", max_length=12, choices=Kind)
    topic = models.CharField("主题", max_length=100)
    audience = models.CharField("对象", max_length=100)
    reached = models.PositiveIntegerField("覆盖人数")
    place = models.CharField("地点或渠道", max_length=100, blank=True)
    materials = models.CharField("材料", max_length=300, blank=True)
    experts = models.ManyToManyField(Expert, related_name="publicity", verbose_name="参与专家")
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    recorded_key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "宣传教育活动"
        ordering = ["-held_on", "-id"]

    def __str__(self):
        return self.topic

    @property
    def half(self) -> int:
        return 1 if self.held_on.month <= 6 else 2
