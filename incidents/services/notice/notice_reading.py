"""A notice is read by those it was sent to (阅知, §5.2.4), and whoever has not is reminded."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from alerts.models import Notification
from incidents.models import Notice, NoticeAddressee, Organization
from incidents.refusals import NotAllowed, WrongState
from incidents.roles import Actor
from incidents.services import addressing, subject
from incidents.services.notice.informing import CLAUSE, addressees_of, entry_of, take, tell_bodies


@transaction.atomic
def read(*, actor: Actor, notice: str, now: datetime) -> Notice:
    """Somebody of the body, or its own system, has read it; a parent enterprise may for those below it."""
    incident, row = take(actor, "notice.read", notice)
    own = [one for one in addressees_of(row) if addressing.answers_for(actor, one.organization)]
    if not own:
        raise NotAllowed("通报没有发给本单位。", "role", CLAUSE)
    if not (waiting := [one for one in own if one.read_at is None]):
        raise WrongState("本单位已经阅知。", "already_done", CLAUSE)
    for one in waiting:
        one.read_at, one.read_by, one.read_key = now, actor.post, actor.key
        one.save()
    names = "、".join(str(one.organization) for one in waiting)
    entry = entry_of(row, "notice.read", f"{names}阅知通报")
    entry.for_firm = all(one.organization_id == incident.enterprise_id for one in waiting)
    subject.write(incident, actor, now, entry)
    return row


@transaction.atomic
def remind(*, actor: Actor, notice: str, now: datetime) -> list[Organization]:
    """Whoever has not read it is reminded, and that is on record."""
    incident, row = take(actor, "notice.remind", notice)
    waiting = [one for one in addressees_of(row) if one.read_at is None]
    for one in waiting:
        one.reminded_at, one.reminders = now, one.reminders + 1
        one.save()
    bodies = [one.organization for one in waiting]
    tell_bodies(
        row, bodies, f"请查阅通报 {row.number}：{row.title}", now, "notice.reminded", Notification.Kind.CHASE
    )
    subject.write(
        incident, actor, now, entry_of(row, "notice.reminded", f"提醒 {'、'.join(map(str, bodies))} 查阅通报")
    )
    return bodies


def own_rows(row: Notice, actors: Iterable[Actor]) -> list[NoticeAddressee]:
    actors = list(actors)
    return [
        one
        for one in row.addressees.all()
        if any(addressing.answers_for(actor, one.organization) for actor in actors)
    ]


def why_not_for(row: Notice, code: str, actors: Iterable[Actor]) -> str | None:
    if code != "notice.read":
        return None
    waits = any(one.read_at is None for one in own_rows(row, actors))
    return None if waits else "本单位已经阅知。"


def may_act(row: Notice, code: str, actor: Actor) -> bool:
    return code != "notice.read" or bool(own_rows(row, [actor]))


def bodies_of(actors: Iterable[Actor]):
    """The bodies that these posts read for."""
    return Organization.objects.within(*(actor.organization for actor in actors))
