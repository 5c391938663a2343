"""Responses (应急响应, §5.3–5.5): Ⅳ is the enterprise's, Ⅲ needs 市政府's approval, Ⅰ and Ⅱ 指挥部 starts at once."""

from django.db import models
from django.db.models import Q
from django_fsm import transition

from .incident import Incident, Level
from .machine import StatusField
from .organization import Organization
from .people import Post


class Response(models.Model):
    class Status(models.TextChoices):
        PROPOSED = "proposed", "已建议"
        APPROVED = "approved", "已批准"
        REFUSED = "refused", "未批准"
        ACTIVE = "active", "进行中"
        ENDING_PROPOSED = "ending_proposed", "建议结束"
        ENDED = "ended", "已结束"
        SUPERSEDED = "superseded", "已被取代"

    BEING_DECIDED = (Status.PROPOSED, Status.APPROVED)
    RUNNING = (Status.ACTIVE, Status.ENDING_PROPOSED)

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="responses")
    level = models.PositiveSmallIntegerField("级别", choices=Level)
    status = StatusField("状态", choices=Status, default=Status.PROPOSED)
    body = models.ForeignKey(Organization, models.PROTECT, related_name="responses", verbose_name="启动主体")
    created_at = models.DateTimeField("建立时间")
    decided_at = models.DateTimeField("批复时间", null=True)
    decided_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="批复登记")
    document_no = models.CharField("批准文号", max_length=60, blank=True)
    approved_words = models.TextField("电话批准原话", blank=True)
    approved_person = models.CharField("电话批准人", max_length=60, blank=True)
    refused_reason = models.TextField("未批准的理由", blank=True)
    started_at = models.DateTimeField("启动时间", null=True)
    follow_up_every = models.DurationField("续报间隔", null=True, blank=True)
    ending_proposed_by = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="+", verbose_name="建议结束的人"
    )
    ended_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        ordering = ["incident", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident"],
                condition=Q(status__in=["active", "ending_proposed"]),
                name="one_running_response",
            ),
            models.UniqueConstraint(
                fields=["incident"],
                condition=Q(status__in=["proposed", "approved"]),
                name="one_response_being_decided",
            ),
            models.CheckConstraint(
                name="response_ends_after_it_starts",
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("started_at")),
            ),
            models.CheckConstraint(
                name="running_three_was_approved",
                condition=~Q(level=3)
                | ~Q(status__in=["approved", "active", "ending_proposed", "ended"])
                | Q(decided_at__isnull=False) & (~Q(document_no="") | ~Q(approved_words="")),
            ),
            models.CheckConstraint(
                name="refused_with_a_reason", condition=~Q(status="refused") | ~Q(refused_reason="")
            ),
            models.CheckConstraint(
                name="only_three_waits_for_others",
                condition=Q(level=3) | Q(status__in=["active", "ended", "superseded"]),
            ),
        ]

    def __str__(self):
        return f"{Level(self.level).roman}级响应"

    @property
    def is_running(self) -> bool:
        return self.status in self.RUNNING

    @property
    def is_being_decided(self) -> bool:
        return self.status in self.BEING_DECIDED

    # — Ⅳ, the enterprise's —

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

    # — Ⅲ, approved by 市政府 —

    @transition(status, source=Status.PROPOSED, target=Status.APPROVED, custom={"clause": "5.4.1"})
    def approve(self, at, by: Post, *, document_no: str = "", words: str = "", person: str = ""):
        self.decided_at, self.decided_by = at, by
        self.document_no, self.approved_words, self.approved_person = document_no, words, person

    @transition(status, source=Status.PROPOSED, target=Status.REFUSED, custom={"clause": "5.4.1"})
    def refuse(self, at, by: Post, reason: str):
        self.decided_at, self.decided_by, self.refused_reason = at, by, reason

    @transition(status, source=Status.APPROVED, target=Status.ACTIVE, custom={"clause": "5.4.1"})
    def start_approved(self, at):
        self.started_at = at

    @transition(
        status,
        source=Status.ACTIVE,
        target=Status.ENDING_PROPOSED,
        conditions=[lambda self: self.level == Level.III],
        custom={"clause": "5.4.5"},
    )
    def propose_end(self, by: Post):
        self.ending_proposed_by = by

    @transition(status, source=Status.ENDING_PROPOSED, target=Status.ACTIVE, custom={"clause": "5.4.5"})
    def decline_end(self):
        self.ending_proposed_by = None

    @transition(status, source=Status.ENDING_PROPOSED, target=Status.ENDED, custom={"clause": "5.4.5"})
    def declare_end(self, at):
        self.ended_at = at

    # — Ⅰ and Ⅱ, at once —

    @transition(
        status,
        source=Status.PROPOSED,
        target=Status.ACTIVE,
        conditions=[lambda self: self.level <= Level.II],
        custom={"clause": "5.3"},
    )
    def start_at_once(self, at):
        self.started_at = at

    @transition(
        status,
        source=Status.ACTIVE,
        target=Status.ENDED,
        conditions=[lambda self: self.level <= Level.II],
        custom={"clause": "5.3"},
    )
    def end_on_order(self, at):
        self.ended_at = at

    @transition(
        status,
        source=[Status.PROPOSED, Status.APPROVED, Status.ACTIVE, Status.ENDING_PROPOSED],
        target=Status.SUPERSEDED,
        custom={"clause": "5.1"},
    )
    def supersede(self, at):
        """A higher one took over; or a proposal has lost its object."""
        if self.started_at:
            self.ended_at = at


class ResponseBody(models.Model):
    """A member or county body named when the response starts: it owes follow-ups too (§5.4.2(2))."""

    response = models.ForeignKey(Response, models.PROTECT, related_name="named")
    body = models.ForeignKey(Organization, models.PROTECT, related_name="named_in", verbose_name="单位")
    follow_up_every = models.DurationField("续报间隔", null=True, blank=True)

    class Meta:
        ordering = ["response", "id"]
        constraints = [models.UniqueConstraint(fields=["response", "body"], name="body_named_once")]
