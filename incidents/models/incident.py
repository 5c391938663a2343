"""An incident (突发事件, §1.4) and the plan's own path: 接报 → 定级 → 响应 → 结束 → 归档."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.functional import cached_property
from django_fsm import transition

from incidents.search import pairs_of

from .drill import Drillable
from .indexes import where_given
from .machine import StatusField
from .organization import Organization
from .plan import EventClass, Level, PlanVersion


class Origin(models.TextChoices):
    """§3.1: outside the industry, or inside it."""

    INSIDE = "inside", "行业内风险"
    NATURAL = "outside_natural", "行业外：自然灾害"
    ACCIDENT = "outside_accident", "行业外：事故灾难"
    HEALTH = "outside_health", "行业外：公共卫生事件"
    SECURITY = "outside_security", "行业外：社会安全事件"


class Status(models.TextChoices):
    REPORTED = "reported", "接报"
    GRADED = "graded", "定级"
    RESPONDING = "responding", "响应"
    ENDED = "ended", "结束"
    CLOSED = "closed", "归档"
    DISMISSED = "dismissed", "不成立"
    MERGED = "merged", "已并入"


class NumberSeries(models.Model):
    """The last serial given out, per prefix (an office's; for its warnings with -W, for drills with -T) and year (city time)."""

    prefix = models.CharField(max_length=16)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="one_series_per_year")]


LONGITUDES, LATITUDES = (73, 136), (3, 54)
"""Of the country's land: two figures that were exchanged are refused."""


