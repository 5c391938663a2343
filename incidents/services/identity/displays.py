"""The wall's screens: a read-only link per device, given and ended by name, on the office's chain (§5.4.2)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from incidents import ledger
from incidents.ledger import Entry
from incidents.models import DisplayLink, Organization, Role
from incidents.refusals import NotFound, WrongState, wrong
from incidents.roles import Actor, Caller, require

CLAUSE = "5.4.2"
SEEN_EVERY = timedelta(minutes=1)
"""A screen asks every few seconds; that it lives is written down this often."""


def offices_of(actors: Iterable[Actor]) -> QuerySet[Organization]:
    """The offices whose screens these posts look after: the director's own; the administrator's, every one."""
    actors = list(actors)
    offices = Organization.objects.filter(kind=Organization.Kind.OFFICE, is_active=True).order_by("pk")
    if any(actor.role == Role.ADMINISTRATOR for actor in actors):
        return offices
    own = [actor.organization.pk for actor in actors if actor.role == Role.OFFICE_DIRECTOR]
    return offices.filter(pk__in=own)


def links_of(actors: Iterable[Actor]) -> QuerySet[DisplayLink]:
    """Their links, the newest first."""
    links = DisplayLink.objects.filter(office__in=offices_of(actors)).order_by("-created_at", "-pk")
    return links.select_related("office", "created_by__organization", "ended_by__organization")


@transaction.atomic
def give(*, actor: Actor, office: str, name: str, now: datetime) -> tuple[DisplayLink, str]:
    """A link for one device of the office of this code, and its secret, which is shown once."""
    require(actor, "display.give")
    body = offices_of([actor]).select_for_update(no_key=True).filter(code=office).first()
    if body is None:
        raise NotFound("没有这个应急办，或您的职务看不到它。", "not_found")
    name = " ".join(name.split())
    longest = DisplayLink._meta.get_field("name").max_length
    if not 0 < len(name) <= longest:
        raise wrong("/name", "required", f"设备名称须为 1 至 {longest} 字，如“值班室大屏”。", CLAUSE)
    if DisplayLink.objects.filter(office=body, name=name, ended_at=None).exists():
        raise wrong("/name", "taken", f"已有名为“{name}”的大屏链接；换个名称，或先停用它。", CLAUSE)
    link, secret = DisplayLink.new(office=body, name=name, created_at=now, created_by=actor.post)
    link.save(force_insert=True)
    _write(link, "display.given", "发放", actor, now)
    return link, secret


@transaction.atomic
def end(*, actor: Actor, link: int, now: datetime) -> DisplayLink:
    """From its next question on the device shows nothing any more; it can't be opened again."""
    require(actor, "display.end")
    found = links_of([actor]).select_for_update(of=("self",)).filter(pk=link).first()
    if found is None:
        raise NotFound("没有这个大屏链接。", "not_found")
    if found.ended_at:
        raise WrongState(f"大屏链接“{found}”已经停用。", "wrong_state", CLAUSE)
    found.ended_at, found.ended_by = now, actor.post
    found.save(update_fields=["ended_at", "ended_by"])
    _write(found, "display.ended", "停用", actor, now)
    return found


def find(secret: str) -> DisplayLink | None:
    """The link that this secret was given for, ended or not."""
    return DisplayLink.objects.select_related("office").filter(digest=DisplayLink.digest_of(secret)).first()


def note_seen(link: DisplayLink, *, now: datetime):
    if link.last_seen_at is None or link.last_seen_at <= now - SEEN_EVERY:
        DisplayLink.objects.filter(pk=link.pk, ended_at=None).update(last_seen_at=now)


def reader(link: DisplayLink) -> Caller:
    """As whom a screen reads: one who sees all of its office and may do nothing."""
    return Caller((Actor(link.office, Role.AUDITOR),))


def _write(link: DisplayLink, action: str, word: str, actor: Actor, now: datetime):
    entry = Entry(action, f"{word}大屏链接“{link}”", clause=CLAUSE, data={"display": link.pk})
    ledger.append(ledger.body_chain(link.office), entry, at=now, actor=actor)
