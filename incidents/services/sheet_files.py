"""The xlsx under a sheet: what stands in the cells of one that came in, and one that goes out.

Nothing is passed over in silence: what could be read in two ways, or not at all, is named by its cell.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from io import BytesIO
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel
from openpyxl.worksheet.datavalidation import DataValidation

from incidents.refusals import Invalid, wrong
from incidents.services.sheet_columns import NO, YES, Column

MOST_LINES, MOST_ROWS, MOST_COLUMNS = 2000, 20_000, 60
LARGEST, LARGEST_UNPACKED = 5 * 1024**2, 60 * 1024**2
"""Bytes of the file, and of what it unpacks to."""
EXPLAINED, LISTED = "填写说明", "可填的值"
"""The pages beside the first one that are ours."""
HEAD = PatternFill("solid", fgColor="E3E9EA")
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+[0-9]+:[A-Z]+([0-9]+))"')
SERIALS = range(36526, 73051)
"""How Excel counts the days from 2000 to 2099."""


class Unread(str):
    """Why a cell can't be read; stands where its words would."""


def rows(file: BinaryIO, dates: set[str], clause: str) -> Iterator[list[str]]:
    """The cells of the first visible page row by row, as words; those under the heads `dates` as days."""
    _refuse_unfit(file, clause)
    try:
        shown, written = (load_workbook(file, read_only=True, data_only=value) for value in (True, False))
        page = next(each for each in shown.worksheets if each.sheet_state == "visible")
        _refuse_others(shown, page, clause)
        _refuse_merged(page, clause)
        pairs = zip(_of(page), _of(written[page.title]), strict=True)
        days: set[int] = set()
        for number, (values, formulas) in enumerate(pairs, start=1):
            if number > MOST_ROWS:
                words = f"表中超过 {MOST_ROWS} 行（空行也算），请删除末尾的空行，或分几次导入。"
                raise wrong("/file", "too_many", words, clause)
            cells = [
                _text(value, formula, at in days, shown.epoch)
                for at, (value, formula) in enumerate(zip(values, formulas, strict=True))
            ]
            if number == 1:
                days = {at for at, words in enumerate(cells) if words.rstrip("*＊ ") in dates}
            yield cells
    except Invalid:
        raise
    except Exception as error:  # the library has no one error for what is no sheet
        raise wrong("/file", "not_a_sheet", "打不开这个文件，请用模板另存为 xlsx。", clause) from error


def _of(page) -> Iterator[tuple]:
    return page.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS)


def _refuse_unfit(file: BinaryIO, clause: str):
    size = file.seek(0, 2)
    file.seek(0)
    if size <= LARGEST:
        try:
            with ZipFile(file) as packed:
                size = sum(each.file_size for each in packed.infolist())
        except (BadZipFile, OSError, ValueError) as error:
            words = "这不是 xlsx 文件（也可能设有打开密码），请用模板另存为 xlsx。"
            raise wrong("/file", "not_a_sheet", words, clause) from error
        if size <= LARGEST_UNPACKED:
            file.seek(0)
            return
    raise wrong("/file", "too_large", f"文件过大，最多 {LARGEST // 1024**2} MB。", clause)


def _refuse_others(book, page, clause: str):
    """A second page that is filled in would be lost."""
    for other in book.worksheets:
        if other.title in (page.title, EXPLAINED) or other.sheet_state != "visible":
            continue
        if any(
            value not in (None, "") for row in other.iter_rows(max_row=50, values_only=True) for value in row
        ):
            words = f"只读第一张工作表“{page.title}”，但“{other.title}”里也有内容：请并入第一张，或另存后分别导入。"
            raise wrong("/file", "several_pages", words, clause)


def _refuse_merged(page, clause: str):
    with page._get_source() as source:  # a page that is only read through does not tell
        found = [area.decode() for area, last in MERGED.findall(source.read()) if int(last) > 1]
    if found:
        words = f"有合并的单元格：{'、'.join(found[:10])}。请取消合并，逐行填写。"
        raise wrong("/file", "merged_cells", words, clause)


def _text(cell, formula, is_day: bool, epoch) -> str:
    """A cell as it is read: a day as a day, a telephone without decimals; what can't be, as `Unread`."""
    said = cell.value
    if cell.data_type == "e":
        return Unread(f"这一格是错误值 {said}。")
    if said is None and formula.data_type == "f":
        return Unread("这一格是公式，还没有算出结果：请粘贴为数值，或在 Excel 中打开、保存后再上传。")
    if isinstance(said, bool):
        return YES if said else NO
    if is_day and isinstance(said, int | float) and int(said) in SERIALS:
        said = from_excel(int(said), epoch)
    if isinstance(said, datetime | date):
        return f"{said:%Y-%m-%d}"
    if isinstance(said, float) and said.is_integer() and abs(said) < 10**15:
        said = int(said)
    return "" if said is None else str(said).replace("\0", "").strip()


def drawn(title: str, columns: Iterable[Column], lines: Iterable[dict], *, explained: bool) -> bytes:
    """A page with these columns and lines, and what may stand in them; `explained`: with a page that says so."""
    book, columns = Workbook(), list(columns)
    page = book.active
    page.title = title[:31]
    for at, column in enumerate(columns, start=1):
        head = page.cell(1, at, column.label + ("*" if column.required else ""))
        head.font, head.fill, head.alignment = Font(bold=True), HEAD, Alignment(wrap_text=True)
        head.comment = Comment(column.explained, "模板")
        whole = page.column_dimensions[head.column_letter]
        whole.width = column.width
        if column.kind in ("text", "phone", "choice"):
            whole.number_format = "@"  # what is typed there stays as it is typed: no zero in front is lost
    for number, line in enumerate(lines, start=2):
        for at, column in enumerate(columns, start=1):
            cell = page.cell(number, at, column.show(line.get(column.name)))
            if isinstance(cell.value, str):
                cell.data_type = "s"  # what begins with = is a word, not a formula
            if column.kind == "date":
                cell.number_format = "yyyy-mm-dd"
    page.freeze_panes = "A2"
    page.auto_filter.ref = page.dimensions
    if explained:
        _explain(book, columns)
    _list(book, page, columns)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _explain(book: Workbook, columns: list[Column]):
    page = book.create_sheet(EXPLAINED)
    page.append(["列", "必填", "填什么"])
    for column in columns:
        page.append([column.label, YES if column.required else NO, column.explained])
    for letter, width in zip("ABC", (18, 8, 80), strict=True):
        page.column_dimensions[letter].width = width
    for cell in page[1]:
        cell.font, cell.fill = Font(bold=True), HEAD


def _list(book: Workbook, page, columns: list[Column]):
    """What may be chosen, on a hidden page: a list in the cell itself holds 255 characters and no commas."""
    hidden, listed = (
        None,
        [(at, column.labels) for at, column in enumerate(columns, start=1) if column.labels],
    )
    for place, (at, labels) in enumerate(listed, start=1):
        hidden = hidden or book.create_sheet(LISTED)
        for number, label in enumerate(labels, start=1):
            hidden.cell(number, place, label).data_type = "s"
        letter, of = get_column_letter(at), get_column_letter(place)
        rule = DataValidation(
            type="list", formula1=f"'{LISTED}'!${of}$1:${of}${len(labels)}", allow_blank=True
        )
        rule.showErrorMessage = False
        rule.add(f"{letter}2:{letter}{MOST_LINES + 1}")
        page.add_data_validation(rule)
    if hidden:
        hidden.sheet_state = "hidden"
