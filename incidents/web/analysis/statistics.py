"""统计 (§4.1): the figures of a period with what is behind each; as a workbook, and as a report in Word."""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from incidents.documents import statistics_report
from incidents.documents.words import when
from incidents.models import Level
from incidents.roles import Actor, Caller
from incidents.roles.of_statistics import READERS
from incidents.services.analysis import statistics_book
from incidents.services.analysis.periods import Period
from incidents.services.analysis.statistics import Figures, how_many
from incidents.services.analysis.statistics_asked import Asked, drilled, listed, warnings_listed
from incidents.services.analysis.statistics_tables import Table, tables_of
from incidents.services.analysis.tallying import Kind
from incidents.services.closure import exporting
from incidents.web.analysis.charts import bars, columns, lines
from incidents.web.analysis.statistics_filter import ListAsked, StatisticsFilter, behind, url_of, words_of
from incidents.web.caller import require_role, signed_in
from incidents.web.taking_away import take_away

PER_PAGE = 40
MOST_COLUMNS = 24
"""Months that a chart shows; of a longer period the latest."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Shown:
    """A table with the address behind each figure."""

    table: Table
    rows: list
    foot: list

    @classmethod
    def of(cls, table: Table, asked: Asked) -> "Shown":
        rows = [[(cell, behind(cell, asked)) for cell in row] for row in [*table.rows, table.foot]]
        return cls(table, rows[:-1], rows[-1])


@signed_in
@require_GET
def page(request):
    caller, actors, now = _reader(request)
    form = StatisticsFilter(request.GET, actors=actors, now=now)
    asked = form.asked
    before = replace(asked, period=asked.period.before)
    figures = Figures(actors, asked, now)
    tables = [Shown.of(table, asked) for table in tables_of(figures)]
    context = {
        "form": form,
        "asked": asked,
        "period": asked.period,
        "tables": tables,
        "charts": _charts(figures),
        "levels": list(Level),
        "total": figures.total(),
        "filters": words_of(asked),
        "before_url": url_of(before) if Period.of(before.period.code) else "",
        "book_url": url_of(asked, "statistics-book"),
        "report_url": url_of(asked, "statistics-report") if caller.actors_for("statistics.report") else "",
        "now": now,
    }
    return render(request, "incidents/analysis/statistics.html", context)


@signed_in
@require_GET
def incidents(request):
    """The incidents behind a figure, the latest first; a page goes on where the one before ended."""
    _, actors, now = _reader(request)
    said = ListAsked.of(request.GET, actors, now)
    rows = listed(actors, said.asked).select_related("enterprise", "county", "event_class")
    return _list(request, said, rows, how_many(actors, said.asked), "事件")


@signed_in
@require_GET
def warnings(request):
    _, actors, now = _reader(request)
    said = ListAsked.of(request.GET, actors, now)
    rows = warnings_listed(actors, said.asked, said.stage)
    related = rows.select_related("enterprise", "event_class", "incident")
    return _list(request, said, related, rows.count(), "预警", of_warnings=True)


@signed_in
@require_GET
def drills(request):
    """The incidents of drills, which stand apart; each leads to its drill, as it can't be opened outside."""
    _, actors, now = _reader(request)
    said = ListAsked.of(request.GET, actors, now)
    rows = drilled(actors, said.asked)
    related = rows.select_related("enterprise", "county", "event_class", "drill")
    return _list(request, said, related, rows.count(), "演练中的事件", of_drills=True)


@signed_in
@require_GET
def book(request):
    """All tables as xlsx, one sheet each."""
    _, actors, now = _reader(request)
    asked = StatisticsFilter(request.GET, actors=actors, now=now).asked
    name = "统计 " + "·".join([str(asked.period), *words_of(asked)])
    said = f"{name}；数据截至{when(now)}。"
    content = statistics_book.draw(name, tables_of(Figures(actors, asked, now)), said)
    exporting.note_export(actor=actors[0], what=name, sha256=sha256(content).hexdigest(), now=now)
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx")
    return response


@signed_in
@require_GET
def report(request):
    """The report on a period, drafted as Word: of a month 月报, of a year 年报."""
    caller, _, now = _reader(request)
    actors = caller.actors_for("statistics.report")
    if not actors:
        require_role(request)  # 404
    asked = StatisticsFilter(request.GET, actors=list(actors), now=now).asked
    figures = Figures(actors, Asked(asked.period), now)
    drafted = statistics_report.Draft(figures, by=str(actors[0]), office=actors[0].organization.name)
    return take_away(
        request, statistics_report.draw(drafted), f"{statistics_report.name_of(asked.period)}（草稿）"
    )


def _reader(request) -> tuple[Caller, list[Actor], datetime]:
    caller = require_role(request, *READERS)
    return caller, list(caller.actors_for("statistics.read")), timezone.now()


def _list(request, said: ListAsked, rows, count: int, title: str, **more):
    context = {"words": said.words, "count": count, "back": url_of(said.asked), "title": title}
    context |= _page_of(request, rows) | more
    return render(request, "incidents/analysis/statistics_list.html", context)


def _page_of(request, rows) -> dict:
    """A page of rows by receipt, the latest first; `after` names the last row of the page before."""
    rows = rows.order_by("-received_at", "-pk")
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 19:
        last = rows.model.with_drills.filter(pk=int(after)).values_list("received_at", "pk").first()
        if last:
            rows = rows.filter(Q(received_at__lt=last[0]) | Q(received_at=last[0], pk__lt=last[1]))
    found = list(rows[: PER_PAGE + 1])
    address = request.GET.copy()
    address["after"] = found[PER_PAGE - 1].pk if len(found) > PER_PAGE else ""
    first = request.GET.copy()
    first.pop("after", None)
    return {
        "rows": found[:PER_PAGE],
        "next": f"?{address.urlencode()}" if address["after"] else "",
        "first": f"?{first.urlencode()}" if after else "",
    }


def _charts(figures: Figures) -> dict:
    months = figures.months[-MOST_COLUMNS:]
    classes = [(group.name, group.total) for group in figures.groups(Kind.CLASS) if group.total]
    rates = figures.rates_of_months if figures.debts else []
    return {
        "months": columns([(figures.name_of(month), dict(figures.of_month(month))) for month in months]),
        "classes": lines(classes),
        "rates": bars(rates[-MOST_COLUMNS:]),
    }
