"""The plan as data: versions of clauses, event classes, grading criteria, deadline rules, steps.

A version in force is read-only (a trigger sees to it); edits go to a draft, and approving the draft is one act (§8.4).
Which version is in force follows from the times at which they take effect, whoever runs or does not run. Incidents keep
the version they began under.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from incidents.kept import kept

MINUTE = timedelta(minutes=1)


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
    status = PlanVersion.Status
    come = models.Q(activated_at__lte=at) | models.Q(based_on=None)
    once = (status.APPROVED, status.ACTIVE, status.SUPERSEDED)
    return PlanVersion.objects.filter(come, status__in=once).order_by("-number")[:1]


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


class Measure(models.TextChoices):
    """What grading criteria measure. The missing are counted with the dead."""

    DEATHS = "deaths", "死亡（含失踪）人数"
    SERIOUS_INJURIES = "serious_injuries", "重伤人数"
    LOSS_YUAN = "loss_yuan", "直接经济损失（元）"
    RECORDS_LEAKED = "records_leaked", "泄露用户信息条数"
    NETWORK_SCOPE = "network_scope", "网络阻断范围"


class NetworkScope(models.TextChoices):
    COUNTY = "county", "县区"
    CITY = "city", "全市"
    PROVINCE = "province", "全省"
    NATION = "nation", "全国"


class Criterion(PlanPart):
    """A grading criterion (§3.2, annex 2): a figure of at least `at_least`, or a `scope`, gives `level`."""

    measure = models.CharField("指标", max_length=20, choices=Measure)
    level = models.PositiveSmallIntegerField("级别", choices=Level)
    at_least = models.BigIntegerField("不低于", null=True, blank=True)
    scope = models.CharField("范围", max_length=10, choices=NetworkScope, blank=True)
    source = models.CharField("来源", max_length=120)
    from_gazette = models.BooleanField("出自公报原文", default=False)

    class Meta:
        verbose_name = "分级标准"
        verbose_name_plural = "分级标准"
        ordering = ["version", "measure", "level"]
        constraints = [
            models.UniqueConstraint(fields=["version", "measure", "level"], name="criterion_once_per_level"),
            models.CheckConstraint(
                name="criterion_has_threshold_or_scope",
                condition=models.Q(measure="network_scope", at_least=None) & ~models.Q(scope="")
                | ~models.Q(measure="network_scope") & models.Q(at_least__gte=0, scope=""),
                violation_error_message="网络阻断按范围分级，其余指标须有数值下限。",
            ),
            models.CheckConstraint(
                name="criterion_has_its_figure",
                condition=models.Q(measure="network_scope") | models.Q(at_least__isnull=False),
                violation_error_message="除网络阻断外，分级标准须有数值下限。",
            ),
        ]

    def __str__(self):
        return f"{self.get_measure_display()} → {Level(self.level).label}"


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


class DeadlineRule(PlanPart):
    """A time limit of the plan: who owes what to whom, from when, within how long."""

    class Basis(models.TextChoices):
        PLAN = "plan", "法定时限"
        DECIDED = "decided", "内部时限"

    class Clock(models.TextChoices):
        """What sets the clock going. KNOWN and RECEIVED run by the incident's level; the others each by an act."""

        KNOWN = "known", "企业获知"
        RECEIVED = "received", "应急办接报"
        FEED = "feed", "预警来源条目到达"
        RISK_KNOWN = "risk_known", "企业获知风险"
        RISK_RECEIVED = "risk_received", "应急办收到预警信息"
        IN_FORCE = "in_force", "预警生效"
        FOLLOW_UP = "follow_up", "启动响应或定为较大以上"
        OUTGROWN = "outgrown", "可能超出本市处置能力"
        RESPONSE = "response", "Ⅲ级以上响应启动"
        PHONE_ORDER = "phone_order", "电话下达任务"
        ORDER = "order", "任务下达"
        PHONE_APPROVAL = "phone_approval", "电话批准"
        SUPPORT = "support", "提出支援请求"
        OVER = "over", "响应结束"
        PROMISE = "promise", "催报得到答复"
        UNDERTAKEN = "undertaken", "登记、安排准备事项"

    class Kind(models.TextChoices):
        """What is owed; a rule of another level takes over the row of the same kind (UPWARD: per creditor)."""

        ORAL = "ORAL", "口头汇报"
        WRITTEN = "WRITTEN", "书面报告"
        UPWARD = "UPWARD", "向上报告"
        GRADING = "GRADING", "核实定级"
        TRIAGE = "TRIAGE", "处理来源条目"
        RISK = "RISK", "预警信息"
        DAILY = "DAILY", "日报"
        FOLLOW_UP = "FOLLOW_UP", "续报"
        OUTGROWN = "OUTGROWN", "报告省级"
        PROGRESS = "PROGRESS", "处置进展"
        ORDER = "ORDER", "任务"
        DOCUMENT = "DOCUMENT", "补发文件"
        SUPPORT = "SUPPORT", "支援请求"
        AFTERMATH = "AFTERMATH", "善后评估"
        PROMISE = "PROMISE", "催报承诺"
        PREPARED = "PREPARED", "准备事项"
        ALL_QUIET = "ALL_QUIET", "零报告"
        ROLL_CALL = "ROLL_CALL", "点名"

    class Debtor(models.TextChoices):
        ENTERPRISE = "ENTERPRISE", "涉事企业"
        OFFICE = "OFFICE", "市邮政业应急办"
        BUREAU = "BUREAU", "市邮政管理局"
        HEADQUARTERS = "HEADQUARTERS", "市邮政业应急指挥部"
        NAMED = "NAMED", "涉事企业和启动响应时指定的单位"
        RECEIVER = "RECEIVER", "任务接收单位"
        APPROVER = "APPROVER", "批准机关"
        HOLDER = "HOLDER", "受理请求的单位"
        CHASED = "CHASED", "被催单位"
        BODY = "BODY", "准备事项的责任单位"

    class Creditor(models.TextChoices):
        OFFICE = "OFFICE", "市邮政业应急办"
        HEADQUARTERS = "HEADQUARTERS", "市邮政业应急指挥部"
        CITY_GOVERNMENT = "CITY_GOVERNMENT", "市政府"
        PROVINCE = "PROVINCE", "省邮政业应急办"
        RECEIVER = "RECEIVER", "任务接收单位"
        REQUESTER = "REQUESTER", "提出请求的单位"

    class Act(models.TextChoices):
        """What can meet a debt."""

        ORAL = "ORAL", "口头汇报"
        BRIEF = "BRIEF", "书面简要报告"
        WRITTEN = "WRITTEN", "书面报告"
        FOLLOW_UP = "FOLLOW_UP", "续报"
        FINAL = "FINAL", "终报"
        REPORT_UP = "REPORT_UP", "向上报告"
        PROPOSAL = "PROPOSAL", "Ⅲ级响应建议"
        GRADING = "GRADING", "核实并定级"
        TRIAGE = "TRIAGE", "接收或搁置"
        RISK_REPORT = "RISK_REPORT", "预警信息报告"
        DAILY = "DAILY", "日报"
        ORDER_WRITTEN = "ORDER_WRITTEN", "书面任务通知"
        ORDER_ACKNOWLEDGED = "ORDER_ACKNOWLEDGED", "任务签收"
        ORDER_DONE = "ORDER_DONE", "执行情况报告"
        DOCUMENT = "DOCUMENT", "批准文号"
        SUPPORT_ANSWERED = "SUPPORT_ANSWERED", "答复或转报"
        EVALUATION = "EVALUATION", "总结评估"
        INVESTIGATION = "INVESTIGATION", "调查处理"
        PREPARED = "PREPARED", "办结准备事项"

    class Recurs(models.TextChoices):
        """Whether a next row follows, and counted from what."""

        ONCE = "", "一次"
        DAILY = "daily", "每个自然日"
        INTERVAL = "interval", "自上次报告起"
        SAME_TIME = "same_time", "每个自然日同一时刻"

    code = models.CharField("规则", max_length=4)
    name = models.CharField("名称", max_length=40)
    clause = models.CharField("条款", max_length=12)
    basis = models.CharField("性质", max_length=8, choices=Basis)
    clock = models.CharField("起算", max_length=20, choices=Clock)
    kind = models.CharField("事项", max_length=20, choices=Kind)
    severest = models.PositiveSmallIntegerField("最高级别", choices=Level)
    mildest = models.PositiveSmallIntegerField("最低级别", choices=Level)
    debtor = models.CharField("责任方", max_length=20, choices=Debtor)
    creditor = models.CharField("报告对象", max_length=20, choices=Creditor)
    limit = models.DurationField("时限")
    answers = ArrayField(models.CharField(max_length=20, choices=Act), verbose_name="履行方式")
    recurs = models.CharField("重复", max_length=10, choices=Recurs, default=Recurs.ONCE, blank=True)
    interval = models.DurationField("间隔", null=True, blank=True, help_text="重复的：下一次距上次报告。")
    order = models.PositiveSmallIntegerField("顺序")

    class Meta:
        verbose_name = "时限规则"
        verbose_name_plural = "时限规则"
        ordering = ["version", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "code", "creditor", "severest"], name="rule_once_per_creditor"
            ),
            models.CheckConstraint(
                name="interval_only_where_it_recurs",
                condition=models.Q(recurs="interval", interval__isnull=False) | ~models.Q(recurs="interval"),
                violation_error_message="自上次报告起重复的时限须有间隔。",
            ),
            models.CheckConstraint(
                name="rule_levels_in_order", condition=models.Q(severest__lte=models.F("mildest"))
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"

    def applies_at(self, level: int) -> bool:
        return self.severest <= level <= self.mildest

    @property
    def runs_by_level(self) -> bool:
        """R1–R4, R6, R7, R10, R11: opened, replaced and retired as the incident's level changes."""
        return self.clock in (self.Clock.KNOWN, self.Clock.RECEIVED)

    @property
    def runs_from_knowing(self) -> bool:
        """R1–R4: the firm's clock, which starts when it knew."""
        return self.clock == self.Clock.KNOWN


class EscalationStep(PlanPart):
    """A step of a ladder: at `offset` from the due time, whom it goes to. Negative: a reminder.

    Steps of one scope (a kind of debt, a range of levels) form one ladder; a debt climbs the narrowest
    ladder that fits it (`PlanParts.ladder`). An empty kind is every kind.
    """

    class Target(models.TextChoices):
        DEBTOR_DUTY = "DEBTOR_DUTY", "责任方值班电话"
        DEBTOR_LEADER = "DEBTOR_LEADER", "责任方负责人"
        OFFICE_DUTY = "OFFICE_DUTY", "应急办值班员"
        OFFICE_LEADER = "OFFICE_LEADER", "应急办带班领导"
        OFFICE_DIRECTOR = "OFFICE_DIRECTOR", "应急办主任"
        COMMANDERS = "COMMANDERS", "总指挥和副总指挥"

    kind = models.CharField("事项", max_length=20, choices=DeadlineRule.Kind, blank=True)
    severest = models.PositiveSmallIntegerField("最高级别", choices=Level, default=Level.I)
    mildest = models.PositiveSmallIntegerField("最低级别", choices=Level, default=Level.IV)
    offset = models.DurationField("相对到期时间")
    targets = ArrayField(models.CharField(max_length=20, choices=Target), verbose_name="通知对象")

    class Meta:
        verbose_name = "升级步骤"
        verbose_name_plural = "升级步骤"
        ordering = ["version", "kind", "severest", "offset"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "kind", "severest", "mildest", "offset"], name="step_once_per_offset"
            ),
            models.CheckConstraint(
                name="step_levels_in_order", condition=models.Q(severest__lte=models.F("mildest"))
            ),
        ]

    def __str__(self):
        return self.label

    @property
    def minutes(self) -> int:
        return round(self.offset / MINUTE)

    @property
    def is_reminder(self) -> bool:
        return self.minutes < 0

    @property
    def is_breach(self) -> bool:
        return self.minutes == 0

    @property
    def scope(self) -> tuple[str, int, int]:
        """Which ladder it is a step of."""
        return (self.kind, self.severest, self.mildest)

    @property
    def scope_words(self) -> str:
        """For which debts, where its ladder is not the common one."""
        kind = self.get_kind_display() if self.kind else ""
        levels = (self.severest, self.mildest)
        span = (
            ""
            if levels == (Level.I, Level.IV)
            else "–".join(dict.fromkeys(Level(n).roman for n in levels)) + "级"
        )
        return f"{kind}{span}：" if kind or span else ""

    @property
    def label(self) -> str:
        """The step's name: `remind`, `breach`, `+15` …"""
        return "remind" if self.is_reminder else "breach" if self.is_breach else f"+{self.minutes}"


