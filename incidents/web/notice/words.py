"""Instructions, notices and releases as lists and papers show them: with what a person may do, and who still waits."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Prefetch, Q, QuerySet

from alerts.models import Instruction, InstructionAddressee
from incidents.models import Incident, Notice, NoticeAddressee, PublicRelease, Role
from incidents.paper_sight import visible_notices, visible_releases
from incidents.querysets import sees_office_matters
from incidents.roles import Caller
from incidents.services.command import instruction_steps
from incidents.services.notice import notice_reading
from incidents.web.act import matters

BODY = "organization__parent__parent"


@dataclass(frozen=True)
class Row:
    """One of them for one person: of its addressees, all for the office, else his own."""

    matter: object
    acts: list[dict]
    addressees: list = field(default_factory=list)
    own: list = field(default_factory=list)
    on_file: bool = True
    """Whether the person may open its paper, not only what is public of it."""

    @property
    def waiting(self) -> list:
        """Who has not read a notice, or not acknowledged an instruction."""
        return [one for one in self.addressees if not _seen_at(one)]

    @property
    def undone(self) -> list:
        return [one for one in self.addressees if not one.done_at]

    @property
    def waits_for_me(self) -> bool:
        return any(not _seen_at(one) for one in self.own)


def _seen_at(addressee) -> datetime | None:
    return addressee.read_at if isinstance(addressee, NoticeAddressee) else addressee.acknowledged_at


def instructions_of(caller: Caller) -> QuerySet[Instruction]:
    addressees = InstructionAddressee.objects.select_related(BODY, "acknowledged_by").prefetch_related(
        "answers__by__organization"
    )
    return (
        Instruction.objects.visible_to(caller.actors)
        .select_related(
            "incident",
            "warning",
            "office",
            "commander__organization",
            "superior",
            "recorded_by__organization",
        )
        .prefetch_related(
            Prefetch("addressees", addressees), "orders__order__receiver", "incident__responses"
        )
    )


def unsettled_for(caller: Caller) -> QuerySet[Instruction]:
    """What still waits for the bodies of these posts, for their home page."""
    return instructions_of(caller).filter(
        pk__in=InstructionAddressee.objects.filter(
            done_at=None, organization__in=notice_reading.bodies_of(caller.actors)
        ).values("instruction")
    )


def notices_of(caller: Caller, incident: Incident | None = None) -> QuerySet[Notice]:
    rows = visible_notices(caller.actors)
    if incident:
        rows = rows.filter(incident=incident)
    addressees = NoticeAddressee.objects.select_related(BODY, "read_by__organization", "read_key__enterprise")
    return rows.select_related(
        "incident__office", "drafted_by__organization", "sent_by__organization", "corrects", "corrected_by"
    ).prefetch_related(Prefetch("addressees", addressees))


def unread_by(caller: Caller) -> QuerySet[Notice]:
    unread = NoticeAddressee.objects.filter(
        read_at=None, organization__in=notice_reading.bodies_of(caller.actors)
    )
    return notices_of(caller).filter(pk__in=unread.values("notice")).order_by("-sent_at")


def releases_of(caller: Caller, incident: Incident) -> QuerySet[PublicRelease]:
    """On the incident's tab: whoever sees it reads what is public of it too."""
    seen = Q(pk__in=visible_releases(caller.actors).values("pk")) | Q(published_at__isnull=False)
    rows = PublicRelease.objects.filter(seen, incident=incident)
    return rows.select_related(
        "incident__office",
        "drafted_by__organization",
        "reviewed_by__organization",
        "approved_by__organization",
        "published_by__organization",
        "supersedes",
        "superseded_by",
    )


def rows(found: Iterable, caller: Caller, back: str = "") -> list[Row]:
    return [row(one, caller, back) for one in found]


def row(matter, caller: Caller, back: str = "") -> Row:
    """`back`: where its acts lead afterwards, other than to its own page or incident."""
    acts = matters.acts_on(matter, caller)
    for act in acts:
        act["url"] += f"?{urlencode({'next': back})}" if back else ""
    if isinstance(matter, PublicRelease):
        return Row(matter, acts, on_file=bool(caller.roles - {Role.ENTERPRISE}))
    service = instruction_steps if isinstance(matter, Instruction) else notice_reading
    own = service.own_rows(matter, caller.actors)
    every = list(matter.addressees.all()) if sees_office_matters(caller.actors) else own
    return Row(matter, acts, every, own)
