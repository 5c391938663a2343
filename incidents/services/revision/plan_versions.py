"""The versions of the plan as a revision finds them (§8.4): the one under way, its copy, and taking effect.

A version that is approved takes effect by its time alone (`PlanVersion.in_force`); that it did is noted once, by
whoever comes first: the minute's sweep, or the next act on the plan.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q

from alerts.models import Notification
from alerts.services.inbox import Round
from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Organization, PlanVersion
from incidents.refusals import NotFound
from incidents.roles import SYSTEM, Actor
from incidents.services.revision.plan_rows import PARTS
from incidents.services.subject import clock_words

CLAUSE = "8.4"
Status, Kind = PlanVersion.Status, Organization.Kind


def under_way() -> PlanVersion | None:
    """The revision that is drafted, before 市政府, or approved and still to take effect."""
    found = PlanVersion.objects.filter(status__in=PlanVersion.UNDER_WAY).select_related("based_on").first()
    return found if found and (found.status != Status.APPROVED or found.takes_effect_later) else None


def hold():
    """One act on the plan at a time: the others wait here, and then see what it has done.

    By the first version of all, which stays what it is: who waited for the version in force would find another in force.
    Whatever begins under a version does not wait."""
    PlanVersion.objects.select_for_update(no_key=True).order_by("number").first()


def draft_of() -> PlanVersion | None:
    return PlanVersion.objects.filter(status=Status.DRAFT).select_related("based_on").first()


def locked(status: str, *, now: datetime) -> PlanVersion:
    """The one version of this status, held; what was due by now has taken effect."""
    hold()
    take_effect(now=now)
    rows = PlanVersion.objects.select_for_update(of=("self",), no_key=True).select_related("based_on")
    if found := rows.filter(status=status).first():
        return found
    missing = {Status.DRAFT: "没有草案。", Status.SUBMITTED: "没有报批中的修订。"}
    raise NotFound(missing.get(status, "没有待生效的版本。"), "not_found", CLAUSE)


def copy_of(source: PlanVersion, *, based_on: PlanVersion) -> PlanVersion:
    """A draft with all the rows of `source`."""
    number = PlanVersion.objects.aggregate(last=Max("number"))["last"] + 1
    draft = PlanVersion.objects.create(number=number, title=source.title, based_on=based_on)
    for part in PARTS:
        copies = list(part.model.objects.filter(version=source))
        for row in copies:
            row.pk, row.version = None, draft
            row._state.adding = True
        part.model.objects.bulk_create(copies)
    return draft


def copy_of_the_plan_in_force() -> PlanVersion:
    active = PlanVersion.objects.get(status=Status.ACTIVE)
    return copy_of(active, based_on=active)


def approve(
    version: PlanVersion,
    *,
    now: datetime,
    note: str,
    document_no: str = "",
    effective_at: datetime | None = None,
):
    """It takes effect at that time, which is at once if it is not given."""
    version.status, version.activated_at = Status.APPROVED, max(effective_at or now, now)
    version.document_no = document_no or version.based_on.document_no
    version.note = version.note or note
    version.save()
    if version.activated_at <= now:
        put_into_force(version)


def put_into_force(version: PlanVersion) -> PlanVersion:
    """The version in force is superseded by one that is approved. Returns the former."""
    former = PlanVersion.objects.get(status=Status.ACTIVE)
    former.status = Status.SUPERSEDED
    former.save(update_fields=["status"])
    version.status = Status.ACTIVE
    version.save(update_fields=["status"])
    return former


@transaction.atomic
def take_effect(*, now: datetime) -> PlanVersion | None:
    """Notes, once, that the approved version's time has come."""
    due = PlanVersion.objects.filter(status=Status.APPROVED, activated_at__lte=now)
    if not due.exists():
        return None
    hold()
    version = due.first()
    if version is None:
        return None
    former = put_into_force(version)
    words = f"预案第{version.number}版自 {clock_words(version.activated_at)} 起生效，取代第{former.number}版"
    data = {"number": version.number, "activated_at": version.activated_at.isoformat()}
    write(SYSTEM, now, Entry("plan.activated", words, clause=CLAUSE, data=data))
    return version


def write(actor: Actor, now: datetime, *entries: Entry):
    """On the chain of the office, which keeps and revises the plan (§2.2.3(4))."""
    ledger.append(ledger.body_chain(office()), *entries, at=now, actor=actor)


def tell(
    *bodies: Organization,
    title: str,
    text: str = "",
    matter: str | dict[Organization, str] = "",
    now: datetime,
):
    """`matter`: the page that it leads to, the same for all or each body's own."""
    news = Round(*bodies, at=now)
    words = {"kind": Notification.Kind.NEWS, "title": title, "text": text, "clause": CLAUSE}
    for body in bodies:
        news.tell(body, matter=matter[body] if isinstance(matter, dict) else matter, **words)
    news.send()


def announce(version: PlanVersion, title: str, *, now: datetime):
    """Members, counties and firms of the city hear what becomes of a version that was approved; the clauses are open to all."""
    city = Organization.objects.within(office().parent.parent).values("pk")
    of_the_city = Q(pk__in=city) | Q(county__in=city)
    bodies = Organization.objects.filter(of_the_city, kind__in=(Kind.MEMBER, Kind.COUNTY, Kind.ENTERPRISE))
    text = f"批准文号：{version.document_no}。办理中的事件仍按原版本。"
    tell(*bodies.filter(is_active=True), title=title, text=text, matter="clauses", now=now)


def announce_effect(version: PlanVersion, *, now: datetime):
    announce(version, f"预案第{version.number}版自 {clock_words(version.activated_at)} 起施行", now=now)


def office() -> Organization:
    offices = Organization.objects.filter(kind=Organization.Kind.OFFICE).select_related("parent__parent")
    return offices.order_by("pk").first()
