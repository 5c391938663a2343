"""What an incident leaves to do (§6.2, §6.3) before it may be closed."""

from django.db import models

from .incident import Incident
from .people import Post


class Investigation(models.Model):
    """The office's investigation of a Ⅲ or Ⅳ incident (§6.3): findings, responsibility, how it was dealt with."""

    incident = models.OneToOneField(Incident, models.PROTECT, related_name="investigation")
    findings = models.TextField("原因与经过")
    responsibility = models.TextField("责任认定")
    outcome = models.TextField("处理情况")
    concluded_at = models.DateTimeField("结论时间")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")


class Evaluation(models.Model):
    """指挥部's evaluation where Ⅲ or above was ever reached (§6.2): 起因、性质、影响、责任、经验教训."""

    incident = models.OneToOneField(Incident, models.PROTECT, related_name="evaluation")
    cause = models.TextField("起因")
    nature = models.TextField("性质")
    impact = models.TextField("影响")
    responsibility = models.TextField("责任")
    lessons = models.TextField("经验教训")
    concluded_at = models.DateTimeField("完成时间")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
