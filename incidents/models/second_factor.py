"""A person's second factors: apps that show codes (TOTP), and a sheet of recovery codes for the day on which they are lost.

Passkeys are kept by `django_otp_webauthn`. No row holds a secret in clear: an app's seed must be read again to check a
code, so it is kept `sealed`; of recovery codes only hashes are kept.
"""

import hashlib

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django_otp.models import Device, ThrottlingMixin, TimestampMixin

MOST_FAILURES_COUNTED = 11
"""The pause after a wrong code doubles from one second up to 17 minutes: a guesser gets nowhere, an owner gets in again."""


class Slowed(ThrottlingMixin):
    """Takes another try only after a pause, which doubles with each wrong one in a row."""

    class Meta:
        abstract = True

    def get_throttle_factor(self):
        return 1

    def throttle_increment(self, commit=True):
        super().throttle_increment(commit=False)
        self.throttling_failure_count = min(self.throttling_failure_count, MOST_FAILURES_COUNTED)
        if commit:
            self.save(update_fields=["throttling_failure_count", "throttling_failure_timestamp"])


class AuthenticatorApp(TimestampMixin, Slowed, Device):
    """`last_t` is the time step of the last code taken (none is taken twice), `drift` how many steps the phone is off."""

    sealed = models.TextField()
    last_t = models.BigIntegerField(default=-1)
    drift = models.SmallIntegerField(default=0)

    class Meta:
        verbose_name = "手机验证器"
        verbose_name_plural = "手机验证器"
        ordering = ["pk"]


class RecoverySheet(TimestampMixin, Slowed, Device):
    """One of a person; each of its codes is good for one time."""

    digests = ArrayField(models.CharField(max_length=64))

    class Meta:
        verbose_name = "恢复码"
        verbose_name_plural = "恢复码"
        constraints = [models.UniqueConstraint(fields=["user"], name="one_recovery_sheet")]

    @staticmethod
    def digest_of(code: str) -> str:
        return hashlib.sha256(code.encode()).hexdigest()
