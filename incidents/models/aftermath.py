"""What an incident leaves to do (§6.1–6.4) before it may be closed: recovery, evaluation, investigation, 奖惩."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django_fsm import transition

from .call_up import CallUp
from .incident import Incident
from .ledger import LedgerEntry
from .machine import StatusField
from .organization import Organization
from .people import Post


class RecoveryItem(models.Model):
    """善后 (§6.1): what is paid or restored, to whom, on what basis; settled, or not due for a reason."""

    class Kind(models.TextChoices):
        CASUALTY = "casualty", "伤亡人员抚恤"
        RESPONDER = "responder", "处置人员补助"
        GOODS_OF_BODY = "goods_of_body", "单位物资补偿"
        GOODS_OF_PERSON = "goods_of_person", "个人物资补偿"
        SERVICE = "service", "生产经营恢复"

    class Status(models.TextChoices):
        OPEN = "open", "未办结"
        SETTLED = "settled", "已办结"
        NOT_DUE = "not_due", "无须办理"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="recovery_items")
    number = models.CharField("编号", max_length=40, unique=True)
    serial = models.PositiveSmallIntegerField("序号")
    kind = models.CharField("类别", max_length=20, choices=Kind)
    status = StatusField("状态", choices=Status, default=Status.OPEN)
    what = models.CharField("事项", max_length=200)
    payee = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+", verbose_name="受偿单位"
    )
    payee_name = models.CharField("受偿人", max_length=60, blank=True)
    amount = models.DecimalField("金额（元）", max_digits=14, decimal_places=2, null=True)
    basis = models.CharField("依据", max_length=200, blank=True)
    responsible = models.ForeignKey(
        Organization, models.PROTECT, related_name="recovery_items", verbose_name="责任单位"
    )
    call_up = models.OneToOneField(CallUp, models.PROTECT, null=True, related_name="recovery_item")
    opened_at = models.DateTimeField("登记时间")
    settled_at = models.DateTimeField("办结时间", null=True)
    settled_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    words = models.TextField("办理情况", blank=True)

    class Meta:
        verbose_name = "善后事项"
        ordering = ["incident", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "serial"], name="recovery_serial_once"),
            models.CheckConstraint(
                name="recovery_amount_not_negative", condition=Q(amount=None) | Q(amount__gte=0)
            ),
            models.CheckConstraint(
                name="recovery_over_in_words",
                condition=Q(status="open", settled_at=None)
                | Q(status__in=["settled", "not_due"], settled_at__isnull=False) & ~Q(words=""),
            ),
            models.CheckConstraint(
                name="recovery_paid_says_how_much",
                condition=~Q(status="settled") | Q(kind="service") | Q(amount__isnull=False) & ~Q(basis=""),
            ),
        ]

    @property
    def gist(self) -> str:
        return f"{self.get_kind_display()}：{self.what}"

    @property
    def personal_name(self) -> str:
        return self.payee_name

    @property
    def is_money(self) -> bool:
        return self.kind != self.Kind.SERVICE

    @transition(status, source=Status.OPEN, target=Status.SETTLED, custom={"clause": "6.1"})
    def settle(self, at, by: Post, words: str):
        self.settled_at, self.settled_by, self.words = at, by, words

    @transition(status, source=Status.OPEN, target=Status.NOT_DUE, custom={"clause": "6.1"})
    def set_aside(self, at, by: Post, words: str):
        self.settled_at, self.settled_by, self.words = at, by, words


class ConcludedQuerySet(models.QuerySet):
    def of_this_end(self):
        """What is in hand, or what the last end came to: when an incident flares up again, its next end has its own."""
        flared_up = LedgerEntry.objects.filter(incident=OuterRef("incident"), action="incident.reopened")
        return self.exclude(Exists(flared_up.filter(at__gte=OuterRef("concluded_at"))))

    def of_earlier_ends(self):
        return self.exclude(pk__in=self.of_this_end().values("pk")).order_by("concluded_at")


class Concluded(models.Model):
    """A paper that is drafted, and stands unchanged from its adoption on (a trigger); one of each end of an incident."""

    drafted_at = models.DateTimeField("起草时间", null=True)
    drafted_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    concluded_at = models.DateTimeField("通过时间", null=True)
    by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")

    objects = ConcludedQuerySet.as_manager()

    class Meta:
        abstract = True

    CONTENTS: tuple[str, ...] = ()

    def contents(self) -> list[tuple[str, str]]:
        return [(self._meta.get_field(name).verbose_name, getattr(self, name)) for name in self.CONTENTS]


class Investigation(Concluded):
    """The investigation of a Ⅲ or Ⅳ incident (§6.3, 2.2.2(8)): its team, findings, responsibility, how it was
    dealt with; of Ⅰ and Ⅱ the superior's reference."""

    CONTENTS = ("findings", "responsibility", "outcome")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="investigations")
    findings = models.TextField("原因与经过", blank=True)
    responsibility = models.TextField("责任认定", blank=True)
    outcome = models.TextField("处理情况", blank=True)
    superior_reference = models.CharField("上级调查文号", max_length=100, blank=True)
    team_named_at = models.DateTimeField("指定调查组时间", null=True)
    team_named_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident"], condition=Q(concluded_at=None), name="one_investigation_in_hand"
            ),
            models.CheckConstraint(
                name="concluded_investigation_is_whole",
                condition=Q(concluded_at=None)
                | Q(by__isnull=False) & ~Q(findings="") & ~Q(responsibility="") & ~Q(outcome=""),
            ),
        ]


