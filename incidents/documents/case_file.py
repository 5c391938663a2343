"""事件档案 as one Word file: every part of it (`case_parts.PARTS`), one after another."""

from collections.abc import Sequence
from datetime import datetime

from incidents.documents.case_parts import PARTS, Section
from incidents.documents.paper import Paper
from incidents.documents.words import when
from incidents.models import Incident

NUMERALS = "一二三四五六七八九十"


def draw(
    incident: Incident, now: datetime, *, by: str, standing: str, attached: Sequence[tuple[str, str]] = ()
) -> Paper:
    """`standing`: what the check of its ledger says; `attached`: name and SHA-256 of each attachment."""
    paper = Paper(f"{incident.number} 事件档案")
    paper.head(incident.office.name, incident.number)
    paper.title("突发事件档案")
    plan = incident.plan_version
    paper.note(f"适用《{plan.title}》{plan.document_no}（第{plan.number}版）。时间均为北京时间。")
    paper.note(f"导出：{when(now)} {by}。台账校验：{standing}")
    sections = [part(incident, now) for part in PARTS]
    for number, section in enumerate(sections, 1):
        _write(paper, numeral(number), section)
    paper.heading(f"{numeral(len(sections) + 1)}、附件目录")
    if attached:
        paper.table(("附件", "SHA-256"), attached, (70, 86))
    else:
        paper.text("无附件。")
    paper.signature(incident.office.name, now)
    return paper


def numeral(number: int) -> str:
    """一 to 九十九"""
    tens, ones = divmod(number, 10)
    ten = f"{NUMERALS[tens - 1] if tens > 1 else ''}十" if tens else ""
    return ten + (NUMERALS[ones - 1] if ones else "")


def _write(paper: Paper, number: str, section: Section):
    paper.heading(f"{number}、{section.title}")
    if section.is_empty:
        paper.text("无。")
    for name, value in section.facts:
        paper.fact(name, value)
    for title, table in section.tables:
        if table.rows:
            if title:
                paper.note(title)
            paper.table(table.header, table.rows, table.widths)
