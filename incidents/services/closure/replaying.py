"""回放: an incident as it stood at a moment, told from its ledger and the times of its rows, never from a copy (domain §6).

The ledger says when each thing was *recorded*; rows say when it *happened*. A report that was typed in later had not come
yet for whoever looked at the screen before. So what stood then is decided by the ledger, and rows are wound back in memory
(they are never saved). What can't be known any more is said in `unknown`.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from alerts.models import Deadline
from incidents.models import (
    EventClass,
    Incident,
    LedgerEntry,
    Level,
    OpenItem,
    Organization,
    Report,
    Response,
    Status,
    TaskOrder,
)
from incidents.services.closure.replaying_debts import debts_then, time_of
from incidents.services.report.figures import Figure, latest_figures

Order = TaskOrder.Status
Running = Response.Status

STATUS_AFTER = {
    "incident.opened": Status.REPORTED,
    "incident.graded": Status.GRADED,
    "response.started": Status.RESPONDING,
    "incident.ended": Status.ENDED,
    "incident.closed": Status.CLOSED,
    "incident.reopened": Status.GRADED,
    "incident.dismissed": Status.DISMISSED,
    "incident.merged": Status.MERGED,
}
ORDER_AFTER = {
    "order.issued": Order.ISSUED,
    "order.acknowledged": Order.ACKNOWLEDGED,
    "order.progressed": Order.EXECUTING,
    "order.done": Order.DONE,
    "order.released": Order.RELEASED,
    "order.over": Order.OVER,
}
ACKNOWLEDGED = ("acknowledged", ".read", ".signed_for", ".confirmed")
"""How the names of acts end by which somebody says that he knows."""


@dataclass(frozen=True)
class Stop:
    """A moment at which something happened: the rows of the ledger that were written at it, up to `seq`."""

    seq: int
    at: datetime


@dataclass
class ResponseThen:
    level: Level
    status: str
    started_at: datetime | None = None

    def __str__(self):
        return f"{self.level.roman}级响应 {Running(self.status).label}"


@dataclass
class Then:
    """What was known and stood at `at`, after row `seq` of the ledger."""

    seq: int
    at: datetime
    entries: list[LedgerEntry]
    status: str = Status.REPORTED
    level: int | None = None
    proposed_level: int | None = None
    graded_at: datetime | None = None
    known_at: datetime | None = None
    enterprise: Organization | None = None
    event_class: EventClass | None = None
    debts: list[Deadline] = field(default_factory=list)
    orders: list[TaskOrder] = field(default_factory=list)
    responses: list[ResponseThen] = field(default_factory=list)
    items: list[OpenItem] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def acknowledgements(self) -> list[LedgerEntry]:
        return [entry for entry in self.entries if entry.action.endswith(ACKNOWLEDGED)]


def stops_of(incident: Incident) -> list[Stop]:
    """The moments of an incident, oldest first: what one act wrote is one moment."""
    rows = LedgerEntry.objects.filter(chain=incident.chain).order_by("seq").values_list("seq", "at")
    return [Stop(max(seq for seq, _ in those), at) for at, those in groupby(rows, key=lambda row: row[1])]


def stood(incident: Incident, stop: Stop, at: datetime | None = None) -> Then:
    """The incident as it stood after this stop; its clocks at `at`, else at the stop's own moment."""
    ledger = list(
        LedgerEntry.objects.filter(chain=incident.chain)
        .select_related("incident", "post__organization", "person", "key__enterprise")
        .order_by("seq")
    )
    before = [entry for entry in ledger if entry.seq <= stop.seq]
    then = Then(stop.seq, at or stop.at, before)
    later = ledger[len(before) :]
    _facts(then, incident, before, later)
    then.responses = list(_responses(before))
    then.orders = _orders(incident, before)
    then.debts, unknown = debts_then(incident, ledger, stop.seq)
    then.unknown += unknown
    then.items = [_item(item, stop.at) for item in incident.open_items.filter(opened_at__lte=stop.at)]
    filed = {entry.data.get("report") for entry in before if entry.action == "report.filed"}
    then.reports = sorted(
        incident.reports.filter(number__in=filed).select_related("reporter", "event_class"),
        key=lambda report: (report.arrived_at, report.pk),
    )
    then.figures = latest_figures(then.reports)
    if any(entry.action == "incident.merged_in" for entry in before):
        then.unknown.append("并入本事件的其他事件的时限和报告，见各该事件自己的回放。")
    return then


# — the incident's own facts —


GRADES = ("incident.graded", "incident.regraded", "incident.common_graded", "incident.merged")
KNOWN = {
    "incident.opened": "known_at",
    "incident.firm_named": "known_at",
    "incident.known_at_corrected": "to",
}
"""Where an act says since when the firm knows."""


