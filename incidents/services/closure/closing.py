"""The end of an incident (§5.4.5, 6.2, 6.3): ended, closed when nothing is missing; re-opened when it flares up."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from alerts.models import Deadline
from alerts.services.debts import DebtBook
from incidents.ledger import Entry
from incidents.models import (
    CallUp,
    DeadlineRule,
    Incident,
    LedgerEntry,
    Level,
    RecoveryItem,
    Report,
    Response,
    TaskOrder,
)
from incidents.refusals import WrongState
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.report.following_up import start_follow_ups


@transaction.atomic
def end_without_response(*, actor: Actor, number: str, reason: str, now: datetime, seen=None) -> Incident:
    """Graded, and no response is needed; a reason is (§5.4.5)."""
    incident = subject.locked(actor, "incident.end", number, seen=seen)
    if incident.responses.filter(status__in=[Response.Status.PROPOSED, Response.Status.APPROVED]).exists():
        raise WrongState("Ⅲ级响应建议尚待批准，不能直接结束。", "response_pending", "5.4.1")
    reason = subject.reason_needed(reason, "5.4.5")
    book = wind_up(incident, actor, now, now)
    entry = Entry("incident.ended", "无需响应，事件结束", clause="5.4.5", reason=reason, for_firm=True)
    subject.write(incident, actor, now, entry, *book.save())
    return incident


def wind_up(incident: Incident, actor: Actor, at: datetime, now: datetime) -> DebtBook:
    """The incident is over: what is not yet due becomes void, what follows it begins (P1, P2)."""
    incident.end(at)
    incident.save()
    book = DebtBook(incident, now)
    book.void_open("事件已结束")
    book.start(DeadlineRule.Clock.OVER, at, level=incident.severest_level)
    subject.release_merged(incident, actor, now, "所并入的事件已结束")
    return book


def missing_for_closure(incident: Incident, now: datetime) -> dict[str, str]:
    """What closing still waits for: stable code → words (domain §3)."""
    missing = {}
    finals = incident.reports.filter(kind=Report.Kind.FINAL)
    flared_up = LedgerEntry.objects.filter(chain=incident.chain, action="incident.reopened").order_by("-seq")
    if last := flared_up.first():
        finals = finals.filter(arrived_at__gte=last.at)
    if not finals.exists():
        missing["final_report"] = "终报未收到（§5.2.1）"
    if incident.severest_level and incident.severest_level <= Level.III:
        if not incident.is_evaluated:
            missing["evaluation"] = "总结评估未完成（§6.2）"
    if incident.level and incident.level >= Level.III:
        if not incident.is_investigated:
            missing["investigation"] = "调查处理未完成（§6.3）"
    family = Q(incident=incident) | Q(incident__merged_into=incident)
    still_open = TaskOrder.objects.filter(family).exclude(status=TaskOrder.Status.OVER)
    still_open = still_open.values_list("number", flat=True)
    if still_open:
        missing["orders"] = f"应急任务未结束：{'、'.join(still_open)}（§5.2.6）"
    lent = list(CallUp.objects.filter(family).open().values_list("number", flat=True))
    if lent:
        missing["call_ups"] = f"调用、征用未结清：{'、'.join(lent)}（§6.1）"
    unsettled = RecoveryItem.objects.filter(family, status=RecoveryItem.Status.OPEN)
    if items := list(unsettled.values_list("number", flat=True)):
        missing["recovery"] = f"善后事项未办结：{'、'.join(items)}（§6.1）"
    debts = Deadline.objects.filter(family)
    owed = [str(debt) for debt in debts.answerable().select_related("rule").order_by("due_at")]
    if owed:
        missing["debts"] = f"时限未了结：{'、'.join(owed)}"
    return missing


@transaction.atomic
def close(*, actor: Actor, number: str, now: datetime, seen=None) -> Incident:
    """Files the incident away, when nothing is missing (§6.1–6.3); else 409 names all that is."""
    incident = subject.locked(actor, "incident.close", number, seen=seen)
    if missing := missing_for_closure(incident, now):
        raise WrongState(
            "还不能归档：" + "；".join(missing.values()), "open_items", "6.3", missing=list(missing)
        )
    incident.close(now)
    incident.save()
    subject.write(incident, actor, now, Entry("incident.closed", "归档", clause="6.3", for_firm=True))
    return incident


@transaction.atomic
def reopen(*, actor: Actor, number: str, reason: str, now: datetime) -> Incident:
    """It flares up again: 指挥部 takes it back to graded, with a reason (§2.2.2). Whoever followed up does so again, and
    superiors hear of what was reported after the end."""
    incident = subject.locked(actor, "incident.reopen", number)
    reason = subject.reason_needed(reason, "2.2.2")
    incident.reopen()
    incident.save()
    book = DebtBook(incident, now)
    book.void_open("复燃重启")
    if incident.proposal_above_grade and incident.proposed_level < incident.debt_level:
        book.open_upward(incident.proposed_level, now)
    start_follow_ups(incident, book, now)
    for merged in incident.locked_merged:
        their_book = DebtBook(merged, now)
        start_follow_ups(merged, their_book, now)
        subject.write(merged, actor, now, *their_book.save())
    subject.tell_office(incident, f"{incident.number} 复燃重启", text=reason, at=now, clause="2.2.2")
    subject.tell_firm(
        incident,
        f"{incident.number} 复燃重启",
        event="incident.reopened",
        text=reason,
        at=now,
        clause="2.2.2",
    )
    entry = Entry("incident.reopened", "复燃，重新进入定级", clause="2.2.2", reason=reason, for_firm=True)
    subject.write(incident, actor, now, entry, *book.save())
    return incident
