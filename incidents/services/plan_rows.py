"""The rows of a plan's versions, and how two versions differ (§8.4): in the words of a screen, row by row."""

import difflib
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import groupby

from incidents.models import (
    Clause,
    Criterion,
    DeadlineRule,
    EscalationStep,
    EventClass,
    GroupTemplate,
    Level,
    Organization,
    PlanVersion,
)

Basis = DeadlineRule.Basis
ALIKE = 0.4
"""From this share of common words on, two texts are shown word by word."""


@dataclass(frozen=True)
class Part:
    """A kind of row in a plan: what identifies a row across versions, and which columns are compared."""

    model: type
    key: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def code(self) -> str:
        return self.model._meta.model_name

    @property
    def name(self) -> str:
        return self.model._meta.verbose_name

    @property
    def is_ordered(self) -> bool:
        return any(column.name == "order" for column in self.model._meta.fields)

    def column_name(self, column: str) -> str:
        return self.model._meta.get_field(column).verbose_name

    def rows(self, version: PlanVersion) -> dict[tuple, object]:
        rows = self.model.objects.filter(version=version)
        return {tuple(getattr(row, column) for column in self.key): row for row in rows}

    def key_words(self, row) -> str:
        return "|".join(str(getattr(row, column)) for column in self.key)


PARTS = (
    Part(Clause, ("number",), ("title", "text")),
    Part(EventClass, ("code",), ("name", "source", "questions")),
    Part(Criterion, ("measure", "level"), ("at_least", "scope", "source", "from_gazette")),
    Part(GroupTemplate, ("name",), ("lead", "members", "duties", "source", "from_gazette")),
    Part(
        DeadlineRule,
        ("code", "creditor", "severest"),
        (
            "name",
            "clause",
            "basis",
            "clock",
            "kind",
            "mildest",
            "debtor",
            "limit",
            "recurs",
            "interval",
            "answers",
        ),
    ),
    Part(EscalationStep, ("kind", "severest", "mildest", "offset"), ("targets",)),
)
BY_CODE = {part.code: part for part in PARTS}


@dataclass(frozen=True)
class Change:
    """One column of one row, in the words of a screen. `before` or `after` None: the row is new, or gone."""

    part: str
    row: str
    column: str
    before: str | None
    after: str | None
    rests_on_plan: bool
    key: str = ""

    def __str__(self):
        return f"{self.part} {self.row} {self.column}：{self.before or '（无）'} → {self.after or '（删去）'}"

    @cached_property
    def pieces(self) -> tuple[list, list]:
        """Before and after, as runs of words that are the same or not."""
        return word_runs(self.before or "", self.after or "")


def compare(before: PlanVersion, after: PlanVersion) -> list[Change]:
    """What is other in `after`, in the order of the parts."""
    changes = []
    for part in PARTS:
        old, new = part.rows(before), part.rows(after)
        bodies = _body_names(part, [*old.values(), *new.values()])
        moved = _moved(part, old, new)
        for key in dict.fromkeys([*old, *new]):
            if key not in moved.values():
                changes += _row_changes(part, old.get(key), new.get(moved.get(key, key)), bodies)
    return changes


def _moved(part: Part, old: dict[tuple, object], new: dict[tuple, object]) -> dict[tuple, tuple]:
    """Rows that only stand elsewhere (a clause renumbered, a step at another time), by their keys: then and now.

    Where several rows hold the same, which of them went where can't be told: they are gone, and new."""
    sides = []
    for rows, others in ((old, new), (new, old)):
        holding: dict[tuple, list[tuple]] = {}
        for key, row in rows.items():
            if key not in others:
                holding.setdefault(_content(part, row), []).append(key)
        sides.append({content: keys[0] for content, keys in holding.items() if len(keys) == 1})
    gone, come = sides
    return {key: come[content] for content, key in gone.items() if content in come}


def _content(part: Part, row) -> tuple:
    values = (getattr(row, part.model._meta.get_field(column).attname) for column in part.columns)
    return tuple(tuple(value) if isinstance(value, list) else value for value in values)


def differences(draft: PlanVersion) -> list[Change]:
    """What the draft would change of the version that it was copied from."""
    return compare(draft.based_on, draft)


