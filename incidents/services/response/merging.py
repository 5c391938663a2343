"""Likely duplicates (§4.3): offered for merging, never merged silently; both firms' reports and debts stay readable."""

from datetime import datetime, timedelta

from django.db import transaction

from alerts.services.debts import DebtBook
from incidents.ledger import Entry
from incidents.models import Incident, Status
from incidents.querysets import visible_incidents
from incidents.refusals import WrongState, wrong
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.report.intake import follow_proposal
from incidents.services.response.commanding import lapse_proposals
from incidents.services.response.grading import follow_common_level

WITHIN = timedelta(hours=6)
OPEN = (Status.REPORTED, Status.GRADED, Status.RESPONDING)


def likely_duplicates(incident: Incident):
    """Open incidents of the same county and class, received within hours (in a drill, its own), from another firm."""
    within = WITHIN / incident.pace
    return (
        Incident.with_drills.filter(
            is_drill=incident.is_drill,
            drill=incident.drill_id,
            county=incident.county_id,
            event_class__code=incident.event_class.code,
            status__in=OPEN,
            received_at__range=(incident.received_at - within, incident.received_at + within),
        )
        .exclude(pk=incident.pk)
        .exclude(enterprise=incident.enterprise_id, enterprise__isnull=False)
        .select_related("enterprise", "event_class")
    )


@transaction.atomic
def merge(*, actor: Actor, number: str, into: str, reason: str, now: datetime) -> Incident:
    """Merges `number` into the common incident `into`; its number still resolves, its firm's debts run on."""
    rows = dict(visible_incidents([actor]).filter(number__in=[number, into]).values_list("number", "pk"))
    # The common incident must be under way, as for an upward report; the one merged into it must not respond yet.
    locked = {}
    for each in sorted(rows, key=rows.get):
        locked[each] = subject.locked(actor, "incident.merge" if each == number else "report.up", each)
    if into not in locked or number not in locked:
        subject.locked(actor, "incident.merge", number if number not in locked else into)
    if number == into:
        raise wrong("/into", "same", "不能并入自身。", "4.3")
    incident, common = locked[number], locked[into]
    if incident.locked_merged:
        raise WrongState("已有事件并入本事件，请把另一事件并入本事件。", "has_merged", "4.3")
    reason = subject.reason_needed(reason, "4.3")

    incident.merge(common)
    book = DebtBook(incident, now)
    book.void_open(f"已并入 {common.number}", office_only=True)
    if common.level:
        follow_common_level(incident, book, common.level, now)
    incident.save()
    common_book = DebtBook(common, now)
    proposed = follow_proposal(common, common_book, at=now)
    common.save()
    subject.write(
        common,
        actor,
        now,
        Entry("incident.merged_in", f"{incident.number} 并入本事件", clause="4.3", reason=reason),
        *proposed,
        *common_book.save(),
    )
    entry = Entry(
        "incident.merged",
        f"并入 {common.number}",
        clause="4.3",
        reason=reason,
        data={"into": common.number, "level": incident.level},
        for_firm=True,
    )
    subject.tell_firm(
        incident,
        f"{incident.number} 已并入 {common.number}，报告义务照旧",
        event="incident.merged",
        at=now,
        clause="4.3",
    )
    lapsed = lapse_proposals(incident, now, f"并入 {common.number}")
    subject.write(incident, actor, now, entry, *lapsed, *book.save())
    return incident
