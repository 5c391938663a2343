"""Registers as xlsx: a template to fill in, what was filled in read line by line, the register taken away.

A line is handed to the same use case as a form's: what it refuses is named with its cell. An import is one
transaction: all lines or none; a preview is that transaction, rolled back.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

from django.db import transaction
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from incidents.refusals import FieldError, Refusal, wrong
from incidents.roles import Actor, require

MOST_LINES, MOST_ROWS, MOST_COLUMNS = 2000, 20_000, 200
LARGEST, LARGEST_UNPACKED = 5 * 1024**2, 60 * 1024**2
"""Bytes of the file, and of what it unpacks to."""
YES, NO = "是", "否"
DATE_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
HEAD = PatternFill("solid", fgColor="E3E9EA")


@dataclass(frozen=True, eq=False)
class Column:
    """A column: the use case's keyword, the words over it, and what stands in its cells.

    `kind`: text, date, number, yes (是/否) or choice; `choices`: (value, label) pairs, or what gives them when asked.
    """

    name: str
    label: str
    kind: str = "text"
    required: bool = True
    choices: Iterable[tuple[str, str]] | Callable[[], Iterable[tuple[str, str]]] = ()
    help: str = ""
    width: int = 16

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return list(self.choices() if callable(self.choices) else self.choices)

    def read(self, text: str) -> Any:
        """What the cell says, as the use case takes it; ValueError with the words of what is wrong."""
        if not text:
            if self.required:
                raise ValueError(f"请填写“{self.label}”。")
            return "" if self.kind in ("text", "choice") else None
        match self.kind:
            case "date":
                return self._date(text)
            case "number":
                return self._number(text)
            case "yes":
                if text not in (YES, NO):
                    raise ValueError(f"“{self.label}”须填{YES}或{NO}，现为“{_short(text)}”。")
                return text == YES
            case "choice":
                return self._choice(text)
        return text

    def show(self, value: Any) -> Any:
        """The twin of `read`: how a value stands in the cell."""
        if value is None or value == "":
            return None
        if self.kind == "yes":
            return YES if value else NO
        if self.kind == "choice":
            return dict(self.pairs).get(value, str(value))
        if self.kind in ("date", "number"):
            return value
        return ILLEGAL_CHARACTERS_RE.sub("", str(value))

    def _date(self, text: str) -> date:
        for form in DATE_FORMS:
            try:
                day = datetime.strptime(text, form).date()
            except ValueError:
                continue
            if 2000 <= day.year < 2100:
                return day
            raise ValueError(f"“{self.label}”须在 2000 年至 2100 年之间。")
        raise ValueError(f"“{self.label}”须为日期，如 2026-03-02，现为“{_short(text)}”。")

    def _number(self, text: str) -> int | Decimal:
        try:
            figure = Decimal(text.replace(",", ""))
            whole = figure.is_finite() and abs(figure) < 10**12 and figure == int(figure)
        except InvalidOperation:
            figure, whole = Decimal("NaN"), False
        if not figure.is_finite() or abs(figure) >= 10**12:
            raise ValueError(f"“{self.label}”须为合理的数字，现为“{_short(text)}”。")
        return int(figure) if whole else figure

    def _choice(self, text: str) -> str:
        for value, label in self.pairs:
            if text in (str(value), str(label)):
                return value
        listed = "、".join(str(label) for _, label in self.pairs[:12])
        listed += f"等 {len(self.pairs)} 项，见“填写说明”" if len(self.pairs) > 12 else ""
        raise ValueError(f"“{self.label}”没有“{_short(text)}”这一项，可填：{listed}。")


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


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell."""

    cell: str
    column: str
    words: str


@dataclass
class Filled:
    """What was filled in, as text: the cells of each line by its row's number, and the letter of each column."""

    letters: dict[str, str] = field(default_factory=dict)
    cells: dict[int, dict[str, str]] = field(default_factory=dict)


def template(sheet: Sheet) -> bytes:
    """An empty sheet with its columns, what may stand in them, and a page that explains them."""
    book = _book(sheet, [])
    page = book.create_sheet("填写说明")
    page.append(["列", "必填", "填什么"])
    for column in sheet.columns:
        page.append([column.label, YES if column.required else NO, _explained(column)])
    for letter, width in zip("ABC", (18, 8, 80), strict=True):
        page.column_dimensions[letter].width = width
    for cell in page[1]:
        cell.font, cell.fill = Font(bold=True), HEAD
    return _bytes(book)


def export(sheet: Sheet, actors: list[Actor]) -> bytes:
    """All that these may see of it, in the form in which it is read again."""
    return _bytes(_book(sheet, sheet.rows(actors)))


def read(sheet: Sheet, file: BinaryIO) -> Filled:
    """A filled-in sheet. Refused as a whole (`/file`): what is no xlsx, is too large, is empty or lacks columns."""
    rows = _opened(sheet, file)
    columns = _columns(sheet, next(rows, ()))
    filled = Filled({column.name: get_column_letter(at + 1) for at, column in columns.items()})
    for number, row in enumerate(rows, start=2):
        cells = {column.name: _text(row[at]) if at < len(row) else "" for at, column in columns.items()}
        if any(cells.values()):
            filled.cells[number] = cells
    if len(filled.cells) > MOST_LINES:
        raise wrong("/file", "too_many", f"一次最多导入 {MOST_LINES} 行，请分几次。", sheet.clause)
    if not filled.cells:
        raise wrong("/file", "empty", "表中没有填写任何一行。", sheet.clause)
    return filled


