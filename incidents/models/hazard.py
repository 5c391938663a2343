"""危险源 and 隐患 (§4.1): registered by the firm, assessed, rectified by a date, checked by office or county, closed."""

from datetime import date

from django.db import models
from django.db.models import Q
from django_fsm import transition

from .attachment import RegisterFile
from .incident import LATITUDES, LONGITUDES
from .machine import StatusField
from .organization import Organization
from .register_step import RegisterStep

MOST_POINTS = 5
"""Of likelihood and of consequence; the risk is their product."""


class RiskGrade(models.IntegerChoices):
    """**Decided**: by the product of likelihood and consequence."""

    MAJOR = 1, "重大风险"
    CONSIDERABLE = 2, "较大风险"
    MODERATE = 3, "一般风险"
    LOW = 4, "低风险"


FROM_POINTS = {RiskGrade.MAJOR: 20, RiskGrade.CONSIDERABLE: 12, RiskGrade.MODERATE: 6, RiskGrade.LOW: 1}


def grade_of(likelihood: int, consequence: int) -> RiskGrade:
    points = likelihood * consequence
    return next(grade for grade, least in FROM_POINTS.items() if points >= least)


class HazardQuerySet(models.QuerySet):
    def open(self):
        return self.exclude(status=Hazard.Status.CLOSED)

    def overdue(self, today: date):
        """To be assessed, or rectified, by a day that is over."""
        return self.filter(
            Q(status=Hazard.Status.REGISTERED, assess_by__lt=today)
            | Q(status=Hazard.Status.RECTIFYING, due_on__lt=today)
        )


