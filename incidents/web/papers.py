"""Word files of what a page shows; each exists for whom its page does."""

from django.http import Http404
from django.utils import timezone
from django.views.decorators.http import require_GET

from alerts.models import Bulletin
from incidents.documents import bulletin as bulletin_paper
from incidents.documents import order as order_paper
from incidents.documents import register as register_paper
from incidents.documents import response as response_paper
from incidents.documents.words import when
from incidents.models import Incident, Response
from incidents.querysets import visible_orders
from incidents.roles import Caller
from incidents.web.caller import caller_of, signed_in
from incidents.web.report.incident_board import Board, find
from incidents.web.report.incident_facts import facts_of
from incidents.web.report.timeline import bundle_words
from incidents.web.taking_away import take_away
from incidents.web.warning.warning_board import WarningBoard
from incidents.web.warning.warning_board import find as find_warning


def bulletin_for(caller: Caller, number: str, version: int) -> Bulletin:
    """A version of the warning as issued, for whom it is (404)."""
    warning = find_warning(caller, number)
    board = warning and WarningBoard(warning, caller, timezone.now())
    for bulletin in board.bulletins if board else ():
        if bulletin.version == version and (board.sees_all or bulletin.shown):
            bulletin.warning = warning
            return bulletin
    raise Http404(f"没有 {number} 第 {version} 版预警信息。")


@signed_in
@require_GET
def bulletin(request, number: str, version: int):
    found = bulletin_for(caller_of(request), number, version)
    return take_away(request, bulletin_paper.draw(found), f"{number} 预警信息第{version}版")


@signed_in
@require_GET
def order(request, number: str, kind: str):
    """`notice` or `release`; there is no release notice before the release."""
    rows = visible_orders(caller_of(request).actors).filter(number=number)
    found = rows.select_related(
        "receiver",
        "incident__office",
        "incident__event_class",
        "incident__plan_version",
        "issued_by__organization",
        "instructed_by__organization",
    ).first()
    if found is None or kind == "release" and not found.released_at:
        raise Http404(f"没有任务 {number} 的这份通知。")
    if kind == "release":
        return take_away(request, order_paper.release(found), f"{number} 任务解除通知")
    return take_away(request, order_paper.notice(found), f"{number} 任务通知")


@signed_in
@require_GET
def response(request, number: str, pk: int, kind: str):
    """A paper of a response, for whoever sees its incident; the proposal is not a firm's to read."""
    incident = _incident(request, number)
    rows = Response.objects.filter(incident=incident, pk=pk).select_related("body")
    found = rows.prefetch_related("named__body").first()
    papers = papers_for(caller_of(request), found) if found else []
    paper = next((paper for paper in papers if paper.slug == kind), None)
    if paper is None:
        raise Http404("没有这份文件。")
    found.incident = incident
    return take_away(request, paper.draw(found), f"{number} {found}{paper.name}")


def papers_for(caller: Caller, response: Response) -> list[response_paper.Kind]:
    """A firm does not read what was proposed to 市政府."""
    inside = bool(caller.roles - {"enterprise"})
    return [paper for paper in response_paper.papers_of(response) if inside or paper.slug != "proposal"]


@signed_in
@require_GET
def register(request, number: str):
    incident, caller = _incident(request, number), caller_of(request)
    board = Board(incident, caller, timezone.now())
    return take_away(request, register_paper.draw(_register(board, request)), f"{number} 情况登记表")


def _incident(request, number: str) -> Incident:
    incident = find(caller_of(request), number)
    if incident is None:
        raise Http404(f"没有编号为 {number} 的事件。")
    return incident


def _register(board: Board, request) -> register_paper.Register:
    facts = facts_of(board.incident, board.caller, is_office=False)
    told = [
        (
            measured.name,
            "；".join(f"{words}（{figure.source}，{when(figure.at)}）" for words, figure in measured.words),
        )
        for measured in facts.measured
    ]
    return register_paper.Register(
        incident=board.incident,
        facts=told + [(name, words) for name, words, _ in facts.texts],
        debts=[_debt_row(line) for line in board.debts],
        orders=[_order_row(line.matter) for line in board.orders],
        reports=[(_report_name(full), full.lines) for full in reversed(facts.reports)],
        timeline=[_timeline_row(entry) for entry in reversed(board.timeline)],
        printed_at=board.now,
        printed_by=str(request.user),
    )


def _debt_row(line) -> tuple[str, ...]:
    debt = line.debt
    met = f" {when(debt.met_at)}" if debt.met_at else ""
    state = f"{line.state.label}{met}{'，已核销' if debt.written_off_at else ''}"
    name = f"{debt.rule.name}（{debt.rule.get_basis_display()}）"
    return (
        f"{debt.rule.code} §{debt.rule.clause}",
        name,
        f"{debt.debtor} → {debt.creditor}",
        when(debt.due_at),
        state,
    )


def _order_row(order) -> tuple[str, ...]:
    acknowledged = when(order.acknowledged_at) if order.acknowledged_at else "未签收"
    state = order.get_status_display()
    return order.number, str(order.receiver), order.task, when(order.issued_at), acknowledged, state


def _report_name(full) -> str:
    report, marks = full.report, ""
    marks += "，补录" if report.typed_later else ""
    marks += f"，已被 {full.superseded_by} 更正" if full.superseded_by else ""
    how = f"{report.get_channel_display()}，{report.get_informant_display()}"
    return f"{report.number} {report.get_kind_display()}（{how}，{when(report.arrived_at)} 到达{marks}）"


def _timeline_row(entry) -> tuple[str, ...]:
    together = getattr(entry, "together", None)
    words = bundle_words(together) if together else entry.summary
    reason = f"（{entry.reason}）" if entry.reason else ""
    return when(entry.at), f"{words}{reason}", str(entry.post or "系统")
