"""What stands open at a desk at a moment: the part of a hand-over that writes itself."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from alerts.models import Deadline, Notification, State, Warning
from incidents.models import Incident, Level, OpenItem, Organization
from incidents.querysets import sees_office_matters, visible_incidents
from incidents.roles import UNDER_WAY, Actor
from incidents.services.subject import clock_words


def open_matters(actor: Actor, body: Organization, now: datetime) -> list[dict]:
    """Incidents and warnings under way with what is due next, what is overdue, open items, unread messages."""
    incidents = list(
        visible_incidents([actor]).filter(status__in=UNDER_WAY).select_related("enterprise").order_by("pk")
    )
    warnings = list(_warnings(actor, body))
    debts = _debts(actor, body, incidents, warnings)
    items = (
        OpenItem.objects.filter(incident__in=incidents, settled_at=None)
        if sees_office_matters([actor])
        else []
    )
    numbers = {incident.pk: incident.number for incident in incidents}
    unread = Notification.objects.filter(person=actor.person, drill=None, read_at=None).count()
    return [
        *(_incident(incident, debts, now) for incident in incidents),
        *(_warning(warning, debts, now) for warning in warnings),
        *(_overdue(debt) for debt in debts if debt.state(now) == State.BREACHED),
        *(
            {"kind": "待办", "words": item.get_kind_display(), "number": numbers[item.incident_id]}
            for item in items
        ),
        *([{"kind": "未读", "words": f"收件箱未读消息 {unread} 条"}] if unread else []),
    ]


def _warnings(actor: Actor, body: Organization):
    """The office's own, from the item that came in to the bulletin in force."""
    if not sees_office_matters([actor]):
        return Warning.objects.none()
    over = (Warning.Status.SET_ASIDE, Warning.Status.DISMISSED, Warning.Status.LIFTED)
    return Warning.objects.filter(office=body).exclude(status__in=over).order_by("pk")


def _debts(
    actor: Actor, body: Organization, incidents: list[Incident], warnings: list[Warning]
) -> list[Deadline]:
    """All of them for the office; for a firm what it owes itself."""
    debts = Deadline.objects.answerable().filter(Q(incident__in=incidents) | Q(warning__in=warnings))
    if not sees_office_matters([actor]):
        debts = debts.filter(debtor__in=Organization.objects.within(body))
    related = ("rule", "debtor", "creditor", "incident", "warning")
    return list(debts.select_related(*related).order_by("due_at", "pk"))


def _incident(incident: Incident, debts: list[Deadline], now: datetime) -> dict:
    level = Level(incident.level).label if incident.level else "未定级"
    next_due = _next_due((debt for debt in debts if debt.incident_id == incident.pk), now)
    words = f"{incident.title}（{level}，{incident.get_status_display()}）{next_due}"
    return {"kind": "事件", "words": words, "number": incident.number}


def _warning(warning: Warning, debts: list[Deadline], now: datetime) -> dict:
    next_due = _next_due((debt for debt in debts if debt.warning_id == warning.pk), now)
    return {"kind": "预警", "words": f"{warning}（{warning.get_status_display()}）{next_due}"}


def _next_due(debts: Iterable[Deadline], now: datetime) -> str:
    due = next((debt for debt in debts if debt.state(now) == State.OPEN), None)
    return f"；下一时限 {due}，{clock_words(due.due_at)} 到期" if due else ""


def _overdue(debt: Deadline) -> dict:
    words = f"{debt}：{debt.debtor}应于 {clock_words(debt.due_at)} 前报告{debt.creditor}，{debt.breach_words}"
    if debt.incident is None:
        return {"kind": "超时", "words": f"{debt.warning.number} {words}"}
    return {"kind": "超时", "words": words, "number": debt.incident.number}