@dataclass(frozen=True)
class PlanParts:
    """The rows of a version that the services ask all the time."""

    rules: tuple[DeadlineRule, ...]
    steps: tuple[EscalationStep, ...]
    criteria: tuple[Criterion, ...]
    event_classes: dict[str, EventClass]
    """By their codes."""
    _ladders: dict = field(default_factory=dict)

    def rules_at(self, level: int) -> list[DeadlineRule]:
        """The rules that the incident's level opens."""
        return [rule for rule in self.rules if rule.runs_by_level and rule.applies_at(level)]

    def rules_of(self, clock: str, level: int) -> list[DeadlineRule]:
        """The rules that this clock opens at this level."""
        return [rule for rule in self.rules if rule.clock == clock and rule.applies_at(level)]

    def ladder(self, kind: str, level: int) -> list[EscalationStep]:
        """The steps of the narrowest ladder for this kind of debt at this level, in their order."""
        if (kind, level) not in self._ladders:
            fitting = [
                step
                for step in self.steps
                if step.kind in ("", kind) and step.severest <= level <= step.mildest
            ]
            scope = min((step.scope for step in fitting), key=_width, default=None)
            self._ladders[kind, level] = [step for step in fitting if step.scope == scope]
        return self._ladders[kind, level]


def _width(scope: tuple[str, int, int]) -> tuple:
    kind, severest, mildest = scope
    return (not kind, mildest - severest, severest)


@lru_cache(maxsize=32)
def plan_parts(version_id: int) -> PlanParts:
    """Kept in memory: a version that an incident has been opened under can never change again."""
    return PlanParts(
        rules=tuple(DeadlineRule.objects.filter(version=version_id).order_by("order")),
        steps=tuple(EscalationStep.objects.filter(version=version_id).order_by("offset")),
        criteria=tuple(Criterion.objects.filter(version=version_id).order_by("measure", "level")),
        event_classes={row.code: row for row in EventClass.objects.filter(version=version_id)},
    )
