"""What is owed again and again (R5, R9, W3, Q1): begun, tightened, and one row opened behind another."""

from datetime import date, datetime, timedelta

from alerts.models import Deadline
from alerts.services import rounds
from alerts.services.debt_rows import DebtRows, Rule
from incidents.models import Organization


class DebtRounds(DebtRows):
    """The debts of a subject that recur: the next row always exists, counting from the report or from the silence."""

    def follow_up(
        self, level: int, at: datetime, every: dict[Organization, timedelta | None], *, tighten: bool = True
    ):
        """R5 for these bodies (§5.2.1): where one runs already no second set opens; to tighten it, its open row
        becomes due at min(old due, now + new N). `every`: N per body, None for the rule's own."""
        for rule in self.plan.rules_of(Rule.Clock.FOLLOW_UP, level):
            for body, interval in every.items():
                if tighten or self._ahead(rule, body) is None:
                    every_n = interval or rule.interval
                    self._recur(rule, body, at, every_n, first=every_n)

    def progress(self, level: int, at: datetime, interval: timedelta | None):
        """R9: 指挥部 owes 市政府 and the province how it is being handled (§2.2.2(3))."""
        for rule in self.plan.rules_of(Rule.Clock.RESPONSE, level):
            body = self._bodies()[rule.debtor]
            self._recur(rule, body, at, interval or rule.interval, first=rule.limit)

    def set_interval(self, clock: str, interval: timedelta | None, at: datetime):
        """W3: more often than daily, or daily again; the running row becomes due at min(old due, now + new N)."""
        self._go_on_until_now()
        for row in [row for row in self.rows if row.rolls_on and row.rule.clock == clock]:
            row.interval = interval
            if interval:
                self._move(
                    row, row.starts_at, min(row.due_at, (at + self._paced(interval)).replace(microsecond=0))
                )
            self._touch(row)

    def _recur(self, rule: Rule, body: Organization, at: datetime, interval: timedelta, *, first: timedelta):
        self._go_on_until_now()
        ahead = self._ahead(rule, body)
        if ahead is None:
            self._open(
                rule,
                starts_at=at,
                due_at=at + self._paced(first),
                bodies={rule.debtor: body},
                interval=interval,
            )
            return
        ahead.rule, ahead.interval = rule, interval
        self._move(
            ahead, ahead.starts_at, min(ahead.due_at, (at + self._paced(interval)).replace(microsecond=0))
        )
        self._touch(ahead)

    def _ahead(self, rule: Rule, body: Organization) -> Deadline | None:
        """The running row of this recurring debt."""
        return next(
            (
                row
                for row in self.rows
                if row.rolls_on
                and row.debtor_id == body.pk
                and (row.rule.code, row.rule.creditor) == (rule.code, rule.creditor)
            ),
            None,
        )

    def _go_on_until_now(self, act: str = "", day: date | None = None):
        """What recurs stands as if somebody had swept meanwhile (`escalation.roll_on`): a silence of two intervals is
        two breaches, and the report of a `day` finds its row. `act`: only what that answers."""

        def is_behind(row: Deadline) -> bool:
            asked = row.rolls_on and (not act or act in row.rule.answers)
            return asked and (self._overdue(row) or bool(day and rounds.day_of(row) < day))

        while row := next(filter(is_behind, self.rows), None):
            row.rolls_on = False
            self._touch(row)
            self._open_next(row, row.due_at)

    def _open_next(self, row: Deadline, after: datetime):
        """The row behind this one of a recurring debt: the next always exists."""
        if following := rounds.successor(row, after=after, now=self.now):
            self._add(following)

    def _is_turn_of(self, row: Deadline, at: datetime, day: date | None) -> bool:
        """Whether a report that came at this time, for this day, is this row's."""
        return row.starts_at <= at if row.rule.recurs == Rule.Recurs.INTERVAL else rounds.day_of(row) == day

    def _go_on(self, row: Deadline, at: datetime, rolls_on: bool):
        """The next row counts from this report; one that was opened because none had come moves to it."""
        if rolls_on:
            self._open_next(row, at)
            return
        behind = next((r for r in self.rows if r.series == row.series and r.round == row.round + 1), None)
        by_interval = row.rule.recurs == Rule.Recurs.INTERVAL
        if by_interval and behind and behind.is_unsettled and behind.starts_at > at:
            self._move(behind, at, rounds.next_due(row, at).replace(microsecond=0))
