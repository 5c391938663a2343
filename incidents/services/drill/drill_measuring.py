"""A drill measured (§8.3): each step against its limit, who acknowledged when, what was late, which clause was never exercised.

All of it is read off the rows and the ledger of the drill's incidents and warnings; lengths are the drill's own (real ones
times its speed), times are shown by its clock.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db.models import Q

from alerts.models import Deadline, State, Warning
from alerts.models.deadline import DUE_SECOND
from incidents.models import (
    Clause,
    Drill,
    DrillParticipant,
    Incident,
    Inject,
    LedgerEntry,
    Organization,
    PlanVersion,
    plan_parts,
)
from incidents.roles import TABLE
from incidents.services.closure.replaying import ACKNOWLEDGED
from incidents.services.drill.drilling import LATE

PUT_TO_THE_TEST = (State.MET, State.MET_LATE, State.BREACHED)
"""A limit that the end of the drill overtook, or that was waived, exercised nobody."""

BY_ITSELF = {f"deadline.{became}" for became in ("opened", "met", "moved", "relieved", "revived", "voided")}
"""What a clock does is told under whoever's act moved it, and is not what he exercised."""


@dataclass(frozen=True)
class Step:
    """One limit of the plan in the drill: how long it allowed, how long it took."""

    debt: Deadline
    state: State
    allowed: timedelta
    took: timedelta | None
    late: timedelta | None
    is_nobodys: bool
    """Nobody did it, and nobody of whoever owes it takes part: a firm's own drill does not find the office late."""

    is_cut_off: bool
    """Not yet due when the drill ended."""

    @property
    def is_late(self) -> bool:
        return self.state in (State.MET_LATE, State.BREACHED) and not self.is_nobodys

    @property
    def result(self) -> str:
        """In words, but for how late."""
        if self.is_nobodys:
            return "责任方没有参演，不计"
        return "演练结束，未到期" if self.is_cut_off else self.state.label


@dataclass(frozen=True)
class Played:
    """A line of the script: how long after it was played in it was dealt with; how late it was played in, if an outage held
    it up."""

    inject: Inject
    reaction: timedelta | None
    delay: timedelta | None


@dataclass(frozen=True)
class Untouched:
    """A clause that the drill never exercised, and which acts would have."""

    number: str
    title: str
    acts: tuple[str, ...]


@dataclass(frozen=True)
class Measured:
    contents: list[str]
    incidents: list[Incident]
    warnings: list[Warning]
    parts: list[DrillParticipant]
    steps: list[Step]
    acknowledgements: list[LedgerEntry]
    played: list[Played]
    exercised: list[tuple[str, str]]
    """Clauses, with their titles."""
    untouched: list[Untouched]

    @property
    def unplayed(self) -> list[str]:
        """Codes of what it was held for and what neither an incident nor a warning was of."""
        played = {row.event_class.code for row in (*self.incidents, *self.warnings) if row.event_class}
        return [code for code in self.contents if code not in played]

    @property
    def came(self) -> list[DrillParticipant]:
        return [part for part in self.parts if part.entered_at]

    @property
    def absent(self) -> list[DrillParticipant]:
        """Who was to take part and never entered."""
        return [part for part in self.parts if part.entered_at is None]

    @property
    def late(self) -> list[Step]:
        return [step for step in self.steps if step.is_late]

    @property
    def in_time(self) -> list[Step]:
        return [step for step in self.steps if step.state == State.MET]

    @property
    def unhandled(self) -> list[Played]:
        return [
            row
            for row in self.played
            if row.inject.delivered_at and row.reaction is None and row.inject.words
        ]


