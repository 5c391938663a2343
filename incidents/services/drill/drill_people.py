"""Who takes part in a drill (§8.3), and who directs it. Whoever knows the script beforehand takes no part."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from incidents import ledger
from incidents.models import Drill, DrillParticipant, Inject, LedgerEntry, Organization, Post, Role
from incidents.refusals import WrongState
from incidents.roles import RECEIVERS, Actor
from incidents.services.check import Check
from incidents.services.drill.drills import (
    CLAUSE,
    DIRECTING,
    directed,
    for_the_city,
    refuse_once_begun,
    write,
)

KNOWS = "导演（过）这场演练，事先知道脚本，不能参演。"


def eligible(organizer: Organization, office: Organization) -> QuerySet[Post]:
    """Who may take part: in the city's drills every post that acts in earnest, in a body's own those of that body."""
    tree = office.parent.parent if organizer in for_the_city(office) else organizer
    bodies = Organization.objects.within(tree).values("pk")
    own = Q(organization__in=bodies) | Q(organization__county__in=bodies)
    posts = _in_office().filter(own).exclude(role__in=[Role.AUDITOR, Role.ADMINISTRATOR])
    return posts.order_by("organization__kind", "organization", "pk")


def eligible_directors(drill: Drill) -> QuerySet[Post]:
    """Who may be named: see `drills.may_direct`."""
    if drill.organizer in for_the_city(drill.office):
        above = [body.pk for body in drill.office.line_upwards()]
        posts = _in_office().filter(role__in=DIRECTING, organization__in=above)
    else:
        posts = _in_office().filter(role__in=RECEIVERS, organization=drill.organizer)
    return posts.order_by("organization__kind", "organization", "pk")


@transaction.atomic
def invite(*, actor: Actor, number: str, posts: Iterable[int], now: datetime) -> list[DrillParticipant]:
    """Exactly these posts take part; one to whom the script still addresses a line is not let go."""
    drill = directed(actor, "drill.plan", number)
    refuse_once_begun(drill)
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
    if drill.injects.exists() and (knowing := names_of_both(wanted, who_know(drill))):
        check.wrong("/posts", "knows_the_script", f"{knowing}{KNOWS}")
    check.refuse()
    DrillParticipant.objects.filter(pk__in=[part.pk for part in gone]).delete()
    fresh = [DrillParticipant(drill=drill, post_id=post) for post in sorted(wanted - known.keys())]
    DrillParticipant.objects.bulk_create(fresh)
    parts = list(drill.participants.select_related("post__organization", "post__person"))
    names = [str(part.post) for part in parts]
    write(drill, actor, now, "drill.invited", f"确定参演岗位 {len(parts)} 个", data={"posts": names})
    return parts


@transaction.atomic
def appoint(*, actor: Actor, number: str, posts: Iterable[int], now: datetime) -> list[Post]:
    """Exactly these posts direct it, until it is over: they know the script and play it in."""
    drill = directed(actor, "drill.direct", number)
    if not (drill.is_planned or drill.is_running):
        raise WrongState(f"演练{drill.get_status_display()}，不能再改导演。", "wrong_state", CLAUSE)
    wanted = set(posts)
    check = Check(CLAUSE)
    if not wanted:
        check.wrong("/posts", "required", "请至少指定一名导演。")
    if not wanted <= set(eligible_directors(drill).values_list("pk", flat=True)):
        check.wrong("/posts", "not_eligible", "只能指定组织单位在任、可以导演的岗位。")
    playing = drill.participants.values_list("post", flat=True)
    if drill.injects.exists() and (knowing := names_of_both(playing, wanted)):
        check.wrong("/posts", "takes_part", f"{knowing}是参演人员，不能事先知道脚本。")
    check.refuse()
    knowing = who_know(drill) if drill.injects.exists() else set()
    drill.directors.set(wanted)
    named = list(drill.directors.select_related("organization", "person"))
    names = [str(post) for post in named]
    data = {"posts": names, "knowing": sorted(knowing)}
    write(drill, actor, now, "drill.directed", f"指定导演：{'、'.join(names)}", data=data)
    return named


def who_know(drill: Drill) -> set[int]:
    """The posts that know its script: who directs it, wrote it, or directed it while there was one."""
    told = LedgerEntry.objects.filter(chain=ledger.body_chain(drill.office), data__drill=drill.number)
    told = told.filter(action__in=["drill.scripted", "drill.directed"])
    known = set(drill.directors.values_list("pk", flat=True))
    for action, post, data in told.values_list("action", "post", "data"):
        known |= {post} if action == "drill.scripted" else set(data["knowing"])
    return known


def names_of_both(playing: Iterable[int], directing: Iterable[int]) -> str:
    """Whoever plays in one of these posts and directs in one of those: it is the person who knows."""
    people = Post.objects.filter(pk__in=list(directing)).values("person")
    both = Post.objects.filter(pk__in=list(playing), person__in=people).select_related("person")
    return "、".join(dict.fromkeys(str(post.person) for post in both))


def _in_office() -> QuerySet[Post]:
    return Post.objects.filter(is_active=True, person__is_active=True).select_related(
        "organization", "person"
    )
