"""Persons and their posts: every act names the post it was done in (§2.2.1)."""

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models

from .organization import Organization


class User(AbstractUser):
    first_name = last_name = None
    name = models.CharField("姓名或岗位称呼", max_length=40)
    phone = models.CharField("电话", max_length=40, blank=True)
    must_change_password = models.BooleanField("下次登录须改密码", default=False, db_default=False)
    session_epoch = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    """Raised, it ends every session of the account at its next request."""

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "人员账号"
        verbose_name_plural = "人员账号"

    def __str__(self):
        return self.name or self.username

    def get_full_name(self):
        return self.name

    get_short_name = get_full_name

    def get_session_auth_hash(self):
        return self._of_this_epoch(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self):
        return map(self._of_this_epoch, super().get_session_auth_fallback_hash())

    def _of_this_epoch(self, digest: str) -> str:
        return f"{digest}.{self.session_epoch}" if self.session_epoch else digest


class Role(models.TextChoices):
    DUTY_OFFICER = "duty_officer", "应急办值班员"
    OFFICE_DIRECTOR = "office_director", "应急办主任"
    COMMANDER = "commander", "指挥部指挥长"
    APPROVER = "approver", "市政府审批人"
    MEMBER = "member", "成员单位联络员"
    COUNTY = "county", "县区机构"
    ENTERPRISE = "enterprise", "企业报告人"
    AUDITOR = "auditor", "审计员"
    ADMINISTRATOR = "administrator", "系统管理员"


MUST_HAVE_SECOND_FACTOR = frozenset({Role.COMMANDER, Role.OFFICE_DIRECTOR, Role.APPROVER, Role.ADMINISTRATOR})
"""Whoever holds such a post comes in with two factors or not at all; others may have one."""

Kind = Organization.Kind
BODY_OF_ROLE = {
    Role.DUTY_OFFICER: {Kind.OFFICE},
    Role.OFFICE_DIRECTOR: {Kind.OFFICE},
    Role.COMMANDER: {Kind.HEADQUARTERS},
    Role.APPROVER: {Kind.CITY_GOVERNMENT},
    Role.MEMBER: {Kind.MEMBER},
    Role.COUNTY: {Kind.COUNTY},
    Role.ENTERPRISE: {Kind.ENTERPRISE},
    Role.AUDITOR: set(Kind),
    Role.ADMINISTRATOR: set(Kind),
}


class Post(models.Model):
    """What a person is in a body; a person may hold several."""

    person = models.ForeignKey(User, models.PROTECT, related_name="posts", verbose_name="人员")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="posts", verbose_name="单位")
    role = models.CharField("角色", max_length=20, choices=Role)
    title = models.CharField("职务", max_length=40, help_text="如：副总指挥、值班员。")
    is_active = models.BooleanField("在任", default=True)
    assigned_at = models.DateTimeField("任职时间", null=True)
    assigned_by = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", verbose_name="任命岗位"
    )
    ended_at = models.DateTimeField("离任时间", null=True)
    ended_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name="免任岗位")

    class Meta:
        verbose_name = "任职"
        verbose_name_plural = "任职"
        ordering = ["organization", "role", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organization", "role"],
                condition=models.Q(is_active=True),
                name="post_held_once",
                violation_error_message="此人已有该任职。",
            ),
            models.CheckConstraint(
                name="post_held_has_no_end",
                condition=models.Q(is_active=False) | models.Q(ended_at=None, ended_by=None),
            ),
        ]

    def __str__(self):
        return f"{self.organization}{self.title}"

    def clean(self):
        kinds = BODY_OF_ROLE.get(self.role, set())
        if self.organization_id and self.organization.kind not in kinds:
            raise ValidationError({"role": f"{self.organization} 不能设“{self.get_role_display()}”。"})
