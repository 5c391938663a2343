"""条文解释 (§8.5): the emergency office's dated, signed reading of a clause. Its words never change."""

from django.db import models

from .organization import Organization
from .people import Post
from .plan import PlanVersion


class ClauseReading(models.Model):
    """It hangs on the clause's number, across versions; `version` is the one whose words it reads."""

    number = models.CharField("编号", max_length=24, unique=True)
    office = models.ForeignKey(Organization, models.PROTECT, related_name="readings", verbose_name="应急办")
    clause = models.CharField("条款", max_length=12)
    version = models.ForeignKey(
        PlanVersion, models.PROTECT, related_name="readings", verbose_name="所解释的版本"
    )
    words = models.TextField("解释")
    issued_at = models.DateTimeField("签发时间")
    signed_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="签发人")
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name="取代"
    )
    withdrawn_at = models.DateTimeField("废止时间", null=True)
    withdrawn_by = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="+", verbose_name="废止岗位"
    )
    withdrawn_why = models.CharField("废止理由", max_length=500, blank=True)

    class Meta:
        verbose_name = "条文解释"
        ordering = ["-issued_at", "-id"]
        indexes = [models.Index(fields=["clause", "-issued_at"], name="readings_of_a_clause")]

    def __str__(self):
        return self.number
