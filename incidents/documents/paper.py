"""An official paper (公文) on A4: margins, type and line spacing of GB/T 9704, written with python-docx."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from incidents import drill_clock

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TITLE, BODY, HEADING, LATIN = "方正小标宋简体", "仿宋_GB2312", "黑体", "Times New Roman"
BIG, NORMAL, SMALL, CELL = Pt(22), Pt(16), Pt(14), Pt(12)
LINE = Pt(28)
DRILL = "【演练】不是真实事件"
RED = RGBColor(0xC0, 0x00, 0x00)
ILLEGAL = {
    code: None
    for codes in (range(0x20), range(0xD800, 0xE000), range(0xFFFE, 0x10000))
    for code in codes
    if chr(code) not in "\t\n\r"
}
"""What XML can't hold."""
AFTER_SHADE = ("w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
"""What stands behind borders and shade in a paragraph's properties: Word minds the order."""
LONGEST_PROPERTY = 255


@dataclass(frozen=True)
class Marked:
    """Words of a cell some of which stand out: runs of (stands out, words); in bold face, or struck through."""

    runs: Sequence[tuple[bool, str]]
    struck: bool = False


class Paper:
    """Top to bottom, as it is read: head, title, addressee, text, signature."""

    def __init__(self, title: str):
        self.document = Document()
        self.document.core_properties.title = _clean(title)[:LONGEST_PROPERTY]
        self.document.settings.odd_and_even_pages_header_footer = True
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        style = self.document.styles["Normal"]
        _set_font(style, BODY, NORMAL)
        style.paragraph_format.space_after = Pt(0)
        self._number_pages(section)
        if drill_clock.current():
            self._mark_as_drill(section)

    def _mark_as_drill(self, section):
        """On top of every page: whoever holds it can't take it for earnest."""
        for header in (section.header, section.even_page_header):
            line = header.paragraphs[0]
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
            run = line.add_run(DRILL)
            run.bold, run.font.size = True, BIG

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
        _rule(below, "bottom", "C00000", 12)

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
        first, *rest = (value or "—").splitlines() or ["—"]
        paragraph = self._line(f"{name}：", HEADING, NORMAL)
        _set_font(paragraph.add_run(_clean(first)), BODY, NORMAL)
        for line in rest:
            self._line(line, BODY, NORMAL)

    def table(
        self, header: Sequence[str], rows: Iterable[Sequence[str | Marked]], widths: Sequence[int] = ()
    ):
        """`widths` in millimetres; of a page, 156 are free."""
        table = self.document.add_table(rows=1, cols=len(header))
        table.style = "Table Grid"
        table.autofit = not widths
        _repeat_on_every_page(table.rows[0])
        self._row(table.rows[0], header, HEADING, widths)
        for row in rows:
            self._row(table.add_row(), row, BODY, widths)

    def band(self, words: str, colour: str, ink: str):
        """Words on a band of colour across the page (both as `RRGGBB`)."""
        line = self._line(words, HEADING, BIG, WD_ALIGN_PARAGRAPH.CENTER, indent=False)
        line.paragraph_format.line_spacing = Pt(40)
        line.runs[0].font.color.rgb = RGBColor.from_string(ink)
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
            shade.set(qn(f"w:{name}"), value)
        line._p.get_or_add_pPr().insert_element_before(shade, *AFTER_SHADE)

    def signature(self, body: str, day: date | datetime):
        """落款: the body and the date, to the right."""
        if isinstance(day, datetime):
            day = drill_clock.local(day).date()
        self._line("", BODY, NORMAL, indent=False)
        for words in (body, f"{day.year}年{day.month}月{day.day}日"):
            line = self._line(words, BODY, NORMAL, WD_ALIGN_PARAGRAPH.RIGHT, indent=False)
            line.paragraph_format.right_indent = Pt(32)

    def note(self, words: str):
        """附注 and the like, in small type."""
        for line in words.splitlines() or [""]:
            self._line(line, BODY, SMALL)

    def imprint(self, copies: str, issuer: str, day: date | datetime):
        """版记: who gets a copy; who printed it off, and when."""
        if isinstance(day, datetime):
            day = drill_clock.local(day).date()
        self._line("", BODY, NORMAL, indent=False)
        lines = [f"抄送：{copies}。"] if copies else []
        for words in (*lines, f"{issuer}\t{day.year}年{day.month}月{day.day}日印发"):
            line = self._line(words, BODY, SMALL, WD_ALIGN_PARAGRAPH.LEFT, indent=False)
            line.paragraph_format.tab_stops.add_tab_stop(Mm(156), WD_TAB_ALIGNMENT.RIGHT)
            _rule(line, "top", "000000", 6)
        _rule(line, "bottom", "000000", 6)

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
    def _row(row, words: Sequence[str], font: str, widths: Sequence[int]):
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        cells = row.cells
        for cell, said in zip(cells, words, strict=True):
            _fill(cell, said, font)
        for cell, width in zip(cells, widths, strict=False):
            cell.width = Mm(width)

    @staticmethod
    def _number_pages(section):
        """— 1 —: odd pages to the right, even ones to the left, one character from the margin."""
        for footer, side in (
            (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
            (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
        ):
            paragraph = footer.paragraphs[0]
            paragraph.alignment = side
            paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = SMALL
            for words in ("— ", None, " —"):
                run = paragraph.add_run(words or "")
                _set_font(run, "宋体", SMALL)
                if words is None:
                    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
                        run._r.append(_field(kind, text))


def _clean(words: str) -> str:
    return str(words).translate(ILLEGAL)


def _set_font(holder, font: str, size):
    holder.font.size = size
    holder.font.name = LATIN
    properties = holder.element.get_or_add_rPr()
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _fill(cell, words: str | Marked, font: str):
    paragraph = cell.paragraphs[0]
    for stands_out, said in words.runs if isinstance(words, Marked) else [(False, words)]:
        for number, line in enumerate(_clean(str(said)).replace("\r\n", "\n").split("\n")):
            if number:
                paragraph = cell.add_paragraph()
            run = paragraph.add_run(line)
            _set_font(run, font, CELL)
            if stands_out:
                run.font.strike, run.font.bold = (True, None) if words.struck else (None, True)


def _repeat_on_every_page(row):
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _rule(paragraph, edge: str, colour: str, eighths: int):
    """A rule along one edge of the paragraph; `eighths` of a point wide."""
    properties = paragraph._p.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        properties.insert_element_before(borders, "w:shd", *AFTER_SHADE)
    line = OxmlElement(f"w:{edge}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "4"), ("color", colour)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)


def _field(kind: str, text: str):
    if text:
        element = OxmlElement("w:instrText")
        element.set(qn("xml:space"), "preserve")
        element.text = text
    else:
        element = OxmlElement("w:fldChar")
        element.set(qn("w:fldCharType"), kind)
    return element
