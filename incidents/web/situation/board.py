"""What the command screen and the wall show, read in a fixed number of queries however much is open."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Prefetch, Q
from django.urls import reverse
from django.utils.functional import cached_property

from alerts.models.deadline import DUE_SECOND
from alerts.services.visibility import visible_debts
from incidents import drill_clock
from incidents.models import Incident, LedgerEntry, Organization, Response, Status, SupportRequest, TaskOrder
from incidents.querysets import visible_incidents, visible_orders, visible_requests
from incidents.roles import Caller
from incidents.web.response.response_flow import Flow, flows_of
from incidents.web.situation import map_points

UNDER_WAY = (Status.REPORTED, Status.GRADED, Status.RESPONDING)
SOON = timedelta(hours=1)
SHOWN_OVERDUE = 7
SHOWN_AHEAD = 6
SHOWN_BODIES = 8
SHOWN_MATTERS = 6
SHOWN_INCIDENTS = 12
SHOWN_EVENTS = 25
HOURS_BACK = 12
NOT_DECISIVE = ("deadline.opened", "deadline.moved", "deadline.voided", "personal.viewed", "personal.seen")


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

    @property
    def rows(self) -> list[dict]:
        """Each incident, whether it lies here or only affects the county, and where the map shows it."""
        return [
            {
                "incident": incident,
                "only_affects": incident.county_id != self.body.pk,
                "placing": map_points.placing_words(incident),
            }
            for incident in self.incidents
        ]


@dataclass(frozen=True)
class Figure:
    """One of the five numbers, and the list behind it."""

    key: str
    name: str
    value: int
    is_overdue: bool = False

    @property
    def url(self) -> str:
        return reverse("call-ups") if self.key == "out" else reverse("command-list", args=[self.key])


def standing_level(incident: Incident) -> int:
    """The grade; until the office has graded, what the facts propose."""
    return incident.standing_level


def open_incidents(caller: Caller):
    return visible_incidents(caller.actors).filter(status__in=UNDER_WAY)


def severest_first(incidents) -> list[Incident]:
    rows = incidents.select_related("county", "enterprise", "event_class", "office").prefetch_related(
        "counties_affected", Prefetch("responses", Response.objects.select_related("body"), "all_responses")
    )
    return sorted(rows, key=lambda incident: (standing_level(incident), incident.received_at))


def owed(caller: Caller):
    """The debts that somebody still has to answer for: of what has happened or threatens, not of what is made ready."""
    return visible_debts(caller.actors).answerable().filter(undertaking=None)


def due_soon(caller: Caller, now: datetime):
    soon = now + SOON / drill_clock.speed()
    return owed(caller).filter(due_at__lte=soon, due_at__gt=now - DUE_SECOND)


def waiting_orders(caller: Caller):
    """Orders that their receivers have not acknowledged, the longest first (§5.2.2)."""
    return visible_orders(caller.actors).filter(status=TaskOrder.Status.ISSUED).order_by("issued_at", "pk")


def waiting_requests(caller: Caller):
    """Requests for support that nobody has answered, the longest first (§5.5)."""
    requests = visible_requests(caller.actors).filter(status__in=SupportRequest.WAITING)
    return requests.order_by("raised_at", "pk")


class Board:
    """All that one look at the command screen reads."""

    def __init__(self, caller: Caller, now: datetime):
        self.now = now
        self.open_incidents = severest_first(open_incidents(caller))
        self.counties = self._counties(caller)
        self.flows: list[Flow] = flows_of(self.open_incidents)
        debts, is_late = owed(caller), Q(due_at__lte=now - DUE_SECOND)
        late = debts.filter(is_late)
        self.totals = debts.aggregate(
            owed=Count("pk"),
            overdue=Count("pk", filter=is_late),
            soon=Count("pk", filter=~is_late & Q(due_at__lte=now + SOON / drill_clock.speed())),
        )
        self.late_bodies = list(
            late.values("debtor", "debtor__short_name", "debtor__name")
            .annotate(count=Count("pk"), since=Min("due_at"))
            .order_by("-count", "since", "debtor")[: SHOWN_BODIES + 1]
        )
        rows = debts.select_related("incident", "warning", "rule", "debtor", "creditor")
        rows = rows.select_related("acknowledged_by__organization", "acknowledged_by__person")
        rows = rows.order_by("due_at", "pk")
        self.debts = [*rows.filter(is_late)[:SHOWN_OVERDUE], *rows.exclude(is_late)[:SHOWN_AHEAD]]
        self.orders = list(waiting_orders(caller).select_related("incident", "receiver"))
        self.requests = list(waiting_requests(caller).select_related("incident", "requester", "holder"))
        self.out = map_points.resources_out(caller)
        self.events = list(
            LedgerEntry.objects.filter(
                incident__in=visible_incidents(caller.actors), at__gte=now - timedelta(hours=HOURS_BACK)
            )
            .exclude(action__in=NOT_DECISIVE)
            .select_related("incident", "post__organization", "person", "key__enterprise")
            .order_by("-at", "-pk")[:SHOWN_EVENTS]
        )

    def _counties(self, caller: Caller) -> list[CountyTotal]:
        if not caller.actors:
            return []
        by_county: dict[int, list[Incident]] = {}
        for incident in self.open_incidents:
            touched = {incident.county_id, *(county.pk for county in incident.counties_affected.all())}
            for pk in touched:
                by_county.setdefault(pk, []).append(incident)
        counties = Organization.objects.filter(kind=Organization.Kind.COUNTY, is_active=True).order_by("pk")
        return [CountyTotal(county, tuple(by_county.get(county.pk, ()))) for county in counties]

    @cached_property
    def figures(self) -> list[Figure]:
        """The five numbers."""
        overdue = self.totals["overdue"]
        return [
            Figure("open", "未结事件", len(self.open_incidents)),
            Figure("overdue", "超时", overdue, is_overdue=overdue > 0),
            Figure("soon", "一小时内到期", self.totals["soon"]),
            Figure("unacknowledged", "未签收任务", len(self.orders)),
            Figure("out", "调出资源", self.out.total()),
        ]

    @property
    def shown_incidents(self) -> list[Incident]:
        return self.open_incidents[:SHOWN_INCIDENTS]

    @property
    def hidden_incidents(self) -> int:
        return max(0, len(self.open_incidents) - SHOWN_INCIDENTS)

    @property
    def shown_orders(self) -> list[TaskOrder]:
        return self.orders[:SHOWN_MATTERS]

    @property
    def hidden_orders(self) -> int:
        return max(0, len(self.orders) - SHOWN_MATTERS)

    @property
    def shown_requests(self) -> list[SupportRequest]:
        return self.requests[:SHOWN_MATTERS]

    @property
    def hidden_requests(self) -> int:
        return max(0, len(self.requests) - SHOWN_MATTERS)

    @property
    def shown_late_bodies(self) -> list[dict]:
        """By debtor: how much is overdue, and since when the oldest of it."""
        return [
            {"name": row["debtor__short_name"] or row["debtor__name"], **row}
            for row in self.late_bodies[:SHOWN_BODIES]
        ]

    @property
    def more_late_bodies(self) -> bool:
        return len(self.late_bodies) > SHOWN_BODIES

    @property
    def hidden_debts(self) -> int:
        return max(0, self.totals["owed"] - len(self.debts))

    @cached_property
    def busy_counties(self) -> list[CountyTotal]:
        """Counties and zones where something is open, the severest first."""
        listed = [total for total in self.counties if total.count]
        return sorted(listed, key=lambda total: (total.level, total.body.is_zone, total.body.pk))

    @property
    def quiet_counties(self) -> int:
        return len(self.counties) - len(self.busy_counties)

    @property
    def map_data(self) -> dict:
        """What is drawn: a county's count and severest level, and the points of what is where."""
        return {
            "counties": [
                {
                    "name": total.body.short_name,
                    "code": total.body.code,
                    "count": total.count,
                    "level": total.level or 0,
                }
                for total in self.counties
                if not total.body.is_zone
            ],
            "points": map_points.points_of(self.open_incidents, self.out),
        }

    @property
    def mark(self) -> str:
        """Changes when anything shown has changed; a poll that brings the same mark is answered with nothing."""
        newest = self.events[0].pk if self.events else 0
        numbers = (figure.value for figure in self.figures)
        return "-".join(map(str, (newest, *numbers, len(self.requests), self.totals["owed"])))


def act_url(incident: Incident, code: str) -> str:
    return reverse("act", args=[incident.number, code])