def by_row(changes: Iterable[Change]) -> Iterator[tuple[str, str, list[Change]]]:
    """The changes of each row together: the part, the row, its columns."""
    for (part, row, _), those in groupby(changes, key=lambda change: (change.part, change.row, change.key)):
        yield part, row, list(those)


def needs_document(changes: Iterable[Change]) -> bool:
    """§8.4: whether 市政府's approval, by its document number, is needed."""
    return any(change.rests_on_plan for change in changes)


def fingerprint(changes: Iterable[Change]) -> str:
    """What a person has seen when he confirms; another one means that the draft has changed meanwhile."""
    return hashlib.sha256(repr(list(changes)).encode()).hexdigest()[:32]


def row_changes(part: Part, before, after) -> list[Change]:
    """Between two states of one row; None: it is not there."""
    return list(_row_changes(part, before, after, _body_names(part, [r for r in (before, after) if r])))


def wholes(part: Part, rows: list) -> list[str]:
    """What each of these rows holds, in words."""
    bodies = _body_names(part, rows)
    return [_whole(part, row, bodies) for row in rows]


def name_of(row) -> str:
    if not isinstance(row, EscalationStep):
        return str(row)
    when = "到期前" if row.is_reminder else "超时后"
    return f"{row.scope_words}{when} {abs(row.minutes)} 分钟" if row.minutes else f"{row.scope_words}到期时"


def word_runs(before: str, after: str) -> tuple[list, list]:
    """Each a list of (is it only here, words): the same words on both sides, figures and Latin words kept whole.

    What has little in common is told as a whole: a mosaic of single characters can't be read."""
    old, new = (re.findall(r"[0-9]+|[A-Za-z]+|\s+|.", words) for words in (before, after))
    sides = ([], [])
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < ALIKE:
        return tuple([(True, words)] if words else [] for words in (before, after))
    for kind, a, b, c, d in matcher.get_opcodes():
        for side, words in ((sides[0], "".join(old[a:b])), (sides[1], "".join(new[c:d]))):
            if words:
                side.append((kind != "equal", words))
    return sides


def _row_changes(part: Part, before, after, bodies: dict[str, str]) -> list[Change]:
    rests = _rests_on_plan(part, before, after)
    row, key = name_of(after or before), part.key_words(after or before)
    if before is None or after is None:
        words = [None if one is None else _whole(part, one, bodies) for one in (before, after)]
        return [Change(part.name, row, "整行", *words, rests, key)]
    return [
        Change(
            part.name,
            row,
            part.column_name(column),
            _words(before, column, bodies),
            _words(after, column, bodies),
            rests,
            key,
        )
        for column in (*part.key, *part.columns)
        if getattr(before, part.model._meta.get_field(column).attname)
        != getattr(after, part.model._meta.get_field(column).attname)
    ]


def _rests_on_plan(part: Part, before, after) -> bool:
    if part.model is DeadlineRule:
        return any(row is not None and row.basis == Basis.PLAN for row in (before, after))
    return part.model in (Clause, EventClass, Criterion, GroupTemplate)


def _whole(part: Part, row, bodies: dict[str, str]) -> str:
    return "；".join(
        f"{part.column_name(column)}：{words}"
        for column in part.columns
        if (words := _words(row, column, bodies))
    )


def _words(row, column: str, bodies: dict[str, str]) -> str:
    if column == "lead":
        return bodies[row.lead_id]
    value = getattr(row, column)
    display: Callable | None = getattr(row, f"get_{column}_display", None)
    if isinstance(value, timedelta):
        return f"{round(value.total_seconds() / 60)} 分钟"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        choices = dict(getattr(row._meta.get_field(column).base_field, "choices", None) or ()) | bodies
        return "、".join(str(choices.get(item, item)) for item in value)
    if column in ("severest", "mildest"):
        return Level(value).label
    return "" if value is None else str(display() if display else value)


def _body_names(part: Part, rows: list) -> dict:
    """Bodies of working groups, by id and by code."""
    if part.model is not GroupTemplate:
        return {}
    codes = {code for row in rows for code in row.members}
    leads = {row.lead_id for row in rows}
    found = Organization.objects.filter(code__in=codes) | Organization.objects.filter(pk__in=leads)
    return {name: str(body) for body in found for name in (body.pk, body.code)}
