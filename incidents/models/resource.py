"""The register of resources (§2.2.2(4), 5.4.3): teams, vehicles, supplies, communications of any body, and what call-ups
draw from it.

In hand is what is neither reserved nor out. `reserved`, `lent` and what did not come back whole move by the rows of
`ResourceDraw` alone, which a trigger adds up; a constraint refuses to promise more than there is.
"""

from datetime import date, timedelta
from decimal import Decimal

from django.db import models
from django.db.models import DecimalField, F, Q

from .call_up import CallUp, in_words
from .incident import LATITUDES, LONGITUDES
from .organization import Organization

EXPIRES_SOON = timedelta(days=30)
"""**Decided**: from when on a supply is shown as about to expire."""

NOTHING = Decimal(0)


def quantity(name: str) -> DecimalField:
    return DecimalField(name, max_digits=12, decimal_places=2, default=NOTHING)


class ResourceQuerySet(models.QuerySet):
    def in_hand(self):
        return self.filter(is_active=True, total__gt=F("reserved") + F("lent"))

    def expiring(self, today: date):
        """In use, and expired or about to: somebody has to replace it (§5.4.3)."""
        return self.filter(is_active=True, total__gt=0, expires_on__lte=today + EXPIRES_SOON)


class Resource(models.Model):
    class State(models.TextChoices):
        NORMAL = "normal", "正常"
        STANDBY = "standby", "备勤"
        OUT = "out", "出动"

    Kind = CallUp.Kind

    body = models.ForeignKey(Organization, models.PROTECT, related_name="resources", verbose_name="所属单位")
    kind = models.CharField("类别", max_length=20, choices=CallUp.Kind)
    name = models.CharField("名称规格", max_length=100)
    total = quantity("总数")
    reserved = quantity("已预留")
    lent = quantity("在外")
    unit = models.CharField("计量单位", max_length=10)
    county = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所在县区"
    )
    place = models.CharField("存放（驻扎）地址", max_length=200)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField("纬度", max_digits=8, decimal_places=6, null=True, blank=True)
    custodian = models.CharField("保管人（带队人）", max_length=40)
    phone = models.CharField("联系电话", max_length=40)
    expires_on = models.DateField("有效期至", null=True, blank=True)
    notes = models.CharField("备注", max_length=300, blank=True)
    standby_since = models.DateTimeField("备勤自", null=True, blank=True)
    is_active = models.BooleanField("在用", default=True)
    changed_at = models.DateTimeField("最近登记")

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = "应急资源"
        verbose_name_plural = "应急资源"
        ordering = ["-is_active", "body", "kind", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "kind", "name", "place", "expires_on"],
                nulls_distinct=False,
                name="resource_once",
                violation_error_message="该单位在这个地址已登记过这项资源。",
            ),
            models.CheckConstraint(
                name="resource_promises_no_more_than_there_is",
                condition=Q(reserved__gte=0, lent__gte=0, total__gte=F("reserved") + F("lent")),
                violation_error_message="预留和在外的数量合计不能多于总数。",
            ),
            models.CheckConstraint(
                name="only_teams_stand_by", condition=Q(standby_since=None) | Q(kind="people")
            ),
            models.CheckConstraint(
                name="resource_point_is_whole_and_in_the_country",
                condition=Q(longitude=None, latitude=None)
                | Q(longitude__range=LONGITUDES, latitude__range=LATITUDES),
            ),
        ]

    def __str__(self):
        return f"{self.name}（{self.body}）"

    @property
    def in_hand(self) -> Decimal:
        return self.total - self.reserved - self.lent

    @property
    def is_team(self) -> bool:
        return self.kind == CallUp.Kind.PEOPLE

    @property
    def state(self) -> str:
        if self.lent:
            return self.State.OUT
        return self.State.STANDBY if self.standby_since else self.State.NORMAL

    @property
    def how_many(self) -> str:
        """In hand, and where the rest is: 在手 3辆（共 5辆，预留 1，在外 1）。"""
        whole = f"在手 {in_words(self.in_hand)}{self.unit}"
        parts = (("预留", self.reserved), ("在外", self.lent))
        away = "".join(f"，{word} {in_words(number)}" for word, number in parts if number)
        return f"{whole}（共 {in_words(self.total)}{self.unit}{away}）" if away else whole

    def expiry_on(self, today: date) -> str:
        """What is said of its date: expired, about to, or nothing."""
        if not self.expires_on or self.expires_on > today + EXPIRES_SOON:
            return ""
        return "已过期" if self.expires_on < today else "即将到期"


class ResourceDraw(models.Model):
    """What one call-up holds of a resource: reserved once it is agreed, lent while it is out, and what it never gave
    back whole. Never deleted."""

    call_up = models.OneToOneField(CallUp, models.PROTECT, related_name="draw", verbose_name="调用")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="draws", verbose_name="应急资源")
    reserved = quantity("预留")
    lent = quantity("在外")
    lost = quantity("未完好归还")

    class Meta:
        verbose_name = "资源调用"
        verbose_name_plural = "资源调用"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="draw_holds_no_less_than_nothing",
                condition=Q(reserved__gte=0, lent__gte=0, lost__gte=0),
            )
        ]

    def __str__(self):
        return f"{self.call_up.number} {self.resource}"
