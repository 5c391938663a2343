"""What a plan version makes clocks run for: deadline rules, and the ladders of reminders and escalation."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models

from .plan import Level, PlanPart

MINUTE = timedelta(minutes=1)


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
    ladder that fits it (`plan_in_memory.PlanParts.ladder`). An empty kind is every kind.
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
