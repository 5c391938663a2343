"""The debts of an undertaking: what a body has to make ready by a day (§4.1), under the lock of its undertaking."""

from datetime import date, datetime

from alerts.models import Deadline
from alerts.services.debts import DebtBook
from incidents.models import DeadlineRule

Act = DeadlineRule.Act


class UndertakingBook(DebtBook):
    def owe(self, due_at: datetime) -> bool:
        """Owed by this time; whether that is news. Another time begins a row of its own, with reminders of its own; what
        is overdue by the old one stays breached."""
        due_at = due_at.replace(microsecond=0)
        standing = self._answerable()
        if any(row.due_at == due_at for row in (*standing, *self._forgone())):
            return False
        for row in standing:
            self._retire(row, "改期")
        rule = next(rule for rule in self.plan.rules if rule.code == self.subject.rule)
        bodies = {rule.debtor: self.subject.body}
        self._open(rule, starts_at=self.now, due_at=due_at, bodies=bodies)
        return True

    def done(self, at: datetime, day: date | None = None) -> list[Deadline]:
        """What was owed was done; of what recurs, for this day."""
        return self.settle(Act.PREPARED, at, day=day)

    def owed_no_more(self, why: str):
        """What is not yet due becomes void; what is overdue stays breached, and is not pursued."""
        self._go_on_until_now()
        for row in self._answerable():
            self._retire(row, why)

    def run_on(self, why: str):
        """Of what recurs, the last day has moved: what lies after it becomes void; up to it, the next always exists."""
        for row in self._answerable():
            if row.due_at > self.subject.until_at:
                self._void(row, why)
        last = max((row for row in self.rows if row.stands), key=lambda row: row.round, default=None)
        if last and not last.rolls_on:
            self._open_next(last, last.due_at)

    def _forgone(self) -> list[Deadline]:
        """What the director has waived or written off: for the same day it is not owed anew."""
        return [row for row in self.rows if row.waived_at or row.written_off_at and row.is_unsettled]

    @property
    def was_done(self) -> bool:
        return any(row.met_at for row in self.rows)

    @property
    def is_over(self) -> bool:
        """Nothing is owed or will be."""
        return not any(row.is_answerable or row.rolls_on for row in self.rows)
