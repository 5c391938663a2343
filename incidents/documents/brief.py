"""The situation brief as an official paper in Word."""

from alerts.models import SituationBrief
from incidents.documents.paper import Paper

CHANGED = "▲"
"""Before a heading: what it says is not what the previous brief said."""


def paper_of(brief: SituationBrief) -> Paper:
    office = brief.subject.office
    paper = Paper(brief.title)
    signed = f"签发：{brief.signed_by.person}" if brief.signed_by_id else "（未签发）"
    paper.head(office.brief_name, brief.document_no or "（文号报送时编）", signed)
    paper.title(brief.title)
    if to := list(brief.addressees.select_related("body")):
        paper.addressee("、".join(addressee.body.name for addressee in to))
    changes = brief.changes
    for name, heading, words in brief.sections:
        paper.fact(f"{CHANGED}{heading}" if name in changes else heading, words)
    if brief.previous:
        paper.note(f"注：{CHANGED}为较{brief.previous.document_no}有变化的内容。")
    if brief.corrects_id:
        paper.note(f"本期更正{brief.corrects.document_no}。")
    paper.signature(office.name, brief.sent_at or brief.signed_at or brief.edited_at)
    paper.note(f"编号：{brief.number}　联系电话：{office.phone}")
    return paper
