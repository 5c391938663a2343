"""情况登记表: what an incident's page shows, as a Word file, for whoever sees the page."""

from django.utils import timezone
from django.views.decorators.http import require_GET

from incidents.documents.register import Register, draw
from incidents.documents.words import when
from incidents.web.caller import caller_of, signed_in
from incidents.web.report.incident_board import Board, find_or_404
from incidents.web.report.incident_facts import facts_of
from incidents.web.report.timeline import bundle_words
from incidents.web.taking_away import take_away


@signed_in
@require_GET
def page(request, number: str):
    caller = caller_of(request)
    board = Board(find_or_404(caller, number), caller, timezone.now())
    return take_away(request, draw(_sheet(board, request)), f"{number} 情况登记表")


def _sheet(board: Board, request) -> Register:
    facts = facts_of(board.incident, board.caller, is_office=False)
    told = [
        (
            measured.name,
            "；".join(f"{words}（{figure.source}，{when(figure.at)}）" for words, figure in measured.words),
        )
        for measured in facts.measured
    ]
    return Register(
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
