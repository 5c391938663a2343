"""What is owed: an incident's debts are opened, moved, met and ended here, by the rules of its plan version.

The incident's row is locked by the caller first, its debts here, the ledger last.
"""

from datetime import datetime

from django.utils.functional import cached_property

from alerts.models import Deadline, FiredStep, Notification
from alerts.models.deadline import DUE_SECOND
from alerts.services import inbox
from alerts.services.ladder import next_step_at
from incidents.ledger import Entry
from incidents.models import DeadlineRule, Incident, Organization, Report, UpwardReport, User, plan_parts

Rule = DeadlineRule
FIRM = Rule.Debtor.ENTERPRISE


class DebtBook:
    """The debts of one locked incident, for the length of one transaction.

    Methods change rows in memory and collect what the timeline must say; `save` writes both the rows and
    the corrections, and returns the entries.
    """

    def __init__(self, incident: Incident, now: datetime, *, is_new: bool = False):
        self.incident, self.now, self.is_new = incident, now, is_new
        self.plan = plan_parts(incident.plan_version_id)
        self.entries: list[Entry] = []
        self._new: list[Deadline] = []
        self._changed: dict[int, Deadline] = {}
        self._corrected: list[Deadline] = []
        self.rows = [] if is_new else self._load()

    def _load(self) -> list[Deadline]:
        rows = Deadline.objects.select_for_update(of=("self",)).filter(incident=self.incident, voided_at=None)
        rows = list(rows.select_related("rule", "debtor", "desk", "creditor", "replaces").order_by("id"))
        known = {row.pk: row for row in rows}
        for row in rows:
            row.replaces = known.get(row.replaces_id, row.replaces)
        return rows

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
        slots = {_slot(rule) for rule in self._rules(level)}
        for row in self._answerable():
            if not row.rule.applies_at(level) and _slot(row.rule) in slots:
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

    # — writing —

    def save(self) -> list[Entry]:
        changed = [row for row in self._changed.values() if row.pk]
        Deadline.objects.bulk_update(
            changed,
            [
                "starts_at",
                "due_at",
                "met_at",
                "met_by",
                "voided_at",
                "waived_at",
                "written_off_at",
                "relieved_at",
                "replaces",
                "counted",
                "next_step_at",
            ],
        )
        fresh = [row for row in self._new if not row.voided_at]
        Deadline.objects.bulk_create(fresh)
        self._inherit_steps([row for row in fresh if self._takes_over(row)])
        self._send_corrections()
        return self.entries

    def _inherit_steps(self, rows: list[Deadline]):
        """A row that takes over from an overdue one takes over its fired steps too: none fires twice."""
        if not rows:
            return
        heirs = {row.replaces_id: row for row in rows}
        fired = FiredStep.objects.filter(deadline__in=heirs)
        FiredStep.objects.bulk_create(
            FiredStep(
                deadline=heirs[step.deadline_id],
                step_id=step.step_id,
                planned_at=step.planned_at,
                fired_at=step.fired_at,
                skipped=step.skipped,
                found_nobody=step.found_nobody,
                inherited=True,
            )
            for step in fired
        )

    def _send_corrections(self):
        """What came in time but was recorded later: those whom a step had reached are told."""
        for row in self._corrected:
            reached = User.objects.filter(
                notifications__deadline=row, notifications__fired_step__planned_at__gt=row.met_at
            ).distinct()
            inbox.tell(
                reached,
                kind=Notification.Kind.CORRECTION,
                title=f"更正：{self.incident.number} {row.rule.name} 已于先前完成",
                text="补录的报告在步骤触发之前已到达；已触发的步骤照旧留存。",
                clause=row.rule.clause,
                at=self.now,
                incident=self.incident,
                deadline=row,
            )

    # — rows —

    def _rules(self, level: int) -> list[Rule]:
        """The rules of a level; of a merged incident only its firm's debts run on (domain §3)."""
        rules = self.plan.rules_at(level)
        return [rule for rule in rules if rule.debtor == FIRM] if self.incident.merged_into_id else rules

    def _answerable(self) -> list[Deadline]:
        return [row for row in self.rows if row.is_answerable]

    def _standing(self, rule: Rule) -> Deadline | None:
        return next(
            (row for row in self.rows if row.rule_id == rule.pk and row.stands and self._same_debtor(row)),
            None,
        )

    def _same_debtor(self, row: Deadline) -> bool:
        return not row.is_the_firms or row.debtor_id == self.incident.enterprise_id

    def _predecessor(self, rule: Rule) -> Deadline | None:
        """The standing row of the same kind that no other has replaced yet."""
        replaced = {row.replaces_id for row in self.rows if row.replaces_id}
        old = [
            row
            for row in self.rows
            if _slot(row.rule) == _slot(rule) and row.stands and row.pk not in replaced
        ]
        return old[-1] if old else None

    def _overdue(self, row: Deadline) -> bool:
        return self.now >= row.due_at + DUE_SECOND

    def _firm_clock_runs(self) -> bool:
        return bool(self.incident.enterprise_id and self.incident.known_at)

    def _open_from_clock(self, rule: Rule):
        if self._standing(rule) or (rule.debtor == FIRM and not self._firm_clock_runs()):
            return
        incident = self.incident
        starts = incident.known_at if rule.clock == Rule.Clock.KNOWN else incident.received_at
        self._open(rule, starts_at=starts, due_at=starts + rule.limit)

    def _open(self, rule: Rule, *, starts_at: datetime, due_at: datetime, replaces: Deadline | None = None):
        bodies = self._bodies()
        row = Deadline(
            incident=self.incident,
            rule=rule,
            debtor=bodies[rule.debtor],
            desk=bodies[FIRM] if rule.debtor == FIRM else bodies[Rule.Debtor.OFFICE],
            creditor=bodies[rule.creditor],
            created_at=self.now,
            starts_at=starts_at,
            due_at=due_at.replace(microsecond=0),
        )
        if replaces:
            row.replaces = replaces
            row.counted = not replaces.met_at and not self._takes_over(row)
        self.rows.append(row)
        self._new.append(row)
        self._say(
            "deadline.opened", row, f"起算 {rule.code} {rule.name}", starts_at=starts_at, due_at=row.due_at
        )
        if answer := self._answer_on_record(row):
            self._meet(row, *answer)
        else:
            fired = self._fired_ids(replaces) if self._takes_over(row) else set()
            row.next_step_at = next_step_at(row, self.plan.steps, fired)

    def _takes_over(self, row: Deadline) -> bool:
        """Whether the row goes on where an overdue one stood: with its due time and its fired steps."""
        old = row.replaces
        return bool(old and old.pk and old.is_unsettled and self._overdue(old))

    def _answer_on_record(self, row: Deadline) -> tuple[datetime, Report | None] | None:
        """The earliest word already on record that answers this debt."""
        rule = row.rule
        answers = [
            (at, report)
            for act, to, level_told, at, report in self._record
            if act in rule.answers and to in (None, row.creditor_id) and level_told <= rule.mildest
        ]
        return min(answers, key=lambda answer: answer[0], default=None)

    @cached_property
    def _record(self) -> list[tuple]:
        """Every word on record: (act, to whom, level told, when, report)."""
        if self.is_new:
            return []
        word = []
        reports = self.incident.reports.filter(
            informant=Report.Informant.ENTERPRISE, reporter__in=_with_superiors(self.incident.enterprise)
        )
        for report in reports.select_related("oral_claim"):
            word.append((report.kind, None, 1, report.arrived_at, report))
            claim = getattr(report, "oral_claim", None)
            if claim and claim.confirmed_at:
                word.append((Rule.Act.ORAL, None, 1, claim.told_at, report))
        for told in UpwardReport.objects.filter(incident=self.incident):
            act = Rule.Act.PROPOSAL if told.is_proposal else Rule.Act.REPORT_UP
            word.append((act, told.to_id, told.level_told, told.at, None))
        return word

    def _bodies(self) -> dict[str, object]:
        office = self.incident.office
        headquarters = office.parent
        city = headquarters.parent
        return {
            "ENTERPRISE": self.incident.enterprise,
            "OFFICE": office,
            "BUREAU": office.host,
            "HEADQUARTERS": headquarters,
            "CITY_GOVERNMENT": city,
            "PROVINCE": city.parent,
        }

    def _fired_ids(self, row: Deadline) -> set[int]:
        if not row.pk:
            return set()
        return set(FiredStep.objects.filter(deadline=row).values_list("step_id", flat=True))

    def _meet(self, row: Deadline, at: datetime, report: Report | None = None):
        row.met_at, row.met_by, row.next_step_at = at, report, None
        if row.pk and at < self.now and FiredStep.objects.filter(deadline=row, planned_at__gt=at).exists():
            self._corrected.append(row)
        self._touch(row)
        late = at - row.due_at
        words = f"超时完成（迟 {_span(late)}）" if at >= row.due_at + DUE_SECOND else "按时完成"
        self._say("deadline.met", row, f"{row.rule.code} {row.rule.name} {words}", met_at=at)

    def _retire(self, row: Deadline, why: str):
        if self._overdue(row):
            row.relieved_at, row.next_step_at = self.now, None
            self._touch(row)
            self._say("deadline.relieved", row, f"{row.rule.code} {row.rule.name} 仍记超时，不再追办：{why}")
        else:
            self._void(row, why)

    def _void(self, row: Deadline, why: str):
        row.voided_at, row.next_step_at = self.now, None
        self._touch(row)
        self._say("deadline.voided", row, f"{row.rule.code} {row.rule.name} 失效：{why}")

    def _touch(self, row: Deadline):
        if row.pk:
            self._changed[row.pk] = row

    def _say(self, action: str, row: Deadline, summary: str, **times: datetime):
        self.entries.append(
            Entry(
                action,
                summary,
                clause=row.rule.clause,
                data={"rule": row.rule.code, "creditor": row.rule.creditor, "debtor": row.debtor.code}
                | {name: time.isoformat() for name, time in times.items()},
                for_firm=row.is_the_firms,
            )
        )


def _slot(rule: Rule) -> tuple[str, str]:
    """Rules of one slot take over from each other when the level changes."""
    return (rule.kind, rule.creditor)


def _with_superiors(firm: Organization | None) -> list[Organization]:
    """Whose word is the firm's own: its, and its superior units' (§5.2.1); not that of one named by mistake."""
    found = []
    while firm:
        found.append(firm)
        firm = firm.superior_unit
    return found


def _span(delta) -> str:
    minutes = int(delta.total_seconds() // 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} 小时 {minutes:02d} 分" if hours else f"{minutes} 分"