def measure(drill: Drill, now: datetime) -> Measured:
    """At its end, or so far."""
    at = drill.ended_at or now
    incidents = list(
        Incident.with_drills.filter(drill=drill).select_related("enterprise", "event_class").order_by("pk")
    )
    warnings = list(Warning.with_drills.filter(drill=drill).select_related("event_class").order_by("pk"))
    chains = [row.chain for row in (*incidents, *warnings)]
    entries = LedgerEntry.objects.filter(chain__in=chains).select_related("person", "post__organization")
    entries = list(entries.order_by("at", "pk"))
    parts = list(drill.participants.select_related("post__organization", "post__person"))
    playing = _playing(parts)
    steps = [_step(debt, drill.speed, at, playing) for debt in _debts(drill)]
    injects = drill.injects.select_related("participant__post__organization", "handled_by__organization")
    exercised = {
        _base(entry.clause)
        for entry in entries
        if (entry.post_id or entry.key_id) and entry.action not in BY_ITSELF
    }
    exercised |= {_base(step.debt.rule.clause) for step in steps if _tested(step)}
    return Measured(
        drill.contents,
        incidents,
        warnings,
        parts,
        steps,
        [entry for entry in entries if entry.action.endswith(ACKNOWLEDGED)],
        [_played(inject, drill.speed) for inject in injects],
        *_clauses(exercised - {""}, incidents, warnings, drill.started_at or at),
    )


def _debts(drill: Drill) -> Iterable[Deadline]:
    rows = Deadline.objects.filter(Q(incident__drill=drill) | Q(warning__drill=drill), relieved_at=None)
    rows = rows.select_related(
        "rule", "debtor", "creditor", "desk", "incident", "warning", "order", "acknowledged_by__organization"
    )
    return rows.order_by("due_at", "pk")


def _playing(parts: list[DrillParticipant]) -> set[int]:
    """The bodies that take part; a firm answers for those below it too."""
    bodies = {part.post.organization_id: part.post.organization for part in parts}
    firms = [body for body in bodies.values() if body.kind == Organization.Kind.ENTERPRISE]
    return bodies.keys() | set(Organization.objects.within(*firms).values_list("pk", flat=True))


def _tested(step: Step) -> bool:
    return step.state in PUT_TO_THE_TEST and not step.is_nobodys


def _step(debt: Deadline, speed: int, at: datetime, playing: set[int]) -> Step:
    state = debt.state(at)
    is_nobodys = state == State.BREACHED and not playing & {debt.debtor_id, debt.desk_id}
    over = debt.met_at or (at if state == State.BREACHED and not is_nobodys else None)
    late = over - debt.due_at if over and over >= debt.due_at + DUE_SECOND else None
    return Step(
        debt,
        state,
        _whole_seconds(debt.due_at - debt.starts_at) * speed,
        (debt.met_at - debt.starts_at) * speed if debt.met_at else None,
        late * speed if late else None,
        is_nobodys,
        bool(debt.voided_at and debt.voided_at >= at),
    )


def _whole_seconds(length: timedelta) -> timedelta:
    """A due time is told to the second, downward: at ×60 that would be a minute of what the plan allows."""
    return timedelta(seconds=ceil(length.total_seconds()))


def _played(inject: Inject, speed: int) -> Played:
    reaction = (inject.handled_at - inject.delivered_at) * speed if inject.handled_at else None
    late = inject.delivered_at - inject.due_at if inject.delivered_at else timedelta()
    return Played(inject, reaction, late * speed if late >= LATE else None)


def _clauses(exercised: set[str], incidents, warnings, at: datetime) -> tuple[list, list]:
    """What was exercised; and what acts and rules for incidents and warnings could have exercised besides."""
    version = (
        next((row.plan_version_id for row in (*incidents, *warnings)), None) or PlanVersion.in_force(at).pk
    )
    titles = dict(Clause.objects.filter(version=version).values_list("number", "title"))
    could = defaultdict(list)
    for act in TABLE.values():
        if act.states is not None and not act.is_never_drilled:
            could[_base(act.clause)].append(act.name)
    for rule in plan_parts(version).rules:
        if rule.clock != rule.Clock.UNDERTAKEN:
            could[_base(rule.clause)].append(f"{rule.code} {rule.name}")
    order = {number: place for place, number in enumerate(titles)}
    numbers = sorted(could.keys() - exercised, key=lambda number: order.get(number, len(order)))
    untouched = [
        Untouched(number, titles.get(number, ""), tuple(dict.fromkeys(could[number]))) for number in numbers
    ]
    done = sorted(exercised, key=lambda number: order.get(number, len(order)))
    return [(number, titles.get(number, "")) for number in done], untouched


def _base(clause: str) -> str:
    """§5.4.1(4) is part of §5.4.1."""
    return clause.split("(")[0].split("（")[0]
