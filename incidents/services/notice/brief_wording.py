"""What a brief says when the system drafts it: from the reports, orders and responses, in the official form."""

from datetime import datetime

from alerts.models import SituationBrief, Warning
from alerts.models.warning_levels import level_words
from incidents.models import Incident, Level, Report, Response, SupportRequest, TaskOrder
from incidents.services.report import figures
from incidents.services.subject import clock_words

NONE_YET = "暂无。"
NEWEST = 5
"""Of many reports and orders, as many are named."""


def fill(brief: SituationBrief, now: datetime):
    """Title and sections, written over what they hold."""
    words = of_warning(brief.warning) if brief.warning_id else of_incident(brief.incident, brief)
    for name, text in words.items():
        setattr(brief, name, text)


def of_incident(incident: Incident, brief: SituationBrief) -> dict[str, str]:
    reports = _standing(incident)
    place = f"{incident.county}{_newest(reports, 'place') or incident.place}"
    unit = incident.enterprise.name if incident.enterprise else _newest(reports, "unit")
    worded = figures.wording_of(incident)
    brief.figures = {row.column: row.words for row in worded if row.words}
    when = clock_words(incident.occurred_at) if incident.occurred_at else "发生时间不详"
    return {
        "title": f"关于{incident.title}的情况专报",
        "source": _sources(reports),
        "occurred": _times(incident),
        "place": place or "不详。",
        "unit": unit or "尚未明确。",
        "happened": f"{when}，{place}发生{incident.event_class.name}（{incident.get_origin_display()}）。",
        "casualties": _casualties(worded, brief.previous),
        "area": _newest(reports, "impact") or NONE_YET,
        "development": _newest(reports, "development") or NONE_YET,
        "doing": _newest(reports, "measures") or NONE_YET,
        "standing": _standing_words(incident),
        "orders": _orders(incident),
        "request": _requests(incident),
    }


def of_warning(warning: Warning) -> dict[str, str]:
    bulletin = warning.standing_bulletin
    level = level_words(warning.level) if warning.level else "尚未发布"
    measures = [f"{row.get_item_display()}（{row.owner}）" for row in warning.measures.all() if row.done_at]
    return {
        "title": f"关于{warning.title}的情况专报",
        "source": f"{warning.get_channel_display()}{f'（{warning.source_body}）' if warning.source_body else ''}。",
        "occurred": f"{clock_words(warning.received_at)} 收到"
        + (f"；预警自 {clock_words(bulletin.starts_at)} 起。" if bulletin else "。"),
        "place": warning.place or (bulletin.area if bulletin else "不详。"),
        "unit": warning.enterprise.name if warning.enterprise else "未涉及具体单位。",
        "happened": warning.risk,
        "casualties": warning.may_follow or NONE_YET,
        "area": warning.likely_area or (bulletin.area if bulletin else "") or NONE_YET,
        "development": bulletin.caution if bulletin else NONE_YET,
        "doing": warning.measures_taken or NONE_YET,
        "standing": f"{level}；{warning.get_status_display()}。",
        "orders": "；".join(measures) or NONE_YET,
        "request": NONE_YET,
    }


def _standing(incident: Incident) -> list[Report]:
    """Reports that nothing supersedes, as they came."""
    reports = figures.reports_of(incident)
    superseded = {report.supersedes_id for report in reports}
    standing = [report for report in reports if report.pk not in superseded]
    return sorted(standing, key=lambda report: (report.arrived_at, report.pk))


def _newest(reports: list[Report], name: str) -> str:
    return next((words for report in reversed(reports) if (words := getattr(report, name))), "")


def _sources(reports: list[Report]) -> str:
    shown = reports if len(reports) <= NEWEST else [reports[0], *reports[1 - NEWEST :]]
    lines = [
        f"{report.reporter or report.get_informant_display()} {clock_words(report.arrived_at)}"
        f" {report.get_kind_display()}{f'（{report.source}）' if report.source else ''}"
        for report in shown
    ]
    return "；".join(lines) + "。" if lines else NONE_YET


def _times(incident: Incident) -> str:
    times = (
        ("发生", incident.occurred_at),
        ("企业获知", incident.known_at),
        ("接报", incident.received_at),
    )
    return "；".join(f"{clock_words(at)} {name}" for name, at in times if at) + "。"


def _casualties(worded: list[figures.Worded], previous: SituationBrief | None) -> str:
    """Every figure in its one wording, and what the previous brief said where that differs."""
    said = previous.figures if previous else {}
    lines = []
    for row in worded:
        if row.needs_choice:
            told = "、".join(f"{told.source} {words}" for words, told in row.by_source)
            lines.append(f"{row.label}【口径待定：{told}】")
        else:
            before = said.get(row.column)
            changed = f"（上期 {before}）" if before and before != row.words else ""
            lines.append(f"{row.label} {row.words}{changed}")
    return "；".join(lines) + "。" if lines else "尚不清楚。"


def _standing_words(incident: Incident) -> str:
    level = (
        f"已定为{Level(incident.level).label}"
        if incident.level
        else f"尚未定级（事实建议{Level(incident.proposed_level).roman}级）"
    )
    responses = [
        f"{response}{response.get_status_display()}"
        + (f"（{clock_words(response.started_at)} 启动）" if response.started_at else "")
        for response in incident.responses.exclude(status=Response.Status.SUPERSEDED)
    ]
    return "；".join([level, *(responses or ["尚未启动响应"])]) + "。"


def _orders(incident: Incident) -> str:
    orders = list(incident.orders.select_related("receiver").order_by("priority", "-serial")[:NEWEST])
    lines = [f"{order.receiver}：{order.task}（{order.get_status_display()}）" for order in orders]
    more = TaskOrder.objects.filter(incident=incident).count() - len(orders)
    return "；".join(lines) + (f"等，另有 {more} 项任务。" if more > 0 else "。") if lines else NONE_YET


def _requests(incident: Incident) -> str:
    waiting = incident.support_requests.filter(status__in=SupportRequest.WAITING)
    return "；".join(f"{row.requester}请求支援：{row.needs}" for row in waiting) or NONE_YET
