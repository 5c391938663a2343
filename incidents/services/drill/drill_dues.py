"""Who owes a drill (§8.3; the interval is **decided**, domain §7): the bureau, each member and each firm, one a year.

A firm's drills have to cover backlog and damage of mail, and interruption of the channel: it owes again as soon as the
oldest of them is a year old. What counts: drills of this system that were evaluated, of whoever held them or came to them
(an invitation is no drill, nor is one to which nobody came), and what a body stated to have held by itself, a firm's
subsidiaries' too.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from alerts.models import Undertaking
from incidents.models import Drill, DrillParticipant, HeldDrill, Organization, PlanVersion, plan_parts
from incidents.querysets import ALL_SEEING, city_of
from incidents.roles import RECEIVERS, SYSTEM, Actor
from incidents.services.debt import undertakings

RULE, CLAUSE = "Q3", "8.3"
MUST_COVER = ("backlog_damage", "channel_interruption")
Kind = Organization.Kind


@dataclass(frozen=True)
class Held:
    """A drill that counts for a body."""

    on: date
    title: str
    contents: tuple[str, ...]
    number: str = ""
    """Of a drill of this system; what was held outside has none."""
    stated: HeldDrill | None = None


@dataclass
class Due:
    """How a body stands: what it held, newest first, and what of what it must cover is older than the interval."""

    body: Organization
    interval: timedelta
    today: date
    held: list[Held] = field(default_factory=list)

    @property
    def last(self) -> Held | None:
        return self.held[0] if self.held else None

    @property
    def must_cover(self) -> tuple[str, ...]:
        return MUST_COVER if self.body.kind == Kind.ENTERPRISE else ()

    @property
    def on(self) -> date | None:
        """The day by which the next is due; None: it has never held what it owes."""
        if not self.held:
            return None
        last = [self._last_of(code) for code in self.must_cover] or [self.held[0].on]
        return None if None in last else min(last) + self.interval

    @property
    def missing(self) -> list[str]:
        """What it must cover and has not within the interval."""
        since = self.today - self.interval
        return [code for code in self.must_cover if (self._last_of(code) or date.min) < since]

    @property
    def is_owed(self) -> bool:
        return self.on is None or self.on < self.today

    def _last_of(self, code: str) -> date | None:
        return next((held.on for held in self.held if code in held.contents), None)


def interval(now: datetime) -> timedelta | None:
    """Of the plan in force; None where the city has taken the rule out."""
    rules = plan_parts(PlanVersion.in_force(now).pk).rules
    return next((rule.limit for rule in rules if rule.code == RULE), None)


def debtors(actors: Iterable[Actor] | None = None) -> QuerySet[Organization]:
    """The bureau, the members, and the city's firms but for their subsidiaries; of them those that these may see. (A firm's
    superior unit beyond the city stands in no county.)"""
    firms = Q(kind=Kind.ENTERPRISE, county__isnull=False) & ~Q(
        parent__kind=Kind.ENTERPRISE, parent__county__isnull=False
    )
    bureaus = Organization.objects.filter(kind=Kind.OFFICE, is_active=True).values("host")
    rows = Organization.objects.filter(Q(kind=Kind.MEMBER) | firms | Q(pk__in=bureaus), is_active=True)
    if actors is not None:
        seen = Q(pk__in=[])
        for actor in actors:
            within = Organization.objects.within(city_of(actor.organization)).values("pk")
            if actor.role in ALL_SEEING:
                seen |= Q(pk__in=within) | Q(county__in=within)
            elif actor.role in RECEIVERS:
                seen |= Q(pk=actor.organization.pk)
        rows = rows.filter(seen)
    return rows.order_by("kind", "code")


def dues(bodies: Iterable[Organization], now: datetime) -> list[Due]:
    """How each stands; who owes first, and of those who never held one first."""
    every = interval(now)
    if every is None:
        return []
    today, bodies = timezone.localdate(now), list(bodies)
    found = {body.pk: Due(body, every, today) for body in bodies}
    for body, held in _counting(found):
        found[body].held.append(held)
    for due in found.values():
        due.held.sort(key=lambda held: held.on, reverse=True)
    return sorted(found.values(), key=lambda due: (not due.is_owed, due.on or date.min, due.body.code))


def took_part(drill: Drill) -> list[Organization]:
    """For whom it counts: the bodies of those who came, and, if anybody did, who held it; see `_for_whom`."""
    posts = DrillParticipant.objects.filter(drill=drill, entered_at__isnull=False).values(
        "post__organization"
    )
    if not posts:
        return []
    bodies = Organization.objects.filter(Q(pk__in=posts) | Q(pk=drill.organizer_id)).select_related(
        "parent", "host"
    )
    return list({body.pk: body for body in map(_for_whom, bodies)}.values())


def reckon(body: Organization, *, actor: Actor, now: datetime, is_withdrawn: bool = False):
    """Something was held, or what was stated is withdrawn: the debt of the body is met, moved or opened accordingly. It is
    met by what moves the next one; by a withdrawal never, which leaves what was owed without it."""
    body = _for_whom(body)
    if not debtors().filter(pk=body.pk).exists():
        return
    (due,) = dues([body], now) or [None]
    if due is None:
        return
    about = {"body": body, "rule": RULE, "matter": f"drill-owed/{body.code}"}
    due_at = undertakings.due_on(due.on or _looked_for(body, due.today) + due.interval)
    if due.on and not due.is_owed and not is_withdrawn and undertakings.owed_by(**about) != due_at:
        undertakings.settle(**about, at=now, now=now, actor=actor)
    undertakings.owe(**about, title=f"{body}组织应急演练", due_at=due_at, now=now, actor=actor)


def open_missing(*, now: datetime) -> int:
    """Whoever owes has a debt, also who never held one: due an interval after the day on which it was first looked for."""
    opened = 0
    owing = Undertaking.objects.filter(rule=RULE, status=Undertaking.Status.OPEN)
    for body in debtors().exclude(pk__in=owing.values("body")):
        with transaction.atomic():
            reckon(body, actor=SYSTEM, now=now)
        opened += 1
    return opened


def _looked_for(body: Organization, today: date) -> date:
    """Since when a drill of this body is looked for."""
    first = Undertaking.objects.filter(body=body, rule=RULE).aggregate(at=Min("opened_at"))["at"]
    return timezone.localdate(first) if first else today


def _counting(bodies: dict) -> Iterable[tuple[int, Held]]:
    """Which drills count for which of these bodies."""
    outlets = Organization.objects.filter(parent__in=bodies, kind=Kind.ENTERPRISE)
    desks = Organization.objects.filter(host__in=bodies, kind=Kind.OFFICE)
    counts_for = dict(outlets.values_list("pk", "parent")) | dict(desks.values_list("pk", "host"))
    counts_for |= {pk: pk for pk in bodies}
    stated = HeldDrill.objects.filter(body__in=counts_for, withdrawn_at=None).select_related("body")
    for row in stated:
        yield counts_for[row.body_id], Held(row.held_on, row.title, tuple(row.contents), stated=row)
    came = DrillParticipant.objects.filter(entered_at__isnull=False)
    drills = Drill.objects.filter(status=Drill.Status.EVALUATED, pk__in=came.values("drill"))
    here = defaultdict(set)
    for drill, body in drills.filter(organizer__in=counts_for).values_list("pk", "organizer"):
        here[drill].add(counts_for[body])
    parts = came.filter(drill__in=drills, post__organization__in=counts_for)
    for drill, body in parts.values_list("drill", "post__organization"):
        here[drill].add(counts_for[body])
    for drill in drills.filter(pk__in=here):
        on = timezone.localdate(drill.ended_at)
        for body in here[drill.pk]:
            yield body, Held(on, drill.title, tuple(drill.contents), number=drill.number)


def _for_whom(body: Organization) -> Organization:
    """An outlet's counts for its firm, the emergency office's for the bureau whose desk it is."""
    if body.kind == Kind.OFFICE and body.host:
        return body.host
    parent = body.parent
    is_outlet = body.kind == Kind.ENTERPRISE and parent and parent.kind == Kind.ENTERPRISE
    return parent if is_outlet and parent.county_id else body
