"""An official paper (公文) on A4: margins, type and line spacing of GB/T 9704, written with python-docx."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TITLE, BODY, HEADING, LATIN = "方正小标宋简体", "仿宋_GB2312", "黑体", "Times New Roman"
BIG, NORMAL, SMALL, CELL = Pt(22), Pt(16), Pt(14), Pt(12)
LINE = Pt(28)
RED = RGBColor(0xC0, 0x00, 0x00)
ILLEGAL = {code: None for code in range(32) if chr(code) not in "\t\n\r"}
"""What XML can't hold."""


class Paper:
    """Top to bottom, as it is read: head, title, addressee, text, signature."""

    def __init__(self, title: str):
        self.document = Document()
        self.document.core_properties.title = title
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        style = self.document.styles["Normal"]
        _set_font(style, BODY, NORMAL)
        style.paragraph_format.space_after = Pt(0)
        self._number_pages(section)

    def head(self, issuer: str, number: str = "", right: str = ""):
        """The red head (版头): who issues it, under it the document's number and e.g. who signed it off."""
        mark = self._line(issuer, TITLE, Pt(30), WD_ALIGN_PARAGRAPH.CENTER, indent=False)
        mark.paragraph_format.line_spacing = Pt(44)
        mark.runs[0].font.color.rgb = RED
        below = self._line(
            f"{number}\t{right}" if right else number, BODY, NORMAL, WD_ALIGN_PARAGRAPH.CENTER, indent=False
        )
        if right:
            below.alignment = WD_ALIGN_PARAGRAPH.LEFT
            below.paragraph_format.tab_stops.add_tab_stop(Mm(105))
        _rule_below(below)

    def title(self, text: str):
        self._line("", BODY, NORMAL, indent=False)
        self._line(text, TITLE, BIG, WD_ALIGN_PARAGRAPH.CENTER, indent=False)
        self._line("", BODY, NORMAL, indent=False)

    def addressee(self, names: str):
        self._line(f"{names}：", BODY, NORMAL, indent=False)

    def heading(self, text: str):
        self._line(text, HEADING, NORMAL)

    def text(self, words: str):
        """Each line of it is a paragraph, its first line indented by two characters."""
        for line in words.splitlines() or [""]:
            self._line(line, BODY, NORMAL)

    def fact(self, name: str, value: str):
        """名称：内容, the name in bold face."""
        first, *rest = (value or "—").splitlines()
        paragraph = self._line(f"{name}：", HEADING, NORMAL)
        _set_font(paragraph.add_run(_clean(first)), BODY, NORMAL)
        for line in rest:
            self._line(line, BODY, NORMAL)

    def table(self, header: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int] = ()):
        """`widths` in millimetres; of a page, 156 are free."""
        table = self.document.add_table(rows=1, cols=len(header))
        table.style = "Table Grid"
        _repeat_on_every_page(table.rows[0])
        for cell, words in zip(table.rows[0].cells, header, strict=True):
            _fill(cell, words, HEADING)
        for row in rows:
            for cell, words in zip(table.add_row().cells, row, strict=True):
                _fill(cell, words, BODY)
        for column, width in zip(table.columns, widths, strict=False):
            for cell in column.cells:
                cell.width = Mm(width)

    def signature(self, body: str, day: date | datetime):
        """落款: the body and the date, to the right."""
        if isinstance(day, datetime):
            day = timezone.localdate(day)
        self._line("", BODY, NORMAL, indent=False)
        for words in (body, f"{day.year}年{day.month}月{day.day}日"):
            line = self._line(words, BODY, NORMAL, WD_ALIGN_PARAGRAPH.RIGHT, indent=False)
            line.paragraph_format.right_indent = Pt(32)

    def note(self, words: str):
        """附注 and the like, in small type."""
        self._line(words, BODY, SMALL)

    def new_page(self):
        self.document.add_page_break()

    def to_bytes(self) -> bytes:
        out = BytesIO()
        self.document.save(out)
        return out.getvalue()

    def _line(self, words, font, size, alignment=WD_ALIGN_PARAGRAPH.JUSTIFY, *, indent=True):
        paragraph = self.document.add_paragraph()
        paragraph.alignment = alignment
        form = paragraph.paragraph_format
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
        if indent:
            form.first_line_indent = size * 2
        _set_font(paragraph.add_run(_clean(words)), font, size)
        return paragraph

    @staticmethod
    def _number_pages(section):
        """— 1 —"""
        paragraph = section.footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for words in ("— ", None, " —"):
            run = paragraph.add_run(words or "")
            _set_font(run, "宋体", SMALL)
            if words is None:
                for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
                    run._r.append(_field(kind, text))


def as_download(paper: Paper, name: str) -> HttpResponse:
    """The paper as a file of that name (without its ending)."""
    response = HttpResponse(paper.to_bytes(), content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.docx")
    return response


def _clean(words: str) -> str:
    return words.translate(ILLEGAL)


def _set_font(holder, font: str, size):
    holder.font.size = size
    holder.font.name = LATIN
    properties = holder.element.get_or_add_rPr()
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _fill(cell, words: str, font: str):
    paragraph = cell.paragraphs[0]
    for number, line in enumerate(_clean(str(words)).splitlines() or [""]):
        if number:
            paragraph = cell.add_paragraph()
        _set_font(paragraph.add_run(line), font, CELL)


def _repeat_on_every_page(row):
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _rule_below(paragraph):
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "4"), ("color", "C00000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)


def _field(kind: str, text: str):
    if text:
        element = OxmlElement("w:instrText")
        element.set(qn("xml:space"), "preserve")
        element.text = text
    else:
        element = OxmlElement("w:fldChar")
        element.set(qn("w:fldCharType"), kind)
    return element
