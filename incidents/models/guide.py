"""Handling guides (处置要领, annex 3, which the gazette leaves out): checklists by event class, in versions that never change."""

from django.db import models
from django.db.models import Q

from .access import ApiKey
from .incident import Incident
from .people import Post


class Guide(models.Model):
    """One version of the guide of an event class (by its code, which all versions of the plan share)."""

    event_class = models.SlugField("事件类别代码", max_length=30)
    version = models.PositiveSmallIntegerField("版本")
    source = models.CharField("依据", max_length=120)
    note = models.TextField("修订说明", blank=True)
    made_at = models.DateTimeField("修订时间")
    made_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="修订人")

    class Meta:
        verbose_name = "处置要领"
        verbose_name_plural = "处置要领"
        ordering = ["event_class", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["event_class", "version"], name="guide_version_once"),
            models.CheckConstraint(name="guide_has_a_source", condition=~Q(source="")),
        ]

    def __str__(self):
        return f"处置要领 {self.event_class} 第{self.version}版"

    @classmethod
    def newest(cls, event_class: str) -> "Guide | None":
        return cls.objects.filter(event_class=event_class).order_by("-version").first()


class GuideStep(models.Model):
    guide = models.ForeignKey(Guide, models.PROTECT, related_name="steps")
    order = models.PositiveSmallIntegerField("顺序")
    words = models.CharField("步骤", max_length=200)
    source = models.CharField("依据", max_length=120)
    from_gazette = models.BooleanField("出自公报原文", default=False)
    for_firm = models.BooleanField("由企业办理", default=False)

    class Meta:
        ordering = ["guide", "order"]
        constraints = [
            models.UniqueConstraint(fields=["guide", "order"], name="guide_step_order_once"),
            models.CheckConstraint(name="guide_step_is_sourced", condition=~Q(words="") & ~Q(source="")),
        ]

    def __str__(self):
        return self.words


class OpenedGuide(models.Model):
    """A guide opened on an incident: the version of that moment stays, whatever is edited later."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="opened_guides")
    guide = models.ForeignKey(Guide, models.PROTECT, related_name="+")
    event_class = models.SlugField(max_length=30)
    opened_at = models.DateTimeField("打开时间")
    opened_by = models.ForeignKey(Post, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["incident", "opened_at"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "event_class"], name="guide_opened_once_per_class")
        ]


class GuideTick(models.Model):
    """A step done: by whom, when, with a word. Taken back with a reason, it stays readable."""

    opened = models.ForeignKey(OpenedGuide, models.PROTECT, related_name="ticks")
    step = models.ForeignKey(GuideStep, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="+")
    words = models.CharField("说明", max_length=200, blank=True)
    undone_at = models.DateTimeField("撤销时间", null=True)
    undone_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    undone_key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="+")
    undone_reason = models.CharField("撤销理由", max_length=200, blank=True)

    class Meta:
        ordering = ["opened", "at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["opened", "step"], condition=Q(undone_at=None), name="step_ticked_once"
            ),
            models.CheckConstraint(
                name="tick_taken_back_with_a_reason",
                condition=Q(undone_at=None, undone_by=None, undone_key=None, undone_reason="")
                | Q(undone_at__isnull=False)
                & ~Q(undone_reason="")
                & (Q(undone_by__isnull=False, undone_key=None) | Q(undone_by=None, undone_key__isnull=False)),
            ),
            models.CheckConstraint(
                name="tick_by_somebody",
                condition=Q(by__isnull=False, key=None) | Q(by=None, key__isnull=False),
            ),
        ]

    @property
    def body_id(self) -> int:
        """Whose tick it is: needs `by` or `key` at hand."""
        return self.by.organization_id if self.by else self.key.enterprise_id

    @property
    def who(self) -> str:
        return str(self.by) if self.by else f"{self.key.enterprise}（接口）"
