"""What the command dashboard shows, read in a fixed number of queries however much is open."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Prefetch, Q
from django.urls import reverse

from alerts.services.visibility import visible_debts
from incidents.models import Incident, LedgerEntry, Organization, Response, Status
from incidents.querysets import visible_incidents
from incidents.roles import Caller
from incidents.web.matters import unacknowledged

UNDER_WAY = (Status.REPORTED, Status.GRADED, Status.RESPONDING)
SHOWN_OVERDUE = 7
SHOWN_AHEAD = 6
SHOWN_INCIDENTS = 12
SHOWN_EVENTS = 25
HOURS_BACK = 12
NOT_DECISIVE = ("deadline.opened", "deadline.moved", "deadline.voided", "view.personal")


@dataclass(frozen=True)
class CountyTotal:
    """A county's open incidents, those that only affect it among them, and the severest level of all."""

    body: Organization
    incidents: tuple[Incident, ...]

    @property
    def count(self) -> int:
        return len(self.incidents)

    @property
    def level(self) -> int | None:
        return min(map(standing_level, self.incidents), default=None)

    @property
    def ungraded(self) -> int:
        return sum(incident.level is None for incident in self.incidents)


def standing_level(incident: Incident) -> int:
    """The grade; until the office has graded, what the facts propose."""
    return incident.level or incident.proposed_level


class Board:
    """All that one look at the dashboard reads."""

    def __init__(self, caller: Caller, now: datetime):
        self.now = now
        self.visible = visible_incidents(caller.actors)
        self.open_incidents = sorted(
            self.visible.filter(status__in=UNDER_WAY)
            .select_related("county", "enterprise", "event_class")
            .prefetch_related("counties_affected", Prefetch("responses", to_attr="all_responses")),
            key=lambda incident: (standing_level(incident), incident.received_at),
        )
        self.counties = self._counties(caller)
        owed = visible_debts(caller.actors).answerable()
        self.totals = owed.aggregate(
            owed=Count("pk"),
            overdue=Count("pk", filter=Q(pk__in=owed.overdue(now))),
            soon=Count("pk", filter=Q(due_at__lte=now + timedelta(hours=1)) & ~Q(pk__in=owed.overdue(now))),
        )
        self.unacknowledged = unacknowledged(caller)
        rows = owed.select_related("incident", "warning", "rule", "debtor", "creditor").order_by(
            "due_at", "pk"
        )
        rows = rows.select_related("acknowledged_by__organization", "acknowledged_by__person")
        ahead = rows.exclude(pk__in=owed.overdue(now).values("pk"))
        self.debts = [*rows.overdue(now)[:SHOWN_OVERDUE], *ahead[:SHOWN_AHEAD]]
        self.events = list(
            LedgerEntry.objects.filter(incident__in=self.visible, at__gte=now - timedelta(hours=HOURS_BACK))
            .exclude(action__in=NOT_DECISIVE)
            .select_related("incident", "post__organization", "person", "key__enterprise")
            .order_by("-at", "-pk")[:SHOWN_EVENTS]
        )

    def _counties(self, caller: Caller) -> list[CountyTotal]:
        offices = [actor.organization for actor in caller.actors]
        counties = list(
            Organization.objects.filter(kind=Organization.Kind.COUNTY, is_active=True).order_by("pk")
        )
        by_county: dict[int, list[Incident]] = {}
        for incident in self.open_incidents:
            touched = {incident.county_id, *(county.pk for county in incident.counties_affected.all())}
            for pk in touched:
                by_county.setdefault(pk, []).append(incident)
        return (
            [CountyTotal(county, tuple(by_county.get(county.pk, ()))) for county in counties]
            if offices
            else []
        )

    @property
    def figures(self) -> list[dict]:
        """The five numbers."""
        return [
            {"name": "未结事件", "value": len(self.open_incidents)},
            {"name": "超时", "value": self.totals["overdue"], "is_overdue": self.totals["overdue"] > 0},
            {"name": "一小时内到期", "value": self.totals["soon"]},
            {"name": "未签收任务", "value": self.unacknowledged},
            {"name": "调出资源", "value": "—", "hint": "资源调用启用后显示"},
        ]

    @property
    def shown_incidents(self) -> list[Incident]:
        return self.open_incidents[:SHOWN_INCIDENTS]

    @property
    def hidden_incidents(self) -> int:
        return max(0, len(self.open_incidents) - SHOWN_INCIDENTS)

    @property
    def hidden_debts(self) -> int:
        return max(0, self.totals["owed"] - len(self.debts))

    @property
    def busy_counties(self) -> list[CountyTotal]:
        """Beside the map: every zone, which has no outline in it, and each county where something is open."""
        listed = [total for total in self.counties if total.body.is_zone or total.count]
        return sorted(listed, key=lambda total: (total.level or 9, total.body.is_zone, total.body.pk))

    @property
    def map_data(self) -> list[dict]:
        return [
            {"name": total.body.short_name, "count": total.count, "level": total.level or 0}
            for total in self.counties
            if not total.body.is_zone
        ]

    @property
    def mark(self) -> str:
        """Changes when anything shown has changed; a poll that brings the same mark is answered with nothing."""
        newest = self.events[0].pk if self.events else 0
        return f"{newest}-{len(self.open_incidents)}-{self.totals['overdue']}-{self.totals['soon']}-{self.unacknowledged}"


def running_response(incident: Incident) -> Response | None:
    """The response that runs or is being decided."""
    under_way = ("proposed", "approved", "active", "ending_proposed")
    return next((response for response in incident.all_responses if response.status in under_way), None)


def act_url(incident: Incident, code: str) -> str:
    return reverse("act", args=[incident.number, code])
