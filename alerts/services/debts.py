"""What is owed: a subject's debts are opened, moved, met and ended here, by the rules of its plan version.

The subject's row is locked by the caller first, its debts here, the ledger last.
"""

from datetime import date, datetime, timedelta

from alerts.models import Chase, Deadline
from alerts.models.deadline import DUE_SECOND
from alerts.services import rounds
from alerts.services.debt_levels import DebtLevels
from alerts.services.debt_rounds import DebtRounds
from alerts.services.debt_rows import Rule
from alerts.services.ladder import PAUSE
from incidents.models import Organization, Post, Report


class DebtBook(DebtLevels, DebtRounds):
    """The domain's arithmetic: what a level opens, what moves a due time, what meets or ends a debt."""

    # — opening —

    def start(
        self,
        clock: str,
        at: datetime,
        *,
        level: int | None = None,
        bodies: dict[str, Organization] | None = None,
        due: dict[str, datetime | None] | None = None,
        interval: timedelta | None = None,
        but_not_to: Organization | None = None,
        **matter,
    ) -> list[Deadline]:
        """An act sets a clock going: every rule of that clock at this level opens its row, at most one per matter.

        `bodies`: who stands for a debtor or creditor that the act names. `due`: a due time that the act itself
        sets, by rule; None: it sets none, and nothing is owed. `interval`: between reports, where it recurs.
        `but_not_to`: the body that it came from is not told back.
        """
        opened = []
        bodies = self._bodies() | (bodies or {})
        for rule in self.plan.rules_of(clock, level or self.subject.standing_level):
            due_at = (due or {}).get(rule.code, rounds.first_due(self.subject, rule, at, interval))
            told_by = but_not_to and bodies[rule.creditor] == but_not_to
            if told_by or due_at is None or bodies[rule.debtor] is None:
                continue
            every = (interval or rule.interval) if rule.recurs else None
            if self._has_one(rule, bodies[rule.debtor], at, matter):
                continue
            opened.append(
                self._open(rule, starts_at=at, due_at=due_at, bodies=bodies, interval=every, **matter)
            )
        return opened

    def promise(self, debtor: Organization, due_at: datetime, chase: Chase) -> list[Deadline]:
        """催报: what a debtor promised is watched too; it stands in place of an older promise not yet due."""
        for row in self._answerable():
            if row.rule.clock == Rule.Clock.PROMISE and row.debtor_id == debtor.pk and not self._overdue(row):
                self._void(row, "另有新的承诺")
        rules = self.plan.rules_of(Rule.Clock.PROMISE, self.subject.standing_level)
        due = {rule.code: due_at for rule in rules}
        return self.start(Rule.Clock.PROMISE, self.now, bodies={"CHASED": debtor}, due=due, chase=chase)

    def _has_one(self, rule: Rule, body: Organization, at: datetime, matter: dict) -> bool:
        """Each end of an incident that flares up again has what follows it anew (P1, P2)."""
        return any(
            row.stands
            and (rule.clock != Rule.Clock.OVER or row.starts_at == at)
            and row.debtor_id == body.pk
            and (row.rule.code, row.rule.creditor) == (rule.code, rule.creditor)
            and all(getattr(row, name) == value for name, value in matter.items())
            for row in self.rows
        )

    # — moving —

    def move_known_at(self, known_at: datetime, *, later: bool):
        """The firm knew at another time: its due times follow at once (later: in rows of their own)."""
        owed = [row for row in self.rows if row.rule.runs_from_knowing and self._same_debtor(row)]
        for row in [row for row in owed if not row.waived_at]:
            starts = row.starts_at if row.replaces else known_at
            due = starts + self._paced(row.rule.limit)
            if row.replaces:
                due = min(due, known_at + self._paced(row.replaces.rule.limit))
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

    # — ending —

    def settle(
        self,
        act: str,
        at: datetime,
        *,
        report: Report | None = None,
        to: Organization | None = None,
        by: Organization | None = None,
        level_told: int = 1,
        day: date | None = None,
        **matter,
    ) -> list[Deadline]:
        """A report or act meets every open debt that it answers; returns the rows met.

        `to` and `by`: only what is owed to this body, by this body. An upward report answers for the level that
        it told and for milder ones; a daily report for its `day`. A word that had come in time but was recorded
        later also answers what had meanwhile been written off or relieved as overdue, and a firm's, what a later word
        of it had met. A promise (催报) is kept by whatever its debtor then does, about whichever matter.
        """
        self._go_on_until_now(act, day)
        answered = []
        for row in self.rows:
            in_time = row.is_unsettled and at < row.due_at + DUE_SECOND
            came_first = row.rule.runs_from_knowing and row.met_at and at < row.met_at
            if not (row.is_answerable or in_time or came_first) or act not in row.rule.answers:
                continue
            if (to and row.creditor_id != to.pk) or (by and row.debtor_id != by.pk):
                continue
            of_another = any(getattr(row, name) != value for name, value in matter.items())
            if of_another and row.rule.clock != Rule.Clock.PROMISE:
                continue
            if row.rule.kind == Rule.Kind.UPWARD and level_told > row.rule.mildest:
                continue
            if row.rule.recurs and not self._is_turn_of(row, at, day):
                continue
            if row.rule.clock in (Rule.Clock.OUTGROWN, Rule.Clock.PROMISE) and at < row.starts_at:
                continue  # a word from before the declaration told nothing of it, nor keeps a promise
            answered.append((row, row.rolls_on))
        for row, rolls_on in answered:
            self._meet(row, at, report)
            if row.rule.recurs:
                self._go_on(row, at, rolls_on)
        return [row for row, _ in answered]

    def void_open(self, why: str, *, office_only: bool = False, **matter):
        """The subject (or this matter of it) has ended: what is not yet due becomes void, what is overdue stays
        breached."""
        self._go_on_until_now()
        for row in self._answerable():
            if office_only and row.is_the_firms:
                continue
            if any(getattr(row, f"{name}_id") != thing.pk for name, thing in matter.items()):
                continue
            if not self._overdue(row):
                self._void(row, why)
            elif row.rolls_on:
                row.rolls_on = False
                self._touch(row)

    def stop(self, why: str):
        """A drill is over: as `void_open`, and what is overdue climbs no further either."""
        for row in self.rows:
            if row.is_unsettled and not self._overdue(row):
                self._void(row, why)
            elif row.next_step_at or row.rolls_on:
                row.next_step_at, row.rolls_on = None, False
                self._touch(row)

    def drop_firm(self):
        """Another firm was meant: the wrongly named one never owed anything."""
        firm = self.subject.enterprise_id
        self._never_owed(
            [row for row in self.rows if row.debtor_id == firm and row.rule.kind != Rule.Kind.ORDER],
            "涉事企业更正",
        )

    def drop_county(self, county: Organization):
        """Another county was meant: the wrongly named one owed no follow-ups, nor kept a promise of any."""
        clocks = (Rule.Clock.FOLLOW_UP, Rule.Clock.PROMISE)
        self._never_owed(
            [row for row in self.rows if row.debtor_id == county.pk and row.rule.clock in clocks], "县区更正"
        )

    def _never_owed(self, rows: list[Deadline], why: str):
        for row in rows:
            if row.is_unsettled:
                row.written_off_at = None
                self._void(row, why)
            elif row.counted:
                row.counted = False
                self._touch(row)

    def waive(self, row: Deadline):
        if row.rolls_on:
            self._open_next(row, row.due_at)
        row.waived_at, row.next_step_at, row.rolls_on = self.now, None, False
        self._touch(row)

    def acknowledge(self, row: Deadline, post: Post):
        """Stops the ladder, not the debt: it goes on a while later if the debt is still unmet."""
        row.acknowledged_at, row.acknowledged_by = self.now, post
        row.resumes_at = self.now + row.paced(PAUSE)
        self._retime(row)

    def write_off(self, row: Deadline):
        if row.rolls_on:
            self._open_next(row, row.due_at)
        row.written_off_at, row.next_step_at, row.rolls_on = self.now, None, False
        self._touch(row)

    def row(self, pk: int) -> Deadline | None:
        return next((row for row in self.rows if row.pk == pk), None)
