"""会商会议 and 紧急成员会议 (§5.3, 5.4.3): called, held with attendance and words, decided line by line."""

from django.db import models
from django.db.models import Q
from django_fsm import transition

from .incident import Incident
from .machine import StatusField
from .organization import Organization
from .people import Post
from .response import Response


class Meeting(models.Model):
    class Kind(models.TextChoices):
        CONSULTATION = "consultation", "会商会议"
        EMERGENCY = "emergency", "紧急成员会议"

    class Means(models.TextChoices):
        IN_PERSON = "in_person", "现场"
        TELEPHONE = "telephone", "电话"
        VIDEO = "video", "视频"

    class Status(models.TextChoices):
        CONVENED = "convened", "已召集"
        HELD = "held", "已召开"
        CANCELLED = "cancelled", "已取消"

    CLAUSES = {Kind.CONSULTATION: "5.4.3", Kind.EMERGENCY: "5.3"}

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="meetings")
    response = models.ForeignKey(Response, models.PROTECT, null=True, related_name="meetings")
    number = models.CharField("编号", max_length=40, unique=True)
    serial = models.PositiveSmallIntegerField("序号")
    kind = models.CharField("类别", max_length=12, choices=Kind)
    status = StatusField("状态", choices=Status, default=Status.CONVENED)
    topic = models.CharField("议题", max_length=200)
    means = models.CharField("方式", max_length=10, choices=Means)
    place = models.CharField("地点或会议号", max_length=200)
    starts_at = models.DateTimeField("时间")
    convened_at = models.DateTimeField("召集时间")
    convened_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="召集岗位")
    chair = models.CharField("主持人", max_length=60, blank=True)
    held_at = models.DateTimeField("召开时间", null=True)
    words = models.TextField("会议情况", blank=True)
    recorded_at = models.DateTimeField("记录时间", null=True)
    recorded_by = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="+", verbose_name="记录岗位"
    )
    cancelled_reason = models.CharField("取消的理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "会议"
        ordering = ["incident", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "serial"], name="meeting_serial_once"),
            models.CheckConstraint(
                name="held_meeting_is_recorded",
                condition=~Q(status="held") | Q(held_at__isnull=False) & ~Q(words="") & ~Q(chair=""),
            ),
            models.CheckConstraint(
                name="cancelled_with_a_reason", condition=~Q(status="cancelled") | ~Q(cancelled_reason="")
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.topic}"

    @property
    def gist(self) -> str:
        return f"{self.get_kind_display()}：{self.topic}"

    @property
    def clause(self) -> str:
        return self.CLAUSES[self.kind]

    @transition(status, source=Status.CONVENED, target=Status.HELD, custom={"clause": "5.4.3"})
    def hold(self, held_at, chair: str, words: str, at, by: Post):
        self.held_at, self.chair, self.words = held_at, chair, words
        self.recorded_at, self.recorded_by = at, by

    @transition(status, source=Status.CONVENED, target=Status.CANCELLED, custom={"clause": "5.4.3"})
    def cancel(self, reason: str):
        self.cancelled_reason = reason


class Attendance(models.Model):
    """A body called to a meeting, and who came for it."""

    class Presence(models.TextChoices):
        PRESENT = "present", "到会"
        DEPUTY = "deputy", "委派代表"
        ABSENT = "absent", "缺席"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="called")
    body = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="单位")
    presence = models.CharField("到会情况", max_length=10, choices=Presence, blank=True)
    person = models.CharField("参会人", max_length=60, blank=True)

    class Meta:
        ordering = ["meeting", "id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "body"], name="body_called_once")]


class MeetingDecision(models.Model):
    """A numbered line of what was decided; append-only. What came of it is a task order that names it."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions")
    serial = models.PositiveSmallIntegerField("序号")
    words = models.CharField("议定事项", max_length=200)
    body = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+", verbose_name="责任单位"
    )
    due_at = models.DateTimeField("完成期限", null=True)
    recorded_at = models.DateTimeField("记录时间")

    class Meta:
        ordering = ["meeting", "serial"]
        constraints = [models.UniqueConstraint(fields=["meeting", "serial"], name="decision_serial_once")]
