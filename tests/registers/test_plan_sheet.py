"""A folder of plans (§4.3): one sheet that names the files, and the files with it."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from incidents.models import FiledPlan, RegisterFile
from incidents.services.register import plan_filing, plan_sheet
from incidents.services.report import attaching
from tests import cast as people
from tests.registers.stage import PDF, in_days, pdf
from tests.screens.stage import form_of, sign_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.3")]
HEADS = [column.label for column in plan_sheet.SHEET.columns]
URL = "/preparedness/plans/import/"


@pytest.fixture
def cast(db):
    return people.assemble()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def line(firm: str, file: str, record_no="", valid_until=None) -> list:
    return [firm, "突发事件应急预案", "2026 版", in_days(-9), file, record_no, valid_until]


def filled_in(*lines) -> SimpleUploadedFile:
    made, file = Workbook(), BytesIO()
    for row in (HEADS, *lines):
        made.active.append(row)
    made.save(file)
    return SimpleUploadedFile("表.xlsx", file.getvalue())


def test_an_office_brings_in_a_folder_of_plans(cast, settings):
    office = sign_in(cast.duty_officer)
    assert office.get(f"{URL}template/").status_code == 200
    assert "连同文件导入" in text_of(office.get(reverse("filed-plans")))

    def send(lines, files, **more):
        return office.post(URL, form_of(office, URL) | {"sheet": filled_in(*lines), "files": files} | more)

    lines = [
        line("express-a", "甲.PDF", "驻邮备〔2026〕1号", in_days(900)),
        line("express-b", "乙.pdf"),
        line("post-zmd", "甲.pdf"),
        line("post-zmd", "丙.pdf", "驻邮备〔2026〕1号", in_days(900)),
    ]
    files = [pdf("甲.pdf"), SimpleUploadedFile("乙.pdf", b"<html></html>"), pdf("多余.pdf")]
    words = text_of(send(lines, files))
    for told in (
        "E4",
        "已用了这个文件",
        "没有随表选择“丙.pdf”",
        "“多余.pdf”没有哪一行提到",
        "E3",
        "4 行",
        "已导入",
    ):
        assert (told in words) == (told != "已导入"), told
    assert not FiledPlan.objects.exists() and not list(settings.MEDIA_ROOT.glob("attachments/*"))

    good, sent = [lines[0], lines[1]], lambda: [pdf("甲.pdf"), pdf("乙.pdf", PDF + b"2")]
    assert "没有错误" in text_of(send(good, sent())) and not FiledPlan.objects.exists()
    part = office.post(
        URL,
        form_of(office, URL) | {"sheet": filled_in(*good), "files": sent()},
        headers={"HX-Request": "true"},
    )
    assert "没有错误" in part.content.decode() and "<html" not in part.content.decode()
    token = form_of(office, URL)
    for said in ("已导入 2 份", "没有重复导入"):
        again = token | {"sheet": filled_in(*good), "files": sent(), "do": "import"}
        assert said in text_of(office.post(URL, again, follow=True))
    first, second = FiledPlan.objects.order_by("pk")
    assert (first.status, first.record_no, second.status) == ("accepted", "驻邮备〔2026〕1号", "filed")
    assert [file.name for file in RegisterFile.objects.order_by("pk")] == ["甲.pdf", "乙.pdf"]
    assert first.filed_by == cast.duty_officer.post and not list(attaching.faults())
    found = office.get(reverse("search"), {"q": "驻邮备〔2026〕1号"})
    assert found.url == reverse("filed-plan", args=[first.number])
    missing = office.get(reverse("preparedness-map"))
    places = [point["name"] for point in missing.context["points"] if point["layer"] == "plans"]
    assert "驻马店邮政" in places and first.body.short_name not in places
    refused = send(good, sent(), do="import")
    assert refused.status_code == 422 and "没有导入" in text_of(refused) and FiledPlan.objects.count() == 2


def test_a_firm_brings_in_its_own_and_accepts_nothing(cast):
    firm = sign_in(cast.enterprise)

    def faults(*lines) -> str:
        said = {"sheet": filled_in(*lines), "files": [pdf("甲.pdf")]}
        return text_of(firm.post(URL, form_of(firm, URL) | said))

    assert "由应急办填写" in faults(line("express-a", "甲.pdf", "1号", in_days(9)))
    assert "没有“express-b”这一项" in faults(line("express-b", "甲.pdf"))
    assert sign_in(cast.county).get(URL).status_code == 404
    with attaching.taken_in(pdf()) as file:
        said = {"name": "预案", "version": "1", "adopted_on": in_days(-1), "now": timezone.now()}
        row = plan_filing.file(actor=cast.enterprise, body=cast.firm, file=file, **said)
    assert row.filed_by == cast.enterprise.post
