"""A step of an entry of a firm's register: when, by whom, in what words; append-only."""

from django.db import models

from .access import ApiKey
from .people import Post


class RegisterStep(models.Model):
    at = models.DateTimeField("时间")
    by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="办理岗位")
    key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="+", verbose_name="接口密钥")
    words = models.TextField("说明", blank=True)

    class Meta:
        abstract = True

    @property
    def who(self) -> str:
        return str(self.by or (self.key and f"{self.key.enterprise}（接口）") or "系统")
