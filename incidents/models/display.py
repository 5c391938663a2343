"""The wall's screens: each has a read-only link of its own, which is given, seen in use and ended (§5.4.2)."""

import hashlib
import secrets

from django.db import models
from django.db.models import Q

from .organization import Organization
from .people import Post


class DisplayLink(models.Model):
    """A secret address at which one device shows an office's situation; only its hash is kept."""

    office = models.ForeignKey(
        Organization, models.PROTECT, related_name="display_links", verbose_name="应急办"
    )
    name = models.CharField("设备名称", max_length=40)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField("发放时间")
    created_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="发放岗位")
    last_seen_at = models.DateTimeField("最近使用", null=True)
    ended_at = models.DateTimeField("停用时间", null=True)
    ended_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="停用岗位")

    class Meta:
        verbose_name = verbose_name_plural = "大屏链接"
        ordering = ["office", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "name"], condition=Q(ended_at=None), name="display_named_once"
            ),
            models.CheckConstraint(name="display_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="display_ended_by_somebody",
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and self.office.is_active

    def __str__(self):
        return self.name

    @staticmethod
    def digest_of(secret: str) -> str:
        """A secret is 256 random bits, so a plain hash is enough to store it."""
        return hashlib.sha256(secret.encode(errors="replace")).hexdigest()

    @classmethod
    def new(cls, **facts) -> tuple["DisplayLink", str]:
        """A link, not saved yet, and its secret, which is shown once."""
        secret = secrets.token_urlsafe(32)
        return cls(digest=cls.digest_of(secret), **facts), secret
