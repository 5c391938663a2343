"""What is owed: an incident's debts are opened, moved, met and ended here, by the rules of its plan version.

The incident's row is locked by the caller first, its debts here, the ledger last.
"""

from datetime import datetime

from alerts.models import Deadline
from alerts.models.deadline import DUE_SECOND
from alerts.services.debt_rows import FIRM, DebtRows, Rule, slot
from alerts.services.ladder import next_step_at
from incidents.models import Report


class DebtBook(DebtRows):
    """The domain's arithmetic: what a level opens, what moves a due time, what meets or ends a debt."""

    # — opening —

    def open_all(self, level: int):
        """The incident begins: every rule of the level runs from its own clock (§5.2.1, 5.2, 5.3, 5.4.1)."""
        for rule in self._rules(level):
            self._open_from_clock(rule)

    def open_firm(self, level: int):
        """A firm has been named, or has been told: its clock runs from when it knew (§5.2.1)."""
        for rule in self._rules(level):
            if rule.debtor == FIRM:
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
            elif rule.clock == Rule.Clock.KNOWN:
                self._open_from_clock(rule)
            else:
                self._open(rule, starts_at=at, due_at=at + rule.limit)
        for row in self.rows:
            if row.rule.applies_at(level):
                continue
            if row.is_answerable:
                self._retire(row, "定级后按另一级别计时")
            elif row.met_at and row.is_the_firms:
                row.counted = False
                self._touch(row)

    def upgrade(self, level: int, at: datetime):
        """A later upgrade, or facts that raise the provisional level: due at min(old due, upgrade + new limit)."""
        for rule in self._rules(level):
            if self._standing(rule) or (rule.debtor == FIRM and not self._firm_clock_runs()):
                continue
            old = self._predecessor(rule)
            if old and not old.is_the_firms and not old.is_answerable:
                old = None  # superiors who were told of a milder level have yet to hear of this one
            due = min(old.due_at, at + rule.limit) if old else at + rule.limit
            self._open(rule, starts_at=at, due_at=due, replaces=old)
        slots = {slot(rule) for rule in self._rules(level)}
        for row in self._answerable():
            if not row.rule.applies_at(level) and slot(row.rule) in slots:
                self._retire(row, "升级后由新时限接替")

    def open_upward(self, level: int, at: datetime):
        """Facts propose a level above the grade: superiors hear of it from that receipt on (R6, R7)."""
        for rule in self._rules(level):
            if rule.kind == Rule.Kind.UPWARD and not self._standing(rule):
                self._open(rule, starts_at=at, due_at=at + rule.limit)

    def withdraw_upward(self, level: int):
        """The proposal was declined: what it alone had opened and is not yet due becomes void."""
        for row in self._answerable():
            if (
                row.rule.kind == Rule.Kind.UPWARD
                and not row.rule.applies_at(level)
                and row.rule.mildest < level
            ):
                self._retire(row, "建议未被采纳")

    # — moving —

    def move_known_at(self, known_at: datetime, *, later: bool):
        """The firm knew at another time: its due times follow at once (later: in rows of their own)."""
        for row in [row for row in self.rows if row.is_the_firms and not row.waived_at]:
            starts = row.starts_at if row.replaces else known_at
            due = starts + row.rule.limit
            if row.replaces:
                due = min(due, known_at + row.replaces.rule.limit)
            due = due.replace(microsecond=0)
            if later and row.is_unsettled and due != row.due_at:
                self._move_later(row, starts, due)
            else:
                self._move(row, starts, due)

    def _move_later(self, row: Deadline, starts_at: datetime, due_at: datetime):
        """What is still owed goes on in a row of its own. A row that a grading relieved, or the director wrote
        off, as overdue stays so only if it was overdue by the corrected time too."""
        given_up_at = row.relieved_at or row.written_off_at
        if given_up_at and given_up_at >= due_at + DUE_SECOND:
            self._move(row, starts_at, due_at)
            return
        row.written_off_at = None
        self._void(row, "企业获知时间更正")
        if not row.relieved_at:
            self._open(row.rule, starts_at=starts_at, due_at=due_at, replaces=row.replaces)

    def _move(self, row: Deadline, starts_at: datetime, due_at: datetime):
        if due_at == row.due_at:
            return
        row.starts_at, row.due_at = starts_at, due_at
        if row.is_answerable:
            row.next_step_at = next_step_at(row, self.plan.steps, self._fired_ids(row))
        self._touch(row)
        self._say("deadline.moved", row, f"{row.rule.code} {row.rule.name} 到期时间变更", due_at=due_at)

    def _count_from_the_start(self, row: Deadline):
        """A firm's row that facts had opened as an upgrade counts, once graded, from when the firm knew."""
        if not (row.is_the_firms and row.replaces and not row.waived_at):
            return
        row.counted = row.counted or bool(row.replaces.met_at)
        row.replaces = None
        self._touch(row)
        starts = self.incident.known_at
        self._move(row, starts, (starts + row.rule.limit).replace(microsecond=0))

    # — ending —

    def settle(self, act: str, at: datetime, *, report: Report | None = None, to=None, level_told: int = 1):
        """A report or act meets every open debt that it answers; returns the rows met.

        An upward report answers for the level that it told and for milder ones. A word that had come in time
        but was recorded later also answers what had meanwhile been written off or relieved as overdue.
        """
        met = []
        for row in self.rows:
            in_time = row.is_unsettled and at < row.due_at + DUE_SECOND
            if not (row.is_answerable or in_time):
                continue
            if act not in row.rule.answers or (to and row.creditor_id != to.pk):
                continue
            if row.rule.kind == Rule.Kind.UPWARD and level_told > row.rule.mildest:
                continue
            self._meet(row, at, report)
            met.append(row)
        return met

    def void_open(self, why: str, *, office_only: bool = False):
        """The subject has ended: what is not yet due becomes void, what is overdue stays breached."""
        for row in self._answerable():
            if not self._overdue(row) and not (office_only and row.is_the_firms):
                self._void(row, why)

    def drop_firm(self):
        """Another firm was meant: the wrongly named one never owed anything."""
        for row in self._answerable():
            if row.is_the_firms:
                self._void(row, "涉事企业更正")

    def waive(self, row: Deadline):
        row.waived_at, row.next_step_at = self.now, None
        self._touch(row)

    def write_off(self, row: Deadline):
        row.written_off_at, row.next_step_at = self.now, None
        self._touch(row)

    def row(self, pk: int) -> Deadline | None:
        return next((row for row in self.rows if row.pk == pk), None)