class Incident(Drillable):
    number = models.CharField("编号", max_length=30, unique=True)
    year = models.PositiveSmallIntegerField("年度")
    serial = models.PositiveIntegerField("序号")
    status = StatusField("状态", default=Status.REPORTED, choices=Status)
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, verbose_name="适用预案版本")
    office = models.ForeignKey(
        Organization, models.PROTECT, related_name="incidents_handled", verbose_name="应急办"
    )

    title = models.CharField("标题", max_length=100)
    event_class = models.ForeignKey(EventClass, models.PROTECT, verbose_name="事件类别")
    origin = models.CharField("起因源头", max_length=20, choices=Origin)
    enterprise = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="incidents",
        verbose_name="涉事企业",
    )
    county = models.ForeignKey(
        Organization, models.PROTECT, related_name="incidents_in_county", verbose_name="县区"
    )
    counties_affected = models.ManyToManyField(
        Organization, related_name="incidents_affecting", blank=True, verbose_name="波及县区"
    )
    place = models.CharField("地点", max_length=200, blank=True)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField("纬度", max_digits=8, decimal_places=6, null=True, blank=True)
    occurred_at = models.DateTimeField("发生时间", null=True, blank=True)
    known_at = models.DateTimeField("企业获知时间", null=True, blank=True)
    told_by_office = models.BooleanField("由应急办告知企业", default=False)
    received_at = models.DateTimeField("应急办接报时间")
    created_at = models.DateTimeField("录入时间")

    level = models.PositiveSmallIntegerField("级别", choices=Level, null=True, blank=True)
    proposed_level = models.PositiveSmallIntegerField("建议级别", choices=Level)
    debt_level = models.PositiveSmallIntegerField("时限所依级别", choices=Level)
    severest_level = models.PositiveSmallIntegerField("曾达最高级别", choices=Level, null=True, blank=True)
    outgrown_at = models.DateTimeField("宣布可能超出本市能力", null=True, blank=True)
    declined_level = models.PositiveSmallIntegerField(
        "已不采纳的建议级别", choices=Level, null=True, blank=True
    )
    graded_at = models.DateTimeField("定级时间", null=True, blank=True)
    verified_at = models.DateTimeField("核实时间", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    closed_at = models.DateTimeField("归档时间", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        db_index=False,
        verbose_name="并入",
    )
    search = models.GeneratedField(
        expression=pairs_of("incidents_incident"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    noun = "事件"
    """What a refusal calls it."""

    class Meta:
        verbose_name = "突发事件"
        verbose_name_plural = "突发事件"
        ordering = ["-year", "-serial"]
        indexes = [
            GinIndex(fields=["search"], name="incident_search"),
            models.Index(fields=["year", "serial"], name="incident_by_number"),
            models.Index(
                fields=["status"],
                name="incident_not_closed",
                condition=models.Q(status__in=["reported", "graded", "responding", "ended"]),
            ),
            models.Index(fields=["received_at"], name="incident_received"),
            models.Index(fields=["received_at"], name="incident_drilled", condition=models.Q(is_drill=True)),
            *where_given("incident", "merged_into", "drill"),
        ]
        constraints = [
            models.CheckConstraint(
                name="incident_of_a_drill_is_marked",
                condition=models.Q(drill=None) | models.Q(is_drill=True),
            ),
            models.CheckConstraint(
                name="graded_incident_has_level",
                condition=models.Q(status__in=["reported", "dismissed", "merged"]) | ~models.Q(level=None),
            ),
            models.CheckConstraint(
                name="merged_incident_names_the_common_one",
                condition=models.Q(status="merged", merged_into__isnull=False)
                | ~models.Q(status="merged") & models.Q(merged_into=None),
            ),
            models.CheckConstraint(
                name="known_not_after_received",
                condition=models.Q(known_at=None)
                | models.Q(known_at__lte=models.F("received_at"))
                | models.Q(told_by_office=True),
            ),
            models.CheckConstraint(
                name="incident_point_is_whole_and_in_the_country",
                condition=models.Q(longitude=None, latitude=None)
                | models.Q(longitude__range=LONGITUDES, latitude__range=LATITUDES),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def chain(self) -> str:
        """Its chain in the ledger (domain §6)."""
        return f"incident:{self.pk}"

    @property
    def standing_level(self) -> int:
        """The grade; until the office has graded, what the facts propose."""
        return self.level or self.proposed_level

    @property
    def is_under_way(self) -> bool:
        return self.status in (Status.REPORTED, Status.GRADED, Status.RESPONDING)

    @property
    def proposal_above_grade(self) -> bool:
        """Facts propose a more severe level than the grade, and nobody has declined it yet."""
        return (
            self.is_under_way
            and self.level is not None
            and self.proposed_level < self.level
            and not (self.declined_level and self.declined_level <= self.proposed_level)
        )

    @cached_property
    def is_evaluated(self) -> bool:
        return self.evaluations.of_this_end().exclude(concluded_at=None).exists()

    @cached_property
    def is_investigated(self) -> bool:
        return self.investigations.of_this_end().exclude(concluded_at=None).exists()

    @transition(status, source=Status.REPORTED, target=Status.GRADED, custom={"clause": "3.2"})
    def grade(self, level: int, at):
        self._set_level(level)
        self.graded_at = at

    @transition(
        status,
        source=[Status.GRADED, Status.RESPONDING],
        target=None,
        custom={"clause": "5.1"},
    )
    def regrade(self, level: int):
        self._set_level(level)

    @transition(
        status, source=[Status.REPORTED, Status.GRADED], target=Status.DISMISSED, custom={"clause": "4.3"}
    )
    def dismiss(self, at):
        self.ended_at = at

    @transition(
        status, source=[Status.REPORTED, Status.GRADED], target=Status.MERGED, custom={"clause": "4.3"}
    )
    def merge(self, into: "Incident"):
        self.merged_into = into

    @transition(status, source=Status.GRADED, target=Status.RESPONDING, custom={"clause": "5.1"})
    def respond(self):
        pass

    @transition(
        status, source=[Status.GRADED, Status.RESPONDING], target=Status.ENDED, custom={"clause": "5.4.5"}
    )
    def end(self, at):
        self.ended_at = at

    @transition(status, source=Status.ENDED, target=Status.CLOSED, custom={"clause": "6.3"})
    def close(self, at):
        self.closed_at = at

    @transition(
        status, source=[Status.ENDED, Status.CLOSED], target=Status.GRADED, custom={"clause": "2.2.2"}
    )
    def reopen(self):
        self.ended_at = self.closed_at = None

    def _set_level(self, level: int):
        self.level = level
        self.severest_level = min(level, self.severest_level or level)
        # A grade below the proposal was given with a reason: that proposal has been answered.
        self.declined_level = self.proposed_level if self.proposed_level < level else None


class OpenItem(models.Model):
    """Something the plan asks for without a clock; it stays on the desk until it is settled in words."""

    class Kind(models.TextChoices):
        SUPERIOR_UNIT = "SUPERIOR_UNIT", "企业报告上一级单位"
        TELL_ENTERPRISES = "TELL_ENTERPRISES", "通知可能受影响企业"
        EMERGENCY_MEETING = "EMERGENCY_MEETING", "召开紧急成员会议"
        TELL_MEMBERS = "TELL_MEMBERS", "通报各成员单位启动预案"
        TELL_FIRMS = "TELL_FIRMS", "通知事发地和企业启动保障预案"
        ROUND_THE_CLOCK = "ROUND_THE_CLOCK", "实行24小时值守"
        CONSULTATION = "CONSULTATION", "召开成员单位会商会议"
        EXPERTS = "EXPERTS", "组织专家组研判"
        WORKING_GROUPS = "WORKING_GROUPS", "成立应急工作组"
        ON_SCENE_COMMAND = "ON_SCENE_COMMAND", "成立现场指挥机构"

    CLAUSES = {
        Kind.SUPERIOR_UNIT: "5.2.1",
        Kind.TELL_ENTERPRISES: "4.3",
        Kind.EMERGENCY_MEETING: "5.3",
        Kind.TELL_MEMBERS: "5.4.1",
        Kind.TELL_FIRMS: "5.4.1",
        Kind.ROUND_THE_CLOCK: "5.4.2",
        Kind.CONSULTATION: "5.4.3",
        Kind.EXPERTS: "5.4.3",
        Kind.WORKING_GROUPS: "2.2.4",
        Kind.ON_SCENE_COMMAND: "5.4.4",
    }

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="open_items")
    kind = models.CharField(max_length=20, choices=Kind)
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    words = models.CharField("办理情况", max_length=200, blank=True)

    class Meta:
        ordering = ["opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "kind"], condition=models.Q(settled_at=None), name="item_open_once"
            )
        ]

    @property
    def clause(self) -> str:
        return self.CLAUSES[self.kind]
