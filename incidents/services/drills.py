"""Drills are got ready (§8.3): the card, who takes part, the script, and which of it all one may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from incidents import ledger
from incidents.ledger import Entry
from incidents.models import (
    Drill,
    DrillParticipant,
    EventClass,
    Inject,
    Organization,
    PlanVersion,
    Post,
    Role,
)
from incidents.models.exercise import FASTEST, LONGEST
from incidents.querysets import ALL_SEEING
from incidents.refusals import NotAllowed, NotFound, WrongState
from incidents.roles import OFFICE, RECEIVERS, Actor, require
from incidents.services import intake_fields
from incidents.services.contents import Check
from incidents.services.numbers import next_number
from incidents.services.subject import reason_needed, refuse_longer

CLAUSE = "8.3"
Kind, Status = Drill.Kind, Drill.Status
LONGEST_SCRIPT = 200
DIRECTING = OFFICE | {Role.COMMANDER}


@dataclass(frozen=True)
class Line:
    """One line of a script: at this minute of the drill's own time, this reaches that post."""

    minute: int
    kind: str
    post: int
    words: str = ""


# — who may see, who directs, who may take part —


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
    """Office and 指挥部 direct what is held for the city, every other body what it holds itself."""
    if actor.role in DIRECTING:
        return drill.office.is_below(actor.organization) and drill.organizer in for_the_city(drill.office)
    return actor.role in RECEIVERS and drill.organizer_id == actor.organization.pk


def for_the_city(office: Organization) -> list[Organization]:
    """In whose name the office may hold one (§8.3): its own, the bureau's, 指挥部's."""
    return [body for body in (office, office.host, office.parent) if body]


def organizers(actor: Actor) -> list[Organization]:
    return for_the_city(_office(actor)) if actor.role in DIRECTING else [actor.organization]


def eligible(organizer: Organization, office: Organization) -> QuerySet[Post]:
    """Who may take part: in the city's drills every post that acts in earnest, in a body's own those of that body."""
    tree = office.parent.parent if organizer in for_the_city(office) else organizer
    bodies = Organization.objects.within(tree).values("pk")
    own = Q(organization__in=bodies) | Q(organization__county__in=bodies)
    posts = Post.objects.filter(own, is_active=True, person__is_active=True)
    posts = posts.exclude(role__in=[Role.AUDITOR, Role.ADMINISTRATOR])
    return posts.select_related("organization", "person").order_by("organization__kind", "organization", "pk")


def locked(actor: Actor, code: str, number: str) -> Drill:
    """It exists for the actor (404), he directs it (403)."""
    row = visible([actor]).filter(number=number).values_list("pk", flat=True).first()
    if row is None:
        raise NotFound(f"没有编号为 {number} 的演练。", "not_found", CLAUSE)
    require(actor, code)
    drill = Drill.objects.select_for_update(of=("self",)).select_related(
        "office__parent__parent", "office__host", "organizer"
    )
    drill = drill.get(pk=row)
    if not directs(actor, drill):
        raise NotAllowed(f"演练由{drill.organizer}导演。", "not_director", CLAUSE)
    return drill


def planned(actor: Actor, code: str, number: str) -> Drill:
    """As `locked`, and it has not begun (409)."""
    drill = locked(actor, code, number)
    if not drill.is_planned:
        raise WrongState(f"演练{drill.get_status_display()}，不能再改。", "wrong_state", CLAUSE)
    return drill


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
    write(drill, actor, now, "drill.planned", f"筹备演练 {drill}", data=_data(drill))
    return drill


@transaction.atomic
def change(*, actor: Actor, number: str, now: datetime, **card) -> Drill:
    """Until it starts; from then on the card stands."""
    drill = planned(actor, "drill.plan", number)
    _fill(drill, actor, now, card)
    drill.save()
    write(drill, actor, now, "drill.changed", f"修改演练 {drill}", data=_data(drill))
    return drill


@transaction.atomic
def cancel(*, actor: Actor, number: str, reason: str, now: datetime) -> Drill:
    drill = planned(actor, "drill.cancel", number)
    reason = reason_needed(reason, CLAUSE)
    refuse_longer("reason", "理由", reason, 300)
    drill.cancel()
    drill.save()
    write(drill, actor, now, "drill.cancelled", f"取消演练 {drill}", reason=reason)
    return drill


