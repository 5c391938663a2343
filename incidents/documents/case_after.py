"""Of a case file: what was drawn in and came back, recovery, evaluation, investigation, and their verdicts (§5.4.3, 6)."""

from datetime import datetime

from incidents.documents.case_section import Section, Table
from incidents.documents.words import when
from incidents.models import CallUp, Incident


def call_ups(incident: Incident, now: datetime) -> Section:
    """Private owners are not named here; their names lie beside the ledger."""
    tables = []
    for row in incident.call_ups.select_related("owner", "receiver").prefetch_related(
        "steps__by__organization"
    ):
        steps = [
            (
                when(step.at),
                step.get_status_display(),
                step.quantities,
                f"{step.words}\n{step.by or ''}".strip(),
            )
            for step in row.steps.all()
        ]
        name = f"{row.number} {row.get_way_display()} {row.gist}：{_owner(row)} → {row.receiver or row.place}"
        tables.append((name, Table(("时间", "步骤", "数量", "说明、经办"), steps, (34, 24, 38, 60))))
    return Section("调用和征用", tables=tables)


def _owner(row: CallUp) -> str:
    return str(row.owner) if row.owner else "个人"


def recovery(incident: Incident, now: datetime) -> Section:
    rows = [
        (
            f"{item.number} {item.get_kind_display()}",
            item.what,
            f"{item.amount:,.2f} 元" if item.amount is not None else "—",
            item.basis,
            f"{item.get_status_display()} {when(item.settled_at)}\n{item.words}",
        )
        for item in incident.recovery_items.order_by("serial")
    ]
    header = ("事项", "内容", "金额", "依据", "办理")
    return Section("善后处置", tables=[("", Table(header, rows, (32, 40, 26, 26, 32)))])


def aftermath(incident: Incident, now: datetime) -> Section:
    tables = []
    papers = [("总结评估 §6.2", paper) for paper in incident.evaluations.order_by("pk")]
    papers += [("调查处理 §6.3", paper) for paper in incident.investigations.order_by("pk")]
    for title, found in papers:
        rows = [(label, words) for label, words in found.contents() if words]
        if found.concluded_at:
            rows.append(("通过", f"{when(found.concluded_at)} {found.by}"))
        tables.append((title, Table(("项目", "内容"), rows, (36, 120))))
    asked = [
        (str(row.body), row.question, f"{when(row.answered_at)} {row.words}" if row.answered_at else "未答复")
        for row in incident.evaluation_inputs.select_related("body")
    ]
    tables.append(("征求意见", Table(("单位", "所问", "答复"), asked, (36, 50, 70))))
    improvements = [
        (
            row.measure,
            f"{row.body}，{when(row.due_at)} 前",
            f"{when(row.done_at)} {row.words}" if row.done_at else "未完成",
        )
        for row in incident.improvements.select_related("body")
    ]
    tables.append(("改进措施", Table(("措施", "责任单位、期限", "完成情况"), improvements, (60, 48, 48))))
    verdicts = [
        (
            kind,
            str(row.body or "个人"),
            row.words,
            f"{row.decided_by} {row.document_no} {when(row.decided_at)}",
        )
        for kind, rows in (("表彰", incident.commendation_rows), ("责任追究", incident.accountability_rows))
        for row in rows.select_related("body")
    ]
    tables.append(
        ("奖惩 §6.4", Table(("类别", "对象", "决定", "决定机关、文号、时间"), verdicts, (22, 36, 50, 48)))
    )
    return Section("评估、调查和奖惩", tables=tables)