class Hazard(models.Model):
    class Kind(models.TextChoices):
        SOURCE = "source", "危险源"
        AREA = "area", "危险区域"
        FLAW = "flaw", "事故隐患"

    class Source(models.TextChoices):
        """How it came to be known."""

        SURVEY = "survey", "企业排查"
        OWN_CHECK = "own_check", "企业自查"
        INSPECTION = "inspection", "监督检查"
        TRAINING = "training", "在岗人员未经培训"

    class Status(models.TextChoices):
        REGISTERED = "registered", "已登记，待评估"
        ASSESSED = "assessed", "已评估，待定整改措施"
        RECTIFYING = "rectifying", "整改中"
        RECTIFIED = "rectified", "已整改，待复查"
        CHECKED = "checked", "复查合格"
        CLOSED = "closed", "已销号"

    body = models.ForeignKey(Organization, models.PROTECT, related_name="hazards", verbose_name="企业")
    county = models.ForeignKey(
        Organization, models.PROTECT, related_name="hazards_in_county", verbose_name="县区"
    )
    number = models.CharField("编号", max_length=30, unique=True)
    status = StatusField("状态", choices=Status, default=Status.REGISTERED)
    since = models.DateTimeField("自何时")
    kind = models.CharField("类别", max_length=10, choices=Kind)
    source = models.CharField("来源", max_length=12, choices=Source, default=Source.SURVEY)
    ref = models.CharField("来源编号", max_length=60, blank=True)
    place = models.CharField("地点", max_length=200)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField("纬度", max_digits=8, decimal_places=6, null=True, blank=True)
    words = models.TextField("情况")
    registered_at = models.DateTimeField("登记时间")
    assess_by = models.DateField("评估期限", null=True)
    likelihood = models.PositiveSmallIntegerField("可能性", null=True)
    consequence = models.PositiveSmallIntegerField("后果", null=True)
    grade = models.PositiveSmallIntegerField("风险等级", choices=RiskGrade, null=True)
    assessed_on = models.DateField("评估日期", null=True)
    assessed_by = models.CharField("评估人", max_length=60, blank=True)
    measures = models.TextField("整改措施", blank=True)
    responsible = models.CharField("整改责任人", max_length=60, blank=True)
    due_on = models.DateField("整改期限", null=True)
    rectified_at = models.DateTimeField("报告整改时间", null=True)
    closed_at = models.DateTimeField("销号时间", null=True)

    objects = HazardQuerySet.as_manager()
    noun = "危险源（隐患）"

    class Meta:
        verbose_name = "危险源和隐患"
        verbose_name_plural = "危险源和隐患"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["due_on"], name="hazard_rectifying_until", condition=Q(status="rectifying"))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "ref"], condition=~Q(ref="") & ~Q(status="closed"), name="hazard_open_once"
            ),
            models.CheckConstraint(
                name="hazard_point_is_whole_and_in_the_country",
                condition=Q(longitude=None, latitude=None)
                | Q(longitude__range=LONGITUDES, latitude__range=LATITUDES),
            ),
            models.CheckConstraint(
                name="hazard_is_assessed_as_a_whole",
                condition=Q(likelihood=None, consequence=None, grade=None, assessed_on=None, assessed_by="")
                | Q(
                    likelihood__range=(1, MOST_POINTS),
                    consequence__range=(1, MOST_POINTS),
                    grade__range=(1, 4),
                    assessed_on__isnull=False,
                )
                & ~Q(assessed_by=""),
            ),
            models.CheckConstraint(
                name="hazard_is_assessed_before_it_is_rectified",
                condition=Q(status__in=["registered", "closed"]) | Q(grade__isnull=False),
            ),
            models.CheckConstraint(
                name="hazard_is_rectified_by_somebody_until",
                condition=Q(status__in=["registered", "assessed", "closed"])
                | Q(due_on__isnull=False) & ~Q(measures="") & ~Q(responsible=""),
            ),
            models.CheckConstraint(
                name="hazard_rectified_says_when",
                condition=~Q(status__in=["rectified", "checked"]) | Q(rectified_at__isnull=False),
            ),
            models.CheckConstraint(
                name="hazard_closed_says_when",
                condition=Q(status="closed", closed_at__isnull=False)
                | ~Q(status="closed") & Q(closed_at=None),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.gist}"

    @property
    def gist(self) -> str:
        return f"{self.get_kind_display()}：{self.words}"

    @property
    def points(self) -> int | None:
        return self.likelihood and self.likelihood * self.consequence

    def is_overdue(self, today: date) -> bool:
        """As `HazardQuerySet.overdue`."""
        return bool(self.next_due and self.next_due < today)

    @property
    def next_due(self) -> date | None:
        """The day by which the firm owes its next step."""
        days = {self.Status.REGISTERED: self.assess_by, self.Status.RECTIFYING: self.due_on}
        return days.get(self.status)

    @property
    def what_is_due(self) -> str:
        return "评估" if self.status == self.Status.REGISTERED else "整改"

    @transition(
        status,
        source=[Status.REGISTERED, Status.ASSESSED, Status.CHECKED],
        target=Status.ASSESSED,
        custom={"clause": "4.1"},
    )
    def assess(self, at, likelihood: int, consequence: int):
        self.since = at
        self.likelihood, self.consequence = likelihood, consequence
        self.grade = grade_of(likelihood, consequence)

    @transition(status, source=Status.ASSESSED, target=Status.RECTIFYING, custom={"clause": "4.1"})
    def rectify(self, at, due_on: date):
        self.since, self.due_on = at, due_on

    @transition(status, source=Status.RECTIFYING, target=Status.RECTIFYING, custom={"clause": "4.1"})
    def put_off(self, due_on: date):
        self.due_on = due_on

    @transition(status, source=Status.RECTIFYING, target=Status.RECTIFIED, custom={"clause": "4.1"})
    def report_rectified(self, at):
        self.since = self.rectified_at = at

    @transition(status, source=Status.RECTIFIED, target=Status.CHECKED, custom={"clause": "4.1"})
    def accept(self, at):
        self.since = at

    @transition(status, source=Status.RECTIFIED, target=Status.RECTIFYING, custom={"clause": "4.1"})
    def send_back(self, at, due_on: date):
        self.since, self.due_on = at, due_on

    @transition(
        status,
        source=[Status.REGISTERED, Status.ASSESSED, Status.RECTIFYING, Status.CHECKED],
        target=Status.CLOSED,
        custom={"clause": "4.1"},
    )
    def close(self, at):
        self.since = self.closed_at = at


class HazardStep(RegisterStep):
    """One step of a hazard, with its proof."""

    class What(models.TextChoices):
        REGISTERED = "registered", "登记"
        ASSESSED = "assessed", "风险评估"
        PLANNED = "planned", "确定整改措施"
        PUT_OFF = "put_off", "延长整改期限"
        RECTIFIED = "rectified", "报告整改"
        ACCEPTED = "accepted", "复查合格"
        SENT_BACK = "sent_back", "复查不合格，退回整改"
        CLOSED = "closed", "销号"

    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="steps")
    what = models.CharField("步骤", max_length=12, choices=What)
    proof = models.OneToOneField(
        RegisterFile, models.PROTECT, null=True, related_name="hazard_step", verbose_name="证明材料"
    )

    class Meta:
        ordering = ["hazard", "id"]
