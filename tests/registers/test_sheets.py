"""The one way of sheets, with what hostile and careless hands put into xlsx: each named by its cell, none of it lost."""

import re
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from incidents.models import Hazard
from incidents.refusals import Invalid
from incidents.services import sheets
from incidents.services.register import hazard_sheet
from incidents.services.sheet_columns import Column
from incidents.web.register import sheets as page_of
from tests import cast as people
from tests.screens.stage import sign_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1")]
SHEET = hazard_sheet.SHEET
HEADS = [column.label for column in SHEET.columns]
LINE = dict.fromkeys(HEADS) | {"企业": "express-a", "类别": "事故隐患", "情况": "货架变形", "地点": "二楼"}


@pytest.fixture
def cast(db):
    return people.assemble()


def book(*lines: dict) -> Workbook:
    made = Workbook()
    for row in (HEADS, *([{**LINE, **line}[head] for head in HEADS] for line in lines)):
        made.active.append(row)
    return made


def sent(made: Workbook) -> BytesIO:
    file = BytesIO()
    made.save(file)
    return file


def cell(column: str, row: int) -> str:
    return f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[HEADS.index(column)]}{row}"


def test_a_day_is_read_however_it_was_written():
    serial = (date(2026, 3, 2) - date(1899, 12, 30)).days
    ways = (
        date(2026, 3, 2),
        datetime(2026, 3, 2, 9),
        serial,
        20260302,
        "20260302",
        "2026/3/2",
        "2026年3月2日",
    )
    filled = sheets.read(
        SHEET, sent(book(*({"评估日期": way, "情况": str(n)} for n, way in enumerate(ways))))
    )
    column = Column("assessed_on", "评估日期", "date")
    assert {column.read(line["assessed_on"]) for line in filled.cells.values()} == {date(2026, 3, 2)}


def test_what_cannot_be_read_is_named_and_keeps_out_all(cast):
    made = book({}, {"情况": "=1+1", "地点": "三楼"}, {"情况": "乙"}, {}, {"情况": "丁"})
    page = made.active
    page[cell("地点", 4)] = "#REF!"
    page["T6"] = "备注：已口头通知"
    filled = sheets.read(SHEET, sent(made))
    how = {"actor": cast.enterprise, "now": timezone.now(), "preview": False}
    faults = {fault.cell: fault.words for fault in sheets.bring_in(SHEET, filled, **how)}
    assert set(faults) == {cell("情况", 3), cell("地点", 4), "A5", "T6"}
    assert "公式" in faults[cell("情况", 3)] and "错误值" in faults[cell("地点", 4)]
    assert "与第 2 行完全相同" in faults["A5"] and "没有表头" in faults["T6"]
    assert not Hazard.objects.exists()


def test_what_can_be_read_in_two_ways_is_refused_as_a_whole():
    def refused(made: Workbook) -> str:
        with pytest.raises(Invalid) as refusal:
            sheets.read(SHEET, sent(made))
        return refusal.value.detail

    merged = book({}, {})
    merged.active.merge_cells("B2:B3")
    assert "合并的单元格：B2:B3" in refused(merged)
    two = book({})
    two.create_sheet("乙公司").append(["一行"])
    assert "“乙公司”里也有内容" in refused(two)
    two["乙公司"].sheet_state = "hidden"
    two.move_sheet("乙公司", -1)
    assert len(sheets.read(SHEET, sent(two)).cells) == 1, "a hidden page is not what was filled in"
    far = book({})
    far.active.cell(20_005, 2, "express-a")
    assert "超过 20000 行" in refused(far)
    blank = book({})
    for row in range(3, 2000):
        blank.active.cell(row, 1, " ")
    assert list(sheets.read(SHEET, sent(blank)).cells) == [2], "what trails is blank"
    assert "最多导入 500 行" in refused(book(*[{}] * 501))


def test_the_same_name_twice_asks_for_the_code():
    column = Column("enterprise", "企业", "choice", choices=(("a", "快递"), ("b", "快递"), ("快递", "x")))
    assert column.read("快递") == "快递", "a code comes first"
    column = Column("enterprise", "企业", "choice", choices=(("a", "快递"), ("b", "快递")))
    with pytest.raises(ValueError, match="请改填代码：a、b"):
        column.read("快递")


def test_a_preview_is_imported_once_however_often_it_is_sent(cast, monkeypatch):
    firm, url = sign_in(cast.enterprise), reverse("sheet", args=["hazards"])
    started = timezone.now() - timedelta(seconds=1)

    def preview(*lines):
        return firm.post(url, {"file": SimpleUploadedFile("x.xlsx", sent(book(*lines)).getvalue())})

    other = preview({"企业": "express-b"})
    assert "没有“express-b”这一项" in text_of(other) and "快递企业乙" not in text_of(other)
    colleague = connection.copy()
    with colleague.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('sheet/hazards'))")
        busy = preview({})
    colleague.close()
    assert busy.status_code == 422 and "另有一份表正在导入" in text_of(busy)
    answer = preview({}, {"情况": "又一处"})
    assert not Hazard.objects.exists()
    held = {"held": re.search(r'name="held" value="([^"]+)"', answer.content.decode())[1]}
    for said in ("已导入 2 行", "没有重复导入"):
        assert said in text_of(firm.post(reverse("sheet-import", args=["hazards"]), held, follow=True))
    assert Hazard.objects.filter(registered_at__gte=started).count() == 2
    assert "已登记了同一处" in text_of(preview({})), "nor when the same file is sent again"
    monkeypatch.setattr(page_of, "MOST_HELD", 100)
    many = preview({"情况": "第三处"})
    assert many.status_code == 422 and "内容过多" in text_of(many)
