"""Who is signed in where: one row per session of a person, kept for a while after it has ended."""

import hashlib

from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Q

from .people import Post, User


class SignedInSession(models.Model):
    """A sign-in: the address and the browser it came from, since when, and when it was last used (to the minute).

    The session itself is Django's; once it is gone, `digest` still tells whose a cookie was.
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="sign_ins", verbose_name="人员")
    session = models.OneToOneField(Session, models.SET_NULL, null=True, related_name="signed_in")
    digest = models.CharField(max_length=64, unique=True)
    address = models.GenericIPAddressField("地址", null=True)
    agent = models.CharField("浏览器", max_length=300, blank=True)
    started_at = models.DateTimeField("登录时间")
    seen_at = models.DateTimeField("最近使用")
    ended_at = models.DateTimeField("结束时间", null=True)
    ended_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="结束岗位")

    class Meta:
        verbose_name = verbose_name_plural = "登录会话"
        ordering = ["-seen_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="session_is_seen_after_it_began", condition=Q(seen_at__gte=models.F("started_at"))
            ),
            models.CheckConstraint(
                name="session_ended_by_somebody_has_ended",
                condition=Q(ended_by=None) | Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.person} {self.address or ''}".strip()

    @staticmethod
    def digest_of(key: str) -> str:
        return hashlib.sha256(key.encode(errors="replace")).hexdigest()
