"""The rows of the ledger (domain §6). Written by `incidents.ledger` alone; triggers refuse any change."""

from django.db import models

from .access import ApiKey
from .incident import Incident
from .indexes import where_given
from .organization import Organization
from .people import Post, User


class LedgerEntry(models.Model):
    """One act. `text` is the canonical form of all other columns; `hash` covers it and the row before."""

    chain = models.CharField(max_length=40)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField("时间", db_index=True)
    action = models.CharField("行为", max_length=40)
    summary = models.TextField("内容")
    clause = models.CharField("条款", max_length=12, blank=True)
    reason = models.TextField("理由", blank=True)
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, related_name="timeline", db_index=False)
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="+", db_index=False)
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    for_firm = models.BooleanField("企业可见", default=False)
    data = models.JSONField(default=dict)
    text = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["chain", "seq"]
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="ledger_seq_once")]
        indexes = [
            models.Index(fields=["incident", "-seq"], name="timeline_newest_first"),
            *where_given("entry_by", "person", "post", "key"),
        ]


class LedgerHead(models.Model):
    """The newest row of each chain: where the next one hooks in, and how a cut-off end is noticed."""

    chain = models.CharField(max_length=40, primary_key=True)
    seq = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)


class PersonalValue(models.Model):
    """A personal value beside the ledger: the entry holds only its salted hash, so it can be erased by law."""

    entry = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="personal_values")
    name = models.CharField(max_length=40)
    salt = models.CharField(max_length=32)
    value = models.TextField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "name"], name="personal_value_once")]
