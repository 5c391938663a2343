"""催报: calls made to chase whoever owes."""

from django.db import models
from django.db.models import Q

from incidents.models import Incident, Organization, Post, User

from .warning import Warning


class Chase(models.Model):
    """催报: one call made to chase a body for what it owes: whom was called, who answered, what was promised by when."""

    incident = models.ForeignKey(Incident, models.PROTECT, null=True, blank=True, related_name="chases")
    warning = models.ForeignKey(Warning, models.PROTECT, null=True, blank=True, related_name="chases")
    debtor = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="被催单位")
    debts = models.ManyToManyField(
        "alerts.Deadline", related_name="chased_by", blank=True, verbose_name="所催时限"
    )
    at = models.DateTimeField("时间")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    called = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="拨给何人"
    )
    called_words = models.CharField(
        "拨给何处", max_length=60, blank=True, help_text="值班电话，或名册外的人。"
    )
    phone = models.CharField("所拨电话", max_length=40, blank=True)
    answered = models.BooleanField("已接听", default=False)
    answered_by = models.CharField("接听人", max_length=60, blank=True)
    promised = models.CharField("答复", max_length=200, blank=True)
    promised_by = models.DateTimeField("承诺时间", null=True)

    class Meta:
        verbose_name = "催报"
        verbose_name_plural = "催报"
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="chase_of_one_subject",
                condition=Q(incident=None, warning__isnull=False) | Q(incident__isnull=False, warning=None),
            ),
            models.CheckConstraint(
                name="promised_only_by_who_answered",
                condition=Q(answered=True) | Q(promised="", promised_by=None, answered_by=""),
            ),
        ]

    def __str__(self):
        return f"催报{self.debtor}"

    @property
    def subject(self) -> Incident | Warning:
        return self.incident if self.incident_id else self.warning

    @property
    def whom(self) -> str:
        """Whom was called, as the desk says it."""
        return str(self.called) if self.called_id else self.called_words
