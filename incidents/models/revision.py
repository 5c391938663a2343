"""What a revision of the plan goes through (§8.4): edits with their reasons, assessment by bodies and experts, approval."""

from django.db import models

from .expert import Expert
from .organization import Organization
from .people import Post
from .plan import PlanVersion


class PlanEdit(models.Model):
    """A row of a draft was added, changed or taken out: what, and why; append-only."""

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="edits", verbose_name="草案")
    part = models.CharField("部分", max_length=20)
    key = models.CharField("行", max_length=200)
    """What identifies the row across versions, as `plan_rows.Part.key_words` writes it."""
    words = models.TextField("改动")
    reason = models.CharField("理由", max_length=500)
    made_at = models.DateTimeField("时间")
    made_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="修改岗位")

    class Meta:
        verbose_name = "草案改动"
        ordering = ["version", "made_at", "id"]


class Assessment(models.Model):
    """A round of assessment of a draft by bodies and experts; what was closed stands."""

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="assessments", verbose_name="草案")
    serial = models.PositiveSmallIntegerField("轮次")
    words = models.TextField("评估要求")
    due_at = models.DateTimeField("答复期限")
    opened_at = models.DateTimeField("发起时间")
    opened_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="发起岗位")
    closed_at = models.DateTimeField("结束时间", null=True)
    closed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="结束岗位")
    conclusion = models.TextField("评估结论", blank=True)
    found = models.CharField("评估时的改动", max_length=32, blank=True)
    """The fingerprint of the changes that rest on the plan, as they stood when the round was closed."""

    class Meta:
        verbose_name = "预案评估"
        ordering = ["version", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["version", "serial"], name="assessment_serial_once"),
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(closed_at=None), name="one_assessment_at_a_time"
            ),
        ]

    def __str__(self):
        return f"第{self.version.number}版第{self.serial}轮评估"


class AssessmentAsked(models.Model):
    """A body or an expert of the pool who is asked for an opinion; an answer stands."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="asked")
    body = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="plan_assessments", verbose_name="单位"
    )
    expert = models.ForeignKey(
        Expert, models.PROTECT, null=True, related_name="plan_assessments", verbose_name="专家"
    )
    answered_at = models.DateTimeField("答复时间", null=True)
    answered_by = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="+", verbose_name="答复（记录）岗位"
    )
    agrees = models.BooleanField("同意", null=True)

    class Meta:
        verbose_name = "征求意见对象"
        ordering = ["assessment", "expert", "body"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "body"], name="body_asked_once"),
            models.UniqueConstraint(fields=["assessment", "expert"], name="expert_asked_once"),
            models.CheckConstraint(
                name="a_body_or_an_expert_is_asked",
                condition=models.Q(body=None, expert__isnull=False)
                | models.Q(body__isnull=False, expert=None),
            ),
        ]

    def __str__(self):
        return str(self.body or self.expert)


class AssessmentOpinion(models.Model):
    """One opinion on the draft as a whole, a clause or a row; what was done about it stands."""

    class Disposal(models.TextChoices):
        ADOPTED = "adopted", "采纳"
        PARTLY = "partly", "部分采纳"
        DECLINED = "declined", "未采纳"

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="opinions")
    asked = models.ForeignKey(AssessmentAsked, models.PROTECT, null=True, related_name="opinions")
    meeting = models.CharField("评估会议", max_length=100, blank=True)
    about = models.CharField("针对", max_length=100, blank=True)
    words = models.TextField("意见")
    said_at = models.DateTimeField("提出时间")
    recorded_at = models.DateTimeField("记录时间")
    recorded_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="记录岗位")
    disposal = models.CharField("处理", max_length=10, choices=Disposal, blank=True)
    why = models.CharField("处理理由", max_length=500, blank=True)
    disposed_at = models.DateTimeField("处理时间", null=True)
    disposed_by = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="+", verbose_name="处理岗位"
    )

    class Meta:
        verbose_name = "评估意见"
        ordering = ["assessment", "recorded_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="opinion_has_one_origin",
                condition=models.Q(asked=None) & ~models.Q(meeting="")
                | models.Q(asked__isnull=False, meeting=""),
            ),
        ]

    @property
    def origin(self) -> str:
        return str(self.asked) if self.asked_id else self.meeting


class PlanSubmission(models.Model):
    """A draft before 市政府: submitted here and decided here, or approved on paper and entered; a decision stands."""

    class Outcome(models.TextChoices):
        APPROVED = "approved", "批准"
        REFUSED = "refused", "未批准"
        RECALLED = "recalled", "撤回"

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="submissions", verbose_name="版本")
    words = models.TextField("报批说明", blank=True)
    effective_at = models.DateTimeField("建议（确定）生效时间", null=True)
    """None: when it is approved."""
    submitted_at = models.DateTimeField("报批时间")
    submitted_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="报批岗位")
    decided_at = models.DateTimeField("决定时间", null=True)
    decided_by = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="+", verbose_name="决定（录入）岗位"
    )
    outcome = models.CharField("结果", max_length=10, choices=Outcome, blank=True)
    document_no = models.CharField("批准文号", max_length=60, blank=True)
    document_day = models.DateField("文件日期", null=True)
    reason = models.TextField("理由", blank=True)
    on_paper = models.BooleanField("纸质批件", default=False)

    class Meta:
        verbose_name = "预案报批"
        ordering = ["version", "submitted_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(decided_at=None), name="one_submission_at_a_time"
            ),
            models.CheckConstraint(
                name="approval_has_its_document",
                condition=~models.Q(outcome="approved") | ~models.Q(document_no=""),
            ),
        ]
