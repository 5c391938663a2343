"""The firm, the counties and the members start plans of their own, and end them with the response (§5.4.1, 5.4.5)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from incidents.conditions import running
from incidents.ledger import Entry
from incidents.models import Incident, Level, OpenItem, Organization, OwnPlan, Response, Role, Status
from incidents.querysets import visible_incidents
from incidents.refusals import FieldError, WrongState, wrong
from incidents.roles import OFFICE, RECEIVERS, Actor
from incidents.services import subject
from incidents.services.check import Check
from incidents.services.command import open_items

Item, Kind = OpenItem.Kind, Organization.Kind


@transaction.atomic
def start(
    *,
    actor: Actor,
    number: str,
    name: str,
    now: datetime,
    at: datetime | None = None,
    by: str = "",
    body: str = "",
) -> OwnPlan:
    """Which plan of its own a body started, when, who. The office logs it for `body` (its code) on its word."""
    incident = subject.locked(actor, "own_plan.start", number)
    whose = _whose(actor, incident, body)
    if incident.own_plans.filter(body=whose, ended_at=None).exists():
        raise WrongState(f"{whose}已登记启动本单位预案。", "already_done", "5.4.1")
    check = Check("5.4.1")
    for field, label, said, longest in (("name", "预案名称", name, 100), ("by", "由谁启动", by, 60)):
        if not said.strip():
            check.wrong(f"/{field}", "required", f"请填写{label}。", "5.4.1")
        check.text(f"/{field}", label, said, longest)
    check.time("/at", "启动时间", at, now)
    check.refuse()
    plan = OwnPlan.objects.create(
        incident=incident,
        body=whose,
        name=name.strip(),
        started_at=min(at or now, now),
        started_by=by.strip(),
        recorded_at=now,
        recorded_by=actor.post,
        recorded_key=actor.key,
    )
    entry = _entry(plan, "own_plan.started", f"{whose}启动《{plan.name}》", "5.4.1", {"by": plan.started_by})
    subject.tell_office(incident, f"{incident.number} {entry.summary}", at=now, clause="5.4.1")
    subject.write(incident, actor, now, entry, *_settled(incident, now))
    return plan


@transaction.atomic
def end(*, actor: Actor, number: str, now: datetime, at: datetime | None = None, body: str = "") -> OwnPlan:
    """It has ended its own plan (§5.4.5(3))."""
    incident = subject.locked(actor, "own_plan.end", number)
    whose = _whose(actor, incident, body)
    plan = incident.own_plans.select_for_update().filter(body=whose, ended_at=None).first()
    if plan is None:
        raise WrongState(f"{whose}没有进行中的本单位预案。", "not_started", "5.4.5")
    check = Check("5.4.5")
    too_early = FieldError("/at", "before_start", "终止时间不能早于启动时间。", "5.4.5")
    ended_at = check.moment("终止时间", at, now, since=plan.started_at, too_early=too_early)
    check.refuse()
    plan.ended_at, plan.end_recorded_by = ended_at, actor.post
    plan.save()
    entry = _entry(plan, "own_plan.ended", f"{whose}终止《{plan.name}》", "5.4.5", {})
    subject.tell_office(incident, f"{incident.number} {entry.summary}", at=now, clause="5.4.5")
    subject.write(incident, actor, now, entry)
    return plan


@dataclass(frozen=True)
class Line:
    """A body that is to start a plan of its own, and the one that it recorded."""

    body: Organization
    plan: OwnPlan | None


def lines(incident: Incident) -> list[Line]:
    """Who has started its own plan since the start, and who has not; those first."""
    plans = {plan.body_id: plan for plan in _current(incident).select_related("body")}
    bodies = {body.pk: body for body in expected(incident)} | {
        plan.body_id: plan.body for plan in plans.values()
    }
    found = [Line(body, plans.get(body.pk)) for body in bodies.values()]
    return sorted(found, key=lambda line: line.plan is not None)


def expected(incident: Incident) -> list[Organization]:
    """The firm, the counties, the members, and whoever was named (§5.4.1(4)(5))."""
    response = _response(incident)
    if response is None:
        return []
    firm = [incident.enterprise] if incident.enterprise_id else []
    named = [row.body for row in response.named.select_related("body")]
    return list(dict.fromkeys([*firm, *subject.counties_of(incident), *subject.members_of(incident), *named]))


@dataclass(frozen=True)
class ToDo:
    """What a body still has to record: `code` is the act."""

    incident: Incident
    body: Organization
    code: str
    plan: OwnPlan | None = None


def to_do(actors: list[Actor]) -> list[ToDo]:
    """Which incidents wait for these bodies' word: started with the response, ended when it is over."""
    mine = [actor for actor in actors if actor.role in RECEIVERS]
    if not mine:
        return []
    seen = visible_incidents(mine).select_related("enterprise")
    grave = seen.filter(
        status=Status.RESPONDING, responses__status__in=Response.RUNNING, responses__level__lte=Level.III
    )
    bodies = [actor.organization for actor in mine]
    own = OwnPlan.objects.filter(Q(body__in=bodies) | Q(body__in=Organization.objects.within(*bodies)))
    plans = list(own.filter(ended_at=None).select_related("incident", "body"))
    running_plans = {(plan.incident_id, plan.body_id) for plan in plans}
    found = []
    for incident in grave.order_by("pk"):
        for body in dict.fromkeys(_body_of(actor, incident) for actor in mine):
            missing = body and (incident.pk, body.pk) not in running_plans
            if missing and body in expected(incident):
                found.append(ToDo(incident, body, "own_plan.start"))
    over = (plan for plan in plans if plan.incident.status == Status.ENDED)
    return found + [ToDo(plan.incident, plan.body, "own_plan.end", plan) for plan in over]


