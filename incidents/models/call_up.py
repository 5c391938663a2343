"""Call-ups (§2.2.2(4), 5.4.3, 6.1): people, vehicles, supplies, communications drawn in, until they are settled for."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django_fsm import transition

from incidents.search import index_of

from .incident import Incident
from .machine import StatusField
from .organization import Organization
from .people import Post
from .support import SupportRequest


class CallUpQuerySet(models.QuerySet):
    def out(self):
        """What is under way or in use at this moment."""
        return self.filter(status__in=CallUp.OUT)

    def open(self):
        """What still waits for somebody: closing its incident waits for it too."""
        return self.exclude(status__in=CallUp.OVER)

    def of_bodies(self, bodies):
        """Lent by these, or handed over to them."""
        return self.filter(Q(owner__in=bodies) | Q(receiver__in=bodies))


class CallUp(models.Model):
    class Way(models.TextChoices):
        CALLED = "called", "调用"
        REQUISITIONED = "requisitioned", "征用"

    class Kind(models.TextChoices):
        PEOPLE = "people", "人员"
        VEHICLES = "vehicles", "车辆"
        SUPPLIES = "supplies", "物资装备"
        COMMUNICATIONS = "communications", "通信资源"

    class Status(models.TextChoices):
        REQUESTED = "requested", "待答复"
        AGREED = "agreed", "待调出"
        REFUSED = "refused", "不能调出"
        DISPATCHED = "dispatched", "在途"
        ARRIVED = "arrived", "使用中"
        RETURNED = "returned", "已归还，待结清"
        SETTLED = "settled", "已结清"
        WITHDRAWN = "withdrawn", "已撤回"

    OUT = (Status.DISPATCHED, Status.ARRIVED)
    OVER = (Status.REFUSED, Status.SETTLED, Status.WITHDRAWN)

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="call_ups", verbose_name="突发事件")
    number = models.CharField("编号", max_length=40, unique=True)
    serial = models.PositiveSmallIntegerField("序号")
    way = models.CharField("方式", max_length=20, choices=Way)
    status = StatusField("状态", choices=Status, default=Status.REQUESTED)
    since = models.DateTimeField("自何时")
    kind = models.CharField("类别", max_length=20, choices=Kind)
    what = models.CharField("名称规格", max_length=100)
    quantity = models.DecimalField("数量", max_digits=12, decimal_places=2)
    unit = models.CharField("单位", max_length=10)
    owner = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="call_ups_lent", verbose_name="所属单位"
    )
    owner_name = models.CharField("所属个人", max_length=60, blank=True)
    owner_phone = models.CharField("个人电话", max_length=40, blank=True)
    receiver = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="call_ups_received", verbose_name="接收单位"
    )
    place = models.CharField("送到何处", max_length=200)
    wanted_by = models.DateTimeField("何时要到", null=True)
    support = models.ForeignKey(
        SupportRequest, models.PROTECT, null=True, related_name="call_ups", verbose_name="支援请求"
    )
    instructed_by = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="+", verbose_name="奉何人指示"
    )
    instruction = models.CharField("指示原话", max_length=300, blank=True)
    requested_at = models.DateTimeField("提出时间")
    requested_by = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="提出岗位")
    dispatched = models.DecimalField("调出数量", max_digits=12, decimal_places=2, null=True)
    arrived = models.DecimalField("到达数量", max_digits=12, decimal_places=2, null=True)
    returned = models.DecimalField("归还数量", max_digits=12, decimal_places=2, null=True)
    used_up = models.DecimalField("耗用数量", max_digits=12, decimal_places=2, null=True)
    damaged = models.DecimalField("损坏数量", max_digits=12, decimal_places=2, null=True)

    objects = CallUpQuerySet.as_manager()

    class Meta:
        verbose_name = "调用"
        verbose_name_plural = "调用"
        ordering = ["incident", "serial"]
        indexes = [index_of("incidents_callup")]
        constraints = [
            models.UniqueConstraint(fields=["incident", "serial"], name="call_up_serial_once"),
            models.CheckConstraint(name="call_up_of_something", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="call_up_of_a_body_or_a_person",
                condition=Q(owner=None) & ~Q(owner_name="") | Q(owner__isnull=False, owner_name=""),
            ),
            models.CheckConstraint(
                name="requisition_is_never_refused",
                condition=Q(way="called") | ~Q(status__in=["requested", "refused"]),
            ),
            models.CheckConstraint(
                name="call_up_sends_no_more_than_asked",
                condition=Q(dispatched=None) | Q(dispatched__gt=0, dispatched__lte=F("quantity")),
            ),
            models.CheckConstraint(
                name="call_up_arrives_no_more_than_sent",
                condition=Q(arrived=None) | Q(arrived__gte=0, arrived__lte=F("dispatched")),
            ),
            models.CheckConstraint(
                name="call_up_comes_back_no_more_than_sent",
                condition=Q(returned=None, used_up=None, damaged=None)
                | Q(
                    returned__gte=0,
                    used_up__gte=0,
                    damaged__gte=0,
                    dispatched__gte=F("returned") + F("used_up") + F("damaged"),
                ),
            ),
            models.CheckConstraint(
                name="call_up_steps_say_how_many",
                condition=Q(status__in=["requested", "agreed", "refused", "withdrawn"])
                | Q(status="dispatched", dispatched__isnull=False)
                | Q(status="arrived", dispatched__isnull=False, arrived__isnull=False)
                | Q(status__in=["returned", "settled"], arrived__isnull=False, returned__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.gist}"

    @property
    def gist(self) -> str:
        return f"{self.what} {in_words(self.quantity)}{self.unit}"

    @property
    def is_over(self) -> bool:
        return self.status in self.OVER

    @property
    def is_requisition(self) -> bool:
        return self.way == self.Way.REQUISITIONED

    @property
    def lent_by(self) -> str:
        """Whose it is; a private person stays unnamed."""
        return str(self.owner) if self.owner_id else "个人"

    @property
    def still_out(self) -> Decimal:
        """What was sent and is neither returned nor accounted for."""
        parts = (self.returned, self.used_up, self.damaged)
        return (self.dispatched or Decimal(0)) - sum(filter(None, parts))

    @property
    def lost(self) -> Decimal:
        """What will not come any more: all that was still out when the last of it was given back."""
        return self.still_out if self.status in (self.Status.RETURNED, self.Status.SETTLED) else Decimal(0)

    @property
    def shortfall(self) -> str:
        """What its owner did not get back whole, in words."""
        parts = (("耗用", self.used_up), ("损坏", self.damaged), ("未归还", self.lost))
        return "、".join(f"{word} {in_words(number)}{self.unit}" for word, number in parts if number)

    @transition(status, source=Status.REQUESTED, target=Status.AGREED, custom={"clause": "5.4.3"})
    def agree(self, at):
        self.since = at

    @transition(status, source=Status.REQUESTED, target=Status.REFUSED, custom={"clause": "5.4.3"})
    def refuse(self, at):
        self.since = at

    @transition(
        status,
        source=[Status.REQUESTED, Status.AGREED],
        target=Status.WITHDRAWN,
        custom={"clause": "2.2.2"},
    )
    def withdraw(self, at):
        self.since = at

    @transition(status, source=Status.AGREED, target=Status.DISPATCHED, custom={"clause": "5.4.3"})
    def dispatch(self, at, quantity: Decimal):
        self.since, self.dispatched = at, quantity

    @transition(status, source=Status.DISPATCHED, target=Status.ARRIVED, custom={"clause": "5.4.3"})
    def arrive(self, at, quantity: Decimal):
        self.since, self.arrived = at, quantity

    @transition(status, source=Status.ARRIVED, target=Status.RETURNED, custom={"clause": "6.1"})
    def give_back(self, at):
        self.since = at

    @transition(status, source=Status.RETURNED, target=Status.SETTLED, custom={"clause": "6.1"})
    def settle(self, at):
        self.since = at


class CallUpReturn(models.Model):
    """A part that came back, was used up or was damaged; append-only. The database itself adds it to its call-up, and takes
    it from what that has out of the register (`add_up_returns`)."""

    call_up = models.ForeignKey(CallUp, models.PROTECT, related_name="returns", verbose_name="调用")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="办理岗位")
    returned = models.DecimalField("归还数量", max_digits=12, decimal_places=2)
    used_up = models.DecimalField("耗用数量", max_digits=12, decimal_places=2)
    damaged = models.DecimalField("损坏数量", max_digits=12, decimal_places=2)
    words = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = "调用归还"
        verbose_name_plural = "调用归还"
        ordering = ["call_up", "id"]
        constraints = [
            models.CheckConstraint(
                name="call_up_return_takes_nothing_back",
                condition=Q(returned__gte=0, used_up__gte=0, damaged__gte=0),
            )
        ]

    @property
    def gist(self) -> str:
        parts = (("归还", self.returned), ("耗用", self.used_up), ("损坏", self.damaged))
        said = (f"{word} {in_words(number)}{self.call_up.unit}" for word, number in parts if number)
        return "，".join(said) or f"归还 0{self.call_up.unit}"


class CallUpStep(models.Model):
    """One step of a call-up: when, by whom, how many, in what words; append-only."""

    call_up = models.ForeignKey(CallUp, models.PROTECT, related_name="steps")
    status = models.CharField("步骤", max_length=20, choices=CallUp.Status)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name="办理岗位")
    for_owner = models.BooleanField("据所属方电话登记", default=False)
    quantities = models.CharField("数量", max_length=100, blank=True)
    words = models.TextField("说明", blank=True)

    class Meta:
        ordering = ["call_up", "id"]
        constraints = [models.UniqueConstraint(fields=["call_up", "status"], name="call_up_step_once")]


def in_words(number: Decimal) -> str:
    """3, 2.5: without zeros that say nothing."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
