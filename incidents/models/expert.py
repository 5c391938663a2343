"""专家库 and the expert group of an incident (§2.3, 5.4.3): named by 指挥部, convened by 应急办, its advice recorded."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from .incident import LATITUDES, LONGITUDES, Incident
from .organization import Organization
from .people import Post
from .scheme import Scheme


class Expert(models.Model):
    class Service(models.TextChoices):
        """What else the pool is for (§2.3)."""

        MEDIA = "media", "媒体宣传"
        TRAINING = "training", "防范知识培训"
        TEXTBOOKS = "textbooks", "教材编审"

    office = models.ForeignKey(Organization, models.PROTECT, related_name="experts", verbose_name="应急办")
    name = models.CharField("姓名", max_length=40)
    field = models.CharField("专业领域", max_length=100)
    body = models.CharField("单位", max_length=100)
    title = models.CharField("职务职称", max_length=60, blank=True)
    phone = models.CharField("电话", max_length=40)
    reachable = models.CharField("何时可联系", max_length=100, blank=True)
    services = ArrayField(
        models.CharField(max_length=12, choices=Service), verbose_name="其他服务", default=list, blank=True
    )
    is_active = models.BooleanField("在库", default=True)
    county = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位所在县区"
    )
    longitude = models.DecimalField("单位经度", max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField("单位纬度", max_digits=8, decimal_places=6, null=True, blank=True)

    class Meta:
        verbose_name = "专家"
        verbose_name_plural = "专家"
        ordering = ["-is_active", "field", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "name", "phone"],
                name="expert_once",
                violation_error_message="专家库里已有这位专家。",
            ),
            models.CheckConstraint(
                name="expert_point_is_whole_and_in_the_country",
                condition=Q(longitude=None, latitude=None)
                | Q(longitude__range=LONGITUDES, latitude__range=LATITUDES),
            ),
        ]

    def __str__(self):
        return f"{self.name}（{self.field}）"

    @property
    def service_names(self) -> str:
        return "、".join(self.Service(service).label for service in self.services)


class ExpertMember(models.Model):
    """An expert of an incident's expert group."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="experts")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="groups", verbose_name="专家")
    named_at = models.DateTimeField("确定时间")
    named_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="确定人")

    class Meta:
        ordering = ["incident", "named_at", "id"]
        constraints = [models.UniqueConstraint(fields=["incident", "expert"], name="expert_named_once")]


class ExpertCall(models.Model):
    """The office convened a member of the group: when, and what he answered; append-only."""

    class Answer(models.TextChoices):
        COMES = "comes", "到场"
        REMOTE = "remote", "远程参加"
        CANNOT = "cannot", "不能参加"
        UNREACHED = "unreached", "未接通"

    member = models.ForeignKey(ExpertMember, models.PROTECT, related_name="calls")
    at = models.DateTimeField("召集时间")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="召集岗位")
    answer = models.CharField("答复", max_length=12, choices=Answer)
    words = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        ordering = ["member", "-at", "-id"]


class ExpertAdvice(models.Model):
    """What the group, or one of it, advised: who, when, in what words; append-only."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="advice")
    expert = models.ForeignKey(Expert, models.PROTECT, null=True, related_name="advice", verbose_name="专家")
    at = models.DateTimeField("时间")
    words = models.TextField("意见")
    scheme = models.ForeignKey(
        Scheme, models.PROTECT, null=True, related_name="advice", verbose_name="所议方案"
    )
    recorded_at = models.DateTimeField("记录时间")
    recorded_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="记录岗位")

    class Meta:
        ordering = ["incident", "-at", "-id"]
