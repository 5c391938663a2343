"""Task orders (应急任务, §5.2.2, 5.2.6): 启动通知, 任务通知书, 解除通知."""

from django.db import models
from django.db.models import Q
from django_fsm import transition

from incidents.search import index_of

from .incident import Incident
from .machine import StatusField
from .organization import Organization
from .people import Post
from .response import Response


class TaskOrder(models.Model):
    class Status(models.TextChoices):
        ISSUED = "issued", "待签收"
        ACKNOWLEDGED = "acknowledged", "已签收"
        EXECUTING = "executing", "执行中"
        DONE = "done", "已完成"
        RELEASED = "released", "已解除，待确认"
        OVER = "over", "已结束"

    class Priority(models.IntegerChoices):
        """先重点、后一般 (§5.2.3(1))."""

        FIRST = 1, "首要"
        SECOND = 2, "重要"
        THIRD = 3, "一般"

    OPEN = (Status.ISSUED, Status.ACKNOWLEDGED, Status.EXECUTING, Status.DONE)

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="orders", verbose_name="突发事件")
    response = models.ForeignKey(
        Response, models.PROTECT, null=True, related_name="orders", verbose_name="所属响应"
    )
    number = models.CharField("编号", max_length=40, unique=True)
    serial = models.PositiveSmallIntegerField("序号")
    status = StatusField("状态", choices=Status, default=Status.ISSUED)
    receiver = models.ForeignKey(
        Organization, models.PROTECT, related_name="orders_received", verbose_name="接收单位"
    )
    group = models.ForeignKey(
        "incidents.WorkingGroup", models.PROTECT, null=True, related_name="orders", verbose_name="应急工作组"
    )
    scheme = models.ForeignKey(
        "incidents.SchemeVersion", models.PROTECT, null=True, related_name="orders", verbose_name="所依方案"
    )
    decision = models.ForeignKey(
        "incidents.MeetingDecision",
        models.PROTECT,
        null=True,
        related_name="orders",
        verbose_name="所依议定事项",
    )
    task = models.CharField("任务", max_length=200)
    requirements = models.TextField("要求", blank=True)
    priority = models.PositiveSmallIntegerField("轻重", choices=Priority, default=Priority.SECOND)
    issued_at = models.DateTimeField("下达时间")
    issued_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="下达岗位")
    """None only in a drill (a trigger): there no commander need be woken to order."""
    instructed_by = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="+", verbose_name="奉何人指示"
    )
    instruction = models.CharField("指示原话", max_length=300, blank=True)
    by_phone = models.BooleanField("电话下达", default=False)
    phone_words = models.TextField("电话下达原话", blank=True)
    answered_by = models.CharField("接听人", max_length=60, blank=True)
    written_at = models.DateTimeField("书面下达时间", null=True)
    acknowledge_by = models.DateTimeField("签收期限")
    done_by = models.DateTimeField("完成期限", null=True)

    acknowledged_at = models.DateTimeField("签收时间", null=True)
    acknowledged_by = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="+", verbose_name="签收岗位"
    )
    on_scene_head = models.CharField("现场指挥负责人", max_length=60, blank=True)
    on_scene_phone = models.CharField("现场指挥电话", max_length=40, blank=True)
    on_scene_place = models.CharField("现场指挥地点", max_length=200, blank=True)
    done_at = models.DateTimeField("完成时间", null=True)
    execution_report = models.TextField("执行情况报告", blank=True)
    released_at = models.DateTimeField("解除时间", null=True)
    release_words = models.CharField("任务结束命令", max_length=300, blank=True)
    over_at = models.DateTimeField("确认解除时间", null=True)
    confirmed_by = models.CharField("确认解除的人", max_length=60, blank=True)

    class Meta:
        verbose_name = "应急任务"
        verbose_name_plural = "应急任务"
        ordering = ["incident", "issued_at"]
        indexes = [index_of("incidents_taskorder")]
        constraints = [
            models.UniqueConstraint(fields=["incident", "serial"], name="order_serial_once"),
            models.CheckConstraint(name="order_priority_known", condition=Q(priority__in=[1, 2, 3])),
            models.CheckConstraint(
                name="order_written_or_by_phone", condition=Q(by_phone=True) | Q(written_at__isnull=False)
            ),
            models.CheckConstraint(
                name="phone_order_word_for_word",
                condition=Q(by_phone=False) | ~Q(phone_words="") & ~Q(answered_by=""),
            ),
            models.CheckConstraint(
                name="order_under_way_is_acknowledged",
                condition=~Q(status__in=["acknowledged", "executing", "done"])
                | Q(acknowledged_at__isnull=False),
            ),
            models.CheckConstraint(
                name="done_order_is_reported",
                condition=~Q(status="done") | Q(done_at__isnull=False) & ~Q(execution_report=""),
            ),
            models.CheckConstraint(
                name="released_order_says_when",
                condition=~Q(status__in=["released", "over"]) | Q(released_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.task}"

    @property
    def gist(self) -> str:
        return self.task

    @property
    def addressee(self) -> str:
        """To a working group: to its lead body, in the group's name."""
        return f"{self.group}（{self.receiver}牵头）" if self.group_id else str(self.receiver)

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def names_on_scene_command(self) -> bool:
        return bool(self.on_scene_head)

    def name_on_scene_command(self, head: str, phone: str, place: str):
        """现场应急保障指挥机构, set up by whoever received the order (§5.2.2)."""
        self.on_scene_head, self.on_scene_phone, self.on_scene_place = head, phone, place

    @transition(status, source=Status.ISSUED, target=Status.ACKNOWLEDGED, custom={"clause": "5.2.2"})
    def acknowledge(self, at, by: Post | None):
        """`by` None: acknowledged on the telephone by whoever answered."""
        self.acknowledged_at, self.acknowledged_by = at, by

    @transition(
        status,
        source=[Status.ACKNOWLEDGED, Status.EXECUTING],
        target=Status.EXECUTING,
        custom={"clause": "5.4.3"},
    )
    def progress(self):
        pass

    @transition(
        status,
        source=[Status.ACKNOWLEDGED, Status.EXECUTING],
        target=Status.DONE,
        custom={"clause": "5.4.3"},
    )
    def finish(self, at, report: str):
        self.done_at, self.execution_report = at, report

    @transition(
        status,
        source=[Status.ISSUED, Status.ACKNOWLEDGED, Status.EXECUTING, Status.DONE],
        target=Status.RELEASED,
        custom={"clause": "5.2.6"},
    )
    def release(self, at, words: str):
        self.released_at, self.release_words = at, words

    @transition(status, source=Status.RELEASED, target=Status.OVER, custom={"clause": "5.2.6"})
    def confirm_release(self, at, by: str):
        self.over_at, self.confirmed_by = at, by


class OrderProgress(models.Model):
    """How the task is being carried out (§5.4.3); append-only."""

    order = models.ForeignKey(TaskOrder, models.PROTECT, related_name="progress_entries")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="报告岗位")
    words = models.TextField("进展")

    class Meta:
        ordering = ["order", "at", "id"]
