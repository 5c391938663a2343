"""Attachments (domain §4): photos, PDF, Office files and plain text beside an incident or an entry of a firm's register;
kept outside the web root, never changed. The row holds what the file was when it came, and `open` trusts nothing else."""

import hashlib
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import models
from django.db.models import Q

from .access import ApiKey
from .incident import Incident
from .organization import Organization
from .people import Post

CHUNK = 1 << 16


def sha256_of(file: BinaryIO) -> str:
    """Of the whole file, which is left at its beginning."""
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


class KeptFile(models.Model):
    """A file on the disk, with what it was when it came."""

    class Kind(models.TextChoices):
        PHOTO = "photo", "照片"
        PDF = "pdf", "PDF"
        OFFICE = "office", "Office 文件"
        TEXT = "text", "文本"

    class Damaged(Exception):
        """The kept file is missing, or is not the one that came."""

    SHOWN_IN_PLACE = ("image/jpeg", "image/png", "image/webp")
    """What a browser may show in a sandbox; all else it saves."""

    number = models.CharField("编号", max_length=40, unique=True)
    kind = models.CharField("种类", max_length=10, choices=Kind)
    name = models.CharField("文件名", max_length=120)
    media_type = models.CharField("内容类型", max_length=100, help_text="Found by content, not by name.")
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=100, unique=True, help_text="Below MEDIA_ROOT.")
    uploaded_by = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="+", verbose_name="上传岗位"
    )
    key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="+", verbose_name="接口密钥")
    at = models.DateTimeField("上传时间")

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.number} {self.name}"

    @property
    def is_shown_in_place(self) -> bool:
        return self.media_type in self.SHOWN_IN_PLACE

    @property
    def file(self) -> Path:
        return Path(settings.MEDIA_ROOT) / self.path

    def open(self) -> BinaryIO:
        """The file, after its hash has been found to be the one on record; raises `Damaged`."""
        try:
            file = open(self.file, "rb")
        except OSError as error:
            raise self.Damaged(f"{self.number} 的文件缺失") from error
        if sha256_of(file) != self.sha256:
            file.close()
            raise self.Damaged(f"{self.number} 的文件与上传时不一致")
        return file


class Attachment(KeptFile):
    incident = models.ForeignKey(
        Incident, models.PROTECT, related_name="attachments", verbose_name="突发事件"
    )
    serial = models.PositiveSmallIntegerField("序号")
    note = models.CharField("说明", max_length=200, blank=True)
    body = models.ForeignKey(
        Organization, models.PROTECT, related_name="attachments", verbose_name="上传单位"
    )

    class Meta:
        verbose_name = "附件"
        verbose_name_plural = "附件"
        ordering = ["incident", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "serial"], name="attachment_serial_once"),
            models.CheckConstraint(
                name="attachment_is_not_empty", condition=Q(size__gt=0, sha256__regex=r"^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="attachment_uploaded_by_a_post_or_a_key",
                condition=Q(uploaded_by__isnull=False, key=None) | Q(uploaded_by=None, key__isnull=False),
            ),
        ]

    @property
    def uploader(self) -> str:
        return str(self.uploaded_by) if self.uploaded_by else f"{self.body}（接口）"


class RegisterFile(KeptFile):
    """What belongs to an entry of a firm's register: a filed plan, a safety rule, the proof of a rectification."""

    body = models.ForeignKey(Organization, models.PROTECT, related_name="register_files", verbose_name="单位")

    class Meta:
        verbose_name = "登记附件"
        verbose_name_plural = "登记附件"
        ordering = ["body", "id"]
        constraints = [
            models.CheckConstraint(
                name="register_file_is_not_empty", condition=Q(size__gt=0, sha256__regex=r"^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="register_file_uploaded_by_a_post_or_a_key",
                condition=Q(uploaded_by__isnull=False, key=None) | Q(uploaded_by=None, key__isnull=False),
            ),
        ]