def body_for(actor: Actor, incident: Incident) -> Organization | None:
    """For whom this post records; None for the office, which names the body."""
    return None if actor.role in OFFICE else _body_of(actor, incident)


def _body_of(actor: Actor, incident: Incident) -> Organization | None:
    return incident.enterprise if actor.role == Role.ENTERPRISE else actor.organization


def _whose(actor: Actor, incident: Incident, code: str) -> Organization:
    if own := body_for(actor, incident):
        return own
    known = {body.code: body for body in expected(incident)}
    known |= {plan.body.code: plan.body for plan in incident.own_plans.select_related("body")}
    if code not in known:
        raise wrong("/body", "not_found", "请选择是哪个单位的预案。", "5.4.1")
    return known[code]


def _response(incident: Incident) -> Response | None:
    """The one that runs, else the last that did."""
    started = [r for r in incident.responses.all() if r.started_at and r.level <= Level.III]
    return running(incident) or max(started, key=lambda response: response.started_at, default=None)


def _current(incident: Incident) -> QuerySet[OwnPlan]:
    response = _response(incident)
    if response is None:
        return incident.own_plans.none()
    rows = incident.own_plans.filter(Q(ended_at=None) | Q(ended_at__gte=response.started_at))
    return rows.order_by("recorded_at")


def _settled(incident: Incident, now: datetime) -> list[Entry]:
    """Whoever has started its plan has been told to: once all have, nobody need be told any more."""
    have = set(_current(incident).values_list("body", flat=True))
    entries = []
    members = {body.pk for body in subject.members_of(incident)}
    firms = {body.pk for body in subject.counties_of(incident)}
    firms |= {incident.enterprise_id} if incident.enterprise_id else set()
    for kind, bodies in ((Item.TELL_MEMBERS, members), (Item.TELL_FIRMS, firms)):
        if bodies <= have:
            words = f"{len(bodies)} 个单位均已启动本单位预案"
            entries += open_items.settle(incident, [kind], words, now)
    return entries


def _entry(plan: OwnPlan, action: str, words: str, clause: str, personal: dict) -> Entry:
    return Entry(
        action,
        words,
        clause=clause,
        data={
            "body": plan.body.code,
            "plan": plan.name,
            "at": (plan.ended_at or plan.started_at).isoformat(),
        },
        personal=personal,
        for_firm=plan.body_id == plan.incident.enterprise_id,
    )
