"""Verification and grading (§3.2, 4.3, 5.1, 5.4.1): the system proposes, a person of the office decides."""

from datetime import datetime

from django.db import transaction

from alerts.services.debts import DebtBook
from incidents.ledger import Entry
from incidents.models import DeadlineRule, EventClass, Incident, Level
from incidents.refusals import WrongState, wrong
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.call_up import calling_up
from incidents.services.report.following_up import start_follow_ups
from incidents.services.response.commanding import lapse_proposals

GRADING = DeadlineRule.Act.GRADING


@transaction.atomic
def verify(
    *, actor: Actor, number: str, with_whom: str, how: str, now: datetime, person: str = ""
) -> Incident:
    """The office has checked the report: with which body or post (`person`: who spoke there), and how (§4.3).

    With the grading it meets R10.
    """
    incident = subject.locked(actor, "incident.verify", number)
    for name, value in (("with_whom", with_whom), ("how", how)):
        if not value.strip():
            raise wrong(f"/{name}", "required", "请写明向谁核实、如何核实。", "4.3")
    subject.refuse_longer("person", "姓名", person, 60)
    incident.verified_at = now
    incident.save()
    book = DebtBook(incident, now)
    _settle_grading(incident, book)
    entry = Entry(
        "incident.verified",
        f"核实：向{with_whom.strip()}，{how.strip()}",
        clause="4.3",
        data={"with_whom": with_whom.strip(), "how": how.strip()},
        personal={"person": person.strip()},
    )
    subject.write(incident, actor, now, entry, *book.save())
    return incident


@transaction.atomic
def propose_grade(*, actor: Actor, number: str, level: int, reason: str, now: datetime) -> Incident:
    """A duty officer's own view of the grade, put before those who decide (domain §5)."""
    incident = subject.locked(actor, "incident.propose_grade", number)
    level = _level(level)
    reason = subject.reason_needed(reason, "3.2")
    subject.tell_deciders(incident, f"{incident.number} 建议定为{level.roman}级", text=reason, at=now)
    entry = Entry(
        "incident.grade_proposed",
        f"建议定为{level.roman}级",
        clause="3.2",
        reason=reason,
        data={"level": int(level)},
    )
    subject.write(incident, actor, now, entry)
    return incident


@transaction.atomic
def grade(
    *,
    actor: Actor,
    number: str,
    level: int,
    now: datetime,
    reason: str = "",
    event_class: str = "",
    seen: int | None = None,
) -> Incident:
    """The first grading: class and level (§3.2). It re-computes the debts as if the level had been known from the start.

    A reason is needed to differ from the proposed level. `seen`: the last timeline row that the deciding
    screen showed; what came in after it refuses the act, so that nobody decides on stale facts.
    """
    incident = subject.locked(actor, "incident.grade", number, seen=seen)
    level = _level(level)
    if level != incident.proposed_level:
        reason = _reason_to_differ(incident, level, reason)
    if event_class:
        incident.event_class = _class(incident, event_class)
    incident.grade(level, now)
    incident.debt_level = level
    incident.save()
    book = DebtBook(incident, now)
    book.grade_first(level, now)
    start_follow_ups(incident, book, now)
    _settle_grading(incident, book)
    entries = book.save()
    for merged in incident.locked_merged:
        _let_merged_follow(merged, actor, level, now)
    subject.tell_firm(
        incident,
        f"{incident.number} 定为{level.roman}级",
        event="incident.graded",
        at=now,
        text=reason,
        clause="3.2",
    )
    entry = Entry(
        "incident.graded",
        f"定级：{level.label}，{incident.event_class.name}",
        clause="3.2",
        reason=reason,
        data={
            "level": int(level),
            "proposed_level": incident.proposed_level,
            "event_class": incident.event_class.code,
        },
        for_firm=True,
    )
    subject.write(incident, actor, now, entry, *entries)
    return incident


