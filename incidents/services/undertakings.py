"""准备事项 (§4.1, 5.4.3, 8.2, 8.3): what a body owes by a day before anything happens, on the engine of all debts.

Called by the services of the registers inside their own transaction: one standing undertaking per body, rule and
matter. `rule` is a code of the plan in force (Q1 …); where the city has taken it out, nothing is owed. `matter` names
the page that it is about and which one: `hazard/ZMD-H-2026-0001`. `title` is sent outside: it names no person.
"""

from datetime import date, datetime

from alerts.models import Undertaking
from alerts.services import rounds
from alerts.services.undertaken import UndertakingBook
from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Organization, PlanVersion, plan_parts
from incidents.refusals import NotFound
from incidents.roles import Actor, require
from incidents.services.intake_fields import office_of
from incidents.services.numbers import next_number
from incidents.services.subject import clock_words

Kind, Status = Organization.Kind, Undertaking.Status
SERIES = "Q"
CLAUSE = "4.1"


def owe(
    *,
    body: Organization,
    rule: str,
    title: str,
    due_at: datetime,
    matter: str,
    now: datetime,
    actor: Actor,
    until: datetime | None = None,
) -> Undertaking | None:
    """Opens it, or moves an open one of the same body, rule and matter to another due time.

    `until`: of what recurs, when the last row falls due. None, if the plan in force has no such rule.
    """
    row = _open_one(body, rule, matter)
    if row is None:
        row = _opened(body, rule, title, matter, now, until)
    if row is None:
        return None
    is_new, book = row.pk is None, UndertakingBook(row, now, is_new=row.pk is None)
    if is_new:
        row.number, *_ = next_number(f"{row.office.number_prefix}-{SERIES}", now)
    moved = row.until_at != until
    row.title, row.until_at = title, until
    row.full_clean(exclude=["until_at", "closed_at"], validate_constraints=False)
    row.save(update_fields=None if is_new else ["title", "until_at"])
    moved |= book.owe(due_at)
    if is_new or moved:
        what = "opened" if is_new else "moved"
        write(row, actor, now, _entry(row, what, f"应于 {clock_words(due_at)} 前办结"), *book.save())
    return row


def settle(
    *,
    body: Organization,
    rule: str,
    matter: str,
    at: datetime,
    now: datetime,
    actor: Actor,
    day: date | None = None,
) -> None:
    """It was done at `at`; no open one: nothing happens. `day`: of what recurs, the day that it was done for."""
    row = _open_one(body, rule, matter)
    if row is None:
        return
    book = UndertakingBook(row, now)
    met = book.done(at, day)
    over = book.is_over if day else True
    if over:
        _close(row, Status.DONE, now)
    if met or over:
        words = f"{day} 已报" if day else "已办结"
        write(row, actor, now, _entry(row, "done", words), *book.save())


def void(*, body: Organization, rule: str, matter: str, why: str, now: datetime, actor: Actor) -> None:
    """It is owed no more: what is not yet due becomes void, what is overdue stays breached."""
    row = _open_one(body, rule, matter)
    if row is None:
        return
    book = UndertakingBook(row, now)
    book.owed_no_more(why)
    _close(row, Status.VOID, now)
    write(row, actor, now, _entry(row, "void", "不再需要", why), *book.save())


def due_on(day: date) -> datetime:
    """Due by this day: until it is over, city time."""
    return rounds.end_of_day(day)


def locked(actor: Actor, code: str, pk: int) -> Undertaking:
    """For an act on one of its debts, which was found to be the actor's to see."""
    row = _with_bodies().get(pk=pk)
    require(actor, code, row)
    return row


def write(row: Undertaking, actor: Actor, at: datetime, *entries: Entry):
    """To the chain of its body."""
    ledger.append(row.chain, *entries, at=at, actor=actor)


def office_over(body: Organization) -> Organization:
    """The emergency office to which this body belongs, with the bodies above it."""
    place = body.county if body.kind == Kind.ENTERPRISE and body.county_id else body
    if place.kind == Kind.COUNTY:
        return office_of(place)
    offices = Organization.objects.select_related("parent__parent__parent", "host")
    offices = offices.filter(kind=Kind.OFFICE, is_active=True)
    above = [one.pk for one in body.line_upwards()]
    found = offices.filter(pk=body.pk).first() or offices.filter(parent__in=above).first()
    found = found or offices.filter(parent__parent__in=above).first() or _the_only(offices)
    if found is None:
        raise NotFound(f"{body}不属于任何一个应急办。", "not_found", CLAUSE)
    return found


def _the_only(offices) -> Organization | None:
    """Where there is one office alone, a firm of the province belongs to it as well."""
    found = list(offices[:2])
    return found[0] if len(found) == 1 else None


def _opened(body, rule, title, matter, now, until) -> Undertaking | None:
    plan = PlanVersion.in_force(now)
    if not any(each.code == rule for each in plan_parts(plan.pk).rules):
        return None
    return Undertaking(
        title=title,
        office=office_over(body),
        body=body,
        rule=rule,
        matter=matter,
        plan_version=plan,
        until_at=until,
        opened_at=now,
    )


def _open_one(body: Organization, rule: str, matter: str) -> Undertaking | None:
    return _with_bodies().filter(body=body, rule=rule, matter=matter, status=Status.OPEN).first()


def _with_bodies():
    rows = Undertaking.objects.select_for_update(of=("self",))
    return rows.select_related("office__parent__parent__parent", "office__host", "body__parent")


def _close(row: Undertaking, status: Undertaking.Status, now: datetime):
    row.status, row.closed_at = status, now
    row.save(update_fields=["status", "closed_at"])


def _entry(row: Undertaking, what: str, words: str, why: str = "") -> Entry:
    return Entry(
        f"undertaking.{what}",
        f"{row.number} {row.title}：{words}",
        clause=CLAUSE,
        reason=why,
        data={"undertaking": row.number, "rule": row.rule, "matter": row.matter},
        for_firm=row.body.kind == Kind.ENTERPRISE,
    )
