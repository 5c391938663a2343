"""The firm's clock (§5.2.1): which firm it is, when it knew, whether it really telephoned."""

from datetime import datetime

from django.db import transaction

from alerts.services.debts import DebtBook
from incidents.ledger import Entry
from incidents.models import Incident, OpenItem, OralClaim, Organization, Report
from incidents.refusals import NotFound, WrongState, wrong
from incidents.roles import Actor, require
from incidents.services import subject
from incidents.services.check import Check
from incidents.services.report import figures
from incidents.services.report.following_up import start_follow_ups


@transaction.atomic
def confirm_oral(
    *, actor: Actor, number: str, report_number: str, now: datetime, refused_reason: str = ""
) -> OralClaim:
    """The duty officer confirms, or refuses, a firm's claim that it telephoned; confirmed, it counts from the call."""
    incident = subject.locked(actor, "oral.confirm", number)
    claim = (
        OralClaim.objects.select_for_update(of=("self",))
        .filter(report__incident=incident, report__number=report_number)
        .select_related("report")
        .first()
    )
    if claim is None:
        raise NotFound(f"报告 {report_number} 没有待确认的来电。", "not_found", "5.2.1")
    if claim.confirmed_at or claim.refused_reason:
        raise WrongState("此来电已经处理过。", "already_done", "5.2.1")
    if refused_reason := refused_reason.strip():
        subject.refuse_longer("refused_reason", "理由", refused_reason, 200)
        claim.refused_reason = refused_reason
        entry = Entry(
            "oral.refused",
            f"不予确认企业所称 {subject.clock_words(claim.told_at)} 的来电",
            clause="5.2.1",
            reason=refused_reason,
            for_firm=True,
        )
    else:
        claim.confirmed_at, claim.confirmed_by = now, actor.post
        entry = Entry(
            "oral.confirmed",
            f"确认企业 {subject.clock_words(claim.told_at)} 曾来电口头汇报",
            clause="5.2.1",
            data={"report": report_number, "told_at": claim.told_at.isoformat()},
            for_firm=True,
        )
    claim.save()
    book = DebtBook(incident, now)
    if claim.confirmed_at and figures.is_own_word(claim.report, incident.enterprise):
        book.settle(Report.Kind.ORAL, claim.told_at, report=claim.report, by=incident.enterprise)
    subject.write(incident, actor, now, entry, *book.save())
    return claim


@transaction.atomic
def name_firm(
    *, actor: Actor, number: str, enterprise: str, known_at: datetime, now: datetime, reason: str = ""
) -> Incident:
    """The firm concerned is named and told; its clock starts when it knew or when the office told it (§5.2.1).

    Naming another firm in place of the first is the director's, with a reason: the first never owed anything.
    """
    replacing = (
        subject.visible_incidents([actor])
        .filter(number=number, enterprise__isnull=False)
        .exclude(enterprise__code=enterprise)
        .exists()
    )
    incident = subject.locked(actor, "incident.replace_firm" if replacing else "incident.name_firm", number)
    check = Check()
    firm = Organization.objects.filter(kind=Organization.Kind.ENTERPRISE, code=enterprise, is_active=True)
    firm = firm.select_related("parent").first()
    if firm is None:
        check.wrong("/enterprise", "not_found", "没有这家企业。")
    if known_at is None:
        check.wrong("/known_at", "required", "请填写企业获知时间，或应急办告知企业的时间。")
    check.time("/known_at", "获知时间", known_at, now)
    if replacing and not reason.strip():
        check.wrong("/reason", "required", "更正涉事企业须说明理由。")
    check.refuse()
    book = DebtBook(incident, now)
    if replacing:
        book.drop_firm()
    incident.enterprise, incident.known_at = firm, min(known_at, now)
    incident.told_by_office = incident.known_at > incident.received_at
    incident.save()
    book.open_firm(level_known(incident))
    start_follow_ups(incident, book, now)
    OpenItem.objects.get_or_create(
        incident=incident, kind=OpenItem.Kind.SUPERIOR_UNIT, defaults={"opened_at": now}
    )
    subject.tell_firm(
        incident,
        f"{incident.number} 涉及贵单位，请按时限报告",
        event="incident.registered",
        at=now,
        clause="5.2.1",
    )
    entry = Entry(
        "incident.firm_named",
        f"涉事企业为{firm}，其获知时间 {subject.clock_words(incident.known_at)}",
        clause="5.2.1",
        reason=reason.strip(),
        data={"enterprise": firm.code, "known_at": incident.known_at.isoformat()},
        for_firm=True,
    )
    subject.write(incident, actor, now, entry, *book.save())
    return incident


@transaction.atomic
def correct_known_at(
    *, actor: Actor, number: str, known_at: datetime, now: datetime, reason: str = ""
) -> Incident:
    """Earlier moves the due times at once; later is the director's alone, with a reason (§5.2.1)."""
    incident = subject.locked(actor, "incident.correct_known_at", number)
    check = Check()
    check.time("/known_at", "获知时间", known_at, now)
    check.refuse()
    if incident.known_at is None or known_at > incident.known_at:
        require(actor, "incident.delay_known_at", incident)
        reason = subject.reason_needed(reason, "5.2.1")
        if known_at > incident.received_at and not incident.told_by_office:
            raise wrong("/known_at", "after_receipt", "获知时间不能晚于接报时间。", "5.2.1")
    book = DebtBook(incident, now)
    entry = move_known_at(incident, book, known_at, reason)
    incident.save()
    subject.write(incident, actor, now, entry, *book.save())
    return incident


def move_known_at(incident: Incident, book: DebtBook, known_at: datetime, reason: str = "") -> Entry:
    """Sets when the firm knew and lets its due times follow; the caller saves both."""
    before, standing = incident.known_at, level_known(incident)
    incident.known_at = known_at
    incident.told_by_office = known_at > incident.received_at
    if before is None:
        book.open_firm(level_known(incident))
    else:
        book.move_known_at(known_at, later=known_at > before)
        if (level := level_known(incident)) < standing:
            book.upgrade(level, known_at)
    return Entry(
        "incident.known_at_corrected",
        f"获知时间更正为 {subject.clock_words(known_at)}"
        if before
        else f"企业获知时间 {subject.clock_words(known_at)}",
        clause="5.2.1",
        reason=reason,
        data={"from": before and before.isoformat(), "to": known_at.isoformat()},
        for_firm=True,
    )


def level_known(incident: Incident) -> int:
    """The severest level that stood at any time since the firm knew: who first hears of it after a downgrade has heard of a
    milder incident (§5.2.1). Until it is graded, the level that the facts had proposed."""
    if incident.level is None:
        return incident.debt_level
    regraded = incident.timeline.filter(action="incident.regraded")
    if incident.known_at:
        regraded = regraded.filter(at__gt=incident.known_at)
    return min([incident.level, *regraded.values_list("data__from", flat=True)])
