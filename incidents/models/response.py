"""Responses (应急响应, §5.3–5.5). This far: Ⅳ, which the enterprise starts and ends, and the Ⅲ proposal."""

from django.db import models
from django_fsm import FSMField, transition

from .incident import Incident, Level
from .organization import Organization


class Response(models.Model):
    class Status(models.TextChoices):
        PROPOSED = "proposed", "已建议"
        APPROVED = "approved", "已批准"
        REFUSED = "refused", "未批准"
        ACTIVE = "active", "进行中"
        ENDING_PROPOSED = "ending_proposed", "建议结束"
        ENDED = "ended", "已结束"
        SUPERSEDED = "superseded", "已被更高级别取代"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="responses")
    level = models.PositiveSmallIntegerField("级别", choices=Level)
    status = FSMField("状态", choices=Status, default=Status.PROPOSED, protected=True)
    body = models.ForeignKey(Organization, models.PROTECT, related_name="responses", verbose_name="启动主体")
    created_at = models.DateTimeField("建立时间")
    started_at = models.DateTimeField("启动时间", null=True)
    ended_at = models.DateTimeField("结束时间", null=True)
    follow_up_every = models.DurationField("续报间隔", null=True, blank=True)

    class Meta:
        ordering = ["incident", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident"],
                condition=models.Q(status__in=["active", "ending_proposed"]),
                name="one_running_response",
            ),
            models.UniqueConstraint(
                fields=["incident"],
                condition=models.Q(status__in=["proposed", "approved"]),
                name="one_response_being_decided",
            ),
            models.CheckConstraint(
                name="response_ends_after_it_starts",
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("started_at")),
            ),
        ]

    def __str__(self):
        return f"{Level(self.level).roman}级响应"

    @transition(
        status,
        source=[Status.PROPOSED],
        target=Status.ACTIVE,
        conditions=[lambda self: self.level == Level.IV],
        custom={"clause": "5.5"},
    )
    def start_own(self, at):
        """Ⅳ needs nobody's approval: the enterprise starts it (§5.5)."""
        self.started_at = at

    @transition(
        status,
        source=Status.ACTIVE,
        target=Status.ENDED,
        conditions=[lambda self: self.level == Level.IV],
        custom={"clause": "5.5"},
    )
    def end_own(self, at):
        self.ended_at = at
