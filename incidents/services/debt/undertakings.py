"""准备事项 (§4.1, 5.4.3, 8.2, 8.3): what a body owes by a day before anything happens, on the engine of all debts.

Called by the services of the registers inside their own transaction: one standing undertaking per body, rule and
matter. `rule` is a code of the plan in force (Q1 …); where the city has taken it out, nothing is owed. `matter` names
the page that it is about and which one: `hazard/ZMD-H-2026-0001`. `title` is sent outside: it names no person.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max

from alerts.models import Deadline, Undertaking
from alerts.services import rounds
from alerts.services.undertaken import UndertakingBook
from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Organization, PlanVersion, plan_parts
from incidents.refusals import NotFound
from incidents.roles import Actor, require
from incidents.services.numbers import next_number
from incidents.services.report.intake_fields import office_of
from incidents.services.subject import clock_words

Kind, Status = Organization.Kind, Undertaking.Status
SERIES = "Q"
CLAUSE = "4.1"


@transaction.atomic
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
    what = {"rule": rule, "title": title, "due_at": due_at, "matter": matter, "until": until}
    return next(iter(owe_each(bodies=[body], now=now, actor=actor, **what)), None)


def owe_each(
    *,
    bodies: Iterable[Organization],
    rule: str,
    title: str,
    due_at: datetime,
    matter: str,
    now: datetime,
    actor: Actor,
    until: datetime | None = None,
) -> list[Undertaking]:
    """The same of many bodies at once; the ledger last, all chains in one order. Who is set inactive owes nothing."""
    rows, entries = _owing(bodies, rule, title, due_at, matter, now, until)
    ledger.append_all(entries, at=now, actor=actor)
    return rows


def run_until(
    *,
    bodies: Iterable[Organization],
    rule: str,
    title: str,
    matter: str,
    until: datetime,
    next_due: datetime,
    why: str,
    now: datetime,
    actor: Actor,
) -> None:
    """What recurs has another last day: what lies after it becomes void, what was added is owed, by those as well who had
    done all until then. `next_due`: the first that was added."""
    bodies, entries = list(bodies), []
    open_now = _open_of(bodies, rule, matter)
    for row in open_now.values():
        row.until_at = until
        _save(row, "until_at")
        book = UndertakingBook(row, now)
        book.run_on(why)
        if book.is_over:
            _close(row, Status.DONE if book.was_done else Status.VOID, now)
        entries += _told(row, book, "moved", f"最后一次应于 {clock_words(until)} 前", why)
    if next_due <= until:
        others = [body for body in bodies if body.pk not in open_now]
        entries += _owing(others, rule, title, next_due, matter, now, until)[1]
    ledger.append_all(entries, at=now, actor=actor)


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


def owed_by(*, body: Organization, rule: str, matter: str) -> datetime | None:
    """By when this body owes it; None where it does not."""
    about = {"undertaking__body": body, "undertaking__rule": rule, "undertaking__matter": matter}
    debts = Deadline.objects.answerable().filter(undertaking__status=Status.OPEN, **about)
    return debts.aggregate(last=Max("due_at"))["last"]


def void(*, body: Organization, rule: str, matter: str, why: str, now: datetime, actor: Actor) -> None:
    """It is owed no more: what is not yet due becomes void, what is overdue stays breached."""
    void_each(bodies=[body], rule=rule, matter=matter, why=why, now=now, actor=actor)


def void_each(
    *, bodies: Iterable[Organization], rule: str, matter: str, why: str, now: datetime, actor: Actor
) -> None:
    _void(_open_of(list(bodies), rule, matter).values(), why, now, actor)


def void_all_of(body: Organization, *, why: str, now: datetime, actor: Actor) -> int:
    """Whatever this body owes; returns how much it was."""
    rows = list(_with_bodies().filter(body=body, status=Status.OPEN).order_by("pk"))
    _void(rows, why, now, actor)
    return len(rows)


def limit_of(rule: str, now: datetime) -> timedelta | None:
    """Of the rule in force; None where the city has taken it out."""
    rules = plan_parts(PlanVersion.in_force(now).pk).rules
    return next((each.limit for each in rules if each.code == rule), None)


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


def _owing(bodies, rule, title, due_at, matter, now, until) -> tuple[list[Undertaking], list[tuple]]:
    """What each owes now, and what the ledger has to say of it."""
    bodies, rows, entries = [body for body in bodies if body.is_active], [], []
    open_now = _open_of(bodies, rule, matter)
    plan = PlanVersion.in_force(now)
    for body in bodies:
        row, is_new = open_now.get(body.pk), False
        if row is None and any(each.code == rule for each in plan_parts(plan.pk).rules):
            row, is_new = _opened(body, rule, title, matter, plan, now, until)
        if row is None:
            continue
        book = UndertakingBook(row, now, is_new=is_new)
        moved = (row.title, row.until_at) != (title, until)
        if moved:
            row.title, row.until_at = title, until
            _save(row, "title", "until_at")
        moved = book.owe(due_at) or moved
        if is_new or moved:
            what = "opened" if is_new else "moved"
            entries += _told(row, book, what, f"应于 {clock_words(due_at)} 前办结")
        rows.append(row)
    return rows, entries


def _told(row: Undertaking, book: UndertakingBook, what: str, words: str, why: str = "") -> list[tuple]:
    """For the chain of its body, with what its debts have to say."""
    return [(row.chain, None, entry) for entry in (_entry(row, what, words, why), *book.save())]


def _opened(body, rule, title, matter, plan, now, until) -> tuple[Undertaking, bool]:
    """A new one; where another has just owed the same, his. Whether it is new."""
    row = Undertaking(
        title=title,
        office=office_over(body),
        body=body,
        rule=rule,
        matter=matter,
        plan_version=plan,
        until_at=until,
        opened_at=now,
    )
    try:
        with transaction.atomic():
            row.number, *_ = next_number(f"{row.office.number_prefix}-{SERIES}", now)
            _save(row)
    except IntegrityError:
        theirs = _open_one(body, rule, matter)
        if theirs is None:
            raise
        return theirs, False
    return row, True


def _save(row: Undertaking, *columns: str):
    related = [field.name for field in row._meta.fields if field.is_relation]
    row.clean_fields(exclude=[*related, "id", "until_at", "closed_at"])
    row.save(update_fields=columns or None)


def _void(rows: Iterable[Undertaking], why: str, now: datetime, actor: Actor):
    entries = []
    for row in rows:
        book = UndertakingBook(row, now)
        book.owed_no_more(why)
        _close(row, Status.VOID, now)
        entries += _told(row, book, "void", "不再需要", why)
    ledger.append_all(entries, at=now, actor=actor)


def _open_one(body: Organization, rule: str, matter: str) -> Undertaking | None:
    return _open_of([body], rule, matter).get(body.pk)


def _open_of(bodies: list[Organization], rule: str, matter: str) -> dict[int, Undertaking]:
    """By body, locked in the order of their ids."""
    rows = _with_bodies().filter(body__in=bodies, rule=rule, matter=matter, status=Status.OPEN)
    return {row.body_id: row for row in rows.order_by("pk")}


def _with_bodies():
    rows = Undertaking.objects.select_for_update(of=("self",))
    return rows.select_related("office__parent__parent__parent", "office__host", "body__parent")


def _close(row: Undertaking, status: Undertaking.Status, now: datetime):
    row.status, row.closed_at = status, now
    row.save(update_fields=["status", "closed_at"])


def _entry(row: Undertaking, what: str, words: str, why: str = "") -> Entry:
    rules = plan_parts(row.plan_version_id).rules
    return Entry(
        f"undertaking.{what}",
        f"{row.number} {row.title}：{words}",
        clause=next((rule.clause for rule in rules if rule.code == row.rule), CLAUSE),
        reason=why,
        data={"undertaking": row.number, "rule": row.rule, "matter": row.matter},
        for_firm=row.body.kind == Kind.ENTERPRISE,
    )
