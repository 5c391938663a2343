"""Deadlines (时限): what is owed, by whom, to whom, until when, and which steps of its ladder have fired.

A debt's state is never stored. Its times are; `Deadline.state(now)` and `with_state(now)` read the
state off them, so that an overdue debt reads as overdue with every worker dead.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from incidents.drill_clock import DrillClock
from incidents.models import (
    DeadlineRule,
    EscalationStep,
    Incident,
    Organization,
    Post,
    Report,
    Response,
    SupportRequest,
    TaskOrder,
    of_drills,
)
from incidents.models.indexes import where_given
from incidents.roles import Actor

from .bulletin import Bulletin
from .chase import Chase
from .undertaking import Undertaking
from .warning import Warning

DUE_SECOND = timedelta(seconds=1)
"""最迟不得超过 includes the due second itself: a debt is overdue from the next one on."""


def day_at(at: datetime, clock: DrillClock | None) -> date:
    """The calendar day (city time) at this moment; by a drill's clock, in the drill."""
    return timezone.localdate(clock.shown(at) if clock else at)


MATTERS = ("response", "order", "support", "chase", "bulletin")
"""What within its subject a debt may be about; without any, it is about the subject itself."""


class State(models.TextChoices):
    OPEN = "open", "未到期"
    MET = "met", "按时完成"
    MET_LATE = "met_late", "超时完成"
    BREACHED = "breached", "超时"
    WAIVED = "waived", "已豁免"
    VOID = "void", "已失效"


UNSETTLED = Q(met_at=None, voided_at=None, waived_at=None)
ANSWERABLE = UNSETTLED & Q(written_off_at=None, relieved_at=None)


def known_of(state: str, now: datetime) -> Q:
    """Not all that a state is, but what an index says of it."""
    overdue = Q(due_at__lte=now - DUE_SECOND)
    return {
        State.OPEN: UNSETTLED & ~overdue,
        State.BREACHED: UNSETTLED & overdue,
        State.MET: Q(met_at__isnull=False),
        State.MET_LATE: Q(met_at__gt=F("due_at")),
        State.WAIVED: Q(waived_at__isnull=False),
        State.VOID: Q(voided_at__isnull=False),
    }[state]


class DeadlineQuerySet(models.QuerySet):
    def with_state(self, now: datetime):
        """Annotates `state_now`; the twin of `Deadline.state`, held equal by a property test."""
        return self.annotate(
            state_now=Case(
                When(voided_at__isnull=False, then=Value(State.VOID)),
                When(waived_at__isnull=False, then=Value(State.WAIVED)),
                When(met_at__lt=F("due_at") + DUE_SECOND, then=Value(State.MET)),
                When(met_at__isnull=False, then=Value(State.MET_LATE)),
                When(due_at__lte=now - DUE_SECOND, then=Value(State.BREACHED)),
                default=Value(State.OPEN),
                output_field=models.CharField(),
            )
        )

    def in_states(self, states: Iterable[str], now: datetime):
        """Those in one of these states; what an index knows of a state is said beside."""
        known = Q(pk__in=[])
        for state in states:
            known |= known_of(state, now)
        return self.with_state(now).filter(known, state_now__in=states)

    def real(self):
        """Without those of drills, which no figure counts (domain §8)."""
        return self.filter(of_drills(False, "incident", "warning"))

    def seen_by(self, actor: Actor):
        """Of the drill that he acts in, or of none."""
        return self.filter(of_drills(actor.in_drill, "incident", "warning", drill=actor.drill))

    def unsettled(self):
        """Open or breached: what somebody still has to answer."""
        return self.filter(UNSETTLED)

    def overdue(self, now: datetime):
        return self.unsettled().filter(due_at__lte=now - DUE_SECOND)

    def answerable(self):
        """The twin of `Deadline.is_answerable`."""
        return self.filter(ANSWERABLE)


