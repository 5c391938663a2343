"""Drills (§8.3): the card, and who may see, direct and end one. Who takes part: `drill_people`; the script:
`drill_script`."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Drill, DrillParticipant, EventClass, Organization, PlanVersion, Post, Role
from incidents.models.exercise import FASTEST
from incidents.querysets import ALL_SEEING
from incidents.refusals import NotAllowed, NotFound, WrongState
from incidents.roles import OFFICE, RECEIVERS, Actor, require
from incidents.services.check import Check
from incidents.services.numbers import next_number
from incidents.services.report import intake_fields
from incidents.services.subject import reason_needed, refuse_longer

CLAUSE = "8.3"
Kind, Status = Drill.Kind, Drill.Status
DIRECTING = OFFICE | {Role.COMMANDER}


# — who may see, who directs —


def visible(actors: Iterable[Actor]) -> QuerySet[Drill]:
    """The office's tree sees all of the city; every other body what it holds itself or takes part in."""
    seen = Q(pk__in=[])
    for actor in actors:
        if actor.role in ALL_SEEING:
            seen |= Q(office__in=Organization.objects.within(actor.organization))
        elif actor.role in RECEIVERS:
            seen |= Q(organizer__in=Organization.objects.within(actor.organization))
        if actor.post:
            seen |= Q(pk__in=DrillParticipant.objects.filter(post=actor.post).values("drill"))
    return Drill.objects.filter(seen)


def directs(actor: Actor, drill: Drill) -> bool:
    """Who is named its director; and where none of those named is in office any more, whoever may direct it."""
    if not may_direct(actor, drill):
        return False
    named = set(directors(drill).values_list("pk", flat=True))
    return not named or bool(actor.post) and actor.post.pk in named


def directors(drill: Drill) -> QuerySet[Post]:
    """Those named that are in office."""
    return drill.directors.filter(is_active=True, person__is_active=True)


def may_direct(actor: Actor, drill: Drill) -> bool:
    """Office and 指挥部 what is held for the city, every other body what it holds itself: they end, cancel and evaluate it,
    and may be named its directors."""
    if actor.role in DIRECTING:
        return drill.office.is_below(actor.organization) and drill.organizer in for_the_city(drill.office)
    return actor.role in RECEIVERS and drill.organizer_id == actor.organization.pk


def for_the_city(office: Organization) -> list[Organization]:
    """In whose name the office may hold one (§8.3): its own, the bureau's, 指挥部's."""
    return [body for body in (office, office.host, office.parent) if body]


def organizers(actor: Actor) -> list[Organization]:
    return for_the_city(_office(actor)) if actor.role in DIRECTING else [actor.organization]


def locked(actor: Actor, code: str, number: str) -> Drill:
    """It exists for the actor (404), it is his body's to direct (403)."""
    row = visible([actor]).filter(number=number).values_list("pk", flat=True).first()
    if row is None:
        raise NotFound(f"没有编号为 {number} 的演练。", "not_found", CLAUSE)
    require(actor, code)
    drill = Drill.objects.select_for_update(of=("self",)).select_related(
        "office__parent__parent", "office__host", "organizer"
    )
    drill = drill.get(pk=row)
    if not may_direct(actor, drill):
        raise NotAllowed(f"演练由{drill.organizer}导演。", "not_director", CLAUSE)
    return drill


def directed(actor: Actor, code: str, number: str) -> Drill:
    """As `locked`, by who directs it himself (403)."""
    drill = locked(actor, code, number)
    if not directs(actor, drill):
        names = "、".join(map(str, directors(drill).select_related("organization")))
        raise NotAllowed(f"这场演练由{names}导演。", "not_director", CLAUSE)
    return drill


def refuse_once_begun(drill: Drill):
    if not drill.is_planned:
        raise WrongState(f"演练{drill.get_status_display()}，不能再改。", "wrong_state", CLAUSE)


# — the card —


@transaction.atomic
def plan(*, actor: Actor, now: datetime, **card) -> Drill:
    """A new drill. `card`: title, kind, contents (codes of event classes), scenario, planned_at, speed, story_at
    (None: the time at which it starts), organizer (code; by default the actor's own body)."""
    require(actor, "drill.plan")
    office = _office(actor)
    drill = Drill(office=office, created_by=actor.post, created_at=now)
    _fill(drill, actor, now, card)
    drill.number, drill.year, drill.serial = next_number(f"{office.number_prefix}-Y", now)
    drill.save(force_insert=True)
    drill.directors.add(actor.post)
    write(drill, actor, now, "drill.planned", f"筹备演练 {drill}", data=_data(drill))
    return drill


