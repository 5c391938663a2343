"""The situation brief (情况专报, §2.2.3(2), 5.2): the office's paper upward on an incident or on a warning."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

from django.db import models
from django.db.models import Q
from django_fsm import transition

from incidents.models import Incident, Level, Organization, Post, Role, of_drills
from incidents.models.machine import StatusField
from incidents.querysets import ALL_SEEING
from incidents.roles import Actor
from incidents.search import index_of

from .warning import Warning

SECTIONS = {
    "source": "信息来源",
    "occurred": "时间",
    "place": "地点",
    "unit": "单位",
    "happened": "基本情况",
    "casualties": "伤亡和损失",
    "area": "影响范围",
    "development": "发展态势",
    "doing": "正在采取的处置",
    "standing": "级别和响应状态",
    "orders": "已部署的措施和任务",
    "request": "请求事项",
}
"""What a brief says, in the order in which it is read."""
OF_A_WARNING = {"happened": "风险情况", "casualties": "可能引发的后果", "standing": "预警级别和状态"}


class BriefQuerySet(models.QuerySet):
    def visible_to(self, actors: Iterable[Actor]):
        """Who sees all of a city, every one; a body that it was sent to, from then on."""
        condition = Q(pk__in=[])
        for actor in actors:
            condition |= _concerns(actor) & of_drills(
                actor.in_drill, "incident", "warning", drill=actor.drill
            )
        return self.filter(condition)


def _concerns(actor: Actor) -> Q:
    if actor.role in ALL_SEEING:
        offices = Organization.objects.within(actor.organization)
        return Q(incident__office__in=offices) | Q(warning__office__in=offices)
    if actor.role == Role.APPROVER:
        sent = Addressee.objects.filter(body=actor.organization)
        return Q(status="sent", pk__in=sent.values("brief"))
    return Q(pk__in=[])


class SituationBrief(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        SIGNED_OFF = "signed_off", "已签发，待报送"
        SENT = "sent", "已报送"
        ABANDONED = "abandoned", "已作废"

    IN_HAND = (Status.DRAFT, Status.SIGNED_OFF)

    incident = models.ForeignKey(
        Incident, models.PROTECT, null=True, related_name="briefs", verbose_name="突发事件"
    )
    warning = models.ForeignKey(
        Warning, models.PROTECT, null=True, related_name="briefs", verbose_name="预警"
    )
    number = models.CharField("编号", max_length=40, unique=True)
    serial = models.PositiveSmallIntegerField("期次")
    document_no = models.CharField("文号", max_length=60, blank=True)
    status = StatusField("状态", choices=Status, default=Status.DRAFT)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="corrections", verbose_name="更正"
    )

    title = models.CharField("标题", max_length=120)
    source = models.TextField("信息来源", blank=True)
    occurred = models.TextField("时间", blank=True)
    place = models.TextField("地点", blank=True)
    unit = models.TextField("单位", blank=True)
    happened = models.TextField("基本情况", blank=True)
    casualties = models.TextField("伤亡和损失", blank=True)
    area = models.TextField("影响范围", blank=True)
    development = models.TextField("发展态势", blank=True)
    doing = models.TextField("正在采取的处置", blank=True)
    standing = models.TextField("级别和响应状态", blank=True)
    orders = models.TextField("已部署的措施和任务", blank=True)
    request = models.TextField("请求事项", blank=True)

    version = models.PositiveIntegerField("修改次数", default=1)
    figures = models.JSONField("所用数字", default=dict)
    drafted_at = models.DateTimeField("起草时间")
    drafted_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="起草人")
    edited_at = models.DateTimeField("最后修改时间")
    edited_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="最后修改人")
    returned_reason = models.CharField("退回理由", max_length=300, blank=True)
    signed_at = models.DateTimeField("签发时间", null=True)
    signed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="签发人")
    sent_at = models.DateTimeField("报送时间", null=True)
    sent_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="报送人")
    level_told = models.PositiveSmallIntegerField("所报级别", choices=Level, null=True)
    abandoned_at = models.DateTimeField("作废时间", null=True)
    abandoned_reason = models.CharField("作废理由", max_length=300, blank=True)

    objects = BriefQuerySet.as_manager()

    class Meta:
        verbose_name = "情况专报"
        verbose_name_plural = "情况专报"
        ordering = ["-drafted_at", "-id"]
        indexes = [index_of("alerts_situationbrief")]
        constraints = [
            models.CheckConstraint(
                name="brief_on_incident_xor_warning",
                condition=Q(incident__isnull=True) ^ Q(warning__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["document_no"], condition=~Q(document_no=""), name="brief_document_no_once"
            ),
            models.UniqueConstraint(
                fields=["incident"],
                condition=Q(status__in=["draft", "signed_off"], incident__isnull=False),
                name="one_brief_in_hand_per_incident",
            ),
            models.UniqueConstraint(
                fields=["warning"],
                condition=Q(status__in=["draft", "signed_off"], warning__isnull=False),
                name="one_brief_in_hand_per_warning",
            ),
            models.CheckConstraint(
                name="signed_brief_says_by_whom",
                condition=~Q(status__in=["signed_off", "sent"])
                | Q(signed_at__isnull=False, signed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="only_a_sent_brief_has_its_number",
                condition=Q(status="sent", sent_at__isnull=False, sent_by__isnull=False) & ~Q(document_no="")
                | ~Q(status="sent") & Q(sent_at=None, document_no=""),
            ),
            models.CheckConstraint(
                name="abandoned_brief_says_why", condition=~Q(status="abandoned") | ~Q(abandoned_reason="")
            ),
        ]

    def __str__(self):
        return self.document_no or self.number

    @property
    def subject(self) -> Incident | Warning:
        return self.incident or self.warning

    @property
    def gist(self) -> str:
        return self.title

    @property
    def is_in_hand(self) -> bool:
        return self.status in self.IN_HAND

    @property
    def sections(self) -> list[tuple[str, str, str]]:
        """Name, heading and words of each."""
        return [(name, self.heading(name), getattr(self, name)) for name in SECTIONS]

    def heading(self, name: str) -> str:
        return OF_A_WARNING.get(name, SECTIONS[name]) if self.warning_id else SECTIONS[name]

    @cached_property
    def previous(self) -> "SituationBrief | None":
        """The last one that went up before this."""
        subject = {"incident": self.incident_id} if self.incident_id else {"warning": self.warning_id}
        sent = SituationBrief.objects.filter(**subject, status=self.Status.SENT).exclude(pk=self.pk)
        if self.sent_at:
            sent = sent.filter(Q(sent_at__lt=self.sent_at) | Q(sent_at=self.sent_at, pk__lt=self.pk or 0))
        return sent.order_by("-sent_at", "-pk").first()

    @property
    def changes(self) -> dict[str, str]:
        """Sections that say something else than in the previous brief, each with its words there."""
        if self.previous is None:
            return {}
        return {
            name: getattr(self.previous, name)
            for name in SECTIONS
            if getattr(self, name) != getattr(self.previous, name)
        }

    @property
    def text(self) -> str:
        """The whole paper in words: what was signed, and what the ledger keeps."""
        return "\n".join([self.title, *(f"{heading}：{words}" for _, heading, words in self.sections)])

    @transition(status, source=Status.DRAFT, target=Status.SIGNED_OFF, custom={"clause": "2.2.3"})
    def sign_off(self, at: datetime, by: Post):
        self.signed_at, self.signed_by, self.returned_reason = at, by, ""

    @transition(status, source=Status.SIGNED_OFF, target=Status.DRAFT, custom={"clause": "2.2.3"})
    def take_back(self, reason: str):
        self.signed_at, self.signed_by, self.level_told = None, None, None
        self.returned_reason = reason

    @transition(status, source=Status.SIGNED_OFF, target=Status.SENT, custom={"clause": "5.2"})
    def send(self, at: datetime, by: Post, document_no: str):
        self.sent_at, self.sent_by, self.document_no = at, by, document_no

    @transition(
        status,
        source=[Status.DRAFT, Status.SIGNED_OFF],
        target=Status.ABANDONED,
        custom={"clause": "2.2.3"},
    )
    def abandon(self, at: datetime, reason: str):
        self.abandoned_at, self.abandoned_reason = at, reason


class Addressee(models.Model):
    """A body that a brief was sent to: how, and who signed for it and when."""

    class How(models.TextChoices):
        SYSTEM = "system", "系统"
        FAX = "fax", "传真"
        HAND = "hand", "专人送达"

    brief = models.ForeignKey(SituationBrief, models.PROTECT, related_name="addressees")
    body = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="报送单位")
    how = models.CharField("方式", max_length=10, choices=How)
    signed_for_at = models.DateTimeField("签收时间", null=True)
    signed_for_by = models.CharField("签收人", max_length=60, blank=True)
    recorded_by = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="+", verbose_name="登记签收的岗位"
    )
    recorded_at = models.DateTimeField("登记时间", null=True)

    class Meta:
        verbose_name = "专报报送单位"
        ordering = ["brief", "id"]
        constraints = [
            models.UniqueConstraint(fields=["brief", "body"], name="brief_sent_once_to_a_body"),
            models.CheckConstraint(
                name="receipt_says_who_and_when",
                condition=Q(signed_for_at=None, signed_for_by="")
                | Q(signed_for_at__isnull=False, recorded_by__isnull=False) & ~Q(signed_for_by=""),
            ),
        ]

    def __str__(self):
        return f"{self.body}（{self.get_how_display()}）"
