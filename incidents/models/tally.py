"""The figures on incidents (统计分析, §4.1), summed up so that a million of them are counted within a second.

Triggers write an `IncidentMove` in the transaction that changes an incident: what it now adds to the figures, and what it
added before, taken back. Rows are only ever added, so that nobody who files waits for another. Once a day they are folded:
by one key at a time into `IncidentTally`, which answers who sees the whole of an office, and into an `IncidentCell` for
each mix of keys, which answers who filters or sees a part. Either table and the moves together are exact at every moment
(`incidents.services.analysis.folding`, read by
`incidents.services.analysis.tallying`).

None of the tables has a foreign key: what its rows name was checked when the incident was written.
"""

from django.db import models


class Standing(models.TextChoices):
    """What became of it, as far as the figures go: what was unfounded or the same as another is counted apart."""

    STANDS = "stands", "成立"
    DISMISSED = "dismissed", "不成立"
    MERGED = "merged", "已并入"


class Counted(models.Model):
    office = models.BigIntegerField()
    month = models.DateField()
    """Of receipt, in city time: its first day."""
    level = models.SmallIntegerField()
    """The standing one: the grade, or until the grading what the facts propose."""
    standing = models.CharField(max_length=9, choices=Standing)
    n = models.IntegerField()

    class Meta:
        abstract = True


class Mixed(Counted):
    """With all that it may be counted by at once."""

    event_class = models.BigIntegerField()
    origin = models.CharField(max_length=20)
    county = models.BigIntegerField()
    enterprise = models.BigIntegerField(null=True)
    waited = models.IntegerField(null=True)
    """Whole minutes from receipt to grading, of 30 days at most."""

    class Meta:
        abstract = True


class IncidentMove(Mixed):
    """What was added to the figures and is not yet folded into them."""


class IncidentCell(Mixed):
    class Meta:
        indexes = [
            models.Index(fields=["month"], name="cell_by_month"),
            *(
                models.Index(fields=[key, "month"], name=f"cell_by_{key}")
                for key in ("event_class", "county", "enterprise")
            ),
        ]


class IncidentTally(Counted):
    class Kind(models.TextChoices):
        ALL = "all", "合计"
        CLASS = "class", "事件类别"
        COUNTY = "county", "县区"
        FIRM = "firm", "企业"
        ORIGIN = "origin", "起因源头"
        WAITED = "waited", "接报至定级（分钟）"

    kind = models.CharField(max_length=6, choices=Kind)
    key = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "month", "kind", "key", "level", "standing"], name="one_sum_per_key"
            )
        ]


class IncidentMoment(models.Model):
    """When something was first done about an incident that few incidents see, beside what the incident is counted by;
    triggers on responses, orders and the incident keep it."""

    incident = models.BigIntegerField(primary_key=True)
    received_at = models.DateTimeField()
    office = models.BigIntegerField(null=True)
    level = models.SmallIntegerField(null=True)
    standing = models.CharField(max_length=9, choices=Standing, null=True)
    event_class = models.BigIntegerField(null=True)
    origin = models.CharField(max_length=20, null=True)
    county = models.BigIntegerField(null=True)
    enterprise = models.BigIntegerField(null=True)
    proposed_at = models.DateTimeField(null=True)
    """Ⅲ proposed to 市政府."""
    approved_at = models.DateTimeField(null=True)
    ordered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["received_at"], name="moment_by_receipt")]
