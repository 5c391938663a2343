"""预案修订对照表 (§8.4): what is handed to 市政府, with the reasons of each change and the readings of the clauses touched (§8.5)."""

from collections.abc import Iterable

from django.utils import timezone

from incidents.documents.paper import Marked, Paper
from incidents.models import Organization, PlanVersion
from incidents.services.subject import clock_words

WIDTHS = (26, 18, 56, 56)


def draw(before: PlanVersion, after: PlanVersion, lines: Iterable, office: Organization) -> Paper:
    """`lines`: rows that differ, each with its part, name, changes, edits (reasons) and readings."""
    lines = list(lines)
    title = f"{after.title}修订对照表"
    paper = Paper(title)
    paper.head(office.name, f"第{before.number}版 → 第{after.number}版")
    paper.title(title)
    paper.fact(
        "对照",
        f"第{before.number}版（{before.document_no or before.standing}）与第{after.number}版（{after.standing}）",
    )
    if after.note:
        paper.fact("修订说明", after.note)
    paper.note("删去的字句加删除线，新增的字句加粗。")
    for part, those in _by_part(lines):
        paper.heading(part)
        rows = [row for line in those for row in _rows(line)]
        paper.table(("行", "项目", f"第{before.number}版", f"第{after.number}版"), rows, WIDTHS)
        for line in those:
            for edit in line.edits:
                paper.note(f"{line.row}，改动理由：{edit.reason}")
            for reading in line.readings:
                changed = "（签发后条文已有改动）" if reading.moved_on else ""
                paper.note(f"条文解释 {reading.row.number}{changed}：{reading.row.words}")
    if not lines:
        paper.text("两版没有差别。")
    _assessments(paper, after)
    paper.signature(office.name, timezone.localdate())
    return paper


def _rows(line) -> list[tuple]:
    found = []
    for change in line.changes:
        old, new = change.pieces
        before = "（无）" if change.before is None else Marked(old, struck=True)
        after = "（删去）" if change.after is None else Marked(new)
        found.append((line.row, change.column, before, after))
    return found


def _by_part(lines: list):
    parts = dict.fromkeys(line.part for line in lines)
    return [(part, [line for line in lines if line.part == part]) for part in parts]


def _assessments(paper: Paper, version: PlanVersion):
    """Who was heard, what they said, what was done about it."""
    for assessment in version.assessments.prefetch_related("asked__body", "asked__expert"):
        paper.heading(f"第{assessment.serial}轮评估")
        asked = list(assessment.asked.all())
        answered = [each for each in asked if each.answered_at]
        paper.fact("征求意见", f"{len(asked)} 个单位和专家，{len(answered)} 个已答复")
        opinions = assessment.opinions.select_related("asked__body", "asked__expert")
        rows = [
            (
                opinion.origin,
                opinion.about or "草案整体",
                opinion.words,
                f"{opinion.get_disposal_display() or '待处理'}：{opinion.why}" if opinion.why else "待处理",
            )
            for opinion in opinions
        ]
        if rows:
            paper.table(("提出", "针对", "意见", "处理"), rows, WIDTHS)
        closed = (
            f"{assessment.conclusion}（{clock_words(assessment.closed_at)}）"
            if assessment.closed_at
            else "进行中"
        )
        paper.fact("评估结论", closed)
