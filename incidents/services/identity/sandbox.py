"""The office's part in the sandbox: what a firm's engineer needs decided so that he can try what comes after it.

A test key grades its own drill, gives itself an order on it, has its warning information issued: by the services that
office and 指挥部 use, so that every rule is theirs. Nobody decides; the ledger names the test key as who played the part.
"""

from datetime import datetime

from django.db import transaction

from alerts.models import Bulletin, Warning
from incidents.models import Incident, Level, Organization, Role, TaskOrder
from incidents.querysets import visible_incidents, visible_orders
from incidents.refusals import NotFound
from incidents.roles import Actor
from incidents.services.command import ordering, releasing
from incidents.services.response import grading
from incidents.services.warning import warning_assessing, warning_issuing

WHY = "沙箱试用：由测试密钥代为办理"


def grade(*, actor: Actor, number: str, level: int, now: datetime) -> Incident:
    """The director's grading (§3.2). Raises as `grading.grade`."""
    director = _playing(actor, Role.OFFICE_DIRECTOR, _incident(actor, number).office)
    return grading.grade(actor=director, number=number, level=level, reason=WHY, now=now)


def order(*, actor: Actor, number: str, now: datetime, **what) -> TaskOrder:
    """A commander's written order to the firm itself (§5.2.2). `what`: as of `ordering.issue`."""
    incident = _incident(actor, number)
    commander = _playing(actor, Role.COMMANDER, incident.office.parent)
    return ordering.issue(actor=commander, number=number, to=incident.enterprise.code, now=now, **what)


def release(*, actor: Actor, order: str, now: datetime) -> TaskOrder:
    """The commander's end order for it (§5.2.6)."""
    row = visible_orders([actor]).filter(number=order).select_related("incident__office__parent").first()
    if row is None:
        raise NotFound(f"没有编号为 {order} 的任务。", "not_found")
    commander = _playing(actor, Role.COMMANDER, row.incident.office.parent)
    return releasing.release(actor=commander, order=order, now=now)


@transaction.atomic
def issue_warning(*, actor: Actor, number: str, level: int, now: datetime) -> Bulletin:
    """The firm's own warning information, proposed by the office and issued by a commander to the firm alone (§4.4)."""
    seen = Warning.with_drills.visible_to([actor]).select_related("office__parent", "enterprise")
    warning = seen.filter(number=number).first()
    if warning is None:
        raise NotFound(f"没有编号为 {number} 的预警。", "not_found")
    director = _playing(actor, Role.OFFICE_DIRECTOR, warning.office)
    warning_assessing.propose(actor=director, number=number, level=level, reason=WHY, now=now)
    contents = {
        "event_class": warning.event_class or "other",
        "level": Level(level),
        "starts_at": now,
        "area": warning.place,
        "caution": warning.risk[:2000],
        "measures": warning.measures_taken[:2000],
        "authority": warning.office.parent.name,
    }
    commander = _playing(actor, Role.COMMANDER, warning.office.parent)
    return warning_issuing.issue(
        actor=commander, number=number, contents=contents, addressees=[warning.enterprise.code], now=now
    )


def _incident(actor: Actor, number: str) -> Incident:
    incident = (
        visible_incidents([actor])
        .filter(number=number)
        .select_related("office__parent", "enterprise")
        .first()
    )
    if incident is None:
        raise NotFound(f"没有编号为 {number} 的事件。", "not_found")
    return incident


def _playing(actor: Actor, role: Role, body: Organization) -> Actor:
    return Actor(body, role, key=actor.key, in_drill=True)
