"""How every use case begins and ends: lock the incident, refuse in the right order, write the timeline."""

from datetime import datetime

from django.db.models import Q, QuerySet

from alerts import live
from alerts.models import Notification
from alerts.services import inbox, webhook_events
from alerts.services.debts import DebtBook
from alerts.services.directory import Directory, reached_for
from alerts.services.inbox import Round
from alerts.services.webhook_happenings import of_incident
from incidents import drill_clock, ledger
from incidents.ledger import Entry
from incidents.models import Incident, LedgerEntry, Organization, Role
from incidents.querysets import visible_incidents
from incidents.refusals import NotFound, WrongState, wrong
from incidents.roles import Actor, require
from incidents.services.check import Check
from incidents.services.drill_over import refuse_if_over

DECISIVE = (
    "incident.graded",
    "incident.regraded",
    "incident.dismissed",
    "incident.merged",
    "incident.ended",
    "incident.closed",
    "incident.reopened",
    "report.filed",
    "response.approved",
    "response.refused",
    "response.started",
    "response.ended",
)
"""What a decision must have seen: if one of these came in meanwhile, the later decision is asked again."""


def locked(actor: Actor, code: str, number: str, *, seen: int | None = None) -> Incident:
    """The incident, locked, if it exists for the actor (404), his post may do this (403) and its state allows it (409).

    `seen`: the last timeline row that the actor's screen showed; what came after it refuses the act (409).
    """
    found = visible_incidents([actor]).filter(number=number).values_list("pk", "merged_into").first()
    if found is None:
        raise NotFound(f"没有编号为 {number} 的事件。", "not_found")
    return _taken(actor, code, found, seen)


def locked_with(actor: Actor, code: str, matters: QuerySet, number: str, what: str):
    """An order or a request, and its incident, locked; it exists for the actor if it is among `matters`."""
    found = matters.filter(number=number).values_list("incident", "incident__merged_into").first()
    if found is None:
        raise NotFound(f"没有编号为 {number} 的{what}。", "not_found")
    incident = _taken(actor, code, found)
    matter = matters.model.objects.select_for_update().get(number=number)
    matter.incident = incident
    return incident, matter


def _taken(actor: Actor, code: str, found: tuple, seen: int | None = None) -> Incident:
    incident = _lock_family(*found)
    require(actor, code, incident)
    refuse_if_over(incident)
    if seen is not None:
        refuse_if_moved_on(incident, seen)
    return incident


def _lock_family(pk: int, merged_into: int | None) -> Incident:
    """Locks the incident with the one it was merged into and those merged into it, in the order of their ids."""
    family = (
        Incident.with_drills.select_for_update(of=("self",))
        .select_related("office__parent__parent__parent", "office__host")
        .select_related("enterprise__parent", "county", "event_class", "plan_version")
        .filter(Q(pk__in=[pk, merged_into or pk]) | Q(merged_into=pk))
        .order_by("pk")
    )
    members = {incident.pk: incident for incident in family}
    incident = members[pk]
    if incident.merged_into_id:
        incident.merged_into = members[incident.merged_into_id]
    incident.locked_merged = [other for other in members.values() if other.merged_into_id == pk]
    return incident


def refuse_if_moved_on(incident, seen: int, decisive: tuple[str, ...] = DECISIVE):
    meanwhile = LedgerEntry.objects.filter(chain=incident.chain, seq__gt=seen, action__in=decisive).order_by(
        "seq"
    )
    if summaries := [entry.summary for entry in meanwhile.select_related("post")]:
        raise WrongState(
            "您打开页面之后情况已有变化，请看过再定：" + "；".join(summaries),
            "moved_on",
            meanwhile=summaries,
        )


def write(incident: Incident, actor: Actor, at: datetime, *entries: Entry, begins: bool = False):
    """`begins`: the incident has just been opened, in one county, and these are its first entries."""
    ledger.append(incident.chain, *entries, at=at, actor=actor, incident=incident, begins=begins)
    (live.tell_opened if begins else live.tell_changed)(incident)


