"""The parts of a case file (事件档案, §6), in their order. A new part of the plan adds one function to `PARTS`."""

from collections.abc import Iterable
from datetime import datetime

from alerts.models import Chase, Deadline, State, Warning
from incidents.documents.case_after import aftermath, call_ups, recovery
from incidents.documents.case_command import command, instructions
from incidents.documents.case_section import Part, Section, Table
from incidents.documents.case_words import briefs, notices, releases
from incidents.documents.words import when
from incidents.models import Incident, LedgerEntry, Level, Measure, plan_parts
from incidents.services.report import figures
from incidents.services.report.report_words import all_said, value_words
from incidents.spans import span


def head(incident: Incident, now: datetime) -> Section:
    counties = "、".join(str(county) for county in incident.counties_affected.all())
    facts = [
        ("编号", incident.number),
        ("标题", incident.title),
        ("类别", incident.event_class.name),
        ("起因源头", incident.get_origin_display()),
        ("状态", incident.get_status_display()),
        ("涉事企业", incident.enterprise.name if incident.enterprise else "未明确"),
        ("县区、地点", f"{incident.county} {incident.place}".strip()),
        ("波及县区", counties or "无"),
        ("发生时间", when(incident.occurred_at)),
        ("企业获知", when(incident.known_at) + ("（应急办告知）" if incident.told_by_office else "")),
        ("应急办接报", when(incident.received_at)),
        ("核实", when(incident.verified_at)),
        ("定级", when(incident.graded_at)),
        ("结束", when(incident.ended_at)),
        ("归档", when(incident.closed_at)),
    ]
    if incident.merged_into:
        facts.append(("并入", str(incident.merged_into)))
    facts += [("并入本事件", str(merged)) for merged in incident.merged(manager="with_drills").all()]
    return Section("基本情况", facts)


def levels(incident: Incident, now: datetime) -> Section:
    """What it is, what it has been, by what criteria, and each decision on it with its reason."""
    told = figures.latest_figures(list(incident.reports.filter(superseded_by=None)))
    proposal = figures.propose(plan_parts(incident.plan_version_id).criteria, told)
    facts = [
        ("现级别", _level(incident.level)),
        ("曾达最高级别", _level(incident.severest_level)),
        ("事实建议级别", _level(incident.proposed_level)),
        ("按现有数字", f"{_level(proposal.level)}（分级标准非公报原文的，见预案附件2说明）"),
    ]
    facts += [
        (
            Measure(figure.measure).label,
            f"{value_words(figure.measure, figure.value)}（{figure.source}，{when(figure.at)}）",
        )
        for figure in told
    ]
    decisions = _entries(incident).filter(
        action__in=(
            "incident.grade_proposed",
            "incident.graded",
            "incident.regraded",
            "incident.proposal_declined",
        )
    )
    return Section("级别和定级经过", facts, [("决定", _told(decisions))])


def reports(incident: Incident, now: datetime) -> Section:
    """All of them in full, with number, receipt and server's time; those superseded too."""
    rows = incident.reports.select_related(
        "event_class", "reporter", "filed_by__organization", "supersedes", "superseded_by"
    )
    return Section("信息报告", tables=[(_report_title(report), _report(report)) for report in rows])


def timeline(incident: Incident, now: datetime) -> Section:
    return Section("经过（摘自台账）", tables=[("", _told(_entries(incident)))])


def deadlines(incident: Incident, now: datetime) -> Section:
    """What was owed: met, met late, breached, and by how much."""
    rows = Deadline.objects.filter(incident=incident).select_related("rule", "debtor", "creditor")
    rows = [
        (
            f"{debt.rule.code} §{debt.rule.clause}",
            f"{debt.rule.name}（{debt.rule.get_basis_display()}）",
            f"{debt.debtor} → {debt.creditor}",
            f"{when(debt.starts_at)} 起\n{when(debt.due_at)} 到期",
            _result(debt, now),
        )
        for debt in rows.order_by("starts_at", "pk")
    ]
    table = Table(("规则", "事项", "责任方 → 对象", "起算、到期", "结果"), rows, (20, 34, 32, 36, 34))
    calls = Chase.objects.filter(incident=incident).select_related("debtor").order_by("at")
    chased = [
        (when(call.at), str(call.debtor), "已接听" if call.answered else "无人接听", call.promised)
        for call in calls
    ]
    return Section(
        "时限", tables=[("", table), ("催报", Table(("时间", "被催单位", "结果", "答复"), chased))]
    )


def upward_reports(incident: Incident, now: datetime) -> Section:
    rows = incident.upward_reports.select_related("to", "by__organization")
    rows = [
        (when(row.at), str(row.to), f"{_level(row.level_told)}\n{row.words}", str(row.by)) for row in rows
    ]
    return Section(
        "向上报告", tables=[("", Table(("时间", "报告对象", "内容", "报告人"), rows, (34, 32, 58, 32)))]
    )


def responses(incident: Incident, now: datetime) -> Section:
    rows = []
    for response in incident.responses.select_related("body", "decided_by__organization"):
        named = "、".join(str(row.body) for row in response.named.select_related("body"))
        decided = response.document_no or (response.approved_words and f"电话批准：{response.approved_words}")
        decided = decided or response.refused_reason
        rows.append(
            (
                str(response),
                str(response.body),
                response.get_status_display(),
                f"建议或建立 {when(response.created_at)}\n批复 {when(response.decided_at)} {decided}\n"
                f"启动 {when(response.started_at)}\n结束 {when(response.ended_at)}",
                named or "—",
            )
        )
    header = ("响应", "启动主体", "状态", "经过", "指定续报单位")
    items = incident.open_items.all()
    settled = [
        (
            item.get_kind_display(),
            f"§{item.clause}",
            f"{when(item.settled_at)} {item.words}" if item.settled_at else "未办",
        )
        for item in items
    ]
    return Section(
        "应急响应",
        tables=[
            ("", Table(header, rows, (22, 30, 20, 54, 30))),
            ("随响应应办事项", Table(("事项", "条款", "办理"), settled, (50, 22, 84))),
        ],
    )


