"""Support requests (支援请求, §2.2.2(5), 5.5): from the firm to the office, to 指挥部, to 市政府 and the province."""

from django.db import models
from django.db.models import Q
from django_fsm import transition

from .incident import Incident
from .machine import StatusField
from .organization import Organization
from .people import Post


class SupportRequest(models.Model):
    class Status(models.TextChoices):
        RAISED = "raised", "已提出"
        FORWARDED = "forwarded", "已转报"
        GRANTED = "granted", "同意支援"
        PARTLY_GRANTED = "partly_granted", "部分同意"
        REFUSED = "refused", "不能支援"
        FULFILLED = "fulfilled", "已落实"

    WAITING = (Status.RAISED, Status.FORWARDED)
    ANSWERS = (Status.GRANTED, Status.PARTLY_GRANTED, Status.REFUSED)

    incident = models.ForeignKey(
        Incident, models.PROTECT, related_name="support_requests", verbose_name="突发事件"
    )
    number = models.CharField("编号", max_length=40, unique=True)
    serial = models.PositiveSmallIntegerField("序号")
    status = StatusField("状态", choices=Status, default=Status.RAISED)
    requester = models.ForeignKey(
        Organization, models.PROTECT, related_name="support_asked", verbose_name="提出单位"
    )
    holder = models.ForeignKey(
        Organization, models.PROTECT, related_name="support_held", verbose_name="受理单位"
    )
    needs = models.TextField("需要什么支援")
    why = models.TextField("为何超出自身能力", blank=True)
    place = models.CharField("送到何处", max_length=200, blank=True)
    raised_at = models.DateTimeField("提出时间")
    raised_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    answer = models.TextField("答复", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    answered_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    outcome = models.TextField("落实情况", blank=True)
    fulfilled_at = models.DateTimeField("落实时间", null=True)

    class Meta:
        verbose_name = "支援请求"
        verbose_name_plural = "支援请求"
        ordering = ["incident", "raised_at"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "serial"], name="support_serial_once"),
            models.CheckConstraint(
                name="support_answered_in_words",
                condition=Q(status__in=["raised", "forwarded"])
                | ~Q(answer="") & Q(answered_at__isnull=False),
            ),
        ]

    def __str__(self):
        return self.number

    @property
    def gist(self) -> str:
        return self.needs

    @property
    def is_waiting(self) -> bool:
        return self.status in self.WAITING

    @transition(status, source=WAITING, target=Status.FORWARDED, custom={"clause": "5.5"})
    def forward(self, to: Organization):
        self.holder = to

    @transition(status, source=WAITING, target=Status.GRANTED, custom={"clause": "5.5"})
    def grant(self, at, by: Post, words: str):
        self._answer(at, by, words)

    @transition(status, source=WAITING, target=Status.PARTLY_GRANTED, custom={"clause": "5.5"})
    def grant_partly(self, at, by: Post, words: str):
        self._answer(at, by, words)

    @transition(status, source=WAITING, target=Status.REFUSED, custom={"clause": "5.5"})
    def refuse(self, at, by: Post, words: str):
        self._answer(at, by, words)

    @transition(
        status,
        source=[Status.GRANTED, Status.PARTLY_GRANTED],
        target=Status.FULFILLED,
        custom={"clause": "5.5"},
    )
    def fulfil(self, at, outcome: str):
        self.fulfilled_at, self.outcome = at, outcome

    def _answer(self, at, by: Post, words: str):
        self.answered_at, self.answered_by, self.answer = at, by, words
