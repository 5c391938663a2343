"""What the duty desk shows, read in a fixed number of queries whatever the number of incidents."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Coalesce

from alerts.models import Deadline, Notification, Shift
from alerts.models.deadline import DUE_SECOND
from alerts.models.notification import counted_in
from alerts.services import roster
from alerts.services.roster import OnDuty
from incidents import drill_clock
from incidents.models import Contact, Incident, LedgerEntry, OpenItem, OralClaim, Organization, Status
from incidents.querysets import one_of, visible_incidents
from incidents.roles import OFFICE, UNDER_WAY, Caller
from incidents.services.response.merging import WITHIN
from incidents.web.report.timeline import bundled

NEWEST = 12


@dataclass
class Row:
    """An open incident, with the next thing due in it or in those merged into it."""

    incident: Incident
    debts: list[Deadline] = field(default_factory=list)
    items: list[OpenItem] = field(default_factory=list)
    claims: list[OralClaim] = field(default_factory=list)
    duplicates: list[Incident] = field(default_factory=list)

    @property
    def next_debt(self) -> Deadline | None:
        return self.debts[0] if self.debts else None

    @property
    def to_chase(self) -> Deadline | None:
        """The next debt of somebody whose desk the office does not keep itself."""
        office = self.incident.office_id
        return next((debt for debt in self.debts if debt.desk_id != office), None)

    @property
    def others_due(self) -> int:
        return max(len(self.debts) - 1, 0)

    @property
    def firm_clock_waits(self) -> str:
        """Why R1–R4 do not run: no firm is named, or it is not known when it knew (domain §2)."""
        if not self.incident.is_under_way:
            return ""
        if self.incident.enterprise_id is None:
            return "未明确企业"
        return "" if self.incident.known_at else "企业获知时间不明"


@dataclass
class Desk:
    rows: list[Row]
    ended: list[Row]
    overdue: int
    unread: int
    now: datetime
    office: Organization | None = None
    on: OnDuty | None = None
    contacts: list[Contact] = field(default_factory=list)
    inbox: list[Notification] = field(default_factory=list)
    news: list[LedgerEntry] = field(default_factory=list)

    @property
    def on_duty(self) -> list[Contact | Shift]:
        """Who keeps the desk: the 值班员 on shift, else the 备班, else the standing contacts (the directory's order)."""
        shift = self.on and (self.on.duty or self.on.standby)
        return [shift] if shift else self._contacts(Contact.Duty.DUTY)

    @property
    def leaders(self) -> list[Contact | Shift]:
        shift = self.on and self.on.leader
        return [shift] if shift else self._contacts(Contact.Duty.LEADER)

    def _contacts(self, duty: str) -> list[Contact]:
        return [contact for contact in self.contacts if contact.duty == duty]

    @property
    def mark(self) -> str:
        """Changes when anything shown has changed; a poll that brings the same mark is answered with nothing."""
        shown = [sum(row.pk for row in rows) for rows in (self.news, self.inbox)]
        on_duty = [contact.pk for contact in (*self.on_duty, *self.leaders)]
        seen = (len(self.rows), len(self.ended), self.overdue, self.unread, *shown, *on_duty)
        return "-".join(map(str, seen))

    @property
    def marked(self) -> list[dict]:
        """What must not be overlooked, on top of the desk; each kind with its incidents."""
        kinds = (
            ("above", "建议级别高于定级", "3.2", lambda row: row.incident.proposal_above_grade),
            ("waits", "企业时限未起算（未明确或未告知企业）", "5.2.1", lambda row: row.firm_clock_waits),
            ("claims", "企业所称来电待确认", "5.2.1", lambda row: row.claims),
            ("duplicates", "疑似重复，可并案", "4.3", lambda row: row.duplicates),
            ("items", "待办未结", "4.3", lambda row: row.items),
        )
        marked = [
            {"kind": kind, "words": words, "clause": clause, "rows": [row for row in self.rows if is_so(row)]}
            for kind, words, clause, is_so in kinds
        ]
        return [mark for mark in marked if mark["rows"]]


def desk_of(caller: Caller, user, unread: int, now: datetime) -> Desk:
    rows = open_rows(caller, now)
    open_now = [row for row in rows if row.incident.status in UNDER_WAY]
    office = office_of(caller)
    contacts = list(
        Contact.objects.filter(organization=office, person__is_active=True)
        .select_related("person")
        .order_by("order")
    )
    return Desk(
        rows=open_now,
        ended=[row for row in rows if row.incident.status == Status.ENDED],
        overdue=sum(now >= debt.due_at + DUE_SECOND for row in rows for debt in row.debts),
        unread=unread,
        now=now,
        office=office,
        on=roster.on_duty(office, now) if office and not caller.drill else None,
        contacts=contacts,
        inbox=list(
            Notification.objects.filter(counted_in(caller.drill), person=user).select_related("incident")[:6]
        ),
        news=bundled(
            LedgerEntry.objects.filter(incident__in=visible_incidents(caller.actors))
            .select_related("incident", "post__organization", "person")
            .order_by("-at", "-pk")[: NEWEST * 4]
        )[:NEWEST],
    )


def office_of(caller: Caller) -> Organization | None:
    """The office at whose desk the person sits, or whose desk he may look at."""
    own = next((actor.organization for actor in caller.actors if actor.role in OFFICE), None)
    if own:
        return own
    bodies = [actor.organization for actor in caller.actors]
    return Organization.objects.within(*bodies).filter(kind=Organization.Kind.OFFICE).first()


def open_rows(caller: Caller, now: datetime) -> list[Row]:
    """Every incident under way or waiting to be closed, the next thing due first: four queries."""
    seen = visible_incidents(caller.actors).filter(status__in=[*UNDER_WAY, Status.ENDED])
    seen = seen.select_related("enterprise", "county", "event_class")
    rows = {incident.pk: Row(incident) for incident in seen}
    for debt in _debts(rows):
        rows[debt.family].debts.append(debt)
    for item in OpenItem.objects.filter(incident__in=rows, settled_at=None):
        rows[item.incident_id].items.append(item)
    claims = OralClaim.objects.annotate(
        family=Coalesce("report__incident__merged_into", "report__incident")
    ).filter(family__in=rows, confirmed_at=None, refused_reason="")
    for claim in claims:
        rows[claim.family].claims.append(claim)
    _mark_duplicates(rows.values())
    return _in_order(rows.values())


def _in_order(rows: Iterable[Row]) -> list[Row]:
    """The next thing due first; what owes nothing last, the newest of it before the older."""
    due = [row for row in rows if row.debts]
    rest = [row for row in rows if not row.debts]
    due.sort(key=lambda row: (row.debts[0].due_at, row.incident.pk))
    rest.sort(key=lambda row: row.incident.received_at, reverse=True)
    return due + rest


def _debts(incidents: Iterable[int]):
    """Of an incident and of those merged into it (their firms' debts run on), the next due first."""
    incidents = list(incidents)
    family = Incident.with_drills.filter(Q(pk__in=incidents) | Q(merged_into__in=incidents))
    return (
        Deadline.objects.answerable()
        .annotate(family=Coalesce("incident__merged_into", "incident"))
        .filter(one_of("incident", family))
        .select_related("rule", "debtor", "desk", "creditor")
        .select_related("acknowledged_by__organization", "acknowledged_by__person")
        .order_by("due_at", "pk")
    )


def _mark_duplicates(rows: Iterable[Row]) -> None:
    """The desk's twin of `merging.likely_duplicates`, for all rows at once; a test holds them equal."""
    alike = defaultdict(list)
    for row in rows:
        if row.incident.status in UNDER_WAY:
            alike[row.incident.county_id, row.incident.event_class.code].append(row)
    for group in alike.values():
        for row in group:
            row.duplicates = [
                other.incident
                for other in group
                if other is not row and _may_be_one(row.incident, other.incident)
            ]


def _may_be_one(one: Incident, other: Incident) -> bool:
    same_firm = one.enterprise_id is not None and one.enterprise_id == other.enterprise_id
    return not same_firm and drill_clock.lasts(abs(one.received_at - other.received_at)) <= WITHIN
