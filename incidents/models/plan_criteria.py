"""How grave it is: the grading criteria of a plan version (§3.2, annex 2)."""

from django.db import models

from .plan import Level, PlanPart


class Measure(models.TextChoices):
    """What grading criteria measure. The missing are counted with the dead."""

    DEATHS = "deaths", "死亡（含失踪）人数"
    SERIOUS_INJURIES = "serious_injuries", "重伤人数"
    LOSS_YUAN = "loss_yuan", "直接经济损失（元）"
    RECORDS_LEAKED = "records_leaked", "泄露用户信息条数"
    NETWORK_SCOPE = "network_scope", "网络阻断范围"


class NetworkScope(models.TextChoices):
    COUNTY = "county", "县区"
    CITY = "city", "全市"
    PROVINCE = "province", "全省"
    NATION = "nation", "全国"


class Criterion(PlanPart):
    """A grading criterion (§3.2, annex 2): a figure of at least `at_least`, or a `scope`, gives `level`."""

    measure = models.CharField("指标", max_length=20, choices=Measure)
    level = models.PositiveSmallIntegerField("级别", choices=Level)
    at_least = models.BigIntegerField("不低于", null=True, blank=True)
    scope = models.CharField("范围", max_length=10, choices=NetworkScope, blank=True)
    source = models.CharField("来源", max_length=120)
    from_gazette = models.BooleanField("出自公报原文", default=False)

    class Meta:
        verbose_name = "分级标准"
        verbose_name_plural = "分级标准"
        ordering = ["version", "measure", "level"]
        constraints = [
            models.UniqueConstraint(fields=["version", "measure", "level"], name="criterion_once_per_level"),
            models.CheckConstraint(
                name="criterion_has_threshold_or_scope",
                condition=models.Q(measure="network_scope", at_least=None) & ~models.Q(scope="")
                | ~models.Q(measure="network_scope") & models.Q(at_least__gte=0, scope=""),
                violation_error_message="网络阻断按范围分级，其余指标须有数值下限。",
            ),
            models.CheckConstraint(
                name="criterion_has_its_figure",
                condition=models.Q(measure="network_scope") | models.Q(at_least__isnull=False),
                violation_error_message="除网络阻断外，分级标准须有数值下限。",
            ),
        ]

    def __str__(self):
        return f"{self.get_measure_display()} → {Level(self.level).label}"
