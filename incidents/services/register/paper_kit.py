"""The paper kit for a dark hour (domain §7, §5.2.3): whom to call, who is on duty, what is owed by when, from today's data.

Telephone numbers leave the system with it: each printing is a row of the printer's own chain, as a look at personal values
is, and one of the office's, which says when it was last renewed.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from alerts.models import Seat, Shift
from alerts.services.call_list import Card, cards
from alerts.services.roster import DAY
from incidents import ledger
from incidents.days import city_time
from incidents.ledger import Entry
from incidents.models import (
    DeadlineRule,
    EventClass,
    Expert,
    LedgerEntry,
    Organization,
    PlanVersion,
    Resource,
)
from incidents.querysets import on_the_list
from incidents.refusals import NotFound
from incidents.roles import Actor, require
from incidents.services.call_up.resources import visible_resources
from incidents.services.privacy.personal import VIEWED

CLAUSE = "5.2.3"
ACT, PRINTED = "paper_kit.print", "paper_kit.printed"
GOOD_FOR = timedelta(days=7)
"""**Decided**: as far as the roster in it reaches."""
DAYS = 7


@dataclass(frozen=True)
class OnDuty:
    """A shift, and under which number whoever keeps it is found: his own, or that of a standing contact of his."""

    shift: Shift
    phone: str


@dataclass(frozen=True)
class RosterDay:
    day: date
    seats: list[tuple[str, list[OnDuty]]]


@dataclass(frozen=True)
class Kit:
    """All that changes; the blank forms are the screens' own."""

    office: Organization
    printed_at: datetime
    cards: list[Card]
    roster: list[RosterDay]
    experts: list[Expert]
    resources: list[tuple[Resource, str]]
    """What is in hand, and what is to be said of its date."""
    plan: PlanVersion
    rules: list[DeadlineRule]
    """Of the hour; what is owed by a day of the calendar stands apart."""
    prepared: list[DeadlineRule]
    classes: list[EventClass]

    @property
    def good_until(self) -> datetime:
        return self.printed_at + GOOD_FOR


@transaction.atomic
def print_kit(*, actor: Actor, now: datetime) -> Kit:
    require(actor, ACT)
    office = office_of(actor)
    kit = _drawn_up(actor, office, now)
    told = {"subject": "纸质应急包", "what": "单位、值班、专家、资源保管人电话", "exported": True}
    summary = f"打印纸质应急包，含 {len(kit.cards)} 个单位的电话"
    viewed = Entry(VIEWED, summary, clause=CLAUSE, reason="停电断网时备用", data=told)
    printed = Entry(PRINTED, summary, clause=CLAUSE)
    rows = [(ledger.account_chain(actor.person), None, viewed), (ledger.body_chain(office), None, printed)]
    ledger.append_all(rows, at=now, actor=actor)
    return kit


def last_printed(office: Organization) -> LedgerEntry | None:
    rows = LedgerEntry.objects.filter(chain=ledger.body_chain(office), action=PRINTED)
    return rows.select_related("person").order_by("-seq").first()


def is_stale(last: LedgerEntry | None, now: datetime) -> bool:
    return last is None or last.at + GOOD_FOR < now


def office_of(actor: Actor) -> Organization:
    offices = Organization.objects.within(actor.organization).filter(kind=Organization.Kind.OFFICE)
    office = offices.order_by("pk").first()
    if office is None:
        raise NotFound("本单位没有应急办。", "not_found", CLAUSE)
    return office


def _drawn_up(actor: Actor, office: Organization, now: datetime) -> Kit:
    bodies = on_the_list(office).select_related("county").order_by("pk")
    plan, today = PlanVersion.in_force(now), timezone.localdate(now)
    listed, rules = cards(bodies, at=now), DeadlineRule.objects.filter(version=plan).order_by("order")
    in_hand = visible_resources([actor]).in_hand().order_by("kind", "county_id", "name")
    return Kit(
        office=office,
        printed_at=now,
        cards=listed,
        roster=_roster(office, now, listed),
        experts=list(Expert.objects.filter(office=office, is_active=True).order_by("field", "name")),
        resources=[(row, row.expiry_on(today)) for row in in_hand],
        plan=plan,
        rules=list(rules.exclude(kind=DeadlineRule.Kind.PREPARED)),
        prepared=list(rules.filter(kind=DeadlineRule.Kind.PREPARED)),
        classes=list(EventClass.objects.filter(version=plan).order_by("order")),
    )


def _roster(office: Organization, now: datetime, listed: list[Card]) -> list[RosterDay]:
    """Today and the days after it: per seat who keeps it, from and until when, under which number."""
    lines = [line for card in listed for line in (*card.leaders, *card.duty) if line.person]
    phones = {line.person.pk: line.phone for line in lines if line.phone}
    today = timezone.localdate(now)
    days = [today + n * DAY for n in range(DAYS)]
    mine = Shift.objects.manned().filter(organization=office).select_related("person")
    shifts = list(mine.between(city_time(today), city_time(days[-1] + DAY)).order_by("period", "seat"))
    on_duty = [OnDuty(each, each.person.phone or phones.get(each.person_id, "")) for each in shifts]
    return [RosterDay(day, [(seat.label, _on(on_duty, seat, day)) for seat in Seat]) for day in days]


def _on(on_duty: list[OnDuty], seat: Seat, day: date) -> list[OnDuty]:
    begins, ends = city_time(day), city_time(day + DAY)
    of_the_seat = [each for each in on_duty if each.shift.seat == seat]
    return [each for each in of_the_seat if each.shift.starts_at < ends and each.shift.ends_at > begins]
