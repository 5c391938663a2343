"""The sweep: fires what is due of every ladder, each step of each debt exactly once.

One batch is one transaction: incidents are locked first (SKIP LOCKED, ordered), then warnings, then their debts, then the
ledger; the fired step, the next time, the next row of a recurring debt, the inbox and the timeline commit together or not
at all. Whose turn it is: `claiming`.

A drill's steps (domain §7) fire at their times like all others, but after whatever is due in earnest, in batches of their
own, and reach those who take part in it. In a test key's sandbox they wake nobody: they address no person, and so find no
gap either.
"""

import logging
import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time

from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.functional import cached_property

from alerts import live
from alerts.models import Deadline, FiredStep, Heartbeat, Notification
from alerts.models.deadline import DUE_SECOND
from alerts.services import claiming, inbox, ladder, rounds, webhook_events
from alerts.services.claiming import lock_due
from alerts.services.directory import Directory
from alerts.services.webhook_events import Happening
from alerts.services.webhook_happenings import of_step
from incidents import ledger
from incidents.models import (
    EscalationStep,
    Role,
    User,
    plan_parts,
)
from incidents.rows import insert, update

log = logging.getLogger(__name__)

DAY = 24 * 60
Target = EscalationStep.Target


def sweep(*, now: datetime, call_for_help: Callable = lambda: None) -> int:
    """Fires everything that is due in earnest at `now`, and then one batch of what yields: whoever ticks next looks first at
    what has fallen due in earnest meanwhile. Returns the number of steps fired or recorded as skipped.

    `call_for_help`: called once if it is more than a batch, so that others sweep at the same time. What is broken in one
    subject holds up no other's ladder; but there is no heartbeat then, so that every page says that something is wrong.
    """
    fired = 0
    try:
        while (some := is_due(now)) and (batch := fire_batch(now=now)) is not None:
            if batch >= claiming.BATCH > fired:
                call_for_help()
            fired += batch
            write_heartbeat()
        write_heartbeat()
        if some:
            fired += fire_batch(now=now, yielding=True) or 0
    except Exception:
        _each_by_itself(now)
        raise
    return fired


def _each_by_itself(now: datetime):
    """After a batch has failed; of each subject that fails alone too the log says which it is."""
    for model, pk in claiming.all_due(now):
        try:
            fire_batch(now=now, only=(model, pk))
        except Exception:
            log.exception("The ladders of %s %s are held up", model._meta.model_name, pk)


def write_heartbeat():
    """The sweep is at work: also in the midst of a storm that takes longer than the watchdog's patience."""
    beat = Heartbeat(name="sweep", at=timezone.now())
    Heartbeat.objects.bulk_create([beat], update_conflicts=True, unique_fields=["name"], update_fields=["at"])


def next_due() -> datetime | None:
    """When the next step of any debt falls due."""
    return Deadline.objects.filter(next_step_at__isnull=False).aggregate(at=Min("next_step_at"))["at"]


def is_due(now: datetime) -> bool:
    due = next_due()
    return due is not None and due <= now


@transaction.atomic
def fire_batch(*, now: datetime, yielding: bool = False, only: tuple[type, int] | None = None) -> int | None:
    """Fires what is due of the next subjects that are free (or of this one only); None when all are held by others, or
    none is due."""
    debts = lock_due(now, yielding=yielding, only=only)
    if debts is None:
        return None
    firings = plan_firings(debts, now)
    record(debts, firings, roll_on(debts, now), now)
    return len(firings)


def roll_on(debts: list[Deadline], now: datetime) -> list[Deadline]:
    """What recurs and was not answered goes on: the next row opens, so that silence goes on reading as overdue."""
    opened = []
    for debt in debts:
        if debt.rolls_on and now >= debt.due_at + DUE_SECOND:
            debt.rolls_on = False
            row = rounds.successor(debt, after=debt.due_at, now=now)
            if row is None:
                continue
            row.next_step_at = ladder.next_step_at(row, _steps(row), set())
            opened.append(row)
    return opened


