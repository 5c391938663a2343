"""A drill for the tests: held by the office, with the cast's posts taking part."""

from dataclasses import fields, replace

from django.utils import timezone

from incidents.models import Drill
from incidents.services import drilling, drills
from incidents.services.drills import Line
from tests.cast import Cast

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


def begin(cast: Cast, *, parts=(), script: list[Line] = (), **card) -> Drill:
    """Running from now on."""
    drill = plan(cast.office_director, **card)
    who = {"actor": cast.office_director, "number": drill.number, "now": timezone.now()}
    drills.invite(**who, posts=posts_of(cast, *parts))
    if script:
        drills.write_script(**who, lines=list(script))
    return drilling.start(**who)


def playing(cast: Cast, drill: Drill) -> Cast:
    """The cast, acting in the drill."""
    acting = {
        field.name: replace(getattr(cast, field.name), in_drill=True, drill=drill)
        for field in fields(cast)
        if field.name not in NOBODY
    }
    return replace(cast, **acting)
