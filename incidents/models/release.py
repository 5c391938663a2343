"""Public releases (信息发布, §5.2.5): one wording for all, reviewed, consulted on, approved, published."""

from django.db import models
from django.db.models import F, Q
from django_fsm import transition

from incidents.search import index_of

from .incident import Incident
from .machine import StatusField
from .people import Post, User


class PublicRelease(models.Model):
    """One version of one release. Its text is fixed from the approval on (a trigger); a change is a new version."""

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        REVIEWED = "reviewed", "已审核"
        APPROVED = "approved", "已批准"
        PUBLISHED = "published", "已发布"
        WITHDRAWN = "withdrawn", "已撤回"

    BEFORE_APPROVAL = (Status.DRAFT, Status.REVIEWED)
    AGREED = (Status.APPROVED, Status.PUBLISHED)
    """What is the one wording for all members."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="releases", verbose_name="突发事件")
    number = models.CharField("编号", max_length=40, unique=True)
    serial = models.PositiveSmallIntegerField("序号")
    version = models.PositiveSmallIntegerField("版次", default=1)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by", verbose_name="取代"
    )
    status = StatusField("状态", choices=Status, default=Status.DRAFT)
    title = models.CharField("标题", max_length=100)
    words = models.TextField("发布内容")
    for_government = models.BooleanField("报请市政府批准", default=False)
    drafted_at = models.DateTimeField("起草时间")
    drafted_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="起草")
    drafter = models.ForeignKey(User, models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField("审核时间", null=True)
    reviewed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="审核")
    reviewer = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    consulted_at = models.DateTimeField("会商时间", null=True)
    consulted_with = models.CharField("新闻主管部门何人", max_length=100, blank=True)
    consultation = models.TextField("会商结果", blank=True)
    not_consulted = models.TextField("未会商的理由", blank=True)
    approved_at = models.DateTimeField("批准时间", null=True)
    approved_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="批准")
    document_no = models.CharField("批准文号", max_length=60, blank=True)
    published_at = models.DateTimeField("发布时间", null=True)
    published_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="发布")
    withdrawn_at = models.DateTimeField("撤回时间", null=True)
    withdrawn_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="撤回")
    withdrawn_reason = models.TextField("撤回理由", blank=True)

    class Meta:
        verbose_name = "信息发布"
        verbose_name_plural = "信息发布"
        ordering = ["incident", "-serial"]
        indexes = [index_of("incidents_publicrelease")]
        constraints = [
            models.UniqueConstraint(fields=["incident", "serial"], name="release_serial_once"),
            models.CheckConstraint(name="release_has_words", condition=~Q(title="") & ~Q(words="")),
            models.CheckConstraint(
                name="release_reviewer_is_not_the_drafter",
                condition=Q(reviewer=None) | ~Q(reviewer=F("drafter")),
                violation_error_message="审核人不能是起草人（§5.2.5）。",
            ),
            models.CheckConstraint(
                name="release_reviewed_by_somebody",
                condition=Q(status="draft", reviewer=None)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False, reviewer__isnull=False),
            ),
            models.CheckConstraint(
                name="release_consulted_or_why_not",
                condition=Q(status__in=["draft", "reviewed"])
                | Q(consulted_at__isnull=False) & ~Q(consulted_with="") & ~Q(consultation="")
                | ~Q(not_consulted=""),
            ),
            models.CheckConstraint(
                name="release_approved_by_somebody",
                condition=Q(status__in=["draft", "reviewed"], approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="release_approved_by_the_government_bears_its_number",
                condition=Q(for_government=False) | Q(approved_at=None) | ~Q(document_no=""),
            ),
            models.CheckConstraint(
                name="release_published_by_somebody",
                condition=~Q(status="published") | Q(published_at__isnull=False, published_by__isnull=False),
            ),
            models.CheckConstraint(
                name="release_withdrawn_with_a_reason",
                condition=~Q(status="withdrawn") | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason=""),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def gist(self) -> str:
        return self.title

    @property
    def is_consulted(self) -> bool:
        """Consulted on with the press authority, or it is said why not."""
        return self.consulted_at is not None or bool(self.not_consulted)

    @property
    def successor(self) -> "PublicRelease | None":
        """The published version that took its place."""
        later = getattr(self, "superseded_by", None)
        while later and not later.published_at:
            later = getattr(later, "superseded_by", None)
        return later

    def revise(self, title: str, words: str, for_government: bool):
        """Another text is another draft: reviewed anew."""
        self.title, self.words, self.for_government = title, words, for_government
        if self.status == self.Status.REVIEWED:
            self.return_to_draft()

    @transition(status, source=Status.REVIEWED, target=Status.DRAFT, custom={"clause": "5.2.5"})
    def return_to_draft(self):
        self.reviewed_at = self.reviewed_by = self.reviewer = None

    @transition(status, source=Status.DRAFT, target=Status.REVIEWED, custom={"clause": "5.2.5"})
    def review(self, at, by: Post):
        self.reviewed_at, self.reviewed_by, self.reviewer = at, by, by.person

    @transition(
        status,
        source=Status.REVIEWED,
        target=Status.APPROVED,
        conditions=[lambda self: self.is_consulted],
        custom={"clause": "5.2.5"},
    )
    def approve(self, at, by: Post, document_no: str = ""):
        self.approved_at, self.approved_by, self.document_no = at, by, document_no

    @transition(status, source=Status.APPROVED, target=Status.PUBLISHED, custom={"clause": "5.2.5"})
    def publish(self, at, by: Post):
        self.published_at, self.published_by = at, by

    @transition(
        status,
        source=[Status.APPROVED, Status.PUBLISHED],
        target=Status.WITHDRAWN,
        custom={"clause": "5.2.5"},
    )
    def withdraw(self, at, by: Post, reason: str):
        self.withdrawn_at, self.withdrawn_by, self.withdrawn_reason = at, by, reason
