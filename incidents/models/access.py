"""How a courier firm's own system gets in: keys, and answers kept for repeated requests."""

import hashlib
import secrets
from datetime import datetime, timedelta

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


class KeyState(models.TextChoices):
    """Of a key at a moment; only `ACTIVE` and `REPLACED` open the door."""

    ACTIVE = "active", "使用中"
    REPLACED = "replaced", "轮换中"
    EXPIRED = "expired", "已到期"
    REVOKED = "revoked", "已吊销"


EXPIRES_SOON = timedelta(days=14)


class ApiKey(models.Model):
    """A secret of one enterprise; only its hash is kept.

    A test key (`is_test`) opens the sandbox: what it files is marked as a drill and counted nowhere, and of incidents,
    warnings and orders it sees nothing else. Its enterprise's own contacts and rosters it may read, not change.
    A key that has been rotated has a `successor` and goes on until it expires. The secret by which requests are signed
    must be read again to check a signature, so it is kept `sealed`. Triggers hold that what a key is never changes,
    that it is never lengthened, and that a revoked one stays revoked.
    """

    enterprise = models.ForeignKey(
        Organization, models.PROTECT, related_name="api_keys", limit_choices_to={"kind": "ENTERPRISE"}
    )
    name = models.CharField("名称", max_length=40)
    prefix = models.CharField("前缀", max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    sealed = models.TextField(default="")
    scopes = ArrayField(
        models.CharField(max_length=10, choices=Scope.choices), verbose_name="权限", default=every_scope
    )
    is_test = models.BooleanField("测试密钥", default=False)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="successor", verbose_name="接替"
    )
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
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at=None) | models.Q(expires_at__gt=models.F("created_at")),
                name="key_expires_after_it_was_made",
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at=None) | models.Q(revoked_at__gte=models.F("created_at")),
                name="key_is_revoked_after_it_was_made",
            ),
            models.CheckConstraint(
                condition=models.Q(replaces=None) | ~models.Q(replaces=models.F("id")),
                name="key_does_not_replace_itself",
            ),
        ]

    def __str__(self):
        return f"{self.enterprise} {self.name}（{self.prefix}…）"

    @property
    def scope_names(self) -> str:
        return "、".join(scope.label for scope in Scope if scope in self.scopes)

    def state(self, now: datetime) -> KeyState:
        if self.revoked_at:
            return KeyState.REVOKED
        if self.expires_at and self.expires_at <= now:
            return KeyState.EXPIRED
        return KeyState.REPLACED if hasattr(self, "successor") else KeyState.ACTIVE

    def expires_soon(self, now: datetime) -> bool:
        """It ends within a fortnight, and nothing has taken its place yet."""
        ends = self.expires_at
        return bool(ends and ends <= now + EXPIRES_SOON and self.state(now) == KeyState.ACTIVE)

    @staticmethod
    def digest_of(secret: str) -> str:
        """A key is 256 random bits, so a plain hash is enough to store it."""
        return hashlib.sha256(secret.encode()).hexdigest()

    @classmethod
    def create(cls, *, enterprise, name, at, is_test=False, **facts) -> tuple["ApiKey", str]:
        """The new key and its secret, which is shown once. A test key is known by its first letters."""
        kind = "zmd_test_" if is_test else "zmd_"
        secret = kind + secrets.token_urlsafe(32)
        key = cls(enterprise=enterprise, name=name, is_test=is_test, created_at=at, **facts)
        key.prefix, key.digest = secret[: max(10, len(kind) + 3)], cls.digest_of(secret)
        key.save(force_insert=True)
        return key, secret


class SignatureNonce(models.Model):
    """A signed request that has been taken: the same one is not taken again (see `incidents.api.signing`)."""

    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="+")
    nonce = models.CharField(max_length=64)
    signed_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "nonce"], name="signature_taken_once")]


class IdempotentAnswer(models.Model):
    """The first answer to a POST with an `Idempotency-Key`, committed with the work it tells of; and to a form of the
    browser, by its token."""

    KEPT_FOR, FORMS_KEPT_FOR = timedelta(hours=24), timedelta(days=30)

    caller = models.CharField(max_length=40)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    location = models.TextField(db_default="")
    etag = models.CharField(max_length=100, db_default="")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "method", "path", "key"], name="one_answer_per_key")
        ]

    @classmethod
    def forget(cls, *, now: datetime) -> int:
        """Deletes what is no longer given again; a restored draft may be sent long after it was begun."""
        of_the_api = models.Q(path__startswith="/api/", created_at__lte=now - cls.KEPT_FOR)
        old = cls.objects.filter(of_the_api | models.Q(created_at__lte=now - cls.FORMS_KEPT_FOR))
        return old.delete()[0]