def _steps(debt: Deadline) -> list[EscalationStep]:
    subject = debt.subject
    return plan_parts(subject.plan_version_id).ladder(debt.rule.kind, subject.standing_level)


@dataclass
class Firing:
    """A step that fires now: to whom, how late, and whether it found nobody."""

    debt: Deadline
    step: EscalationStep
    planned_at: datetime
    people: list[User] = field(default_factory=list)
    skipped: bool = False
    found_nobody: bool = False
    bundled: bool = False
    """Passed before the debt was made: told together with its breach, in one message."""

    @property
    def hurries(self) -> bool:
        """The next step fires at once; not of what was to be made ready, which can wait for its morning."""
        return self.found_nobody and not self.step.is_reminder and not self.debt.undertaking_id


def plan_firings(debts: list[Deadline], now: datetime) -> list[Firing]:
    fired = defaultdict(set)
    behind = FiredStep.objects.filter(deadline__in=debts).values_list("deadline", "step__offset")
    for debt_id, offset in behind:
        fired[debt_id].add(offset)
    recipients = Recipients(debts, now)
    firings = []
    for debt in debts:
        firings += _climb(debt, ladder.steps_ahead(debt, _steps(debt), fired[debt.pk]), now, recipients)
    return firings


def _climb(
    debt: Deadline, ahead: list[EscalationStep], now: datetime, recipients: "Recipients"
) -> list[Firing]:
    """Fires the steps of one debt whose time has come; one that finds nobody brings the next forward to itself."""
    firings, brought_forward, told = [], None, set()
    while ahead:
        step = ahead[0]
        if not brought_forward and ladder.fires_at(debt, step) > now:
            break
        ahead.pop(0)
        planned = brought_forward or ladder.planned_at(debt, step)
        firing = Firing(debt, step, planned)
        if step.is_reminder and now >= debt.due_at + DUE_SECOND:
            firing.skipped = True
        else:
            _address(firing, recipients, told, is_last=not ahead)
            told |= {person.pk for person in firing.people}
            firing.bundled = not step.is_reminder and planned <= debt.created_at
        brought_forward = planned if firing.hurries else None
        firings.append(firing)
    debt.next_step_at = min((ladder.fires_at(debt, step) for step in ahead), default=None)
    return firings


def _address(firing: Firing, recipients: "Recipients", told: set[int], *, is_last: bool):
    """Whom the step goes to; the gap it found, if any. `told`: whom the debt's steps before this one reach now."""
    debt, step = firing.debt, firing.step
    if _is_of_a_sandbox(debt):
        return
    found = {target: recipients.find(target, debt) for target in step.targets}
    firing.people = [person for people in found.values() for person in people]
    debtor_side = [target for target in step.targets if target in (Target.DEBTOR_DUTY, Target.DEBTOR_LEADER)]
    asked = debtor_side or step.targets
    firing.found_nobody = not any(found[target] for target in asked)
    if firing.found_nobody and step.is_reminder:
        firing.people = recipients.find(Target.OFFICE_DUTY, debt)
    elif firing.found_nobody and is_last:
        firing.people = recipients.everyone(debt)
    if Target.COMMANDERS in step.targets and not firing.found_nobody:
        told = told | recipients.reached(debt)
        firing.people = [person for person in firing.people if person.pk not in told]


def _is_of_a_sandbox(debt: Deadline) -> bool:
    return debt.subject.is_drill and debt.subject.drill_id is None


