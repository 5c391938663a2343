"""The tables of the statistics as a workbook: a sheet each, numbers as numbers."""

from collections.abc import Iterable
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from incidents.services.analysis.statistics_tables import FEW_MARK, Cell, Table

FORMATS = {"share": "0.0%", "minutes": '0 "分"', "change": "+0;-0;0"}
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
"""What the name of a sheet can't hold."""


def draw(name: str, tables: Iterable[Table], said: str) -> bytes:
    """`said`: what it was asked for and when, under each table."""
    book = Workbook()
    book.remove(book.active)
    book.properties.title = name
    for table in tables:
        sheet = book.create_sheet(table.name.translate(FORBIDDEN)[:31])
        sheet.append(table.header)
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for row in [*table.rows, *([table.foot] if table.foot else [])]:
            _write(sheet, row)
        sheet.append([])
        for words in filter(None, (table.notes, said)):
            sheet.append([words])
            sheet.cell(sheet.max_row, 1).data_type = "s"
        sheet.freeze_panes = "B2"
        for number, words in enumerate(table.header, 1):
            sheet.column_dimensions[get_column_letter(number)].width = max(12, 2 * len(words) + 2)
        sheet.column_dimensions["A"].width = 34
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet, row: list[Cell]):
    number = sheet.max_row + 1
    for column, cell in enumerate(row, 1):
        if cell.value is None:
            continue
        text = isinstance(cell.value, str)
        at = sheet.cell(number, column, ILLEGAL_CHARACTERS_RE.sub("", cell.value) if text else cell.value)
        if text:
            at.data_type = "s"  # a name that begins with = is a name
        at.number_format = FORMATS.get(cell.form, at.number_format) + (
            f'"{FEW_MARK}"' if cell.is_of_few else ""
        )
