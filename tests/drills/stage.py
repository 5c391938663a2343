"""A drill for the tests: held by the office, with the cast's posts taking part."""

from dataclasses import fields, replace

from django.utils import timezone

from incidents.models import Drill, Post, Role
from incidents.roles import Actor
from incidents.services.drill import drill_people, drill_script, drilling, drills
from incidents.services.drill.drill_script import Line
from tests.cast import Cast, appoint

NOBODY = {"auditor", "administrator"}


def plan(actor, **card) -> Drill:
    now = timezone.now()
    said = {
        "title": "分拨中心火灾演练",
        "kind": "full",
        "contents": ["fire", "backlog_damage", "channel_interruption"],
        "scenario": "凌晨分拨中心起火，邮件快件积压。",
        "planned_at": now,
        "speed": 60,
    } | card
    return drills.plan(actor=actor, now=now, **said)


def posts_of(cast: Cast, *names: str) -> list[int]:
    names = names or [field.name for field in fields(cast) if field.name not in NOBODY]
    return [getattr(cast, name).post.pk for name in names]


def director_of(cast: Cast) -> Actor:
    """Who knows the script, and so takes no part."""
    body = cast.office_director.organization
    if post := Post.objects.filter(person__username="drill-director").select_related("person").first():
        return Actor(body, post.role, post.person, post)
    return appoint("drill-director", body.code, Role.DUTY_OFFICER, "导演")


def begin(cast: Cast, *, parts=(), script: list[Line] = (), **card) -> Drill:
    """Running from now on, with all who take part in it; with a script, directed by somebody else."""
    director = director_of(cast) if script else cast.office_director
    drill = plan(director, **card)
    now = timezone.now()
    who = {"actor": director, "number": drill.number, "now": now}
    drill_people.invite(**who, posts=posts_of(cast, *parts))
    if script:
        drill_script.write_script(**who, lines=list(script))
    drill = drilling.start(**who)
    drill.participants.update(entered_at=now)
    return drill


def playing(cast: Cast, drill: Drill) -> Cast:
    """The cast, acting in the drill."""
    acting = {
        field.name: replace(getattr(cast, field.name), in_drill=True, drill=drill)
        for field in fields(cast)
        if field.name not in NOBODY
    }
    return replace(cast, **acting)