class Recipients:
    """Whom each target of a step means for a debt, read once for a batch."""

    def __init__(self, debts: list[Deadline], now: datetime):
        self._debts = [debt.pk for debt in debts]
        self._directories = {
            drill: Directory(_bodies(debts, drill), at=now, drill=drill)
            for drill in {debt.subject.drill_id for debt in debts}
        }

    @cached_property
    def _reached(self) -> dict[int, set[int]]:
        reached = defaultdict(set)
        told = Notification.objects.filter(deadline__in=self._debts, fired_step__isnull=False)
        for debt_id, person_id in told.values_list("deadline", "person"):
            reached[debt_id].add(person_id)
        return reached

    def find(self, target: str, debt: Deadline) -> list[User]:
        office, directory = debt.subject.office, self._directories[debt.subject.drill_id]
        match target:
            case Target.DEBTOR_DUTY:
                return directory.on_duty(debt.desk_id)
            case Target.DEBTOR_LEADER:
                return directory.leaders(debt.desk_id)
            case Target.OFFICE_DUTY:
                return directory.on_duty(office)
            case Target.OFFICE_LEADER:
                return directory.leaders(office)
            case Target.OFFICE_DIRECTOR:
                return directory.holders(office, Role.OFFICE_DIRECTOR)
            case Target.COMMANDERS:
                return directory.holders(office.parent_id, Role.COMMANDER)

    def everyone(self, debt: Deadline) -> list[User]:
        """Where a last step goes that found nobody; what was to be made ready stays with the office."""
        office = debt.subject.office
        commanders = None if debt.undertaking_id else office.parent_id
        return self._directories[debt.subject.drill_id].everyone(office, commanders)

    def reached(self, debt: Deadline) -> set[int]:
        """Whom the debt's earlier steps have reached."""
        return self._reached[debt.pk]


def _bodies(debts: list[Deadline], drill: int | None) -> set:
    """All that is asked of the directory for those debts that are of this drill, or of none."""
    debts = [debt for debt in debts if debt.subject.drill_id == drill]
    offices = {debt.subject.office for debt in debts}
    return {debt.desk_id for debt in debts} | offices | {office.parent_id for office in offices}


def record(debts: list[Deadline], firings: list[Firing], opened: list[Deadline], now: datetime):
    """Writes the fired steps, the inbox, the next times and rows, and the timeline."""
    fired = insert_fired(firings, now)
    inbox.deliver(_messages(list(zip(firings, fired, strict=True)), now))
    webhook_events.queue(_for_webhooks(firings, now), at=now)
    update(debts, "next_step_at", "rolls_on")
    insert(opened)
    lines = [(firing.debt, _entry(firing, now)) for firing in firings]
    lines += [(debt, _opened(debt)) for debt in opened]
    ledger.append_all([(debt.subject.chain, debt.incident, entry) for debt, entry in lines], at=now)
    live.tell_changed(*(debt.incident for debt, _ in lines if debt.incident_id))
    live.tell_warnings(*(debt.warning for debt, _ in lines if debt.warning_id))


def insert_fired(firings: list[Firing], now: datetime) -> list[FiredStep]:
    return insert(
        [
            FiredStep(
                deadline_id=firing.debt.pk,
                step_id=firing.step.pk,
                planned_at=firing.planned_at,
                fired_at=now,
                skipped=firing.skipped,
                found_nobody=firing.found_nobody,
            )
            for firing in firings
        ]
    )


def _messages(pairs: list[tuple[Firing, FiredStep]], now: datetime) -> list[Notification]:
    messages = {}
    breach_of = {f.debt.pk: step for f, step in pairs if f.bundled and f.step.label == "breach"}
    for firing, fired_step in pairs:
        if firing.skipped:
            continue
        if firing.bundled:
            fired_step = breach_of.get(firing.debt.pk, fired_step)
        for person in firing.people:
            if (fired_step.pk, person.pk) not in messages:
                messages[fired_step.pk, person.pk] = _message(firing, fired_step, person, now)
    return list(messages.values())


def _for_webhooks(firings: list[Firing], now: datetime) -> list[Happening]:
    """Of what firms owe: the reminders and the breach; who is escalated to after that is no matter of theirs."""
    return [
        of_step(firing.debt, firing.step, now)
        for firing in firings
        if firing.debt.is_the_firms
        and not firing.skipped
        and (firing.step.is_reminder or firing.step.label == "breach")
    ]


