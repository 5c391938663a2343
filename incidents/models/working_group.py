"""应急工作组 (§2.2.4, annex 1): formed when Ⅰ–Ⅲ start; an order may be addressed to one, that is to its lead body."""

from django.db import models
from django.db.models import Q

from .incident import Incident
from .organization import Organization
from .response import Response


class WorkingGroup(models.Model):
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="working_groups")
    response = models.ForeignKey(Response, models.PROTECT, null=True, related_name="working_groups")
    number = models.CharField("编号", max_length=40, unique=True)
    serial = models.PositiveSmallIntegerField("序号")
    name = models.CharField("组名", max_length=40)
    lead = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="牵头单位")
    members = models.ManyToManyField(Organization, related_name="+", verbose_name="成员单位", blank=True)
    duties = models.TextField("职责", blank=True)
    source = models.CharField("来源", max_length=120, blank=True)
    head = models.CharField("组长", max_length=60, blank=True)
    phone = models.CharField("电话", max_length=40, blank=True)
    formed_at = models.DateTimeField("成立时间")
    dissolved_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        verbose_name = "应急工作组"
        ordering = ["incident", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "serial"], name="group_serial_once"),
            models.UniqueConstraint(
                fields=["incident", "name"], condition=Q(dissolved_at=None), name="group_stands_once"
            ),
            models.CheckConstraint(
                name="group_head_with_telephone", condition=Q(head="", phone="") | ~Q(head="") & ~Q(phone="")
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def gist(self) -> str:
        return self.name

    @property
    def stands(self) -> bool:
        return self.dissolved_at is None


class OnSceneCommand(models.Model):
    """现场指挥机构 (§5.4.4): as it stood from `since` until the next word on it, or its end, replaced it."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="on_scene_commands")
    order = models.ForeignKey(
        "incidents.TaskOrder", models.PROTECT, null=True, related_name="+", verbose_name="所依任务"
    )
    head = models.CharField("负责人", max_length=60)
    phone = models.CharField("电话", max_length=40)
    place = models.CharField("地点", max_length=200)
    since = models.DateTimeField("成立时间")
    recorded_at = models.DateTimeField("记录时间")
    until = models.DateTimeField("更替时间", null=True)

    class Meta:
        verbose_name = "现场指挥机构"
        ordering = ["incident", "-recorded_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="on_scene_command_is_reachable", condition=~Q(head="") & ~Q(phone="") & ~Q(place="")
            )
        ]

    def __str__(self):
        return f"现场指挥机构（{self.place}）"
