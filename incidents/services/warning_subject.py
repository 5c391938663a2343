"""How every use case on a warning begins and ends: lock it, refuse in the right order, write the timeline."""

from collections.abc import Iterable
from datetime import datetime

from alerts import live
from alerts.models import Notification, Warning
from alerts.services import inbox
from alerts.services.directory import Directory, reached_for
from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Organization, Role
from incidents.refusals import NotFound
from incidents.roles import Actor, require
from incidents.services.drill_over import refuse_if_over
from incidents.services.subject import refuse_if_moved_on

DECISIVE = (
    "warning.proposed",
    "warning.dismissed",
    "warning.issued",
    "warning.adjusted",
    "warning.lifted",
    "warning.became_incident",
)
"""What a decision must have seen: if one of these came in meanwhile, the later decision is asked again."""

COMES_ALONG = (
    "warning.issued",
    "warning.adjusted",
    "warning.lifted",
    "warning.reported_up",
    "warning.daily",
)
"""What of a warning stands on the timeline of the incident that it became as well (domain §3)."""


def locked(actor: Actor, code: str, number: str, *, seen: int | None = None) -> Warning:
    """The warning, locked, if it exists for the actor (404), his post may do this (403) and its state allows it (409)."""
    pk = Warning.with_drills.visible_to([actor]).filter(number=number).values_list("pk", flat=True).first()
    if pk is None:
        raise NotFound(f"没有编号为 {number} 的预警。", "not_found")
    return take(actor, code, pk, seen=seen)


def take(actor: Actor, code: str, pk: int, *, seen: int | None = None) -> Warning:
    """As `locked`, of one that the actor was found to see, or whose brief he was sent."""
    warning = (
        Warning.with_drills.select_for_update(of=("self",))
        .select_related("office__parent__parent__parent", "office__host")
        .select_related("enterprise__parent", "source_body", "event_class", "plan_version", "incident")
        .get(pk=pk)
    )
    require(actor, code, warning)
    refuse_if_over(warning)
    if seen is not None:
        refuse_if_moved_on(warning, seen, DECISIVE)
    return warning


def write(warning: Warning, actor: Actor, at: datetime, *entries: Entry):
    """To its own chain; what comes along also to that of the incident that it became."""
    rows = [(warning.chain, None, entry) for entry in entries]
    if warning.incident_id:
        rows += [(warning.incident.chain, warning.incident, along(warning, e)) for e in entries if comes(e)]
    ledger.append_all(rows, at=at, actor=actor)
    live.tell_warnings(warning)


def comes(entry: Entry) -> bool:
    return entry.action in COMES_ALONG


def along(warning: Warning, entry: Entry) -> Entry:
    """The entry as it stands on the incident's timeline."""
    summary = f"预警 {warning.number}：{entry.summary}"
    return Entry(entry.action, summary, entry.clause, entry.reason, entry.data | {"warning": warning.number})


def headquarters(warning: Warning) -> Organization:
    return warning.office.parent


def tell(
    warning: Warning, bodies: Iterable[Organization | None], title: str, *, at: datetime, text="", clause=""
):
    """News for desk and leaders of these bodies."""
    inbox.tell(
        reached_for(*bodies, at=at, drill=warning.drill_id),
        kind=Notification.Kind.NEWS,
        title=title,
        text=text,
        clause=clause,
        at=at,
        warning=warning,
    )


def tell_commanders(warning: Warning, title: str, *, at: datetime, text: str = "", clause: str = "4.4"):
    """News for those who decide, and for the desk that serves them."""
    bodies = [warning.office, headquarters(warning)]
    directory = Directory(bodies, at=at, drill=warning.drill_id)
    inbox.tell(
        [
            *directory.holders(headquarters(warning), Role.COMMANDER),
            *directory.holders(warning.office, Role.OFFICE_DIRECTOR),
            *directory.reached_for(warning.office),
        ],
        kind=Notification.Kind.NEWS,
        title=title,
        text=text,
        clause=clause,
        at=at,
        warning=warning,
    )