def _message(firing: Firing, fired_step: FiredStep, person: User, now: datetime) -> Notification:
    debt, step = firing.debt, firing.step
    kinds = Notification.Kind
    kind = (
        kinds.REMINDER if step.is_reminder else kinds.BREACH if step.label == "breach" else kinds.ESCALATION
    )
    return Notification(
        person=person,
        kind=kind,
        title=f"{debt.subject.number} {_what(firing, now)}"[:150],
        text=f"{_who(debt)}。{debt.order or debt.subject.title}",
        clause=debt.rule.clause,
        **inbox.about(debt.subject),
        deadline_id=debt.pk,
        fired_step_id=fired_step.pk,
        created_at=now,
    )


def _what(firing: Firing, now: datetime) -> str:
    debt, step = firing.debt, firing.step
    name = f"{debt.rule.code} {debt.rule.name}"
    if step.is_reminder:
        return f"{name} 还剩 {_span(math.ceil(debt.lasts(debt.due_at - now).total_seconds() / 60))}"
    overdue = int(debt.lasts(now - debt.due_at).total_seconds()) // 60
    return f"{name} {debt.breach_words}" + (f"，已超 {_span(overdue)}" if overdue else "")


def _span(minutes: int) -> str:
    """From two hours on in hours, from a day on in whole days: what is weeks away is not read in minutes."""
    if minutes >= DAY:
        return f"{minutes // DAY} 天"
    return f"{minutes // 60} 小时 {minutes % 60:02d} 分" if minutes >= 120 else f"{minutes} 分"


def _who(debt: Deadline) -> str:
    by_desk = "" if debt.desk_id == debt.debtor_id else f"（由{debt.desk}经办）"
    if debt.undertaking_id:
        return f"{debt.debtor}应于 {_by_when(debt)} 前{debt.rule.name}{debt.basis_words}"
    if debt.debtor_id == debt.creditor_id:
        return f"{debt.debtor}应{debt.rule.name}"
    return f"{debt.debtor}{by_desk}应向{debt.creditor}报告"


def _by_when(debt: Deadline) -> str:
    """A day that is over with its midnight is named by itself."""
    due = timezone.localtime(debt.due_at)
    return f"{debt.day:%-m月%-d日}" if due.time() == time.min else f"{due:%-m月%-d日 %H:%M}"


def _entry(firing: Firing, now: datetime) -> ledger.Entry:
    """The timeline's line: what fired, for whom, how late, and any gap found."""
    debt, step = firing.debt, firing.step
    late = int(debt.lasts(now - ladder.DUE_SECOND - firing.planned_at).total_seconds())
    name = {"remind": "提醒", "breach": "超时告警"}.get(step.label, f"超时 {_span(step.minutes)}升级")
    words = f"{debt.rule.code} {debt.rule.name} {name}"
    if firing.skipped:
        words += "：已过期，跳过"
    elif _is_of_a_sandbox(debt):
        words += "：演练，不通知任何人"
    elif firing.found_nobody:
        words += "：应通知的岗位无人" + ("，下一步立即进行" if firing.hurries else "，改告应急办")
    else:
        words += f"：通知 {len({p.pk for p in firing.people})} 人"
    if late >= 60:
        words += f"（迟 {late // 60} 分）"
    return ledger.Entry(
        "deadline.fired",
        words,
        clause=debt.rule.clause,
        data={
            "rule": debt.rule.code,
            "deadline": debt.pk,
            "step": step.label,
            "planned_at": firing.planned_at.isoformat(),
            "late_seconds": max(late, 0),
            "notified": sorted({person.pk for person in firing.people}),
            "skipped": firing.skipped,
            "found_nobody": firing.found_nobody,
        },
        for_firm=debt.is_for_the_firm and step.minutes <= 0,
    )


def _opened(debt: Deadline) -> ledger.Entry:
    return ledger.Entry(
        "deadline.opened",
        f"起算 {debt.rule.code} {debt.rule.name}",
        clause=debt.rule.clause,
        data={
            "rule": debt.rule.code,
            "creditor": debt.rule.creditor,
            "debtor": debt.debtor.code,
            "starts_at": debt.starts_at.isoformat(),
            "due_at": debt.due_at.isoformat(),
        },
        for_firm=debt.is_for_the_firm,
    )
