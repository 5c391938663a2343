"""What is owed by the level of an incident (R1–R4, R6, R7, R10, R11): opened, replaced and retired as it changes."""

from datetime import datetime

from alerts.models import Deadline
from alerts.services import fired_steps
from alerts.services.debt_rows import DebtRows, Rule


class DebtLevels(DebtRows):
    """The debts of an incident that run by its level, graded or proposed."""

    def open_all(self, level: int):
        """The incident begins: every rule of the level runs from its own clock (§5.2.1, 5.2, 5.3, 5.4.1)."""
        for rule in self._rules(level):
            self._open_from_clock(rule)

    def open_firm(self, level: int):
        """A firm has been named, or has been told: its clock runs from when it knew (§5.2.1)."""
        for rule in self._rules(level):
            if rule.runs_from_knowing:
                self._open_from_clock(rule)

    def grade_first(self, level: int, at: datetime):
        """The first grading: the firm's debts become what they would be had the level been known from the start.

        Debts of another level that are not yet due become void; what is overdue stays breached, but its ladder
        stops and closing does not wait for it. The office's own clocks start at the grading that first gives
        the level, unless facts had proposed it before.
        """
        for rule in self._rules(level):
            if standing := self._standing(rule):
                self._count_from_the_start(standing)
            elif relieved := self._relieved(rule):
                self._revive(relieved)
            elif rule.runs_from_knowing:
                self._open_from_clock(rule)
            else:
                self._open(rule, starts_at=at, due_at=at + self._paced(rule.limit))
        for row in self.rows:
            if row.rule.applies_at(level) or not row.rule.runs_by_level:
                continue
            if row.is_answerable:
                self._retire(row, "定级后按另一级别计时")
            elif row.met_at and row.rule.runs_from_knowing:
                row.counted = False
                self._touch(row)
        self._climb_by_level()

    def upgrade(self, level: int, at: datetime):
        """A later upgrade, or facts that raise the provisional level: due at min(old due, upgrade + new limit)."""
        for rule in self._rules(level):
            if self._standing(rule) or (rule.runs_from_knowing and not self._firm_clock_runs()):
                continue
            old = self._predecessor(rule)
            if old and not old.rule.runs_from_knowing and not old.is_answerable:
                old = None  # superiors who were told of a milder level have yet to hear of this one
            due = min(old.due_at, at + self._paced(rule.limit)) if old else at + self._paced(rule.limit)
            self._open(rule, starts_at=at, due_at=due, replaces=old)
        slots = {slot(rule) for rule in self._rules(level)}
        for row in self._answerable():
            if not row.rule.applies_at(level) and slot(row.rule) in slots:
                self._retire(row, "升级后由新时限接替")
        self._climb_by_level()

    def open_upward(self, level: int, at: datetime):
        """Facts propose a level above the grade: superiors hear of it from that receipt on (R6, R7)."""
        for rule in self._rules(level):
            if rule.kind == Rule.Kind.UPWARD and not self._standing(rule):
                self._open(rule, starts_at=at, due_at=at + self._paced(rule.limit))

    def withdraw_upward(self, level: int):
        """The proposal was declined: what it alone had opened and is not yet due becomes void."""
        for row in self._answerable():
            if (
                row.rule.kind == Rule.Kind.UPWARD
                and not row.rule.applies_at(level)
                and row.rule.mildest < level
            ):
                self._retire(row, "建议未被采纳")

    def _count_from_the_start(self, row: Deadline):
        """A firm's row that facts had opened as an upgrade counts, once graded, from when the firm knew."""
        if not (row.rule.runs_from_knowing and row.replaces and not row.waived_at):
            return
        row.counted = row.counted or bool(row.replaces.met_at)
        row.replaces = None
        self._touch(row)
        starts = self.subject.known_at
        self._move(row, starts, (starts + self._paced(row.rule.limit)).replace(microsecond=0))

    def _open_from_clock(self, rule: Rule):
        if self._standing(rule) or (rule.runs_from_knowing and not self._firm_clock_runs()):
            return
        starts = self.subject.known_at if rule.runs_from_knowing else self.subject.received_at
        self._open(rule, starts_at=starts, due_at=starts + self._paced(rule.limit))

    def _firm_clock_runs(self) -> bool:
        return bool(self.subject.enterprise_id and self.subject.known_at)

    def _climb_by_level(self):
        """Another level may mean another ladder: what is still owed climbs on from there."""
        if any(step.scope[1:] != (1, 4) for step in self.plan.steps):
            for row in self._answerable():
                self._retime(row)

    def _rules(self, level: int) -> list[Rule]:
        """The rules of a level; of a merged incident only its firm's debts run on (domain §3)."""
        rules = self.plan.rules_at(level)
        return [rule for rule in rules if rule.runs_from_knowing] if self.subject.merged_into_id else rules

    def _standing(self, rule: Rule) -> Deadline | None:
        return next(
            (row for row in self.rows if row.rule_id == rule.pk and row.stands and self._same_debtor(row)),
            None,
        )

    def _relieved(self, rule: Rule) -> Deadline | None:
        """An overdue row of the rule that a change of level had set aside."""
        return next(
            (
                r
                for r in self.rows
                if r.rule_id == rule.pk and r.relieved_at and r.is_unsettled and self._same_debtor(r)
            ),
            None,
        )

    def _revive(self, row: Deadline):
        """The level that it belongs to is the graded one after all: the same breach goes on, and counts once."""
        row.relieved_at = None
        fired = fired_steps.offsets(row)
        for successor in self._successors(row):
            fired |= fired_steps.offsets(successor)
            self._revived[successor.pk] = row
        self._retime(row, fired)
        self._say("deadline.revived", row, f"{row.rule.code} {row.rule.name} 恢复追办")

    def _successors(self, row: Deadline) -> list[Deadline]:
        """The rows that stood in its place meanwhile, one after another."""
        found = []
        while row := next((r for r in self.rows if r.pk and r.replaces_id == row.pk), None):
            found.append(row)
        return found

    def _predecessor(self, rule: Rule) -> Deadline | None:
        """The standing row of the same kind that no other stands in place of."""
        replaced = {row.replaces_id for row in self.rows if row.replaces_id and row.stands}
        old = [
            row for row in self.rows if slot(row.rule) == slot(rule) and row.stands and row.pk not in replaced
        ]
        return old[-1] if old else None


def slot(rule: Rule) -> tuple[str, str]:
    """Rules of one slot take over from each other when the level changes."""
    return (rule.kind, rule.creditor)
