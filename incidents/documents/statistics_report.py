"""统计月报、年报 (§4.1): a period's figures as an official paper, drafted for the office to finish by hand."""

from dataclasses import dataclass

from alerts.models import Deadline
from incidents.documents.paper import Paper
from incidents.documents.words import when
from incidents.models import Incident, Level, Standing
from incidents.services.analysis.periods import Period
from incidents.services.analysis.statistics import BEFORE, YEAR_AGO, Figures, late
from incidents.services.analysis.statistics_asked import grave
from incidents.services.analysis.statistics_tables import UNFINISHED, Cell, Table, tables_of
from incidents.services.analysis.tallying import Kind

MOST = 50
"""Rows of a list in the report."""
WIDTH = 156
"""Millimetres that a page has free."""


@dataclass(frozen=True)
class Draft:
    figures: Figures
    by: str
    office: str


def name_of(period: Period) -> str:
    kind = "年报" if period.is_year else "月报" if period.is_month else "报告"
    return f"邮政业突发事件统计{kind}（{period}）"


def draw(draft: Draft) -> Paper:
    figures, period = draft.figures, draft.figures.period
    paper = Paper(name_of(period))
    paper.head(draft.office, "草稿", f"{when(figures.now)} 由{draft.by}起草")
    paper.title(name_of(period))
    tables = {table.code: table for table in tables_of(figures)}
    _situation(paper, figures, tables)
    _grave(paper, figures)
    _handling(paper, figures, tables)
    _punctuality(paper, figures, tables)
    _warnings(paper, figures, tables)
    paper.heading("六、说明")
    paper.text(
        "本报告由系统按台账数据起草，须经应急办核对后使用。级别按现行定级，未定级的按建议级别；"
        "不成立和并入其他事件的单列；及时率只算法定时限；演练不计入任何数字。"
        f"数据截至{when(figures.now)}。"
    )
    paper.signature(draft.office, figures.now)
    return paper


def _situation(paper: Paper, figures: Figures, tables: dict[str, Table]):
    period, total = figures.period, figures.total()
    paper.heading("一、总体情况")
    levels = "、".join(
        f"{level.label.split()[-1]}（{level.roman}级）{figures.total(level=int(level))}起" for level in Level
    )
    dismissed, merged = (figures.total(standing=each) for each in (Standing.DISMISSED, Standing.MERGED))
    spans = {"同比" if period.length == 12 else "环比": BEFORE}
    spans = {"同比": YEAR_AGO} | spans if figures.has_year_ago else spans
    changes = "，".join(compared(name, total, figures.total(span)) for name, span in spans.items())
    paper.text(
        f"{period}，接报并成立邮政业突发事件{total}起，{changes}。其中{levels}。"
        f"另有核实为不成立的{dismissed}起，并入其他事件的{merged}起。"
    )
    for kind, name in ((Kind.CLASS, "事件类别"), (Kind.COUNTY, "县区")):
        first = [group for group in figures.groups(kind) if group.total][:3]
        if first:
            listed = "、".join(f"{group.name}{group.total}起" for group in first)
            paper.text(f"按{name}，居前的为{listed}。")
    if figures.is_unfinished:
        paper.text(UNFINISHED)
    codes = ["event_class", "county", "firm", "origin"] + ([] if period.is_month else ["month"])
    for code in codes:
        _table(paper, tables[code])


def _grave(paper: Paper, figures: Figures):
    paper.heading("二、较大以上突发事件")
    found = grave(figures.actors, figures.asked, MOST + 1)
    if not found:
        paper.text("本期没有较大以上突发事件。")
        return
    paper.table(
        ("编号", "级别", "事件", "县区、企业", "接报", "状态"),
        [_grave_row(incident) for incident in found[:MOST]],
        (30, 14, 40, 28, 26, 18),
    )
    _cut(paper, found)


def _grave_row(incident: Incident) -> tuple[str, ...]:
    level = Level(incident.standing_level).roman + ("级" if incident.level else "级（建议）")
    where = f"{incident.county} {incident.enterprise or '企业未明确'}"
    title = f"{incident.title}（{incident.event_class.name}）"
    return incident.number, level, title, where, when(incident.received_at), incident.get_status_display()


def _handling(paper: Paper, figures: Figures, tables: dict[str, Table]):
    paper.heading("三、处置用时")
    graded = figures.waits("graded")
    if graded.n:
        middle, ninetieth = (
            Cell(value, "minutes", n=graded.n).words for value in (graded.median, graded.ninetieth)
        )
        longest = Cell(graded.longest, "minutes", n=graded.n).words
        paper.text(f"接报至定级{graded.n}起，用时中位数{middle}，九成不超过{ninetieth}，最长{longest}。")
    else:
        paper.text("本期没有已定级的事件。")
    _table(paper, tables["waits"])


def _punctuality(paper: Paper, figures: Figures, tables: dict[str, Table]):
    paper.heading("四、法定时限及时率")
    rate, before = figures.rate, figures.rate_before
    if not rate.total:
        paper.text("本期没有应计入的法定时限。")
        return
    paper.text(
        f"到期时间在本期、已办结或已超时的法定时限{rate.total}件，按时{rate.in_time}件，及时率{rate.words}（上期{before.words}）。"
    )
    for code in ("punctuality-rule", "punctuality-debtor"):
        _table(paper, tables[code])
    if rows := late(figures, MOST + 1):
        paper.text("超时的时限如下。")
        paper.table(
            ("时限", "责任方", "事件、预警", "到期", "结果"),
            [_late_row(debt) for debt in rows[:MOST]],
            (40, 30, 34, 26, 26),
        )
        _cut(paper, rows)


def _late_row(debt: Deadline) -> tuple[str, ...]:
    done = f"{when(debt.met_at)}完成" if debt.met_at else "未完成"
    name = f"{debt.rule.code} {debt.rule.name}（§{debt.rule.clause}）"
    return name, str(debt.debtor), debt.subject.number, when(debt.due_at), done


def _warnings(paper: Paper, figures: Figures, tables: dict[str, Table]):
    paper.heading("五、预警与演练")
    found = figures.warnings(figures.period)
    lead = (
        f"，发布至事件接报的提前量中位数{Cell(found.lead, 'minutes').words}" if found.lead is not None else ""
    )
    paper.text(
        f"收到预警信息{found.received}条，发布预警{found.issued.total()}次，核实为不成立{found.dismissed}条，"
        f"转为突发事件{found.became}条{lead}。演练中的事件{figures.drills[0]}起，另列，不计入以上数字。"
    )
    _table(paper, tables["warnings"])


def _table(paper: Paper, table: Table):
    """A table that holds anything; its first column takes what the figures leave."""
    rows = [[cell.words for cell in row] for row in [*table.rows, *([table.foot] if table.foot else [])]]
    if not table.rows:
        return
    paper.note(f"{table.name}：")
    narrow = min(24, 110 // (len(table.header) - 1))
    widths = [WIDTH - narrow * (len(table.header) - 1)] + [narrow] * (len(table.header) - 1)
    paper.table(table.header, rows, widths)
    if table.marks:
        paper.note(table.marks)


def _cut(paper: Paper, rows: list):
    if len(rows) > MOST:
        paper.note(f"只列出前 {MOST} 项，全部在系统“统计”页查看。")


def compared(name: str, now: int, before: int) -> str:
    """同比增加2起（上升25.0%）"""
    if now == before:
        return f"{name}持平"
    more = now > before
    share = f"（{'上升' if more else '下降'}{abs(now - before) * 100 / before:.1f}%）" if before else ""
    return f"{name}{'增加' if more else '减少'}{abs(now - before)}起{share}"
