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
TITLE = "预案名称"
"""What the plan itself is called: no row of it, but revised and approved as its rows are."""
NAMES = {code: part.name for code, part in BY_CODE.items()} | {"title": TITLE}
"""Of what an edit was made (`PlanEdit.part`), in the words of a screen."""


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
    changes = title_changes(before.title, after.title)
    for part in PARTS:
        old, new = part.rows(before), part.rows(after)
        bodies = _body_names(part, [*old.values(), *new.values()])
        for then, now in _pairs(part, old, new):
            changes += _row_changes(part, old.get(then), new.get(now), bodies)
    return changes


def title_changes(before: str, after: str) -> list[Change]:
    return [Change(TITLE, before, "名称", before, after, True, "title")] if before != after else []


def _pairs(part: Part, old: dict, new: dict) -> Iterator[tuple[tuple | None, tuple | None]]:
    """The keys of each row then and now, in the order of the older version; None: it is new, or gone."""
    moved = _moved(part, old, new)
    came = set(moved.values())
    for key in dict.fromkeys([*old, *new]):
        stays = key in new and key not in came
        if key in moved:
            yield key, moved[key]
        elif key in old:
            yield key, key if stays else None
        if stays and (key not in old or key in moved):
            yield None, key


def _moved(part: Part, old: dict[tuple, object], new: dict[tuple, object]) -> dict[tuple, tuple]:
    """Rows that only stand elsewhere (a clause renumbered, a step at another time), by their keys: then and now.

    A clause is also one that stands under a number which was another's, or one of the same title with other words. Where
    several rows hold the same, which of them went where can't be told: they are gone, and new."""
    moved: dict[tuple, tuple] = {}
    for held in (_content, _title) if part.model is Clause else (_content,):
        sides = []
        for rows, others, settled in ((old, new, moved.keys()), (new, old, moved.values())):
            holding: dict[tuple, list[tuple]] = {}
            for key, row in rows.items():
                if key not in settled and not _stays(part, held, row, others.get(key)):
                    holding.setdefault(held(part, row), []).append(key)
            sides.append({content: keys[0] for content, keys in holding.items() if len(keys) == 1})
        gone, come = sides
        moved |= {key: come[content] for content, key in gone.items() if content in come}
    return moved


def _stays(part: Part, held: Callable, row, other) -> bool:
    """Whether a row is the same row in the other version: by its key; a clause's number may since be another's."""
    return other is not None and (part.model is not Clause or held(part, row) == held(part, other))


def _title(part: Part, row) -> tuple:
    return (row.title,)


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
