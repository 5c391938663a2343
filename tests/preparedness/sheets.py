"""Filled-in sheets, as a firm or an office would send them up."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook


def filled_in(*rows, heads) -> SimpleUploadedFile:
    book = Workbook()
    for row in (heads, *rows):
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    return SimpleUploadedFile("登记.xlsx", file.getvalue())


def cells_of(response) -> list[tuple]:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return list(load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True))
