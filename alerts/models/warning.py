"""A warning (预警, §4.2–4.4): from the information that came in to the bulletin in force and its lifting."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django_fsm import transition

from incidents import drill_clock
from incidents.models import (
    Drillable,
    EventClass,
    Incident,
    Level,
    Organization,
    PlanVersion,
    RealManager,
    Role,
)
from incidents.models.indexes import where_given
from incidents.models.machine import StatusField
from incidents.querysets import ALL_SEEING
from incidents.roles import Actor, is_of
from incidents.search import index_of

from .bulletin import BulletinReceipt, NoticeReceipt

READ_FACTS = ALL_SEEING | {Role.MEMBER, Role.COUNTY}
"""Who reads what came in (§4.2) of each warning that concerns him; a firm only of what it reported itself."""


class WarningQuerySet(models.QuerySet):
    def visible_to(self, actors: Iterable[Actor]):
        """The office's tree sees all; who was told, or whose county is affected, sees that one; a firm its own (domain §5).
        Who acts in a drill sees drills alone, and only he."""
        seen = Q(pk__in=[])
        for actor in actors:
            seen |= _concerns(actor) & is_of(actor)
        return self.filter(seen)


def _concerns(actor: Actor) -> Q:
    body = actor.organization
    if actor.role in ALL_SEEING:
        return Q(office__in=Organization.objects.within(body))
    if actor.role == Role.ENTERPRISE:
        firms = Organization.objects.within(body)
        return Q(enterprise__in=firms) | _told(organization__in=firms)
    if actor.role == Role.COUNTY:
        affecting = Warning.counties_affected.through.objects.filter(organization=body).values("warning")
        in_hand = ~Q(status__in=[Warning.Status.CANDIDATE, Warning.Status.SET_ASIDE])
        return _told(organization=body) | Q(in_hand, pk__in=affecting)
    if actor.role == Role.MEMBER:
        return _told(organization=body)
    return Q(pk__in=[])


def _told(**bodies) -> Q:
    """A bulletin, or before it a notice, was addressed to these bodies."""
    bulletins = BulletinReceipt.objects.filter(bulletin__warning=OuterRef("pk"), **bodies)
    notices = NoticeReceipt.objects.filter(notice__warning=OuterRef("pk"), **bodies)
    return Q(Exists(bulletins)) | Q(Exists(notices))


class Warning(Drillable):
    class Status(models.TextChoices):
        CANDIDATE = "candidate", "待处理"
        SET_ASIDE = "set_aside", "已搁置"
        RECEIVED = "received", "收到"
        DISMISSED = "dismissed", "不成立"
        PROPOSED = "proposed", "建议"
        ISSUED = "issued", "发布"
        LIFTED = "lifted", "解除"

    class Channel(models.TextChoices):
        """Where the information came from (§4.2)."""

        SUPERIOR = "SUPERIOR", "上级部署"
        METEOROLOGY = "METEOROLOGY", "气象"
        WATER = "WATER", "水利"
        TRANSPORT = "TRANSPORT", "交通运输"
        EMERGENCY = "EMERGENCY", "应急管理"
        POLICE = "POLICE", "公安"
        MARKET = "MARKET", "市场监管系统"
        LINE_12305 = "LINE_12305", "12305申诉电话"
        PUBLIC = "PUBLIC", "群众"
        ENTERPRISE = "ENTERPRISE", "企业"
        PROVINCE = "PROVINCE", "省指挥部办公室"
        FEED = "FEED", "预警信息源"

    class Likelihood(models.TextChoices):
        HIGH = "high", "很可能"
        MEDIUM = "medium", "可能"
        LOW = "low", "不大可能"

    number = models.CharField("编号", max_length=30, unique=True)
    year = models.PositiveSmallIntegerField("年度")
    serial = models.PositiveIntegerField("序号")
    status = StatusField("状态", default=Status.RECEIVED, choices=Status)
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, verbose_name="适用预案版本")
    office = models.ForeignKey(
        Organization, models.PROTECT, related_name="warnings_handled", verbose_name="应急办"
    )
    title = models.CharField("标题", max_length=100)
    channel = models.CharField("来源渠道", max_length=12, choices=Channel)
    source_body = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="warnings_passed_on",
        verbose_name="发来单位",
        help_text="信息由哪个单位发来；不再向该单位报告（§4.3）。",
    )
    feed_item = models.CharField("来源条目标识", max_length=200, blank=True)
    enterprise = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="warnings_reported",
        verbose_name="报告企业",
    )
    event_class = models.ForeignKey(
        EventClass, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="事件类别"
    )
    place = models.CharField("地点", max_length=200, blank=True)
    counties_affected = models.ManyToManyField(
        Organization, related_name="warnings_affecting", blank=True, verbose_name="可能影响县区"
    )
    risk = models.TextField("风险情况")
    may_follow = models.TextField("可能引发的后果", blank=True)
    measures_taken = models.TextField("已采取的措施", blank=True)
    known_at = models.DateTimeField("企业获知时间", null=True, blank=True)
    received_at = models.DateTimeField("应急办收到时间")
    created_at = models.DateTimeField("录入时间")
    verified_at = models.DateTimeField("核实时间", null=True, blank=True)
    verified_with = models.CharField("向谁核实", max_length=100, blank=True)
    verified_how = models.CharField("如何核实", max_length=300, blank=True)
    analysed_at = models.DateTimeField("研判时间", null=True, blank=True)
    likelihood = models.CharField("发生概率", max_length=10, choices=Likelihood, blank=True)
    likely_area = models.CharField("影响范围", max_length=300, blank=True)
    severity = models.CharField("严重程度", max_length=300, blank=True)
    possible_level = models.PositiveSmallIntegerField(
        "可能发生的事件级别", choices=Level, null=True, blank=True
    )
    level = models.PositiveSmallIntegerField("级别", choices=Level, null=True, blank=True)
    proposed_level = models.PositiveSmallIntegerField("建议级别", choices=Level, null=True, blank=True)
    proposed_by = models.ForeignKey(
        "incidents.Post", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="建议人"
    )
    daily_interval = models.DurationField("日报间隔", null=True, blank=True)
    outgrown_at = models.DateTimeField("宣布可能超出本市能力", null=True, blank=True)
    issued_at = models.DateTimeField("发布时间", null=True, blank=True)
    lifted_at = models.DateTimeField("解除时间", null=True, blank=True)
    incident = models.ForeignKey(
        Incident, models.PROTECT, null=True, blank=True, related_name="warnings", verbose_name="转为事件"
    )

    objects = RealManager.from_queryset(WarningQuerySet)()
    with_drills = WarningQuerySet.as_manager()

    noun = "预警"
    """What a refusal calls it."""

    class Meta:
        verbose_name = "预警"
        verbose_name_plural = "预警"
        ordering = ["-year", "-serial"]
        indexes = [index_of("alerts_warning"), *where_given("warning", "drill")]
        constraints = [
            models.CheckConstraint(
                name="warning_of_a_drill_is_marked", condition=Q(drill=None) | Q(is_drill=True)
            ),
            models.CheckConstraint(
                name="issued_warning_has_level",
                condition=~models.Q(status__in=["issued", "lifted"])
                | models.Q(level__isnull=False, issued_at__isnull=False),
            ),
            models.CheckConstraint(
                name="risk_known_not_after_received",
                condition=models.Q(known_at=None) | models.Q(known_at__lte=models.F("received_at")),
            ),
            models.CheckConstraint(
                name="lifted_warning_has_its_time",
                condition=models.Q(
                    status="lifted", lifted_at__isnull=False, lifted_at__gte=models.F("issued_at")
                )
                | ~models.Q(status="lifted") & models.Q(lifted_at=None),
            ),
            models.UniqueConstraint(
                fields=["office", "feed_item"],
                condition=~models.Q(feed_item=""),
                name="feed_item_comes_in_once",
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def chain(self) -> str:
        """Its chain in the ledger (domain §6)."""
        return f"warning:{self.pk}"

    @property
    def standing_level(self) -> int:
        return self.level or self.proposed_level or Level.IV

    @property
    def is_open(self) -> bool:
        """Somebody still has to do something about it."""
        return self.status in OPEN

    @property
    def is_in_force(self) -> bool:
        return self.status == self.Status.ISSUED

    @property
    def typed_later(self) -> bool:
        """补录: typed in more than ten minutes after it came."""
        return drill_clock.lasts(self.created_at - self.received_at).total_seconds() > 600

    @property
    def standing_bulletin(self):
        """The newest bulletin: what is in force, or the word that lifted it."""
        return self.bulletins.order_by("-version").first()

    @transition(status, source=Status.CANDIDATE, target=Status.RECEIVED, custom={"clause": "4.2"})
    def accept(self, at):
        self.received_at = at

    @transition(status, source=Status.CANDIDATE, target=Status.SET_ASIDE, custom={"clause": "4.2"})
    def set_aside(self):
        pass

    @transition(
        status, source=[Status.RECEIVED, Status.PROPOSED], target=Status.DISMISSED, custom={"clause": "4.3"}
    )
    def dismiss(self):
        pass

    @transition(
        status, source=[Status.RECEIVED, Status.PROPOSED], target=Status.PROPOSED, custom={"clause": "4.3"}
    )
    def propose(self, level: int, by=None):
        self.proposed_level, self.proposed_by = level, by

    @transition(status, source=Status.PROPOSED, target=Status.ISSUED, custom={"clause": "4.4"})
    def issue(self, level: int, at):
        self.level, self.issued_at = level, at

    @transition(status, source=Status.ISSUED, target=None, custom={"clause": "4.4"})
    def adjust(self, level: int):
        self.level = level

    @transition(status, source=Status.ISSUED, target=Status.LIFTED, custom={"clause": "4.4"})
    def lift(self, at):
        self.lifted_at = at


OPEN = (
    Warning.Status.CANDIDATE,
    Warning.Status.RECEIVED,
    Warning.Status.PROPOSED,
    Warning.Status.ISSUED,
)