def orders(incident: Incident, now: datetime) -> Section:
    rows = incident.orders.select_related(
        "receiver", "issued_by__organization", "acknowledged_by__organization"
    )
    tables = []
    for order in rows.prefetch_related("progress_entries__by__organization").order_by("serial"):
        lines = [
            ("任务", order.task),
            ("要求", order.requirements),
            ("轻重、状态", f"{order.get_priority_display()}，{order.get_status_display()}"),
            ("下达", f"{when(order.issued_at)} {order.issued_by}{'（电话）' if order.by_phone else ''}"),
            ("指示", order.instruction),
            ("书面通知", when(order.written_at)),
            ("签收", f"{when(order.acknowledged_at)}（期限 {when(order.acknowledge_by)}）"),
            ("现场指挥地点", order.on_scene_place),
            *(
                (f"进展 {when(said.at)}", f"{said.words}（{said.by}）")
                for said in order.progress_entries.all()
            ),
            ("完成", order.done_at and f"{when(order.done_at)} {order.execution_report}"),
            ("解除", order.released_at and f"{when(order.released_at)} {order.release_words}"),
            ("任务结束", order.over_at and when(order.over_at)),
        ]
        table = Table(("项目", "内容"), [(name, words) for name, words in lines if words], (40, 116))
        tables.append((f"{order.number} → {order.receiver}", table))
    return Section("应急任务", tables=tables)


def support(incident: Incident, now: datetime) -> Section:
    rows = [
        (
            row.number,
            f"{row.requester} → {row.holder}",
            row.needs,
            f"{row.get_status_display()}\n提出 {when(row.raised_at)}\n答复 {when(row.answered_at)} {row.answer}\n{row.outcome}",
        )
        for row in incident.support_requests.select_related("requester", "holder")
    ]
    header = ("编号", "提出 → 受理", "需要", "办理")
    return Section("支援请求", tables=[("", Table(header, rows, (30, 34, 42, 50)))])


def warnings(incident: Incident, now: datetime) -> Section:
    tables = []
    for warning in Warning.with_drills.filter(incident=incident):
        rows = [
            (f"第{bulletin.version}版", bulletin.headline, when(bulletin.issued_at), bulletin.area)
            for bulletin in warning.bulletins.order_by("version")
        ]
        name = f"{warning.number} {warning.title}（{warning.get_status_display()}）"
        rows.insert(0, ("收到", warning.get_channel_display(), when(warning.received_at), warning.risk))
        tables.append((name, Table(("版本", "内容", "时间", "范围或风险"), rows, (24, 50, 36, 46))))
    return Section("有关预警", tables=tables)


PARTS: tuple[Part, ...] = (
    head,
    levels,
    reports,
    deadlines,
    upward_reports,
    briefs,
    responses,
    instructions,
    command,
    orders,
    support,
    call_ups,
    notices,
    releases,
    warnings,
    recovery,
    aftermath,
    timeline,
)


def _entries(incident: Incident):
    entries = LedgerEntry.objects.filter(incident=incident, chain=incident.chain)
    return entries.select_related("post__organization", "key__enterprise").order_by("seq")


def _told(entries: Iterable[LedgerEntry]) -> Table:
    rows = [
        (
            f"{entry.seq}",
            when(entry.at, seconds=True),
            entry.summary + (f"（理由：{entry.reason}）" if entry.reason else ""),
            f"§{entry.clause}" if entry.clause else "",
            str(entry.post or (entry.key and f"{entry.key.enterprise}（接口）") or "系统"),
        )
        for entry in entries
    ]
    return Table(("行", "时间", "内容", "条款", "经办"), rows, (12, 36, 64, 16, 28))


def _report_title(report) -> str:
    marks = "，补录" if report.typed_later else ""
    if hasattr(report, "superseded_by"):
        marks += f"，已被 {report.superseded_by.number} 更正"
    if report.supersedes:
        marks += f"，更正 {report.supersedes.number}"
    return f"{report.number} {report.get_kind_display()}（{report.get_channel_display()}{marks}）"


def _report(report) -> Table:
    rows = [
        (
            "回执",
            f"到达 {when(report.arrived_at, seconds=True)}；服务器接收 {when(report.received_at, seconds=True)}",
        ),
        ("信息提供方", report.get_informant_display() + (f"，{report.reporter}" if report.reporter else "")),
        ("录入", str(report.filed_by or "接口")),
        *all_said(report, when),
    ]
    return Table(("项目", "内容"), rows, (40, 116))


def _result(debt: Deadline, now: datetime) -> str:
    state = debt.state(now)
    words = str(state.label)
    if state == State.MET_LATE:
        words = f"超时完成，超 {span(debt.met_at - debt.due_at, exact=True)}"
    elif state == State.BREACHED:
        words = f"{debt.breach_words}，已超 {span(now - debt.due_at, exact=True)}"
    if debt.met_at:
        words += f"\n{when(debt.met_at)}"
    return words + ("\n已核销" if debt.written_off_at else "")


def _level(level: int | None) -> str:
    return Level(level).label if level else "未定级"
