"""A register as xlsx: template, preview, every bad line named with its cell, nothing half imported."""

import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from incidents.models import Expert, LedgerEntry
from incidents.refusals import wrong
from incidents.services import sheet_files
from incidents.services import sheets as service
from incidents.services.command import expert_pool
from incidents.web.register.sheets import SHEETS
from tests.preparedness.sheets import cells_of, filled_in
from tests.screens.stage import sign_in, text_of

URL = "/preparedness/sheets/experts/"
HEADS = [column.label for column in expert_pool.SHEET.columns]
GOOD = ["李工", "消防", "消防学院", "教授", 13800000001, "工作日", "媒体宣传、教材编审", "是"]


def held_in(response) -> dict:
    return {"held": re.search(r'name="held" value="([^"]+)"', response.content.decode())[1]}


@pytest.mark.clause("2.3")
def test_a_filled_in_template_is_tried_out_first_and_then_imported_whole(cast):
    office = sign_in(cast.office_director)
    heads = cells_of(office.get(f"{URL}template/"))[0]
    assert [head.rstrip("*") for head in heads] == HEADS
    empty = load_workbook(BytesIO(office.get(f"{URL}template/").content)).active
    assert empty.column_dimensions["E"].number_format == "@", "a telephone keeps its zero"
    twice = ["王工", "桥梁", "设计院", None, "0396-2000000", None, None, "否"]
    preview = office.post(URL, {"file": filled_in(GOOD, [None] * 8, twice, heads=heads)})
    assert "共 2 行" in text_of(preview) and "没有错误" in text_of(preview)
    assert not Expert.objects.exists() and not LedgerEntry.objects.filter(action="expert.added").exists()
    done = office.post(f"{URL}import/", held_in(preview), follow=True)
    assert "已导入 2 行" in text_of(done)
    expert = Expert.objects.get(name="李工")
    assert (expert.phone, expert.services, expert.is_active) == ("13800000001", ["media", "textbooks"], True)
    changed = [*GOOD[:1], "危化品", *GOOD[2:]]
    office.post(f"{URL}import/", held_in(office.post(URL, {"file": filled_in(changed, heads=heads)})))
    assert [e.field for e in Expert.objects.filter(name="李工")] == ["危化品"]


def test_every_sheet_can_be_drawn_for_who_fills_it_in(cast):
    """Whatever a column offers is asked of whom the sheet is for."""
    actors = [cast.enterprise, cast.office_director]
    for sheet in SHEETS.values():
        labels = [column.label for column in sheet.columns]
        drawn = load_workbook(BytesIO(service.template(sheet, actors))).worksheets[0]
        assert [cell.value.rstrip("*") for cell in drawn[1]] == labels, sheet.code
        assert service.export(sheet, actors), sheet.code


def test_what_is_wrong_is_named_by_its_cell_and_keeps_out_every_line(cast):
    office = sign_in(cast.office_director)
    moved = [HEADS[7], *HEADS[:7], *HEADS[8:]]
    bad = ["也许", "张工", "", "消防学院", "", "139", "", "跳舞"]
    long = ["是", "赵" * 41, "消防", "消防学院", "", "137", "", ""]
    words = text_of(office.post(URL, {"file": filled_in(["是", *GOOD[:-1]], bad, long, heads=moved)}))
    assert "A3" in words and "“在库”须填是或否，现为“也许”" in words
    assert "C3" in words and "请填写“专业领域”" in words
    assert "B4" in words and "“姓名”最多 40 字" in words
    assert "导入这" not in words and not Expert.objects.exists()
    dancing = [*GOOD[:6], "跳舞", "是"]
    assert "G2" in text_of(office.post(URL, {"file": filled_in(dancing, heads=HEADS)}))


def test_a_line_that_became_wrong_after_the_preview_keeps_out_all(cast, monkeypatch):
    office = sign_in(cast.office_director)
    other = ["钱工", *GOOD[1:]]
    held = held_in(office.post(URL, {"file": filled_in(GOOD, other, heads=HEADS)}))
    keep = expert_pool.keep

    def refusing(**row):
        if row["name"] == "钱工":
            raise wrong("/name", "already_there", "专家库里已有这位专家。", "2.3")
        return keep(**row)

    monkeypatch.setattr(expert_pool, "keep", refusing)
    words = text_of(office.post(f"{URL}import/", held, follow=True))
    assert "没有导入" in words and "A3" in words and not Expert.objects.exists()