class TeamMember(models.Model):
    """Who investigates (§2.2.2(8))."""

    investigation = models.ForeignKey(Investigation, models.CASCADE, related_name="team")
    name = models.CharField("姓名", max_length=60)
    body = models.CharField("单位", max_length=80)
    is_head = models.BooleanField("组长", default=False)

    class Meta:
        ordering = ["-is_head", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["investigation"], condition=Q(is_head=True), name="one_head_of_a_team"
            )
        ]


class Evaluation(Concluded):
    """指挥部's evaluation where Ⅲ or above was ever reached (§6.2): 起因、性质、影响、责任、经验教训."""

    CONTENTS = ("cause", "nature", "impact", "responsibility", "lessons")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="evaluations")
    cause = models.TextField("起因", blank=True)
    nature = models.TextField("性质", blank=True)
    impact = models.TextField("影响", blank=True)
    responsibility = models.TextField("责任", blank=True)
    lessons = models.TextField("经验教训", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident"], condition=Q(concluded_at=None), name="one_evaluation_in_hand"
            ),
            models.CheckConstraint(
                name="concluded_evaluation_is_whole",
                condition=Q(concluded_at=None)
                | Q(by__isnull=False)
                & ~Q(cause="")
                & ~Q(nature="")
                & ~Q(impact="")
                & ~Q(responsibility="")
                & ~Q(lessons=""),
            ),
        ]


class EvaluationInput(models.Model):
    """A body that is asked for its word on the evaluation, until when, and what it said (§6.2)."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="evaluation_inputs")
    number = models.CharField("编号", max_length=40, unique=True)
    serial = models.PositiveSmallIntegerField("序号")
    body = models.ForeignKey(Organization, models.PROTECT, related_name="evaluation_inputs")
    question = models.CharField("所问", max_length=300)
    asked_at = models.DateTimeField("征求时间")
    due_at = models.DateTimeField("期限")
    answered_at = models.DateTimeField("答复时间", null=True)
    answered_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    words = models.TextField("意见", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "评估意见征询"
        ordering = ["incident", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "serial"], name="input_serial_once"),
            models.UniqueConstraint(
                fields=["incident", "body"], condition=Q(answered_at=None), name="asked_once_at_a_time"
            ),
            models.CheckConstraint(
                name="input_answered_in_words", condition=Q(answered_at=None) | ~Q(words="")
            ),
        ]

    @property
    def gist(self) -> str:
        return self.question

    def is_late(self, now) -> bool:
        return (self.answered_at or now) > self.due_at


class Improvement(models.Model):
    """What follows from a lesson (改进措施, §6.2): who sees to it, by when, and that it was done."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="improvements")
    number = models.CharField("编号", max_length=40, unique=True)
    serial = models.PositiveSmallIntegerField("序号")
    measure = models.CharField("措施", max_length=300)
    body = models.ForeignKey(Organization, models.PROTECT, related_name="improvements")
    due_at = models.DateTimeField("期限")
    opened_at = models.DateTimeField("登记时间")
    done_at = models.DateTimeField("完成时间", null=True)
    done_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    words = models.TextField("完成情况", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "整改措施"
        ordering = ["incident", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "serial"], name="improvement_serial_once"),
            models.CheckConstraint(
                name="improvement_done_in_words", condition=Q(done_at=None) | ~Q(words="")
            ),
        ]

    @property
    def gist(self) -> str:
        return self.measure

    def is_late(self, now) -> bool:
        return (self.done_at or now) > self.due_at


class Verdict(models.Model):
    """What was decided about a body or a person (§6.4); append-only."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="%(class)s_rows")
    body = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+", verbose_name="单位")
    person_name = models.CharField("个人", max_length=60, blank=True)
    words = models.TextField("决定")
    decided_by = models.CharField("决定机关", max_length=80)
    document_no = models.CharField("文号", max_length=60)
    decided_at = models.DateTimeField("决定时间")
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(Post, models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        ordering = ["incident", "id"]
        constraints = [
            models.CheckConstraint(
                name="%(class)s_of_somebody", condition=Q(body__isnull=False) | ~Q(person_name="")
            )
        ]

    @property
    def personal_name(self) -> str:
        return self.person_name


class Commendation(Verdict):
    """表彰."""

    class Meta(Verdict.Meta):
        verbose_name = "表彰"


class Accountability(Verdict):
    """责任追究."""

    class Meta(Verdict.Meta):
        verbose_name = "责任追究"
