"""The office's readings of clauses (§8.5): issued and signed by the director, withdrawn or replaced with a reason.

A reading hangs on the clause's number and stays through revisions; where the clause says something else since, it says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Clause, ClauseReading, PlanVersion
from incidents.refusals import NotFound, WrongState
from incidents.roles import Actor, require
from incidents.services.check import Check
from incidents.services.numbers import next_number

CLAUSE = "8.5"
LONGEST = 4000


@dataclass(frozen=True)
class Reading:
    """As it is shown: `moved_on` says that the clause's words are others in the plan that it is read with."""

    row: ClauseReading
    title: str
    moved_on: bool


@transaction.atomic
def issue(
    *, actor: Actor, clause: str, words: str, now: datetime, replaces: str | None = None, why: str = ""
) -> ClauseReading:
    """The director signs a reading of a clause of the plan in force; `replaces`: the number of one that it takes the place of."""
    require(actor, "reading.issue")
    plan = PlanVersion.in_force(now)
    former = _standing(actor, replaces) if replaces else None
    clause = clause.strip().removeprefix("§")
    check = Check(CLAUSE)
    if not clause:
        check.wrong("/clause", "required", "请填写所解释的条款。")
    elif len(clause) > 12 or not Clause.objects.filter(version=plan, number=clause).exists():
        check.wrong("/clause", "not_found", f"现行预案没有 §{clause[:12]}。")
    elif former and former.clause != clause:
        check.wrong(
            "/clause", "another_clause", f"{former.number} 解释的是 §{former.clause}，须解释同一条才能取代。"
        )
    if not words.strip():
        check.wrong("/words", "required", "请写明解释。")
    check.text("/words", "解释", words, LONGEST)
    if former:
        _check_why(check, why, "请写明为什么取代原解释。")
    check.refuse()
    number, _, _ = next_number(f"{actor.organization.number_prefix}-JS", now)
    reading = ClauseReading.objects.create(
        number=number,
        office=actor.organization,
        clause=clause,
        version=plan,
        words=words.strip(),
        issued_at=now,
        signed_by=actor.post,
        replaces=former,
    )
    entries = [
        Entry(
            "reading.issued",
            f"解释 §{clause}（{number}）",
            clause=CLAUSE,
            reason=why.strip(),
            data={"number": number, "clause": clause, "words": reading.words, "replaces": replaces},
        )
    ]
    if former:
        entries.append(_end(former, actor, f"由 {number} 取代：{why.strip()}"[:500], now))
    ledger.append(ledger.body_chain(actor.organization), *entries, at=now, actor=actor)
    return reading


@transaction.atomic
def withdraw(*, actor: Actor, number: str, why: str, now: datetime) -> ClauseReading:
    """The reading holds no longer; it stays readable, with the reason."""
    require(actor, "reading.withdraw")
    reading = _standing(actor, number)
    check = Check(CLAUSE)
    _check_why(check, why, "请写明废止的理由。")
    check.refuse()
    entry = _end(reading, actor, why.strip(), now)
    ledger.append(ledger.body_chain(actor.organization), entry, at=now, actor=actor)
    return reading


def standing_on(clause: Clause) -> list[Reading]:
    """The readings that hold, of this clause."""
    rows = ClauseReading.objects.filter(clause=clause.number, withdrawn_at=None)
    return read_with(rows, [clause])


def read_with(rows: QuerySet[ClauseReading], clauses: Iterable[Clause]) -> list[Reading]:
    """The readings beside the words that the clauses have here."""
    rows = list(rows.select_related("version", "signed_by__person", "signed_by__organization", "replaced_by"))
    now = {clause.number: clause for clause in clauses}
    versions = {row.version_id for row in rows}
    read = (
        {
            (clause.version_id, clause.number): clause.text
            for clause in Clause.objects.filter(version__in=versions, number__in={row.clause for row in rows})
        }
        if rows
        else {}
    )
    return [
        Reading(
            row,
            now[row.clause].title if row.clause in now else "（现行预案已无此条）",
            row.clause not in now or now[row.clause].text != read.get((row.version_id, row.clause)),
        )
        for row in rows
    ]


def _standing(actor: Actor, number: str) -> ClauseReading:
    rows = ClauseReading.objects.select_for_update(of=("self",)).filter(office=actor.organization)
    reading = rows.filter(number=number).first()
    if reading is None:
        raise NotFound(f"没有编号为 {number} 的条文解释。", "not_found", CLAUSE)
    if reading.withdrawn_at:
        raise WrongState(f"{number} 已经废止。", "already_done", CLAUSE)
    return reading


def _check_why(check: Check, why: str, missing: str):
    if not why.strip():
        check.wrong("/why", "required", missing)
    check.text("/why", "理由", why, 400)


def _end(reading: ClauseReading, actor: Actor, why: str, now: datetime) -> Entry:
    reading.withdrawn_at, reading.withdrawn_by, reading.withdrawn_why = now, actor.post, why
    reading.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    data = {"number": reading.number, "clause": reading.clause}
    return Entry("reading.withdrawn", f"废止条文解释 {reading.number}", clause=CLAUSE, reason=why, data=data)
