"""统计: every figure opens a list of exactly that many; the workbook and the Word report say the same (§4.1)."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.http import QueryDict
from docx import Document
from openpyxl import load_workbook

from alerts.models import Deadline
from alerts.services.punctuality import Rate
from incidents.models import Drill, Incident, IncidentMoment, LedgerEntry, Organization
from incidents.services.analysis.statistics import how_many
from incidents.services.analysis.statistics_asked import listed
from incidents.services.analysis.statistics_tables import Cell
from incidents.services.command import ordering
from incidents.services.notice import reporting_up
from incidents.services.response import approving, commanding, grading, merging
from incidents.services.warning import warning_becoming
from incidents.web.analysis.statistics_filter import ListAsked
from tests import cast as people
from tests.cast import FIRM, OTHER_FIRM, call_in, report
from tests.drills.stage import begin, playing
from tests.query_counts import pinned
from tests.screens.stage import by_others, sign_in, text_of

pytestmark = pytest.mark.clause("4.1")
PAGE = "/statistics/"


@pytest.fixture
def year(cast, clock):
    """Two months of all that is counted, one incident of the year before, one of a drill."""
    clock(-24 * 200)
    call_in(cast, now=clock(-24 * 200), known_at=clock(-24 * 200))
    now = clock(0)
    first = call_in(cast, known_at=now, now=now, figures={"deaths": 4})
    report(cast, first, "WRITTEN", now=clock(0.5))
    director = {"actor": cast.office_director, "number": first.number}
    grading.grade(**director, level=3, reason="核实", now=clock(0.6))
    reporting_up.propose_response(**director, words="建议启动", now=clock(1))
    approving.approve(actor=cast.approver, number=first.number, document_no="1号", now=clock(2))
    commanding.start_three(actor=cast.commander, number=first.number, now=clock(2))
    ordering.issue(actor=cast.commander, number=first.number, to=FIRM, task="转移", now=clock(3))
    by_others(cast, county="西平县", event_class="flood")
    unfounded = call_in(cast, now=clock(4), known_at=clock(4), firm=OTHER_FIRM, event_class="epidemic")
    grading.dismiss(actor=cast.office_director, number=unfounded.number, reason="误报", now=clock(4))
    doubled = call_in(cast, now=clock(5), known_at=clock(5), firm=OTHER_FIRM)
    merging.merge(
        actor=cast.office_director, number=doubled.number, into=first.number, reason="同一事件", now=clock(5)
    )
    warning = people.issue(cast, level=3, now=clock(6))
    warning_becoming.become_incident(
        actor=cast.duty_officer,
        number=warning.number,
        informant="POLICE",
        facts={"event_class": "flood", "origin": "outside_natural", "county": "上蔡县"},
        contents={"deaths": 0},
        now=clock(8),
    )
    at = clock(9)
    call_in(playing(cast, begin(cast, speed=1)), now=at, known_at=at)
    sandbox = replace(cast, duty_officer=replace(cast.duty_officer, in_drill=True))
    call_in(sandbox, now=at, known_at=at)
    for n in range(3):
        call_in(cast, now=clock(24 * 35 + n), known_at=clock(24 * 35 + n), event_class="data_leak")
    return clock(24 * 40)


def cells(page) -> dict[str, tuple]:
    return {
        f"{shown.table.code}/{row[0][0].value}/{shown.table.header[n]}": cell
        for shown in page.context["tables"]
        for row in [*shown.rows, *([shown.foot] if shown.foot else [])]
        for n, cell in enumerate(row)
    }


def test_each_figure_opens_a_list_of_exactly_that_many(cast, year):
    client = sign_in(cast.office_director)
    page = client.get(PAGE)
    found = cells(page)
    figures = {
        "summary/突发事件/2026年": 6,
        "summary/突发事件/上期（2025年）": 1,
        "summary/突发事件/增减": 5,
        "summary/其中 Ⅲ级 较大/2026年": 1,
        "summary/核实为不成立/2026年": 1,
        "summary/并入其他事件/2026年": 1,
        "month/2026年3月/合计": 3,
        "month/2026年4月/Ⅳ级": 3,
        "event_class/用户信息泄露/合计": 3,
        "county/西平县/合计": 1,
        "firm/企业未明确/合计": 2,
        "waits/接报至定级/件数": 1,
        "waits/接报至建议Ⅲ级响应/中位数": 60,
        "waits/接报至市政府批准/中位数": 120,
        "waits/接报至首次下达任务/九成不超过": 180,
        "waits/接报至首次下达任务/最长": 180,
        "waits-month/2026年3月/定级件数": 1,
        "warnings/发布预警/2026年": 1,
        "warnings/其中 黄色（Ⅲ级）/2026年": 1,
        "warnings/转为突发事件/2026年": 1,
        "warnings/提前量（发布至事件接报，中位数）/2026年": 120,
        "drills/演练中的事件/2026年": 1,
    }
    assert {name: found[name][0].value for name in figures} == figures
    assert "month/2026年5月/合计" not in found, "it has not begun"
    assert found["waits/接报至定级/中位数"][0].words == "36 分＊" and "＊ 不足 5 件，仅供参考" in text_of(
        page
    )
    assert {cell.of for cell, _ in found.values()} == {"", "incidents", "warnings", "debts", "drills"}
    actors, counted, opened = [cast.office_director], set(), set()
    for name, (cell, url) in found.items():
        if not url or url in counted:
            continue
        counted.add(url)
        query = QueryDict(urlsplit(url).query)
        said = ListAsked.of(query, actors, year)
        if cell.of == "incidents":
            assert listed(actors, said.asked).count() == how_many(actors, said.asked) == cell.value, name
        if cell.of != "incidents" or (cell.value, name.split("/")[0]) not in opened:
            opened.add((cell.value, name.split("/")[0]))
            behind = client.get(url)
            assert len(behind.context["rows"]) == cell.value, (name, url)
            assert cell.of == "debts" or behind.context["count"] == cell.value, (name, url)
    assert len(counted) > 60 and len(opened) > 20
    words = text_of(page)
    assert "本期尚未结束" in words and "本期尚未结束" not in text_of(client.get(PAGE, {"period": "2025"}))
    assert "演练（另列）" in words and "演练不计入以上任何数字" in words
    html = page.content.decode()
    assert 'aria-label="各月起数：1月 0 起；2月 0 起；3月 3 起（Ⅲ级 1 起、Ⅳ级 2 起）' in html
    assert "<title>3月 Ⅲ级 1 起</title>" in html, "also by who can't tell colours"
    assert "各月及时率：1月 —；2月 —；3月 " in html, "an empty month has its place"
    _, url = found["drills/演练中的事件/2026年"]
    behind, drill = client.get(url), Drill.objects.get()
    assert behind.context["count"] == 1 and f"/drills/{drill.number}/" in behind.content.decode()
    assert "演练" in text_of(behind) and f"/incidents/{behind.context['rows'][0].number}/" not in (
        behind.content.decode()
    ), "it can't be opened outside"
    narrowed(cast, client)
    moments = set(IncidentMoment.objects.values_list())
    call_command("rebuild_tallies")
    assert set(IncidentMoment.objects.values_list()) == moments and len(moments) == 1
    assert {name: cell.value for name, (cell, _) in cells(client.get(PAGE)).items()} == {
        name: cell.value for name, (cell, _) in found.items()
    }


def narrowed(cast, client):
    """Filters and periods narrow every figure and its list."""

    def totals(**asked):
        page = client.get(PAGE, asked)
        cell, url = cells(page)[f"summary/突发事件/{page.context['period']}"]
        if cell.value:
            assert len(client.get(url).context["rows"]) == cell.value
        return cell.value

    assert totals(period="2026-03") == 3 and totals(period="2026-Q2") == 3 and totals(period="2025") == 1
    assert totals(since="2025-01", until="2026-03") == 4
    assert totals(county=people.county_code()) == 4 and totals(firm=FIRM) == 4 and totals(firm="none") == 2
    firm = Organization.objects.filter(code=FIRM)
    (name,) = firm.values_list("short_name", flat=True)
    firm.update(is_active=False, short_name="改名快递")
    assert totals(firm=FIRM) == 4, "what has left or bears another name stays counted"
    named = cells(client.get(PAGE))
    assert "firm/改名快递/合计" in named and f"firm/{name}/合计" not in named
    firm.update(is_active=True, short_name=name)
    assert totals(event_class="flood") == 2 and totals(level=3) == 1 and totals(level=4, firm=FIRM) == 3
    words = text_of(client.get(PAGE, {"county": people.county_code(), "level": 3}))
    assert "统计 2026年（驿城区、Ⅲ级 较大）" in words, "printed, it says what it counts"
    drilled = cells(client.get(PAGE, {"event_class": "flood"}))["drills/演练中的事件/2026年"]
    assert drilled[0].value == 0, "drills by the filters too"
    long = client.get(PAGE, {"since": "2001-01"})
    assert "期间最长 10 年" in text_of(long) and str(long.context["period"]) == "2026年"
    assert client.get(PAGE, {"period": "2000"}).context["before_url"] == "", "no address says 1999"
    decade = cells(client.get(PAGE, {"since": "2017-01", "until": "2026-12"}))
    assert not any("上年同期" in name for name in decade), "it would be most of the same"
    page = client.get(PAGE, {"since": "2026-05", "until": "2026-03", "county": "nowhere", "level": "9"})
    assert page.status_code == 200 and "“至”不能早于“自”" in text_of(page)
    assert "期间最长 10 年" in text_of(client.get(PAGE, {"since": "2000-01", "until": "2099-12"}))
    debts = cells(client.get(PAGE, {"firm": OTHER_FIRM}))
    assert not any("快递企业甲" in name for name in debts if name.startswith("punctuality-debtor"))
    for wrong in (
        "?period=2026-99&level=x&has=y&standing=z&after=x",
        "?after=99999999999999999999&firm=%F0%9F%93%A6",
    ):
        assert client.get(f"{PAGE}incidents/{wrong}").status_code == 200


def test_no_rate_reads_otherwise_on_another_paper():
    for total in (3, 7, 100, 1000, 2000):
        for in_time in range(0, total + 1):
            rate = Rate(in_time, total)
            assert Cell(rate.share, "share").words == rate.words
    assert (Rate(57, 100).words, Rate(1999, 2000).share, Rate(2, 3).words) == ("57%", 0.999, "66.6%")


def test_a_list_goes_on_where_the_page_before_ended(cast, clock, monkeypatch):
    monkeypatch.setattr("incidents.web.analysis.statistics.PER_PAGE", 2)
    for n in range(5):
        at = clock(n // 2)  # some at the same moment
        call_in(cast, now=at, known_at=at, event_class=("fire", "flood", "data_leak", "epidemic", "fire")[n])
    client, url, seen = sign_in(cast.duty_officer), f"{PAGE}incidents/?period=2026&standing=stands", []
    while url:
        page = client.get(url)
        seen += [row.pk for row in page.context["rows"]]
        assert page.context["count"] == 5
        url = page.context["next"] and f"{PAGE}incidents/{page.context['next']}"
    assert len(seen) == len(set(seen)) == 5
    assert "回第一页" in text_of(page)


def test_who_sees_less_counts_less(cast, year):
    client = sign_in(cast.enterprise)
    found = cells(client.get(PAGE))
    assert found["summary/突发事件/2026年"][0].value == 4
    assert "firm/企业未明确/合计" not in found and "waits/接报至市政府批准/件数" not in found
    own, url = found["drills/演练中的事件/2026年"]
    assert own.value == len(client.get(url).context["rows"]) == 1, "its own"
    elsewhere = playing(cast, begin(cast, speed=1, parts=("member",)))
    call_in(elsewhere, now=year, known_at=year)
    assert len(client.get(url).context["rows"]) == 1, "of a drill that it does not know of, nothing"
    assert len(sign_in(cast.auditor).get(url).context["rows"]) == 2
    assert {name.split("/")[1][:2] for name in found if name.startswith("punctuality-rule/R")} <= {
        "R1",
        "R2",
        "R3",
        "R4",
        "R5",
    }
    for name, (cell, url) in found.items():
        if cell.of and cell.value and name.split("/")[0] in ("summary", "waits", "punctuality-debtor"):
            assert len(client.get(url).context["rows"]) == cell.value, name
    others = cells(sign_in(cast.other_enterprise).get(PAGE))
    assert (
        others["summary/突发事件/2026年"][0].value == 0
        and others["summary/并入其他事件/2026年"][0].value == 1
    )
    Incident.objects.get(county__short_name="上蔡县").counties_affected.add(cast.county.organization)
    county = cells(sign_in(cast.county).get(PAGE))
    assert county["summary/突发事件/2026年"][0].value == 5 and county["county/上蔡县/合计"][0].value == 1
    narrowed_by_firm = cells(sign_in(cast.county).get(PAGE, {"firm": FIRM}))
    assert narrowed_by_firm["summary/突发事件/2026年"][0].value == 4, "a county may ask for a firm"
    for actor, figures in ((cast.enterprise, found), (cast.county, county)):
        one_per_column = {
            (name.split("/")[0], name.split("/")[2]): (cell.value, url)
            for name, (cell, url) in figures.items()
            if url and cell.of == "incidents"
        }
        for value, url in one_per_column.values():
            asked = ListAsked.of(QueryDict(urlsplit(url).query), [actor], year).asked
            assert listed([actor], asked).count() == how_many([actor], asked) == value, (actor, url)
    secret = client.get(f"{PAGE}incidents/?period=2026&has=proposed")
    assert len(secret.context["rows"]) == client.get(f"{PAGE}incidents/?period=2026").context["count"] == 4
    assert client.get(f"{PAGE}book/").status_code == 200 and client.get(f"{PAGE}report/").status_code == 404
    assert sign_in(cast.member).get(PAGE).status_code == 404


def test_workbook_and_report_hold_the_figures_and_leave_a_row_of_the_ledger(cast, year):
    answer = sign_in(cast.auditor).get(f"{PAGE}book/", {"period": "2026"})
    book = load_workbook(BytesIO(answer.content))
    assert len(book.sheetnames) == 12 and book.sheetnames[0] == "接报与核实"
    rows = {row[0]: row[1:] for row in book["接报与核实"].iter_rows(values_only=True)}
    assert rows["突发事件"] == (6, 1, 5)
    rates = [row for row in book["及时率（按规则）"].iter_rows(min_row=2) if row[0].value == "合计"][0]
    assert rates[4].number_format == "0.0%" and 0 < rates[4].value < 1
    graded = next(row for row in book["处置用时"].iter_rows() if row[0].value == "接报至定级")
    assert (graded[4].value, graded[4].number_format) == (36, '0 "分""＊"')
    assert rates[4].value == rates[2].value * 1000 // rates[1].value / 1000, "rounded down, as on the page"
    assert (book["按月份"]["A1"].value, book["按月份"][f"A{book['按月份'].max_row}"].value) == (
        "月份",
        "统计 2026年；数据截至2026年4月11日 10:00。",
    )
    told = LedgerEntry.objects.latest("pk")
    assert (told.action, told.data["what"]) == ("paper.exported", "统计 2026年")
    narrow = sign_in(cast.auditor).get(f"{PAGE}book/", {"county": people.county_code(), "level": 4})
    said = load_workbook(BytesIO(narrow.content))["接报与核实"]
    assert any("统计 2026年·驿城区·Ⅳ级 一般；" in str(row[0].value) for row in said.iter_rows()), (
        "for what it counts"
    )
    assert "驿城区·Ⅳ级 一般" in LedgerEntry.objects.latest("pk").data["what"]
    drafted(cast)


def drafted(cast):
    """The report, in words and tables."""
    client = sign_in(cast.office_director)
    answer = client.get(f"{PAGE}report/", {"period": "2026-03"})
    document = Document(BytesIO(answer.content))
    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "邮政业突发事件统计月报（2026年3月）" in words and "草稿" in words
    assert f"由{cast.office_director}起草" in words
    assert "2026年3月，接报并成立邮政业突发事件3起，同比增加3起，环比增加3起。其中特别重大（Ⅰ级）0起" in words
    assert "较大（Ⅲ级）1起" in words and "不成立的1起，并入其他事件的1起" in words
    cells_of = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    assert any("Ⅲ级" in row and "驿城区 快递企业甲" in " ".join(row) for row in cells_of), "较大以上"
    missed = Deadline.objects.get(rule__code="R2", counted=True, met_at=None, voided_at=None)
    assert any(
        (row[0][:2], row[2], row[-1]) == ("R2", missed.incident.number, "未完成")
        for row in cells_of
        if len(row) == 5
    )
    assert "演练中的事件1起，另列" in words
    told = LedgerEntry.objects.latest("pk")
    assert (
        told.action == "paper.exported" and told.data["what"] == "邮政业突发事件统计月报（2026年3月）（草稿）"
    )
    yearly = "".join(
        paragraph.text for paragraph in Document(BytesIO(client.get(f"{PAGE}report/").content)).paragraphs
    )
    assert "年报（2026年）" in yearly and "环比" not in yearly and "本期尚未结束" in yearly
    empty = client.get(f"{PAGE}report/", {"period": "2001"})
    said = "".join(paragraph.text for paragraph in Document(BytesIO(empty.content)).paragraphs)
    assert "本期没有较大以上突发事件" in said and "同比持平" in said


def test_what_the_page_asks_does_not_grow_with_what_there_is(cast, clock):
    client = sign_in(cast.office_director)
    client.get(PAGE)
    for n in range(2):
        for name, url in (
            ("statistics", PAGE),
            ("statistics list", f"{PAGE}incidents/?period=2026&standing=stands"),
        ):
            with pinned(name):
                client.get(url)
        for more in range(2):
            at = clock(n * 30 + more)
            incident = call_in(cast, now=at, known_at=at, event_class=("fire", "flood")[more])
        grading.grade(
            actor=cast.office_director, number=incident.number, level=4, now=at + timedelta(minutes=3)
        )
