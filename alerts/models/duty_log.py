"""值班日志: what the desk itself writes into its log, and what it marks as important.

The log is read off the ledger; a free entry is a row of the ledger whose words stand here, where they are
never changed either.
"""

from django.db import models

from incidents.models import LedgerEntry, Organization, Post


class DutyLogEntry(models.Model):
    entry = models.OneToOneField(LedgerEntry, models.PROTECT, related_name="duty_note")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="duty_notes")
    at = models.DateTimeField("时间")
    words = models.TextField("内容")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "值班记事"
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["organization", "at"], name="duty_notes_of_a_day")]


class ImportantMark(models.Model):
    """A line of the log that the desk marked as important; taking the mark off is an act of its own."""

    entry = models.OneToOneField(LedgerEntry, models.PROTECT, related_name="important_mark")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()