def bring_in(sheet: Sheet, filled: Filled, *, actor: Actor, now: datetime, preview: bool) -> list[Fault]:
    """Hands every line to the use case, in one transaction: what is wrong with any keeps out all."""
    require(actor, sheet.act)
    faults = []
    with transaction.atomic():
        for number, cells in filled.cells.items():
            faults += _keep(sheet, filled.letters, number, cells, actor=actor, now=now)
        if preview or faults:
            transaction.set_rollback(True)
    return faults


def _keep(sheet: Sheet, letters: dict, number: int, cells: dict, **act) -> list[Fault]:
    line, faults = {}, []
    for column in sheet.columns:
        try:
            line[column.name] = column.read(cells[column.name])
        except ValueError as error:
            faults.append(Fault(f"{letters[column.name]}{number}", column.label, str(error)))
    if faults:
        return faults
    labels = {column.name: column.label for column in sheet.columns}
    try:
        with transaction.atomic():
            sheet.keep(**act, **line)
    except Refusal as refusal:
        for error in refusal.errors or [FieldError("", refusal.code, refusal.detail, refusal.clause)]:
            name = error.pointer.strip("/").split("/")[0]
            words = f"{error.detail}（§{error.clause}）" if error.clause else error.detail
            faults.append(Fault(f"{letters.get(name, 'A')}{number}", labels.get(name, "整行"), words))
    return faults


def _opened(sheet: Sheet, file: BinaryIO) -> Iterator[tuple]:
    _refuse_too_large(sheet, file)
    try:
        page = load_workbook(file, read_only=True, data_only=True).worksheets[0]
        return iter(list(page.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)))
    except Exception as error:  # the library has no one error for what is no sheet
        raise wrong("/file", "not_a_sheet", "打不开这个文件，请用模板另存为 xlsx。", sheet.clause) from error


def _columns(sheet: Sheet, head: tuple) -> dict[int, Column]:
    """The columns by their place in the file; every one must be there, once, and no other."""
    heads = {at: words for at, said in enumerate(head) if (words := _text(said).rstrip("*＊ "))}
    known = {column.label: column for column in sheet.columns}
    strange = [
        f"{get_column_letter(at + 1)}1“{_short(words)}”" for at, words in heads.items() if words not in known
    ]
    missing = [label for label in known if label not in heads.values()]
    twice = sorted({words for words in heads.values() if list(heads.values()).count(words) > 1})
    named = (("不认识的列", strange), ("缺少的列", missing), ("出现两次的列", twice))
    if faults := "；".join(f"{what}：{'、'.join(found)}" for what, found in named if found):
        raise wrong("/file", "columns", f"表头与模板不符。{faults}。", sheet.clause)
    return {at: known[words] for at, words in heads.items()}


def _refuse_too_large(sheet: Sheet, file: BinaryIO):
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    try:
        with ZipFile(file) as packed:
            unpacked = sum(each.file_size for each in packed.infolist())
    except (BadZipFile, OSError, ValueError) as error:
        raise wrong(
            "/file", "not_a_sheet", "这不是 xlsx 文件，请用模板另存为 xlsx。", sheet.clause
        ) from error
    if size > LARGEST or unpacked > LARGEST_UNPACKED:
        raise wrong("/file", "too_large", f"文件过大，最多 {LARGEST // 1024**2} MB。", sheet.clause)
    file.seek(0)


def _book(sheet: Sheet, rows: Iterable[dict]) -> Workbook:
    book = Workbook()
    page = book.active
    page.title = sheet.title[:31]
    for at, column in enumerate(sheet.columns, start=1):
        head = page.cell(1, at, column.label + ("*" if column.required else ""))
        head.font, head.fill, head.alignment = Font(bold=True), HEAD, Alignment(wrap_text=True)
        head.comment = Comment(_explained(column), "模板")
        page.column_dimensions[head.column_letter].width = column.width
        _validate(page, column, head.column_letter)
    for number, row in enumerate(rows, start=2):
        for at, column in enumerate(sheet.columns, start=1):
            cell = page.cell(number, at, column.show(row.get(column.name)))
            if isinstance(cell.value, str):
                cell.data_type = "s"  # what begins with = is a word, not a formula
            if column.kind == "date":
                cell.number_format = "yyyy-mm-dd"
    page.freeze_panes = "A2"
    page.auto_filter.ref = page.dimensions
    return book


def _validate(page, column: Column, letter: str):
    listed = [str(label) for _, label in column.pairs] if column.kind == "choice" else []
    listed = [YES, NO] if column.kind == "yes" else listed
    formula = '"' + ",".join(listed) + '"'
    if listed and len(formula) <= 255 and not any("," in label or '"' in label for label in listed):
        rule = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=False)
        rule.add(f"{letter}2:{letter}{MOST_LINES + 1}")
        page.add_data_validation(rule)


def _explained(column: Column) -> str:
    kinds = {"date": "日期，如 2026-03-02", "number": "数字", "yes": f"{YES}或{NO}"}
    words = [kinds.get(column.kind, "")]
    if column.kind == "choice":
        words = ["可填：" + "、".join(str(label) for _, label in column.pairs[:60])]
    return "；".join(word for word in (*words, column.help) if word) or "文字"


def _text(said: Any) -> str:
    """A cell as it is read: a date as a date, a number of the telephone without decimals."""
    if isinstance(said, datetime):
        return f"{said:%Y-%m-%d}"
    if isinstance(said, float) and said.is_integer() and abs(said) < 10**15:
        said = int(said)
    return "" if said is None else str(said).replace("\0", "").strip()


def _short(text: str) -> str:
    return text if len(text) <= 20 else f"{text[:19]}…"


def _bytes(book: Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()
