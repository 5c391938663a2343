"""会议纪要 (§5.3, 5.4.3)."""

from incidents.documents.paper import Paper
from incidents.models import Meeting
from incidents.services.subject import clock_words


def minutes(meeting: Meeting) -> Paper:
    incident = meeting.incident
    name = f"{meeting.get_kind_display()}纪要"
    paper = Paper(f"{meeting.number} {name}")
    paper.head(incident.office.parent.name, meeting.number)
    paper.title(name)
    paper.fact("事件", f"{incident.number} {incident.title}")
    paper.fact("议题", meeting.topic)
    paper.fact("时间", clock_words(meeting.held_at or meeting.starts_at))
    paper.fact("方式和地点", f"{meeting.get_means_display()}，{meeting.place}")
    paper.fact("主持人", meeting.chair)
    paper.heading("一、参会单位")
    called = meeting.called.select_related("body")
    rows = [(line.body.name, line.get_presence_display() or "未登记", line.person) for line in called]
    paper.table(("单位", "到会情况", "参会人"), rows, (80, 36, 40))
    paper.heading("二、会议情况")
    paper.text(meeting.words or "会议尚未记录。")
    paper.heading("三、议定事项")
    decisions = list(meeting.decisions.select_related("body"))
    for line in decisions:
        paper.text(f"{line.serial}．{line.words}{_by_whom(line)}。")
    if not decisions:
        paper.text("无。")
    paper.signature(incident.office.name, meeting.recorded_at or meeting.convened_at)
    return paper


def _by_whom(line) -> str:
    body = f"由{line.body}负责" if line.body else ""
    due = f"{clock_words(line.due_at)}前完成" if line.due_at else ""
    said = "，".join(part for part in (body, due) if part)
    return f"（{said}）" if said else ""