@transaction.atomic
def change(*, actor: Actor, number: str, now: datetime, **card) -> Drill:
    """Until it starts; from then on the card stands."""
    drill = directed(actor, "drill.plan", number)
    refuse_once_begun(drill)
    _fill(drill, actor, now, card)
    drill.save()
    write(drill, actor, now, "drill.changed", f"修改演练 {drill}", data=_data(drill))
    return drill


@transaction.atomic
def cancel(*, actor: Actor, number: str, reason: str, now: datetime) -> Drill:
    drill = locked(actor, "drill.cancel", number)
    refuse_once_begun(drill)
    reason = reason_needed(reason, CLAUSE)
    refuse_longer("reason", "理由", reason, 300)
    drill.cancel()
    drill.save()
    write(drill, actor, now, "drill.cancelled", f"取消演练 {drill}", reason=reason)
    return drill


# — beneath —


def write(drill: Drill, actor: Actor, now: datetime, action: str, words: str, *, reason="", data=None):
    """To the office's chain: the drill itself is real."""
    entry = Entry(action, words, clause=CLAUSE, reason=reason, data={"drill": drill.number} | (data or {}))
    ledger.append(ledger.body_chain(drill.office), entry, at=now, actor=actor)


def content_choices() -> list[tuple[str, str]]:
    """The event classes of the plan in force; §8.3 names backlog and damage, and interruption, first."""
    classes = (
        EventClass.objects.filter(version=PlanVersion.in_force()).exclude(code="other").order_by("order")
    )
    first = ("backlog_damage", "channel_interruption")
    return sorted(classes.values_list("code", "name"), key=lambda row: row[0] not in first)


def _fill(drill: Drill, actor: Actor, now: datetime, card: dict):
    check = Check(CLAUSE)
    for name, longest in (("title", 100), ("scenario", 4000)):
        said = (card.get(name) or "").strip()
        label = Drill._meta.get_field(name).verbose_name
        if not said:
            check.wrong(f"/{name}", "required", f"请填写{label}。")
        check.text(f"/{name}", label, said, longest)
        setattr(drill, name, said)
    known = dict(content_choices())
    drill.contents = [code for code in known if code in set(card.get("contents") or ())]
    if not drill.contents:
        check.wrong("/contents", "required", "请选择演练内容（企业演练应当包括积压损毁、寄递渠道中断等）。")
    if card.get("kind") not in Kind.values:
        check.wrong("/kind", "not_a_choice", "请选择形式。")
    speed = 1 if card.get("speed") is None else card["speed"]
    if not 1 <= speed <= FASTEST:
        check.wrong("/speed", "out_of_range", f"速度为 1 至 {FASTEST} 倍的整数。")
    if card.get("planned_at") is None:
        check.wrong("/planned_at", "required", "请填写计划时间。")
    for name, label in (("planned_at", "计划时间"), ("story_at", "情景开始时间")):
        check.time(f"/{name}", label, card.get(name), now, past=False)
        setattr(drill, name, card.get(name))
    code = card.get("organizer")
    bodies = {body.code: body for body in organizers(actor)}
    if code and code not in bodies:
        check.wrong("/organizer", "not_a_choice", "请选择组织单位。")
    check.refuse()
    drill.organizer = bodies[code] if code else next(iter(bodies.values()))
    drill.kind, drill.speed = card["kind"], speed


def _data(drill: Drill) -> dict:
    return {
        "title": drill.title,
        "kind": drill.kind,
        "contents": drill.contents,
        "speed": drill.speed,
        "planned_at": drill.planned_at.isoformat(),
        "organizer": drill.organizer.code,
    }


def _office(actor: Actor) -> Organization:
    """The emergency office of the city that the actor's body is of."""
    offices = Organization.objects.select_related("parent__parent", "host")
    body = actor.organization
    if body.kind == Organization.Kind.OFFICE:
        return offices.get(pk=body.pk)
    if body.kind in (Organization.Kind.HEADQUARTERS, Organization.Kind.MEMBER):
        above = body.pk if body.kind == Organization.Kind.HEADQUARTERS else body.parent_id
        return offices.get(kind=Organization.Kind.OFFICE, parent=above, is_active=True)
    county = body if body.kind == Organization.Kind.COUNTY else body.county
    if county is None:
        raise WrongState(f"{body}没有登记所在县区，不能确定由哪个应急办受理。", "no_county", CLAUSE)
    return intake_fields.office_of(county)