@transaction.atomic
def regrade(
    *, actor: Actor, number: str, level: int, reason: str, now: datetime, seen: int | None = None
) -> Incident:
    """Upward by the director or a commander, downward by a commander alone, always with a reason (§5.1)."""
    current = subject.visible_incidents([actor]).filter(number=number).values_list("level", flat=True).first()
    downward = current is not None and level in Level.values and level > current
    incident = subject.locked(
        actor, "incident.downgrade" if downward else "incident.upgrade", number, seen=seen
    )
    level = _level(level)
    if incident.level != current:
        raise WrongState("级别刚刚已由他人改变，请看过再定。", "moved_on", "5.1")
    if level == current:
        raise wrong("/level", "same_level", f"现在已是{level.roman}级。", "5.1")
    reason = subject.reason_needed(reason, "5.1")
    before = Level(current)
    incident.regrade(level)
    book = DebtBook(incident, now)
    rises = level < before
    if rises:
        book.upgrade(level, now)
        start_follow_ups(incident, book, now)
        incident.debt_level = min(level, incident.debt_level)
    incident.save()
    entries = book.save()
    if level == Level.IV:
        entries += lapse_proposals(incident, now, "降为Ⅳ级")
    for merged in incident.locked_merged if rises else []:
        _let_merged_follow(merged, actor, level, now)
    word = "升级" if level < before else "降级"
    subject.tell_firm(
        incident,
        f"{incident.number} 由{before.roman}级{word}为{level.roman}级",
        event="incident.regraded",
        at=now,
        text=reason,
        clause="5.1",
    )
    subject.tell_deciders(
        incident, f"{incident.number} 由{before.roman}级{word}为{level.roman}级", text=reason, at=now
    )
    entry = Entry(
        "incident.regraded",
        f"{word}：{before.roman}级 → {level.roman}级",
        clause="5.1",
        reason=reason,
        data={"from": int(before), "level": int(level)},
        for_firm=True,
    )
    subject.write(incident, actor, now, entry, *entries)
    return incident


@transaction.atomic
def decline_proposal(
    *, actor: Actor, number: str, reason: str, now: datetime, seen: int | None = None
) -> Incident:
    """The proposal above the grade is not followed; a reason is needed (§3.2)."""
    incident = subject.locked(actor, "incident.decline_proposal", number, seen=seen)
    reason = subject.reason_needed(reason, "3.2")
    incident.declined_level = incident.proposed_level
    incident.save()
    book = DebtBook(incident, now)
    book.withdraw_upward(incident.severest_level)
    entry = Entry(
        "incident.proposal_declined",
        f"不采纳{Level(incident.proposed_level).roman}级建议",
        clause="3.2",
        reason=reason,
        data={"proposed_level": incident.proposed_level},
    )
    subject.write(incident, actor, now, entry, *book.save())
    return incident


@transaction.atomic
def dismiss(*, actor: Actor, number: str, reason: str, now: datetime, seen: int | None = None) -> Incident:
    """Verified as unfounded: what is not yet due becomes void (§4.3)."""
    incident = subject.locked(actor, "incident.dismiss", number, seen=seen)
    reason = subject.reason_needed(reason, "4.3")
    incident.dismiss(now)
    incident.save()
    book = DebtBook(incident, now)
    book.void_open("事件不成立")
    subject.release_merged(incident, actor, now, "所并入的事件不成立")
    subject.tell_firm(
        incident,
        f"{incident.number} 经核实不成立",
        event="incident.dismissed",
        at=now,
        text=reason,
        clause="4.3",
    )
    lapsed = lapse_proposals(incident, now, "事件不成立")
    entry = Entry("incident.dismissed", "经核实不成立", clause="4.3", reason=reason, for_firm=True)
    subject.write(incident, actor, now, entry, *lapsed, *book.save())
    calling_up.lapse(incident, "事件不成立", actor=actor, now=now)
    return incident


def _let_merged_follow(merged: Incident, actor: Actor, level: Level, now: datetime):
    """A merged incident's firm still owes; its debts follow the level of the common incident."""
    book = DebtBook(merged, now)
    follow_common_level(merged, book, level, now)
    merged.save()
    words, data = f"所并入的事件为{level.roman}级", {"level": int(merged.level)}
    entry = Entry("incident.common_graded", words, clause="3.2", data=data, for_firm=True)
    subject.write(merged, actor, now, entry, *book.save())


def follow_common_level(merged: Incident, book: DebtBook, level: int, now: datetime):
    if merged.level is None:
        book.grade_first(level, now)
        merged.level, merged.debt_level = level, level
    elif level < merged.debt_level:
        book.upgrade(level, now)
        merged.level = merged.debt_level = level
    start_follow_ups(merged, book, now)


def _settle_grading(incident: Incident, book: DebtBook):
    if incident.verified_at and incident.graded_at:
        book.settle(GRADING, max(incident.verified_at, incident.graded_at))


def _level(level) -> Level:
    try:
        return Level(level)
    except ValueError:
        raise wrong("/level", "unknown_level", "级别为Ⅰ、Ⅱ、Ⅲ、Ⅳ之一。", "5.1") from None


def _class(incident: Incident, code: str) -> EventClass:
    event_class = EventClass.objects.filter(version=incident.plan_version, code=code).first()
    if event_class is None:
        raise wrong("/event_class", "unknown_class", "没有这种事件类别。", "3.1")
    return event_class


def _reason_to_differ(incident: Incident, level: Level, reason: str) -> str:
    if not reason.strip():
        raise wrong(
            "/reason",
            "required",
            f"所定{level.roman}级与建议的{Level(incident.proposed_level).roman}级不同，请填写理由。",
            "3.2",
        )
    return reason.strip()
