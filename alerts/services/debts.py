"""What is owed: a subject's debts are opened, moved, met and ended here, by the rules of its plan version.

The subject's row is locked by the caller first, its debts here, the ledger last.
"""

from datetime import date, datetime, timedelta

from alerts.models import Chase, Deadline
from alerts.models.deadline import DUE_SECOND
from alerts.services import rounds
from alerts.services.debt_rows import DebtRows, Rule, slot
from alerts.services.ladder import PAUSE
from incidents.models import Organization, Post, Report


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

    def _climb_by_level(self):
        """Another level may mean another ladder: what is still owed climbs on from there."""
        if any(step.scope[1:] != (1, 4) for step in self.plan.steps):
            for row in self._answerable():
                self._retime(row)

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

    def _move(self, row: Deadline, starts_at: datetime, due_at: datetime):
        if due_at == row.due_at:
            return
        row.starts_at, row.due_at = starts_at, due_at
        if row.is_answerable:
            self._retime(row)
        self._touch(row)
        self._say("deadline.moved", row, f"{row.rule.code} {row.rule.name} 到期时间变更", due_at=due_at)

    def _count_from_the_start(self, row: Deadline):
        """A firm's row that facts had opened as an upgrade counts, once graded, from when the firm knew."""
        if not (row.rule.runs_from_knowing and row.replaces and not row.waived_at):
            return
        row.counted = row.counted or bool(row.replaces.met_at)
        row.replaces = None
        self._touch(row)
        starts = self.subject.known_at
        self._move(row, starts, (starts + self._paced(row.rule.limit)).replace(microsecond=0))

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
