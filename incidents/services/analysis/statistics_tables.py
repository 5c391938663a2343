"""The figures as tables: the same on the page, in the workbook and in the Word report. Each figure knows what is behind it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from alerts.models.warning_levels import COLOURS
from alerts.services.punctuality import Rate
from incidents.models import Level, Standing
from incidents.services.analysis.periods import Period
from incidents.services.analysis.statistics import BEFORE, THIS, YEAR_AGO, Figures
from incidents.services.analysis.statistics_asked import MOMENTS
from incidents.services.analysis.tallying import Kind
from incidents.services.analysis.waiting import Waits
from incidents.spans import span

LEVELS = tuple(Level)
ROMAN = [f"{level.roman}级" for level in LEVELS]
FEW = 5
"""Of fewer a median or a rate says little (decided)."""
FEW_MARK, FEW_NOTE = "＊", f"＊ 不足 {FEW} 件，仅供参考（内部规定）。"
UNFINISHED = "本期尚未结束，而比较的各期是完整的。"


@dataclass(frozen=True)
class Cell:
    """`value` as a workbook holds it; `behind`: the list (`incidents`, `warnings`, `debts` or `drills`) and its filters."""

    value: int | float | str | None
    form: str = "number"  # or text, share, minutes, change
    of: str = ""
    behind: dict = field(default_factory=dict)
    n: int | None = None
    """Of how many it is a median or a rate."""

    @property
    def is_of_few(self) -> bool:
        return self.value is not None and self.n is not None and self.n < FEW

    @property
    def words(self) -> str:
        return self._words + (FEW_MARK if self.is_of_few else "")

    @property
    def _words(self) -> str:
        if self.value is None:
            return "—"
        if self.form == "minutes":
            return span(timedelta(minutes=self.value))
        if self.form == "share":
            return f"{round(self.value * 1000) / 10:g}%"
        if self.form == "change":
            return f"{self.value:+d}" if self.value else "持平"
        return str(self.value)


@dataclass(frozen=True)
class Table:
    code: str
    name: str
    header: list[str]
    rows: list[list[Cell]]
    foot: list[Cell] = field(default_factory=list)
    note: str = ""

    @property
    def marks(self) -> str:
        """What its marks mean, where it has any."""
        return FEW_NOTE if any(cell.is_of_few for row in [*self.rows, self.foot] for cell in row) else ""

    @property
    def notes(self) -> str:
        return self.note + self.marks


def tables_of(figures: Figures) -> list[Table]:
    """All of them, in the order of the page."""
    return [
        summary(figures),
        by_month(figures),
        *(by_kind(figures, kind) for kind in (Kind.CLASS, Kind.COUNTY, Kind.FIRM, Kind.ORIGIN)),
        waits(figures),
        waits_by_month(figures),
        punctuality(figures, "rule"),
        punctuality(figures, "debtor"),
        warnings(figures),
        drills(figures),
    ]


def summary(figures: Figures) -> Table:
    period = figures.period
    spans = {THIS: period, BEFORE: period.before}
    if figures.has_year_ago:
        spans[YEAR_AGO] = period.year_ago

    def row(name: str, standing: str, level: int | None = None) -> list[Cell]:
        counts = {span: figures.total(span, standing=standing, level=level) for span in spans}
        cells = [
            _incidents(count, spans[span], standing=standing, level=level) for span, count in counts.items()
        ]
        change = Cell(counts[THIS] - counts[BEFORE], "change")
        return [Cell(name, "text"), *cells[:2], change, *cells[2:]]

    header = ["项目", str(period), f"上期（{period.before}）", "增减"]
    header += [f"上年同期（{spans[YEAR_AGO]}）"] if YEAR_AGO in spans else []
    rows = [row("突发事件", Standing.STANDS)]
    rows += [row(f"其中 {level.label}", Standing.STANDS, int(level)) for level in LEVELS]
    rows += [row("核实为不成立", Standing.DISMISSED), row("并入其他事件", Standing.MERGED)]
    return Table(
        "summary",
        "接报与核实",
        header,
        rows,
        note="级别按现行定级，未定级的按建议级别；不成立和并入的单列，不计入以下各表。"
        + (UNFINISHED if figures.is_unfinished else ""),
    )


def by_month(figures: Figures) -> Table:
    rows, whole = [], Counter()
    for month in figures.months:
        counts, one = figures.of_month(month), Period.of(f"{month:%Y-%m}")
        whole += counts
        rows.append([Cell(str(one), "text"), *_by_level(counts, one)])
    foot = [Cell("合计", "text"), *_by_level(whole, figures.period)]
    return Table("month", "按月份", ["月份", *ROMAN, "合计"], rows, foot if rows else [])


NOTES = {Kind.COUNTY: "按事发县区计，每起只计一次；受影响的其他县区不另计。"}
FILTERS = {Kind.CLASS: "event_class", Kind.COUNTY: "county", Kind.FIRM: "firm", Kind.ORIGIN: "origin"}


def by_kind(figures: Figures, kind: Kind) -> Table:
    name, period, groups = FILTERS[kind], figures.period, figures.groups(kind)
    rows = [
        [
            Cell(group.name, "text"),
            *_by_level(group.by_level, period, **{name: group.code}),
            _incidents(group.before, period.before, **{name: group.code}),
            Cell(group.total - group.before, "change"),
        ]
        for group in groups
    ]
    whole, before = figures.total(), figures.total(BEFORE)
    foot = [
        Cell("合计", "text"),
        *_by_level(sum((group.by_level for group in groups), Counter()), period),
        _incidents(before, period.before),
        Cell(whole - before, "change"),
    ]
    header = [kind.label, *ROMAN, "合计", "上期", "增减"]
    return Table(name, f"按{kind.label}", header, rows, foot if rows else [], NOTES.get(kind, ""))


def waits(figures: Figures) -> Table:
    moments = MOMENTS if figures.offices is not None else {"graded": MOMENTS["graded"]}
    rows = []
    for moment, name in moments.items():
        found = figures.waits(moment)
        rows.append(
            [
                Cell(f"接报至{name}", "text"),
                _incidents(found.n, figures.period, has=moment),
                *_minutes(found, "median", "ninetieth", "longest"),
            ]
        )
    return Table(
        "waits",
        "处置用时",
        ["用时", "件数", "中位数", "九成不超过", "最长"],
        rows,
        note="从应急办接报起算，取整到分钟，至多按 30 天计；只算成立的事件。工作簿中以分钟为单位。",
    )


def waits_by_month(figures: Figures) -> Table:
    moments = list(MOMENTS if figures.offices is not None else ["graded"])
    rows = []
    for month in figures.months:
        one = Period.of(f"{month:%Y-%m}")
        row = [Cell(str(one), "text")]
        for moment in moments:
            found = figures.waits(moment, month)
            row += [_incidents(found.n, one, has=moment), *_minutes(found, "median", "longest")]
        rows.append(row)
    header = ["月份"]
    for moment in moments:
        header += [f"{MOMENTS[moment]}件数", "中位数", "最长"]
    return Table("waits-month", "各月处置用时", header, rows)


def punctuality(figures: Figures, by: str) -> Table:
    now, before = figures.rates(by), figures.rates(by, figures.debts_before)
    period = figures.period
    own = {"debtor": figures.asked.firm} if figures.asked.firm else {}

    def row(name: str, rate: Rate, rate_before: Rate, **behind) -> list[Cell]:
        late = rate.total - rate.in_time
        return [
            Cell(name, "text"),
            _debts(rate.total, period, **own | behind),
            _debts(rate.in_time, period, state=["met"], **own | behind),
            _debts(late, period, state=["met_late", "breached"], **own | behind),
            Cell(rate.share, "share", n=rate.total),
            Cell(rate_before.share, "share", n=rate_before.total),
        ]

    rows = [
        row(name, rate, before.get((code, name), Rate()), **{by: code}) for (code, name), rate in now.items()
    ]
    foot = row("合计", figures.rate, figures.rate_before)
    name = {"rule": "规则", "debtor": "责任方"}[by]
    note = "只算法定时限，按到期月份；豁免、失效和未到期的不算。" + (
        "县区、类别、级别的条件在“时限”页另查，这里只按企业筛选。" if by == "rule" else ""
    )
    header = [name, "计入", "按时", "超时", "及时率", "上期及时率"]
    return Table(f"punctuality-{by}", f"及时率（按{name}）", header, rows, foot if rows else [], note)


def warnings(figures: Figures) -> Table:
    spans = (figures.period, figures.period.before)
    found = [figures.warnings(span) for span in spans]

    def row(name: str, get, **behind) -> list[Cell]:
        counts = [get(one) for one in found]
        cells = [
            Cell(count, "number", "warnings", {"period": span.code} | behind)
            for count, span in zip(counts, spans, strict=True)
        ]
        return [Cell(name, "text"), *cells, Cell(counts[0] - counts[1], "change")]

    rows = [row("收到预警信息", lambda one: one.received)]
    rows.append(row("发布预警", lambda one: one.issued.total(), stage="issued"))
    for level, colour in COLOURS.items():
        rows.append(
            row(
                f"其中 {colour}（{level.roman}级）",
                lambda one, level=level: one.issued[level],
                stage="issued",
                level=int(level),
            )
        )
    rows.append(row("转为突发事件", lambda one: one.became, stage="incident"))
    rows.append(row("核实为不成立", lambda one: one.dismissed, stage="dismissed"))
    leads = [Cell(one.lead, "minutes") for one in found]
    rows.append([Cell("提前量（发布至事件接报，中位数）", "text"), *leads, Cell(None)])
    return Table(
        "warnings",
        "预警",
        ["项目", str(spans[0]), f"上期（{spans[1]}）", "增减"],
        rows,
        note="按收到月份；信息源中待处理和已搁置的不算。",
    )


def drills(figures: Figures) -> Table:
    now, before = figures.drills
    counts = [
        Cell(count, "number", "drills", {"period": span.code})
        for count, span in ((now, figures.period), (before, figures.period.before))
    ]
    row = [Cell("演练中的事件", "text"), *counts, Cell(now - before, "change")]
    return Table(
        "drills",
        "演练（另列）",
        ["项目", str(figures.period), f"上期（{figures.period.before}）", "增减"],
        [row],
        note="演练不计入以上任何数字（§8.3）。",
    )


def _by_level(counts: Counter, period: Period, **behind) -> list[Cell]:
    cells = [_incidents(counts[level], period, level=int(level), **behind) for level in LEVELS]
    return [*cells, _incidents(counts.total(), period, **behind)]


def _incidents(count: int, period: Period, standing: str = Standing.STANDS, **behind) -> Cell:
    said = {name: value for name, value in behind.items() if value}
    return Cell(count, "number", "incidents", {"period": period.code, "standing": str(standing)} | said)


def _minutes(found: Waits, *which: str) -> list[Cell]:
    return [Cell(getattr(found, name), "minutes", n=found.n) for name in which]


def _debts(count: int, period: Period, **behind) -> Cell:
    last = period.until - timedelta(days=1)
    dates = {"since": period.since.isoformat(), "until": last.isoformat()}
    return Cell(count, "number", "debts", dates | {"counted": "on"} | behind)
