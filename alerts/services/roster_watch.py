"""The roster watched: a gap is told days before it comes, and stated when it comes, each exactly once."""

from datetime import datetime

from django.db import IntegrityError, transaction

from alerts.models import GapNotice, Notification, Shift
from alerts.services import inbox
from alerts.services.directory import Directory
from alerts.services.roster import AHEAD, Gap, gaps_of_all
from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Organization, Post, Role, User
from incidents.querysets import city_of

Kind = Organization.Kind
Stage = GapNotice.Stage
CLAUSE = "5.2.3"
OWN_ROLES = (Role.OFFICE_DIRECTOR, Role.MEMBER, Role.COUNTY, Role.ENTERPRISE)


def watch(*, now: datetime) -> int:
    """Tells and states the gaps of every body that keeps a roster; returns how many were new."""
    bodies = Organization.objects.filter(pk__in=Shift.objects.values("organization"), is_active=True)
    bodies = {body.pk: body for body in bodies}
    told = set(
        GapNotice.objects.filter(organization__in=bodies).values_list(
            "organization", "seat", "starts_at", "stage"
        )
    )
    new = 0
    for pk, found in gaps_of_all(bodies.values(), now, now + AHEAD).items():
        for gap in found:
            stage = Stage.BEGUN if gap.has_begun(now) else Stage.AHEAD
            if (pk, gap.seat, gap.starts_at, stage) not in told:
                new += _state(bodies[pk], gap, stage, now)
    return new


@transaction.atomic
def _state(body: Organization, gap: Gap, stage: Stage, now: datetime) -> bool:
    """One gap at one stage: the row that makes it once, the inbox and the ledger commit together."""
    try:
        with transaction.atomic():
            GapNotice.objects.create(
                organization=body, seat=gap.seat, starts_at=gap.starts_at, stage=stage, told_at=now
            )
    except IntegrityError:  # another worker was first
        return False
    begun = stage == Stage.BEGUN
    words = f"{body}{gap.seat.label}{'空岗' if begun else '将空岗'}：{gap.words}"
    inbox.tell(
        _told(body, begun, now),
        kind=Notification.Kind.ESCALATION if begun else Notification.Kind.REMINDER,
        title=words,
        text="请安排人员值班。",
        clause=CLAUSE,
        at=now,
    )
    entry = Entry(
        f"duty.gap_{stage}",
        words,
        clause=CLAUSE,
        data={"seat": gap.seat.label, "starts_at": gap.starts_at.isoformat()},
    )
    ledger.append(ledger.body_chain(body), entry, at=now)
    return True


def _told(body: Organization, begun: bool, now: datetime) -> list[User]:
    """Those who draw up the body's roster; once the seat stands empty, the desk and the director of its city's office too."""
    posts = Post.objects.filter(organization=body, role__in=OWN_ROLES, is_active=True, person__is_active=True)
    people = [post.person for post in posts.select_related("person")]
    if not begun or body.kind == Kind.OFFICE:
        return people
    offices = Organization.objects.filter(kind=Kind.OFFICE, is_active=True)
    own = list(offices.filter(parent__parent=city_of(body.county or body)))
    directory = Directory(own or offices, at=now)
    for office in own or offices:
        people += [*directory.on_duty(office), *directory.holders(office, Role.OFFICE_DIRECTOR)]
    return people
