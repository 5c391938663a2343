"""The plan as data: its versions, and of each the clauses, event classes and working groups.

A version in force is read-only (a trigger sees to it); edits go to a draft, and approving the draft is one act (§8.4).
Which version is in force follows from the times at which they take effect, whoever runs or does not run. Incidents keep
the version they began under. Criteria: `plan_criteria`; limits and ladders: `plan_rules`.
"""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from incidents.kept import kept


class Level(models.IntegerChoices):
    """Ⅰ is the most severe; "较大以上" is `level <= Level.III`."""

    I = 1, "Ⅰ级 特别重大"  # noqa: E741
    II = 2, "Ⅱ级 重大"
    III = 3, "Ⅲ级 较大"
    IV = 4, "Ⅳ级 一般"

    @property
    def roman(self) -> str:
        return "ⅠⅡⅢⅣ"[self - 1]


class PlanVersion(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", "草案"
        SUBMITTED = "submitted", "报批中"
        APPROVED = "approved", "已定待生效"
        ACTIVE = "active", "现行"
        SUPERSEDED = "superseded", "已被取代"
        WITHDRAWN = "withdrawn", "作废"

    UNDER_WAY = (Status.DRAFT, Status.SUBMITTED, Status.APPROVED)
    """Of these there is one at a time."""

    IN_FORCE_ONCE = (Status.APPROVED, Status.ACTIVE, Status.SUPERSEDED)
    """Of these each is in force from its time on, until the next."""

    number = models.PositiveIntegerField("版本", unique=True)
    title = models.CharField("名称", max_length=100)
    document_no = models.CharField("文号", max_length=60, blank=True)
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.DRAFT)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name="修订自")
    note = models.TextField("修订说明", blank=True)
    activated_at = models.DateTimeField("生效时间", null=True, blank=True)
    """When it takes effect; of an approved version still to come, or come without anybody having noted it yet."""
    withdrawn_why = models.TextField("作废理由", blank=True, db_default="")

    class Meta:
        verbose_name = "预案版本"
        verbose_name_plural = "预案版本"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["status"], condition=models.Q(status="active"), name="one_plan_in_force"
            ),
            models.UniqueConstraint(
                fields=["status"],
                condition=models.Q(status="draft"),
                name="one_draft_at_a_time",
                violation_error_message="已有一个草案。",
            ),
        ]

    def __str__(self):
        return f"{self.title} 第{self.number}版（{self.get_status_display()}）"

    @classmethod
    def in_force(cls, at: datetime | None = None) -> "PlanVersion":
        """At that time, by default now. Raises `PlanVersion.DoesNotExist` where no plan has been loaded."""
        if plan := _in_force.first(at or timezone.now()):
            return plan
        raise cls.DoesNotExist

    @property
    def takes_effect_later(self) -> bool:
        return self.status == self.Status.APPROVED and self.activated_at > timezone.now()

    @property
    def standing(self) -> str:
        """Its state in words, by the times that are stored."""
        if self.status == self.Status.APPROVED and not self.takes_effect_later:
            return self.Status.ACTIVE.label
        return self.get_status_display()


def in_force_at(at) -> models.QuerySet[PlanVersion]:
    """The version in force at that time comes first: the last to have taken effect by then, else the first of all.

    Numbers rise with the times at which versions take effect. What is only approved takes effect by its time alone.
    """
    come = models.Q(activated_at__lte=at) | models.Q(based_on=None)
    once = PlanVersion.objects.filter(come, status__in=PlanVersion.IN_FORCE_ONCE)
    return once.order_by("-number")[:1]


def ever_in_force(at: datetime) -> models.Q:
    """Of rows: those of the version in force at that time, and of those before it; of no draft, of none given up."""
    upto = in_force_at(at).values("number")
    return models.Q(version__status__in=PlanVersion.IN_FORCE_ONCE, version__number__lte=upto)


@kept
def _in_force(at: datetime):
    return in_force_at(at)


class PlanPart(models.Model):
    """A row of a plan version."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, verbose_name="预案版本")

    class Meta:
        abstract = True


class Clause(PlanPart):
    number = models.CharField("条款", max_length=12)
    title = models.CharField("标题", max_length=60)
    text = models.TextField("正文", blank=True)
    order = models.PositiveSmallIntegerField("顺序")

    class Meta:
        verbose_name = "条款"
        verbose_name_plural = "条款"
        ordering = ["version", "order"]
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="clause_once")]

    def __str__(self):
        return f"§{self.number} {self.title}"


class EventClass(PlanPart):
    """A main type of event (解读 三.2, §8.3), with the questions that a duty officer asks on the phone."""

    code = models.SlugField("代码", max_length=30)
    name = models.CharField("名称", max_length=30)
    source = models.CharField("依据", max_length=100)
    questions = ArrayField(
        models.CharField(max_length=100), verbose_name="询问要点", default=list, blank=True
    )
    order = models.PositiveSmallIntegerField("顺序")

    class Meta:
        verbose_name = "事件类别"
        verbose_name_plural = "事件类别"
        ordering = ["version", "order"]
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="event_class_once")]

    def __str__(self):
        return self.name


class GroupTemplate(PlanPart):
    """A working group of annex 1 (§2.2.4), as it is formed when a response Ⅰ–Ⅲ starts."""

    name = models.CharField("组名", max_length=40)
    lead = models.ForeignKey(
        "incidents.Organization",
        models.PROTECT,
        related_name="+",
        limit_choices_to={"kind__in": ["MEMBER", "COUNTY"]},
        verbose_name="牵头单位",
    )
    members = ArrayField(models.CharField(max_length=40), verbose_name="成员单位", default=list, blank=True)
    duties = models.TextField("职责", blank=True)
    source = models.CharField("来源", max_length=120)
    from_gazette = models.BooleanField("出自公报原文", default=False)
    order = models.PositiveSmallIntegerField("顺序", default=1)

    class Meta:
        verbose_name = "应急工作组（附件1）"
        verbose_name_plural = "应急工作组（附件1）"
        ordering = ["version", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="group_template_once")]

    def __str__(self):
        return self.name
