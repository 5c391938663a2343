"""总结评估报告 (§6.2) and 调查处理报告 (§6.3): the system fills in the key times and which limits were kept."""

from datetime import datetime

from alerts.models import Deadline, State
from incidents.documents.paper import Paper
from incidents.models import Evaluation, Incident, Investigation, Level
from incidents.services.subject import clock_words

KEPT = {
    State.MET: "按时",
    State.MET_LATE: "超时完成",
    State.BREACHED: "超时未报",
    State.OPEN: "未到期",
    State.WAIVED: "豁免",
}


def evaluation(paper_of: Evaluation, incident: Incident, now: datetime) -> Paper:
    paper = _begin("突发事件总结评估报告", incident, paper_of)
    for name, words in paper_of.contents():
        paper.heading(name)
        paper.text(words or "（未填）")
    _times(paper, incident)
    _limits(paper, incident, now)
    answered = incident.evaluation_inputs.exclude(answered_at=None).select_related("body")
    if answered:
        paper.heading("有关单位意见")
        for row in answered:
            paper.fact(str(row.body), row.words)
    if improvements := incident.improvements.select_related("body"):
        paper.heading("改进措施")
        rows = [
            (row.measure, str(row.body), clock_words(row.due_at), row.words or "进行中")
            for row in improvements
        ]
        paper.table(("措施", "责任单位", "期限", "完成情况"), rows, (56, 35, 30, 35))
    paper.signature(incident.office.parent.name, paper_of.concluded_at or now)
    return paper


def investigation(paper_of: Investigation, incident: Incident, now: datetime) -> Paper:
    paper = _begin("突发事件调查处理报告", incident, paper_of)
    if paper_of.superior_reference:
        paper.fact("上级调查文号", paper_of.superior_reference)
    team = list(paper_of.team.all())
    if team:
        paper.heading("调查组")
        rows = [("组长" if one.is_head else "成员", one.name, one.body) for one in team]
        paper.table(("职责", "姓名", "单位"), rows, (30, 46, 80))
    for name, words in paper_of.contents():
        paper.heading(name)
        paper.text(words or "（未填）")
    _times(paper, incident)
    paper.signature(incident.office.name, paper_of.concluded_at or now)
    return paper


def _begin(title: str, incident: Incident, paper_of) -> Paper:
    paper = Paper(f"{title} {incident.number}")
    paper.title(title)
    if not paper_of.concluded_at:
        paper.note("草稿，未通过。")
    paper.fact("事件", f"{incident.number} {incident.title}")
    level = Level(incident.severest_level).label if incident.severest_level else "未定级"
    paper.fact("曾达最高级别", level)
    paper.fact("涉事企业", str(incident.enterprise or "未明确"))
    paper.fact("地点", f"{incident.county} {incident.place}")
    return paper


def _times(paper: Paper, incident: Incident):
    paper.heading("主要时间")
    for name, at in (
        ("发生", incident.occurred_at),
        ("企业获知", incident.known_at),
        ("应急办接报", incident.received_at),
        ("定级", incident.graded_at),
        *((f"启动{response}", response.started_at) for response in incident.responses.order_by("pk")),
        ("结束", incident.ended_at),
    ):
        if at:
            paper.fact(name, clock_words(at))


def _limits(paper: Paper, incident: Incident, now: datetime):
    paper.heading("时限履行情况")
    debts = Deadline.objects.filter(incident=incident, voided_at=None).select_related("rule", "debtor")
    rows = [
        (str(debt), str(debt.debtor), clock_words(debt.due_at), KEPT.get(debt.state(now), ""))
        for debt in debts.order_by("due_at", "pk")
    ]
    paper.table(("时限", "责任方", "到期", "履行"), rows, (60, 40, 28, 28))