@transaction.atomic
def invite(*, actor: Actor, number: str, posts: Iterable[int], now: datetime) -> list[DrillParticipant]:
    """Exactly these posts take part; one to whom the script still addresses a line is not let go."""
    drill = planned(actor, "drill.plan", number)
    wanted = set(posts)
    check = Check(CLAUSE)
    allowed = set(eligible(drill.organizer, drill.office).values_list("pk", flat=True))
    if not wanted <= allowed:
        check.wrong("/posts", "not_eligible", "只能选择在任、可以参演的岗位。")
    known = {part.post_id: part for part in drill.participants.select_related("post__organization")}
    gone = [part for post, part in known.items() if post not in wanted]
    addressed = Inject.objects.filter(participant__in=gone).values_list("participant", flat=True)
    if kept := [str(part.post) for part in gone if part.pk in set(addressed)]:
        check.wrong("/posts", "in_script", f"脚本里还有给{'、'.join(kept)}的内容，请先改脚本。")
    check.refuse()
    DrillParticipant.objects.filter(pk__in=[part.pk for part in gone]).delete()
    fresh = [DrillParticipant(drill=drill, post_id=post) for post in sorted(wanted - known.keys())]
    DrillParticipant.objects.bulk_create(fresh)
    parts = list(drill.participants.select_related("post__organization", "post__person"))
    names = [str(part.post) for part in parts]
    write(drill, actor, now, "drill.invited", f"确定参演岗位 {len(parts)} 个", data={"posts": names})
    return parts


# — the script —


@transaction.atomic
def write_script(*, actor: Actor, number: str, lines: list[Line], now: datetime) -> list[Inject]:
    """The whole script anew. Raises `Invalid` with pointers `/lines/3/words`, counted from 0."""
    drill = planned(actor, "drill.script", number)
    parts = {part.post_id: part for part in drill.participants.all()}
    check = Check(CLAUSE)
    if len(lines) > LONGEST_SCRIPT:
        check.wrong("/lines", "too_long", f"脚本最多 {LONGEST_SCRIPT} 条。")
    for at, line in enumerate(lines):
        _check_line(check, f"/lines/{at}", line, parts)
    check.refuse()
    drill.injects.all().delete()
    rows = [
        Inject(
            drill=drill,
            minute=line.minute,
            kind=line.kind,
            participant=parts[line.post],
            words=line.words.strip(),
        )
        for line in lines
    ]
    Inject.objects.bulk_create(rows)
    write(drill, actor, now, "drill.scripted", f"编写脚本 {len(rows)} 条", data={"lines": len(rows)})
    return rows


@transaction.atomic
def copy_script(*, actor: Actor, number: str, of: str, now: datetime) -> list[Inject]:
    """The script of another drill, with whom it addresses as far as these may take part here."""
    drill = planned(actor, "drill.script", number)
    source = visible([actor]).filter(number=of).exclude(pk=drill.pk).first()
    if source is None:
        raise NotFound(f"没有编号为 {of} 的演练。", "not_found", CLAUSE)
    allowed = set(eligible(drill.organizer, drill.office).values_list("pk", flat=True))
    injects = [
        row for row in source.injects.select_related("participant") if row.participant.post_id in allowed
    ]
    if not injects:
        raise WrongState("那次演练没有可以照用的脚本。", "nothing_to_copy", CLAUSE)
    known = set(drill.participants.values_list("post", flat=True))
    parts = set(source.participants.filter(post__in=allowed).values_list("post", flat=True))
    DrillParticipant.objects.bulk_create(
        DrillParticipant(drill=drill, post_id=post) for post in sorted(parts - known)
    )
    lines = [Line(row.minute, row.kind, row.participant.post_id, row.words) for row in injects]
    return write_script(actor=actor, number=number, lines=lines, now=now)


def _check_line(check: Check, pointer: str, line: Line, parts: dict[int, DrillParticipant]):
    if not 0 <= line.minute <= LONGEST:
        check.wrong(f"{pointer}/minute", "out_of_range", f"第几分钟须在 0 至 {LONGEST} 之间。")
    if line.kind not in Inject.Kind.values:
        check.wrong(f"{pointer}/kind", "not_a_choice", "请选择类型。")
    if line.post not in parts:
        check.wrong(f"{pointer}/post", "takes_no_part", "请选择参演岗位。")
    if line.kind != Inject.Kind.DEAD_PHONE and not line.words.strip():
        check.wrong(f"{pointer}/words", "required", "请填写内容。")
    check.text(f"{pointer}/words", "内容", line.words, 1000)


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