def _facts(then: Then, incident: Incident, before: list[LedgerEntry], later: list[LedgerEntry]):
    for entry in before:
        then.status = STATUS_AFTER.get(entry.action, then.status)
        if entry.action in GRADES:
            then.level = entry.data.get("level", then.level)
        if entry.action == "incident.graded":
            then.graded_at = entry.at
        if entry.action in ("incident.opened", "incident.proposed"):
            then.proposed_level = entry.data["proposed_level"]
        if (name := KNOWN.get(entry.action)) and entry.data.get(name):
            then.known_at = time_of(entry, name)
    then.enterprise, then.event_class = incident.enterprise, incident.event_class
    _unless_changed_later(then, incident, before, later)


def _unless_changed_later(
    then: Then, incident: Incident, before: list[LedgerEntry], later: list[LedgerEntry]
):
    """What rows only hold as it is now: as it was then where the ledger tells, else it is said to be unknown."""
    if named := [e for e in before if e.action == "incident.firm_named"]:
        then.enterprise = Organization.objects.get(code=named[-1].data["enterprise"])
    elif any(e.action == "incident.firm_named" for e in later):
        then.enterprise = None
        then.unknown.append("涉事企业是在此刻之后登记或更正的，此前的登记没有留存。")
    if any(e.action == "incident.graded" for e in later):
        first = incident.reports.exclude(event_class=None).order_by("serial").first()
        then.event_class = first and first.event_class
    if any(e.action == "incident.located" for e in later):
        then.unknown.append("地图位置是在此刻之后标注或更正的。")


# — responses and orders —


def _responses(entries: Iterable[LedgerEntry]) -> list[ResponseThen]:
    rows: list[ResponseThen] = []

    def last(*statuses: str, level: int | None = None) -> ResponseThen | None:
        found = (row for row in reversed(rows) if row.status in statuses and level in (None, row.level))
        return next(found, None)

    for entry in entries:
        act, level = entry.action.removeprefix("response."), entry.data.get("level")
        if entry.action == act:
            continue
        if act == "proposed":
            rows.append(ResponseThen(Level.III, Running.PROPOSED))
        elif act in ("approved", "refused") and (row := last(Running.PROPOSED)):
            row.status = act
        elif act == "started":
            row = last(Running.PROPOSED, Running.APPROVED, level=level)
            if row is None:
                rows.append(row := ResponseThen(Level(level), Running.ACTIVE))
            row.status, row.started_at = (
                Running.ACTIVE,
                time_of(entry, "at") if "at" in entry.data else entry.at,
            )
        elif act == "superseded":
            standing = (*Response.BEING_DECIDED, *Response.RUNNING)
            if row := last(*standing, level=level):
                row.status = Running.SUPERSEDED
        elif act == "end_proposed" and (row := last(Running.ACTIVE)):
            row.status = Running.ENDING_PROPOSED
        elif act == "end_declined" and (row := last(Running.ENDING_PROPOSED)):
            row.status = Running.ACTIVE
        elif act == "ended" and (row := last(*Response.RUNNING)):
            row.status = Running.ENDED
    return rows


def _orders(incident: Incident, before: list[LedgerEntry]) -> list[TaskOrder]:
    """With the status, and the times that are shown beside it, wound back."""
    status, times = {}, defaultdict(dict)
    for entry in before:
        if (after := ORDER_AFTER.get(entry.action)) and (number := entry.data.get("order")):
            status[number] = after
            times[number][after] = entry.at
    found = []
    for row in (
        incident.orders.filter(number__in=status).select_related("receiver", "group").order_by("serial")
    ):
        known = times[row.number]
        row.status_then = status[row.number]
        if row.by_phone and row.status_then == Order.ISSUED:
            row.status_then = Order.ACKNOWLEDGED  # whoever answered the telephone has it
        row.status_words = Order(row.status_then).label
        row.acknowledged_at = known.get(Order.ACKNOWLEDGED) or (row.issued_at if row.by_phone else None)
        row.done_at, row.released_at = known.get(Order.DONE), known.get(Order.RELEASED)
        found.append(row)
    return found


def _item(item: OpenItem, until: datetime) -> OpenItem:
    if item.settled_at and item.settled_at > until:
        item.settled_at, item.words = None, ""
    return item


def stop_at(stops: list[Stop], *, seq: int | None = None, at: datetime | None = None) -> int:
    """Which stop a row of the ledger belongs to, or was the last at a time; the last of all without either."""
    if seq is not None:
        return next((index for index, stop in enumerate(stops) if stop.seq >= seq), len(stops) - 1)
    if at is not None:
        return max((index for index, stop in enumerate(stops) if stop.at <= at), default=0)
    return len(stops) - 1
