"""The script of a drill (§8.3): what is played in, at which minute of the drill's own time, to whom; and who may read it
before that."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from incidents.models import Drill, DrillParticipant, Inject
from incidents.models.exercise import LONGEST
from incidents.refusals import NotFound, WrongState
from incidents.roles import TABLE, Actor
from incidents.services.check import Check
from incidents.services.drill.drill_people import KNOWS, eligible, names_of_both, who_know
from incidents.services.drill.drills import CLAUSE, directed, directs, refuse_once_begun, visible, write

LONGEST_SCRIPT = 200


@dataclass(frozen=True)
class Line:
    """One line of a script: at this minute of the drill's own time, this reaches that post."""

    minute: int
    kind: str
    post: int
    words: str = ""


def reads_all(actors: Iterable[Actor], drill: Drill) -> bool:
    """Beforehand who directs it, and whom the role table lets oversee drills; never a person who takes part, in whichever
    post he reads. Once it is over, whoever sees the drill."""
    if drill.is_over:
        return True
    actors = list(actors)
    people = {actor.person for actor in actors}
    if drill.participants.filter(post__person__in=people).exists():
        return False
    overseers = TABLE["drill.oversee"].roles
    return any(actor.role in overseers or directs(actor, drill) for actor in actors)


def readable(actors: Iterable[Actor], drill: Drill) -> QuerySet[Inject]:
    """The lines that these may read now: all; or what has been played in already; of it none for who takes part."""
    actors = list(actors)
    lines = drill.injects.select_related(
        "participant__post__organization", "participant__post__person", "handled_by"
    )
    if reads_all(actors, drill):
        return lines
    if drill.participants.filter(post__person__in={actor.person for actor in actors}).exists():
        return lines.none()
    return lines.exclude(delivered_at=None)


def to_copy(actor: Actor) -> QuerySet[Drill]:
    """Drills whose script he may use for another: what is over, and what he directs himself."""
    over = Q(status__in=[Drill.Status.ENDED, Drill.Status.EVALUATED])
    own = Q(directors=actor.post) & ~Q(participants__post__person=actor.person)
    return visible([actor]).filter(over | own, injects__isnull=False).distinct()


@transaction.atomic
def write_script(*, actor: Actor, number: str, lines: list[Line], now: datetime) -> list[Inject]:
    """The whole script anew. Raises `Invalid` with pointers `/lines/3/words`, counted from 0."""
    drill = directed(actor, "drill.script", number)
    refuse_once_begun(drill)
    parts = {part.post_id: part for part in drill.participants.all()}
    check = Check(CLAUSE)
    if len(lines) > LONGEST_SCRIPT:
        check.wrong("/lines", "too_long", f"脚本最多 {LONGEST_SCRIPT} 条。")
    for at, line in enumerate(lines):
        _check_line(check, f"/lines/{at}", line, parts)
    if lines and (knowing := names_of_both(parts, who_know(drill))):
        check.wrong("/lines", "knows_the_script", f"{knowing}{KNOWS}请先改参演岗位，或另行指定导演。")
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
    drill = directed(actor, "drill.script", number)
    refuse_once_begun(drill)
    source = to_copy(actor).filter(number=of).exclude(pk=drill.pk).first()
    if source is None:
        raise NotFound(f"没有编号为 {of}、可以照用脚本的演练。", "not_found", CLAUSE)
    allowed = set(eligible(drill.organizer, drill.office).values_list("pk", flat=True))
    injects = [
        row for row in source.injects.select_related("participant") if row.participant.post_id in allowed
    ]
    if knowing := names_of_both({row.participant.post_id for row in injects}, who_know(drill)):
        raise WrongState(f"那份脚本里有给{knowing}的内容，而{knowing}{KNOWS}", "knows_the_script", CLAUSE)
    if not injects:
        raise WrongState("那次演练没有可以照用的脚本。", "nothing_to_copy", CLAUSE)
    known = set(drill.participants.values_list("post", flat=True))
    parts = {row.participant.post_id for row in injects}
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
