"""企业预案备案 (§4.1, 4.3): a firm files its plan, the office accepts it for a time or sends it back; every version stays."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django_fsm import transition

from .access import ApiKey
from .attachment import RegisterFile
from .machine import StatusField
from .organization import Organization
from .people import Post


class FiledPlan(models.Model):
    class Status(models.TextChoices):
        FILED = "filed", "已报送，待备案"
        ACCEPTED = "accepted", "已备案"
        SENT_BACK = "sent_back", "已退回"
        REPLACED = "replaced", "已由新版替代"
        WITHDRAWN = "withdrawn", "企业已撤回"

    YEARS = 3
    """For which one is accepted, unless the office says otherwise (**decided**)."""

    body = models.ForeignKey(Organization, models.PROTECT, related_name="filed_plans", verbose_name="企业")
    number = models.CharField("编号", max_length=30, unique=True)
    status = StatusField("状态", choices=Status, default=Status.FILED)
    since = models.DateTimeField("自何时")
    name = models.CharField("预案名称", max_length=100)
    version = models.CharField("版本", max_length=30)
    adopted_on = models.DateField("发布日期")
    file = models.OneToOneField(
        RegisterFile, models.PROTECT, related_name="filed_plan", verbose_name="预案文件"
    )
    filed_at = models.DateTimeField("报送时间")
    filed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="报送岗位")
    key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="+", verbose_name="接口密钥")
    record_no = models.CharField("备案号", max_length=40, blank=True)
    valid_until = models.DateField("有效期至", null=True)
    decided_at = models.DateTimeField("办理时间", null=True)
    decided_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="办理岗位")
    reason = models.TextField("退回、撤回理由", blank=True)

    noun = "预案"

    class Meta:
        verbose_name = "备案预案"
        verbose_name_plural = "备案预案"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["body"], condition=Q(status="filed"), name="one_plan_of_a_body_waits"
            ),
            models.UniqueConstraint(
                fields=["body"], condition=Q(status="accepted"), name="one_plan_of_a_body_stands"
            ),
            models.UniqueConstraint(
                fields=["record_no"], condition=~Q(record_no=""), name="plan_record_no_once"
            ),
            models.CheckConstraint(
                name="plan_is_decided_as_a_whole",
                condition=Q(status="filed", decided_at=None, record_no="", valid_until=None)
                | Q(status__in=["accepted", "replaced"], decided_at__isnull=False, valid_until__isnull=False)
                & ~Q(record_no="")
                | Q(
                    status__in=["sent_back", "withdrawn"],
                    decided_at__isnull=False,
                    record_no="",
                    valid_until=None,
                )
                & ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="plan_is_filed_by_a_post_or_a_key",
                condition=Q(filed_by__isnull=False, key=None) | Q(filed_by=None, key__isnull=False),
            ),
            models.CheckConstraint(
                name="plan_is_decided_after_it_was_filed",
                condition=Q(decided_at=None) | Q(decided_at__gte=F("filed_at")),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.gist}"

    @property
    def gist(self) -> str:
        return f"《{self.name}》{self.version}"

    def is_expired(self, today: date) -> bool:
        return self.status == self.Status.ACCEPTED and self.valid_until < today

    @transition(status, source=Status.FILED, target=Status.ACCEPTED, custom={"clause": "4.1"})
    def accept(self, at, record_no: str, valid_until: date):
        self.since = self.decided_at = at
        self.record_no, self.valid_until = record_no, valid_until

    @transition(status, source=Status.FILED, target=Status.SENT_BACK, custom={"clause": "4.1"})
    def send_back(self, at, reason: str):
        self.since = self.decided_at = at
        self.reason = reason

    @transition(status, source=Status.FILED, target=Status.WITHDRAWN, custom={"clause": "4.3"})
    def withdraw(self, at, reason: str):
        self.since = self.decided_at = at
        self.reason = reason

    @transition(status, source=Status.ACCEPTED, target=Status.REPLACED, custom={"clause": "4.1"})
    def give_way(self, at):
        self.since = at
