"""Instructions (领导批示、上级指令, §2.2.2(2), 5.3, 5.4.3): a commander's, or a superior body's, word to named bodies."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q

from incidents.ledger import body_chain
from incidents.models import ApiKey, Incident, Organization, Post, Role, TaskOrder, of_drills
from incidents.querysets import ALL_SEEING
from incidents.roles import Actor
from incidents.search import index_of

from .warning import Warning


class InstructionQuerySet(models.QuerySet):
    def visible_to(self, actors: Iterable[Actor]):
        """Who sees all, all of the office; else what is addressed to one's own body, a firm's also to those below it.
        In a drill, what was said in drills alone."""
        seen = Q(pk__in=[])
        for actor in actors:
            seen |= _concerns(actor) & of_drills(actor.in_drill, "incident", "warning", drill=actor.drill)
        return self.filter(seen)


def _concerns(actor: Actor) -> Q:
    body = actor.organization
    if actor.role in ALL_SEEING:
        return Q(office__in=Organization.objects.within(body))
    if actor.role == Role.ENTERPRISE:
        return _addressed_to(Organization.objects.within(body))
    return _addressed_to([body]) if actor.role in (Role.MEMBER, Role.COUNTY) else Q(pk__in=[])


def _addressed_to(bodies) -> Q:
    return Q(pk__in=InstructionAddressee.objects.filter(organization__in=bodies).values("instruction"))


class Instruction(models.Model):
    """Its words are never changed (a trigger). With an incident, with a warning, or without either."""

    class Urgency(models.IntegerChoices):
        URGENT = 1, "特急"
        PRESSING = 2, "加急"
        ORDINARY = 3, "平件"

    number = models.CharField("编号", max_length=40, unique=True)
    office = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="应急办")
    incident = models.ForeignKey(
        Incident, models.PROTECT, null=True, related_name="instructions", verbose_name="突发事件"
    )
    warning = models.ForeignKey(
        Warning, models.PROTECT, null=True, related_name="instructions", verbose_name="预警"
    )
    commander = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="+", verbose_name="作出批示的指挥长"
    )
    superior = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+", verbose_name="上级机关"
    )
    superior_person = models.CharField("上级何人", max_length=60, blank=True)
    given_at = models.DateTimeField("批示时间")
    by_phone = models.BooleanField("电话", default=False)
    words = models.TextField("批示原文")
    urgency = models.PositiveSmallIntegerField("缓急", choices=Urgency, default=Urgency.ORDINARY)
    due_at = models.DateTimeField("要求办结时间", null=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="登记岗位")

    noun = "批示"
    objects = InstructionQuerySet.as_manager()

    class Meta:
        verbose_name = "批示、上级指令"
        verbose_name_plural = "批示、上级指令"
        ordering = ["-given_at", "-id"]
        indexes = [index_of("alerts_instruction")]
        constraints = [
            models.CheckConstraint(
                name="instruction_about_one_thing", condition=Q(incident=None) | Q(warning=None)
            ),
            models.CheckConstraint(
                name="instruction_by_a_commander_or_a_superior",
                condition=Q(commander__isnull=False, superior=None, superior_person="")
                | Q(commander=None, superior__isnull=False) & ~Q(superior_person=""),
            ),
            models.CheckConstraint(name="instruction_has_words", condition=~Q(words="")),
            models.CheckConstraint(name="instruction_urgency_known", condition=Q(urgency__in=[1, 2, 3])),
        ]

    def __str__(self):
        return f"{self.number} {self.gist}"

    @property
    def about(self) -> Incident | Warning | None:
        return self.incident or self.warning

    @property
    def drill_id(self) -> int | None:
        return self.about and self.about.drill_id

    @property
    def gist(self) -> str:
        return self.words

    @property
    def subject(self) -> "Incident | Warning | Instruction":
        """What it is about; itself, where it is about neither an incident nor a warning."""
        return self.incident or self.warning or self

    @property
    def chain(self) -> str:
        about = self.incident or self.warning
        return about.chain if about else body_chain(self.office)

    @property
    def is_superiors(self) -> bool:
        return self.superior_id is not None

    @property
    def giver(self) -> str:
        return str(self.superior or self.commander)


class InstructionAddressee(models.Model):
    """A body that it is addressed to: seen, answered (several times), done."""

    instruction = models.ForeignKey(Instruction, models.PROTECT, related_name="addressees")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="单位")
    acknowledged_at = models.DateTimeField("签收时间", null=True)
    acknowledged_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    acknowledged_key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="+")
    reminded_at = models.DateTimeField("最近催办", null=True)
    done_at = models.DateTimeField("办结时间", null=True)
    done_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["instruction", "id"]
        constraints = [
            models.UniqueConstraint(fields=["instruction", "organization"], name="instructed_once"),
            models.CheckConstraint(
                name="instruction_done_after_seen",
                condition=Q(done_at=None) | Q(acknowledged_at__isnull=False),
            ),
            models.CheckConstraint(
                name="instruction_acknowledged_by_somebody",
                condition=Q(acknowledged_at=None, acknowledged_by=None, acknowledged_key=None)
                | Q(acknowledged_at__isnull=False)
                & (
                    Q(acknowledged_by__isnull=False, acknowledged_key=None)
                    | Q(acknowledged_by=None, acknowledged_key__isnull=False)
                ),
            ),
        ]

    def is_late(self, now) -> bool:
        due = self.instruction.due_at
        return due is not None and (self.done_at or now) > due


class InstructionAnswer(models.Model):
    """What an addressee did about it. Append-only (a trigger)."""

    addressee = models.ForeignKey(InstructionAddressee, models.PROTECT, related_name="answers")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="回复岗位")
    key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="+")
    words = models.TextField("落实情况")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                name="instruction_answered_by_somebody",
                condition=Q(by__isnull=False, key=None) | Q(by=None, key__isnull=False),
            )
        ]


class InstructionOrder(models.Model):
    """The task order that it became (§5.2.2); the way back is `order.source`."""

    instruction = models.ForeignKey(Instruction, models.PROTECT, related_name="orders")
    order = models.OneToOneField(TaskOrder, models.PROTECT, related_name="source")

    class Meta:
        ordering = ["id"]
