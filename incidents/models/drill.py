"""The mark of a drill (演练, domain §8): on an incident and on warning information; all else hangs on one of the two.

Set when the row is made and never changed (a trigger). `objects` knows only what really happened, so that who forgets
about drills counts none; a drill is found through `with_drills`, or through what one may see in it (`Actor.in_drill`).
"""

from django.db import models
from django.db.models import Q

from incidents.drill_clock import DrillClock


def of_drills(is_drill: bool, *subjects: str, drill: "models.Model | None" = None) -> Q:
    """Of what hangs on one of these subjects: what is of this drill (None: of a sandbox); or else all that is of none."""
    drilled = Q()
    for subject in subjects:
        its = {f"{subject}__drill": drill} if is_drill else {}
        drilled |= Q(**{f"{subject}__is_drill": True} | its)
    return drilled if is_drill else ~drilled


class RealManager(models.Manager):
    """What really happened."""

    def get_queryset(self):
        return super().get_queryset().filter(is_drill=False)


class Drillable(models.Model):
    is_drill = models.BooleanField("演练", default=False, db_default=False, editable=False)
    drill = models.ForeignKey(
        "incidents.Drill",
        models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="%(class)ss",
        verbose_name="所属演练",
    )
    """None: of no drill, or of a test key's sandbox."""

    objects = RealManager()
    with_drills = models.Manager()

    class Meta:
        abstract = True

    @property
    def clock(self) -> DrillClock | None:
        return self.drill.clock if self.drill_id else None

    @property
    def pace(self) -> int:
        """How many times faster than the plan says its debts run."""
        return self.drill.speed if self.drill_id else 1
