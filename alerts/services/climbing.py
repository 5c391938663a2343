"""Climbing a ladder: which steps of a debt fire now, to whom each goes, and whether it finds anybody (domain §2).

A drill's steps (domain §7) fire at their times like all others and reach those who take part in it. In a test key's
sandbox they wake nobody: they address no person, and so find no gap either.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import cached_property

from alerts.models import Deadline, FiredStep, Notification
from alerts.models.deadline import DUE_SECOND
from alerts.services import ladder
from alerts.services.directory import Directory
from incidents.models import EscalationStep, Role, User, plan_parts

Target = EscalationStep.Target


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
        firings += _climb(debt, ladder.steps_ahead(debt, steps_of(debt), fired[debt.pk]), now, recipients)
    return firings


def steps_of(debt: Deadline) -> list[EscalationStep]:
    subject = debt.subject
    return plan_parts(subject.plan_version_id).ladder(debt.rule.kind, subject.standing_level)


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
    if is_of_a_sandbox(debt):
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


def is_of_a_sandbox(debt: Deadline) -> bool:
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
