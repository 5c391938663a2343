"""How a courier firm's own system gets in: keys, and answers kept for repeated requests."""

import hashlib
import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models

from .organization import Organization


class Scope(models.TextChoices):
    """What a key is good for. Reading tells all that the enterprise may see."""

    REPORT = "report", "填报"
    READ = "read", "查询"
    ORDERS = "orders", "任务"


def every_scope() -> list[str]:
    return list(Scope.values)


class ApiKey(models.Model):
    """A secret of one enterprise; only its hash is kept.

    A test key (`is_test`) opens the sandbox: what it files is marked as a drill and counted nowhere, and it sees nothing else.
    """

    enterprise = models.ForeignKey(
        Organization, models.PROTECT, related_name="api_keys", limit_choices_to={"kind": "ENTERPRISE"}
    )
    name = models.CharField("名称", max_length=40)
    prefix = models.CharField("前缀", max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(
        models.CharField(max_length=10, choices=Scope.choices), verbose_name="权限", default=every_scope
    )
    is_test = models.BooleanField("测试密钥", default=False)
    created_at = models.DateTimeField("建立时间")
    expires_at = models.DateTimeField("到期时间", null=True)
    last_used_at = models.DateTimeField("最近使用", null=True)
    revoked_at = models.DateTimeField("吊销时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "接口密钥"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scopes__contained_by=Scope.values) & ~models.Q(scopes=[]),
                name="key_is_good_for_something",
            )
        ]

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
