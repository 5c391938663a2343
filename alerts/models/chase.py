"""催报: calls made to chase whoever owes."""

from django.db import models

from incidents.models import Incident, Organization, Post


class Chase(models.Model):
    """催报: a call made to whoever owes a report; who answered, what was promised by when."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="chases")
    debtor = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="被催单位")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    answered_by = models.CharField("接听人", max_length=60, blank=True)
    promised = models.CharField("答复", max_length=200, blank=True)
    promised_by = models.DateTimeField("承诺时间", null=True)

    class Meta:
        ordering = ["-at"]