def test_a_preview_is_its_readers_own_and_is_not_made_up(cast):
    office, colleague = sign_in(cast.office_director), sign_in(cast.duty_officer)
    held = held_in(office.post(URL, {"file": filled_in(GOOD, heads=HEADS)}))
    for said in (held, {"held": "made:up"}, {}):
        assert "预览已过期" in text_of(colleague.post(f"{URL}import/", said, follow=True))
    assert sign_in(cast.commander).post(URL, {"file": filled_in(GOOD, heads=HEADS)}).status_code == 404
    assert not Expert.objects.exists()


def bomb() -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (sheet_files.LARGEST_UNPACKED + 1))
    return file.getvalue()


def laughing() -> bytes:
    """A sheet whose words are entities of entities."""
    source, file = ZipFile(filled_in(GOOD, heads=HEADS)), BytesIO()
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    with ZipFile(file, "w") as packed:
        for name in source.namelist():
            text = source.read(name)
            if name.endswith("sheet1.xml"):
                doctype = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{lol}]>'.encode()
                text = doctype + text.replace("李工".encode(), b"&l8;")
            packed.writestr(name, text)
    return file.getvalue()


def test_what_is_no_such_sheet_is_refused_in_words(cast, monkeypatch):
    monkeypatch.setattr(sheet_files, "LARGEST_UNPACKED", 100_000)
    monkeypatch.setattr(service, "MOST_LINES", 5)
    office = sign_in(cast.office_director)

    def refused(content) -> str:
        file = SimpleUploadedFile("x.xlsx", content) if isinstance(content, bytes) else content
        answer = office.post(URL, {"file": file})
        assert answer.status_code == 422 and not Expert.objects.exists()
        return text_of(answer)

    assert "不是 xlsx 文件" in refused(b"name,phone\n")
    assert "文件是空的" in refused(b"")
    assert "文件过大" in refused(bomb())
    assert "打不开这个文件" in refused(laughing())
    assert "没有填写任何一行" in refused(filled_in(heads=HEADS))
    words = refused(filled_in(GOOD, heads=["姓名", "姓名", "年龄", *HEADS[3:]]))
    assert "不认识的列：C1“年龄”" in words and "缺少的列：专业领域、单位" in words
    assert "出现两次的列：姓名" in words
    assert "最多导入 5 行" in refused(filled_in(*[GOOD] * 6, heads=HEADS))


def test_the_register_is_taken_away_as_words_and_that_is_recorded(cast):
    Expert.objects.create(
        office=cast.office_director.organization,
        name="=1+1",
        field="消防",
        body="@院",
        phone="0396",
        services=["media"],
    )
    answer = sign_in(cast.commander).post(f"{URL}export/")
    heads, row = cells_of(answer)
    assert row == ("=1+1", "消防", "@院", None, "0396", None, "媒体宣传", "是", None, None, None)
    cell = load_workbook(BytesIO(answer.content)).active["A2"]
    assert cell.data_type == "s"
    assert LedgerEntry.objects.get(action="paper.exported").person == cast.commander.person
    for nobody in (cast.enterprise, cast.auditor, cast.member):
        assert sign_in(nobody).post(f"{URL}export/").status_code == 404


@pytest.mark.parametrize(
    ("kind", "said", "means"),
    [
        ("phone", "3962887360", None),
        ("phone", "03962887360", "03962887360"),
        ("phone", "13800000001", "13800000001"),
        ("phone", "4001234567", "4001234567"),
        ("phone", "0396-2887360", "0396-2887360"),
        ("number", "1,200", 1200),
        ("number", "1.5", "1.5"),
        ("number", "NaN", None),
        ("number", "1e99", None),
        ("number", "三", None),
        ("date", "2026年3月2日", "2026-03-02"),
        ("date", "2026-02-30", None),
        ("date", "1999-12-31", None),
        ("date", "2100-01-01", None),
    ],
)
def test_a_cell_says_what_it_means_or_what_is_wrong(kind, said, means):
    column = service.Column("x", "列", kind)
    if means is None:
        with pytest.raises(ValueError, match="“列”(须|开头的 0)"):
            column.read(said)
    else:
        assert str(column.read(said)) == str(means)
