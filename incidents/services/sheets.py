"""Registers as xlsx: a template to fill in, what was filled in read line by line, the register taken away.

A line is handed to the same use case as a form's: what it refuses is named with its cell. An import is one
transaction: all lines or none; a preview is that transaction, rolled back.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from django.db import connection, transaction
from openpyxl.utils import get_column_letter

from incidents.refusals import FieldError, Refusal, WrongState, wrong
from incidents.roles import Actor, require
from incidents.services import sheet_files
from incidents.services.sheet_columns import Column, short
from incidents.services.sheet_files import MOST_LINES, Unread

WHOLE = "整行"


@dataclass(frozen=True, eq=False)
class Sheet:
    """A register as a sheet.

    `keep(actor, now, **row)`: the use case that a line is handed to, by its columns' names; `rows(actors)`: what these
    may see, as dicts by column name; `act`: who may fill it in; `readers`: the roles who may take it away as well.
    Without `keep` it is only taken away.
    """

    code: str
    title: str
    clause: str
    act: str
    columns: tuple[Column, ...]
    keep: Callable[..., Any] | None
    rows: Callable[[list[Actor]], Iterable[dict]]
    readers: frozenset = frozenset()
    most: int | None = None
    """Lines at once, where a line is more work than usual: others wait while they come in."""

    def columns_of(self, actors: list[Actor]) -> list[Column]:
        return [column.of(actors) for column in self.columns]


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell."""

    cell: str
    column: str
    words: str


@dataclass
class Filled:
    """What was filled in, as text: the cells of each line by its row's number, and the letter of each column; and what
    could not be read."""

    letters: dict[str, str] = field(default_factory=dict)
    cells: dict[int, dict[str, str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def template(sheet: Sheet, actors: list[Actor]) -> bytes:
    """An empty sheet with its columns, what these may enter in them, and a page that explains them."""
    return sheet_files.drawn(sheet.title, sheet.columns_of(actors), [], explained=True)


def export(sheet: Sheet, actors: list[Actor]) -> bytes:
    """All that these may see of it, in the form in which it is read again."""
    return sheet_files.drawn(sheet.title, sheet.columns_of(actors), sheet.rows(actors), explained=False)


def read(sheet: Sheet, file: BinaryIO) -> Filled:
    """A filled-in sheet. Refused as a whole (`/file`): what is no xlsx, is too large, is empty, lacks columns, or says
    what can be read in two ways (merged cells, a second page)."""
    dates = {column.label for column in sheet.columns if column.kind == "date"}
    rows = sheet_files.rows(file, dates, sheet.clause)
    columns = _columns(sheet, next(rows, []))
    filled = Filled({column.name: get_column_letter(at + 1) for at, column in columns.items()})
    for number, row in enumerate(rows, start=2):
        for at, said in enumerate(row):
            if said and (isinstance(said, Unread) or at not in columns):
                words = str(said) if isinstance(said, Unread) else f"“{short(said)}”上面没有表头，不会导入。"
                label = columns[at].label if at in columns else WHOLE
                filled.faults.append(Fault(f"{get_column_letter(at + 1)}{number}", label, words))
        cells = {column.name: str(row[at]) if at < len(row) else "" for at, column in columns.items()}
        if any(cells.values()):
            filled.cells[number] = cells
        if len(filled.cells) > (most := sheet.most or MOST_LINES):
            raise wrong("/file", "too_many", f"一次最多导入 {most} 行，请分几次。", sheet.clause)
    if not filled.cells and not filled.faults:
        raise wrong("/file", "empty", "表中没有填写任何一行。", sheet.clause)
    return filled


def bring_in(sheet: Sheet, filled: Filled, *, actor: Actor, now: datetime, preview: bool) -> list[Fault]:
    """Hands every line to the use case, in one transaction: what is wrong with any keeps out all."""
    require(actor, sheet.act)
    columns, seen, faults = sheet.columns_of([actor]), {}, list(filled.faults)
    unread = {fault.cell for fault in faults}
    with transaction.atomic():
        _alone(sheet)
        for number, cells in filled.cells.items():
            if unread & {f"{letter}{number}" for letter in filled.letters.values()}:
                continue
            first = seen.setdefault(tuple(cells.values()), number)
            if first != number:
                faults.append(Fault(f"A{number}", WHOLE, f"与第 {first} 行完全相同。"))
                continue
            faults += _keep(sheet, columns, filled.letters, number, cells, actor=actor, now=now)
        if preview or faults:
            transaction.set_rollback(True)
    return faults


def _alone(sheet: Sheet):
    """Two that come in at once, in another order, would wait for each other's firms."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [f"sheet/{sheet.code}"])
        if cursor.fetchone() != (True,):
            raise WrongState("另有一份表正在导入，请稍后再试。", "still_running", sheet.clause)


def _keep(sheet: Sheet, columns: list[Column], letters: dict, number: int, cells: dict, **act) -> list[Fault]:
    line, faults = {}, []
    for column in columns:
        try:
            line[column.name] = column.read(cells[column.name])
        except ValueError as error:
            faults.append(Fault(f"{letters[column.name]}{number}", column.label, str(error)))
    if faults:
        return faults
    labels = {column.name: column.label for column in columns}
    try:
        with transaction.atomic():
            sheet.keep(**act, **line)
    except Refusal as refusal:
        for error in refusal.errors or [FieldError("", refusal.code, refusal.detail, refusal.clause)]:
            name = error.pointer.strip("/").split("/")[0]
            words = f"{error.detail}（§{error.clause}）" if error.clause else error.detail
            faults.append(Fault(f"{letters.get(name, 'A')}{number}", labels.get(name, WHOLE), words))
    return faults


def _columns(sheet: Sheet, head: list[str]) -> dict[int, Column]:
    """The columns by their place in the file; every one must be there, once, and no other."""
    heads = {at: words for at, said in enumerate(head) if (words := str(said).rstrip("*＊ "))}
    known = {column.label: column for column in sheet.columns}
    strange = [
        f"{get_column_letter(at + 1)}1“{short(words)}”" for at, words in heads.items() if words not in known
    ]
    missing = [label for label in known if label not in heads.values()]
    twice = sorted({words for words in heads.values() if list(heads.values()).count(words) > 1})
    named = (("不认识的列", strange), ("缺少的列", missing), ("出现两次的列", twice))
    if faults := "；".join(f"{what}：{'、'.join(found)}" for what, found in named if found):
        raise wrong("/file", "columns", f"表头与模板不符。{faults}。", sheet.clause)
    return {at: known[words] for at, words in heads.items()}
