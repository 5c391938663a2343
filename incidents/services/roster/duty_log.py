"""值班日志: a day of the desk, read off the ledger; free entries and marks are the desk's own (§5.4.2)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from alerts.models import DutyLogEntry, HandOver, ImportantMark, Shift, Warning
from alerts.services.roster import DAY
from incidents import ledger
from incidents.days import city_time
from incidents.ledger import Entry
from incidents.models import Incident, LedgerEntry, Organization
from incidents.querysets import visible_rosters
from incidents.refusals import NotFound, WrongState, wrong
from incidents.roles import Actor, require
from incidents.services import subject
from incidents.services.check import Check

CLAUSE = "5.4.2"
FIRED, NOTED = "deadline.fired", "duty.noted"
NOT_LOGGED = ("duty.marked", "duty.unmarked", "deadline.opened", "deadline.met", "deadline.moved")
"""No doings of the desk: the marks themselves, and the clocks that start and end with what was done."""
LONGEST = 4000


@transaction.atomic
def note(
    *, actor: Actor, words: str, now: datetime, at: datetime | None = None, important=False
) -> DutyLogEntry:
    """A free entry of the desk; never edited afterwards. `at`: when it happened, if not now."""
    require(actor, "duty.log")
    words = subject.reason_needed(words, CLAUSE, field="words", name="内容")
    check = Check(CLAUSE)
    check.text("/words", "内容", words, 2000)
    check.time("/at", "时间", at, now)
    check.refuse()
    if at and at < now - 2 * DAY:
        raise wrong("/at", "too_old", "只补记两天之内的事。", CLAUSE)
    entry = Entry(NOTED, "值班记事", clause=CLAUSE)
    chain = ledger.body_chain(actor.organization)
    (written,) = ledger.append_all([(chain, None, entry)], at=now, actor=actor)
    noted = DutyLogEntry.objects.create(
        entry=written, organization=actor.organization, at=at or now, words=words, by=actor.post
    )
    if important:
        mark(actor=actor, entry=written.pk, important=True, now=now)
    return noted


@transaction.atomic
def mark(*, actor: Actor, entry: int, important: bool, now: datetime):
    """Marks a line of the log as important, or takes the mark off; either is an act of its own."""
    row = LedgerEntry.objects.filter(_of_the_desk(actor.organization), pk=entry).first()
    if row is None:
        raise NotFound("值班日志里没有这一条。", "not_found")
    require(actor, "duty.log")
    if important:
        _, done = ImportantMark.objects.get_or_create(entry=row, defaults={"by": actor.post, "at": now})
    else:
        done, _ = ImportantMark.objects.filter(entry=row).delete()
    if not done:
        raise WrongState("这一条已是这样标记的。", "marked", CLAUSE)
    marked = Entry(
        "duty.marked" if important else "duty.unmarked",
        f"值班日志{'标为重要' if important else '取消重要'}：{row.summary}",
        clause=CLAUSE,
        data={"chain": row.chain, "seq": row.seq},
    )
    ledger.append(ledger.body_chain(actor.organization), marked, at=now, actor=actor)


@dataclass
class Line:
    """A line of the day: one act, a note, or the steps that fired at one moment."""

    at: datetime
    entry: LedgerEntry
    words: str
    important: bool = False
    note: DutyLogEntry | None = None
    fired: list[LedgerEntry] = field(default_factory=list)

    @property
    def typed_later(self) -> bool:
        return self.note is not None and self.entry.at - self.note.at > timedelta(minutes=10)


@dataclass
class Day:
    day: date
    office: Organization
    shifts: list[Shift]
    hand_overs: list[HandOver]
    lines: list[Line]
    cut_off: bool
    """There is more than a page can show."""


def day_of(office: Organization, day: date, *, only_important: bool = False) -> Day:
    """One day of the desk in city time: five queries, however much was done."""
    since, until = city_time(day), city_time(day + DAY)
    within = Q(at__gte=since, at__lt=until)
    entries = list(
        LedgerEntry.objects.filter(_of_the_desk(office), within & ~Q(action=NOTED) | _noted(since, until))
        .exclude(action__in=NOT_LOGGED)
        .select_related(
            "post__organization", "person", "key__enterprise", "incident", "important_mark", "duty_note"
        )
        .order_by("at", "pk")[: LONGEST + 1]
    )
    lines = _lines(entries[:LONGEST])
    return Day(
        day=day,
        office=office,
        shifts=list(
            Shift.objects.filter(organization=office)
            .between(since, until)
            .select_related("person")
            .order_by("seat", "period")
        ),
        hand_overs=list(
            HandOver.objects.filter(shift__organization=office)
            .filter(
                Q(written_at__gte=since, written_at__lt=until) | Q(signed_at__gte=since, signed_at__lt=until)
            )
            .select_related("shift__person", "taken_over_by__person")
            .order_by("written_at")
        ),
        lines=[line for line in lines if line.important or not only_important],
        cut_off=len(entries) > LONGEST,
    )


def _noted(since: datetime, until: datetime) -> Q:
    return Q(action=NOTED, duty_note__at__gte=since, duty_note__at__lt=until)


def _of_the_desk(office: Organization) -> Q:
    """What belongs in the log of this desk: its incidents' timelines, its warnings' chains and its own."""
    incidents = Incident.objects.filter(office=office)
    warnings = Warning.objects.filter(office=office).annotate(
        chain_name=Concat(Value("warning:"), Cast("pk", CharField()))
    )
    return (
        Q(incident__in=incidents)
        | Q(chain__in=warnings.values("chain_name"))
        | Q(chain=ledger.body_chain(office))
    )


def _lines(entries: Iterable[LedgerEntry]) -> list[Line]:
    """In the order of the day; steps that fired in one minute are one line."""
    lines: list[Line] = []
    for entry in entries:
        important = hasattr(entry, "important_mark")
        note = getattr(entry, "duty_note", None)
        line = Line(
            note.at if note else entry.at, entry, note.words if note else entry.summary, important, note
        )
        if entry.action != FIRED or important:
            lines.append(line)
        elif (
            lines
            and lines[-1].fired
            and lines[-1].at.replace(second=0, microsecond=0) == line.at.replace(second=0, microsecond=0)
        ):
            lines[-1].fired.append(entry)
            lines[-1].words = f"时限提醒、告警、升级 {len(lines[-1].fired)} 次"
        else:
            line.fired = [entry]
            lines.append(line)
    return sorted(lines, key=lambda line: line.at)


def office_of_log(actors: Iterable[Actor]) -> Organization | None:
    """The desk whose log these may read."""
    return visible_rosters(actors).filter(kind=Organization.Kind.OFFICE).order_by("pk").first()