def release_merged(incident: Incident, actor: Actor, at: datetime, why: str):
    """The common incident is over: what the firms of those merged into it owe and is not yet due becomes void."""
    for merged in incident.locked_merged:
        book = DebtBook(merged, at)
        book.void_open(why)
        write(merged, actor, at, *book.save())


def tell_office(
    incident: Incident,
    title: str,
    *,
    at: datetime,
    text: str = "",
    clause: str = "",
    within: Round | None = None,
):
    """News for the desk: the office's duty officer and leader. `within`: it goes out with that round."""
    _tell(incident, [incident.office], title, at, text, clause, within)


def tell_firm(
    incident: Incident,
    title: str,
    *,
    event: str | None,
    at: datetime,
    text: str = "",
    clause: str = "",
    within: Round | None = None,
):
    """News for the firm and its superior unit (上一级单位), where that has an account. `within`: see `tell_office`.

    `event`: for their own systems; None where it is the firm's own doing, which costs it nothing then."""
    if event and incident.enterprise:
        told = of_incident(event, incident, at, words=title, reason=text, clause=clause)
        webhook_events.queue([told], at=at)
    _tell(incident, with_superior(incident.enterprise), title, at, text, clause, within)


def _tell(incident, bodies, title, at, text, clause, within: Round | None):
    news = {"kind": Notification.Kind.NEWS, "title": title, "text": text, "clause": clause}
    if within:
        within.tell(*bodies, **news, incident=incident)
    else:
        inbox.tell(reached_for(*bodies, at=at, drill=incident.drill_id), **news, at=at, incident=incident)


def with_superior(firm: Organization | None) -> list[Organization | None]:
    return [firm, firm and firm.superior_unit]


def tell_deciders(incident: Incident, title: str, *, at: datetime, text: str = "", clause: str = "3.2"):
    """News for those who decide on the level: the director, the commanders and the desk."""
    office, headquarters = incident.office, incident.office.parent
    directory = Directory([office, headquarters], at=at, drill=incident.drill_id)
    inbox.tell(
        [
            *directory.holders(office, Role.OFFICE_DIRECTOR),
            *directory.holders(headquarters, Role.COMMANDER),
            *directory.reached_for(office),
        ],
        kind=Notification.Kind.NEWS,
        title=title,
        text=text,
        clause=clause,
        at=at,
        incident=incident,
    )


def tell_bodies(
    incident: Incident, bodies, title: str, *, at: datetime, text="", clause="", matter="", shown=True
):
    """News for the desks of these bodies. `shown` off: the incident does not exist for them, only what is said, and the
    page of the `matter`."""
    inbox.tell(
        reached_for(*bodies, at=at, drill=incident.drill_id),
        kind=Notification.Kind.NEWS,
        title=title,
        text=text,
        clause=clause,
        at=at,
        within=incident,
        incident=incident if shown else None,
        matter=matter,
    )


def members_of(incident: Incident) -> list[Organization]:
    """The member departments of its 指挥部 (§2.2.1)."""
    found = Organization.objects.filter(
        kind=Organization.Kind.MEMBER, parent=incident.office.parent_id, is_active=True
    )
    return list(found)


def counties_of(incident: Incident) -> list[Organization]:
    """The counties that it happened in and that it affects."""
    return [incident.county, *incident.counties_affected.all()]


def reason_needed(reason: str, clause: str, *, field: str = "reason", name: str = "理由") -> str:
    """The reason (or what `field` names), stripped; refused when blank."""
    reason = reason.strip()
    if not reason:
        raise wrong(f"/{field}", "required", f"请填写{name}。", clause)
    return reason


def refuse_longer(field: str, name: str, words: str, longest: int):
    check = Check()
    check.text(f"/{field}", name, words, longest)
    check.refuse()


def clock_words(at: datetime) -> str:
    local = drill_clock.local(at)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
