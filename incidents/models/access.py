"""How a courier firm's own system gets in: keys, and answers kept for repeated requests."""

import hashlib
import secrets

from django.db import models

from .organization import Organization


class ApiKey(models.Model):
    """A secret of one enterprise; only its hash is kept."""

    enterprise = models.ForeignKey(
        Organization, models.PROTECT, related_name="api_keys", limit_choices_to={"kind": "ENTERPRISE"}
    )
    name = models.CharField("名称", max_length=40)
    prefix = models.CharField("前缀", max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField("建立时间")
    last_used_at = models.DateTimeField("最近使用", null=True)
    revoked_at = models.DateTimeField("吊销时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "接口密钥"

    def __str__(self):
        return f"{self.enterprise} {self.name}（{self.prefix}…）"

    @staticmethod
    def digest_of(secret: str) -> str:
        """A key is 256 random bits, so a plain hash is enough to store it."""
        return hashlib.sha256(secret.encode()).hexdigest()

    @classmethod
    def create(cls, *, enterprise, name, at) -> tuple["ApiKey", str]:
        """The new key and its secret, which is shown once."""
        secret = f"zmd_{secrets.token_urlsafe(32)}"
        return cls.objects.create(
            enterprise=enterprise, name=name, prefix=secret[:10], digest=cls.digest_of(secret), created_at=at
        ), secret


class IdempotentAnswer(models.Model):
    """The first answer to a POST with an `Idempotency-Key`, committed with the work it tells of."""

    caller = models.CharField(max_length=40)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "method", "path", "key"], name="one_answer_per_key")
        ]
