"""Warnings as messages of the Common Alerting Protocol: ours as they went out (§4.4), others' as they came in (§4.2)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from .bulletin import Bulletin
from .warning import Warning


class CapMessage(models.Model):
    """A bulletin as it was published: its CAP 1.2 message to the letter, for good. Append-only (a trigger)."""

    class Status(models.TextChoices):
        ACTUAL = "Actual", "实际"
        EXERCISE = "Exercise", "演练"

    bulletin = models.OneToOneField(Bulletin, models.PROTECT, related_name="cap")
    identifier = models.CharField("报文标识", max_length=60, unique=True)
    sender = models.CharField("发送方", max_length=300)
    sent = models.DateTimeField("发送时间")
    status = models.CharField("性质", max_length=8, choices=Status)
    text = models.TextField("报文")

    class Meta:
        verbose_name = verbose_name_plural = "CAP 报文"
        ordering = ["-sent", "-pk"]

    def __str__(self):
        return self.identifier


class FeedItem(models.Model):
    """What another service's message said, as it was imported. Append-only (a trigger).

    Its own name stands in `Warning.feed_item`; `references` are the names of those that it updates or cancels, whether
    or not they have come in.
    """

    class Kind(models.TextChoices):
        ALERT = "Alert", "发布"
        UPDATE = "Update", "更新"
        CANCEL = "Cancel", "取消"

    warning = models.OneToOneField(Warning, models.PROTECT, related_name="item")
    kind = models.CharField("种类", max_length=6, choices=Kind)
    sender = models.CharField("发送方", max_length=300)
    identifier = models.CharField("报文标识", max_length=300)
    sent = models.DateTimeField("发送时间")
    references = ArrayField(models.CharField(max_length=200), default=list, verbose_name="所针对的报文")
    url = models.CharField("取自", max_length=2000, blank=True)
    words = models.TextField("内容")

    class Meta:
        verbose_name = verbose_name_plural = "预警来源报文"
        ordering = ["sent", "pk"]

    @property
    def earlier(self):
        """The warnings made of what it updates or cancels."""
        office = self.warning.office_id
        return Warning.objects.filter(office=office, feed_item__in=self.references).order_by("pk")

    @property
    def later(self):
        """The warnings made of what updates or cancels it, whichever came in first."""
        following = FeedItem.objects.filter(references__contains=[self.warning.feed_item])
        return Warning.objects.filter(office=self.warning.office_id, item__in=following).order_by("pk")