class Deadline(models.Model):
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, blank=True, related_name="deadlines")
    warning = models.ForeignKey(
        Warning, models.PROTECT, null=True, blank=True, related_name="deadlines", db_index=False
    )
    undertaking = models.ForeignKey(
        Undertaking, models.PROTECT, null=True, blank=True, related_name="deadlines", db_index=False
    )
    response = models.ForeignKey(
        Response, models.PROTECT, null=True, blank=True, related_name="deadlines", db_index=False
    )
    order = models.ForeignKey(
        TaskOrder, models.PROTECT, null=True, blank=True, related_name="deadlines", db_index=False
    )
    support = models.ForeignKey(
        SupportRequest, models.PROTECT, null=True, blank=True, related_name="deadlines", db_index=False
    )
    chase = models.ForeignKey(
        Chase, models.PROTECT, null=True, blank=True, related_name="deadlines", db_index=False
    )
    bulletin = models.ForeignKey(
        Bulletin, models.PROTECT, null=True, blank=True, related_name="deadlines", db_index=False
    )
    rule = models.ForeignKey(DeadlineRule, models.PROTECT, related_name="deadlines")
    debtor = models.ForeignKey(Organization, models.PROTECT, related_name="debts", verbose_name="责任方")
    desk = models.ForeignKey(
        Organization, models.PROTECT, related_name="desk_debts", verbose_name="经办值班台"
    )
    creditor = models.ForeignKey(
        Organization, models.PROTECT, related_name="credits", verbose_name="报告对象"
    )
    created_at = models.DateTimeField("产生时间")
    starts_at = models.DateTimeField("起算时间")
    due_at = models.DateTimeField("到期时间")
    met_at = models.DateTimeField("完成时间", null=True, blank=True)
    met_by = models.ForeignKey(
        Report, models.PROTECT, null=True, blank=True, related_name="meets", db_index=False
    )
    voided_at = models.DateTimeField("失效时间", null=True, blank=True)
    waived_at = models.DateTimeField("豁免时间", null=True, blank=True)
    written_off_at = models.DateTimeField("核销时间", null=True, blank=True)
    relieved_at = models.DateTimeField("因定级不再追办", null=True, blank=True)
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replacements",
        db_index=False,
        verbose_name="接替",
    )
    round = models.PositiveIntegerField("次序", default=0)
    interval = models.DurationField("间隔", null=True, blank=True)
    rolls_on = models.BooleanField("到期后另起下一次", default=False)
    pace = models.PositiveSmallIntegerField("速度", default=1, db_default=1)
    """How many times faster than the plan says it runs: a drill's speed when it was opened."""
    yields = models.BooleanField("让行", default=False, db_default=False)
    """Its steps fire when nothing that really happened is due: said when it opens, of what is only played."""
    counted = models.BooleanField("计入及时率", default=True)
    acknowledged_at = models.DateTimeField("知悉时间", null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="知悉人"
    )
    resumes_at = models.DateTimeField("升级恢复时间", null=True, blank=True)
    next_step_at = models.DateTimeField("下一步骤时间", null=True, blank=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = "时限"
        verbose_name_plural = "时限"
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                fields=["next_step_at"], name="deadline_next_step", condition=Q(next_step_at__isnull=False)
            ),
            models.Index(
                fields=["due_at"],
                name="deadline_unsettled",
                condition=Q(met_at=None, voided_at=None, waived_at=None),
            ),
            models.Index(
                fields=["next_step_at"],
                name="deadline_next_undertaken",
                condition=Q(next_step_at__isnull=False, undertaking__isnull=False),
            ),
            models.Index(
                fields=["next_step_at"],
                name="deadline_next_yielding",
                condition=Q(next_step_at__isnull=False, yields=True),
            ),
            models.Index(fields=["due_at", "id"], name="deadline_due"),
            models.Index(fields=["debtor", "due_at"], name="deadline_of_debtor"),
            models.Index(
                fields=["due_at"],
                name="deadline_answerable",
                condition=Q(
                    met_at=None, voided_at=None, waived_at=None, written_off_at=None, relieved_at=None
                ),
            ),
            models.Index(fields=["due_at"], name="deadline_late", condition=Q(met_at__gt=F("due_at"))),
            models.Index(fields=["due_at"], name="deadline_waived", condition=Q(waived_at__isnull=False)),
            models.Index(fields=["due_at"], name="deadline_void", condition=Q(voided_at__isnull=False)),
            *where_given(
                "deadline", "warning", "undertaking", *MATTERS, "met_by", "replaces", "acknowledged_by"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "warning", "rule", "debtor", *MATTERS, "round"],
                condition=Q(undertaking=None, voided_at=None, relieved_at=None),
                nulls_distinct=False,
                name="one_standing_debt_of_a_rule",
            ),
            models.UniqueConstraint(
                fields=["undertaking", "round"],
                condition=Q(undertaking__isnull=False, voided_at=None, relieved_at=None),
                name="one_standing_debt_per_round",
            ),
            models.CheckConstraint(
                name="debt_of_one_of_three",
                condition=Q(incident__isnull=False, warning=None, undertaking=None)
                | Q(incident=None, warning__isnull=False, undertaking=None)
                | Q(incident=None, warning=None, undertaking__isnull=False),
            ),
            models.CheckConstraint(
                name="settled_debt_rolls_no_further",
                condition=Q(rolls_on=False) | Q(met_at=None, voided_at=None, waived_at=None),
            ),
            models.CheckConstraint(
                name="settled_one_way",
                condition=Q(voided_at=None, waived_at=None)
                | Q(met_at=None, waived_at=None)
                | Q(met_at=None, voided_at=None),
            ),
            models.CheckConstraint(
                name="settled_debt_has_no_next_step",
                condition=Q(next_step_at=None) | Q(met_at=None, voided_at=None, waived_at=None),
            ),
            models.CheckConstraint(
                name="written_off_only_when_breached",
                condition=Q(written_off_at=None)
                | Q(written_off_at__gt=F("due_at"), voided_at=None, waived_at=None),
            ),
            models.CheckConstraint(
                name="waived_before_due",
                condition=Q(waived_at=None) | Q(waived_at__lt=F("due_at") + DUE_SECOND),
            ),
        ]

    def __str__(self):
        return f"{self.rule.code} {self.rule.name}"

    def state(self, now: datetime) -> State:
        if self.voided_at:
            return State.VOID
        if self.waived_at:
            return State.WAIVED
        if self.met_at:
            return State.MET if self.met_at < self.due_at + DUE_SECOND else State.MET_LATE
        return State.BREACHED if now >= self.due_at + DUE_SECOND else State.OPEN

    @property
    def is_unsettled(self) -> bool:
        return self.met_at is None and self.voided_at is None and self.waived_at is None

    @property
    def is_answerable(self) -> bool:
        """Still waited for: open, or breached and neither written off nor relieved by a grading."""
        return self.is_unsettled and self.written_off_at is None and self.relieved_at is None

    def is_paused(self, now: datetime) -> bool:
        """Acknowledged, and its ladder not yet resumed."""
        return bool(self.resumes_at and now < self.resumes_at and self.is_answerable)

    @property
    def stands(self) -> bool:
        """Neither void nor relieved by a grading: a rule has one such row per incident and debtor."""
        return self.voided_at is None and self.relieved_at is None

    @property
    def subject(self) -> Incident | Warning | Undertaking:
        """What it is locked, numbered and told under."""
        if self.incident_id:
            return self.incident
        return self.warning if self.warning_id else self.undertaking

    @property
    def is_the_firms(self) -> bool:
        """Owed by an enterprise, and so its to see; the office's own debts are not."""
        return self.debtor.kind == Organization.Kind.ENTERPRISE

    @property
    def is_for_the_firm(self) -> bool:
        """To be read on the timeline by the firm concerned: not an order to, or a request of, another firm."""
        own = not (self.order_id or self.support_id) or self.debtor_id == self.subject.enterprise_id
        return self.is_the_firms and own

    @property
    def series(self) -> tuple:
        """Rows of one recurring debt share it."""
        return (self.rule.code, self.rule.creditor, self.debtor_id, *self.matter.values())

    @property
    def day(self) -> date:
        """The calendar day (city time; in a drill, its own) that a row of a daily debt stands for."""
        return day_at(self.due_at - DUE_SECOND, self.subject.clock)

    def paced(self, length: timedelta) -> timedelta:
        """A length of time of the plan's, as long as it is for this row."""
        return length / self.pace

    def lasts(self, length: timedelta) -> timedelta:
        """A real length of time, as the plan would count it for this row."""
        return length * self.pace

    @property
    def matter(self) -> dict:
        return {f"{name}_id": getattr(self, f"{name}_id") for name in MATTERS}

    @property
    def breach_words(self) -> str:
        """超法定时限 for a limit of the plan, 超内部时限 for a decided target (domain, head)."""
        return "超法定时限" if self.rule.basis == DeadlineRule.Basis.PLAN else "超内部时限"

    @property
    def basis_words(self) -> str:
        """What is said before it is due of a limit that is no limit of the plan."""
        return "" if self.rule.basis == DeadlineRule.Basis.PLAN else "（内部时限）"


class FiredStep(models.Model):
    """A step of a debt's ladder that has fired, or was skipped after an outage; each exactly once."""

    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="fired_steps", db_index=False)
    step = models.ForeignKey(EscalationStep, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField("计划时间")
    fired_at = models.DateTimeField("实际时间")
    skipped = models.BooleanField("已跳过", default=False)
    found_nobody = models.BooleanField("无人可通知", default=False)
    inherited = models.BooleanField("承接自被接替的时限", default=False)

    class Meta:
        ordering = ["planned_at", "step__offset"]
        constraints = [models.UniqueConstraint(fields=["deadline", "step"], name="each_step_fires_once")]
