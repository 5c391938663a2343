"""The rows of a subject's debts, under one lock: opened, met, voided in memory, then written at once."""

from datetime import datetime, timedelta

from django.utils.functional import cached_property

from alerts.models import Addressee, Deadline, FiredStep, Notification, Undertaking, Warning
from alerts.models.deadline import DUE_SECOND
from alerts.services import inbox, rounds
from alerts.services.ladder import next_step_at
from incidents.ledger import Entry
from incidents.models import DeadlineRule, Incident, Organization, Report, UpwardReport, User, plan_parts
from incidents.rows import insert, made
from incidents.spans import span

Rule = DeadlineRule
FIRM = Rule.Debtor.ENTERPRISE
Subject = Incident | Warning | Undertaking


class DebtRows:
    """The debts of one locked subject (an incident, a warning, an undertaking) for the length of one transaction.

    Rows change in memory and the timeline's words are collected; `save` writes the rows and the corrections, and
    returns the entries.
    """

    def __init__(self, subject: Subject, now: datetime, *, is_new: bool = False):
        self.subject, self.now, self.is_new = subject, now, is_new
        self.about = {subject._meta.model_name: subject}
        self.plan, self.pace = plan_parts(subject.plan_version_id), subject.pace
        self.entries: list[Entry] = []
        self._new: list[Deadline] = []
        self._changed: dict[int, Deadline] = {}
        self._corrected: list[Deadline] = []
        self._revived: dict[int, Deadline] = {}
        self.rows = [] if is_new else self._load()

    def _load(self) -> list[Deadline]:
        rows = Deadline.objects.select_for_update(of=("self",)).filter(voided_at=None, **self.about)
        rows = list(rows.select_related("rule", "debtor", "desk", "creditor", "replaces").order_by("id"))
        known = {row.pk: row for row in rows}
        for row in rows:
            row.replaces = known.get(row.replaces_id, row.replaces)
            for name in self.about:
                setattr(row, name, self.subject)
        return rows

    # — writing —

    def save(self) -> list[Entry]:
        self._save_changed()
        fresh = [row for row in self._new if not row.voided_at]
        insert(fresh)
        self._inherit_steps({row.replaces_id: row for row in fresh if self._takes_over(row)})
        self._inherit_steps(self._revived)
        self._send_corrections()
        return self.entries

    def _save_changed(self):
        if not self._changed:
            return
        Deadline.objects.bulk_update(
            self._changed.values(),
            [
                "rule",
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
                "interval",
                "rolls_on",
                "acknowledged_at",
                "acknowledged_by",
                "resumes_at",
                "next_step_at",
            ],
        )

    def _inherit_steps(self, heirs: dict[int, Deadline]):
        """A row that takes over from an overdue one (by its id) takes over its fired steps too: none fires twice."""
        if not heirs:
            return
        fired = FiredStep.objects.filter(deadline__in=heirs)
        copies = (
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
        FiredStep.objects.bulk_create(copies, ignore_conflicts=True)

    def _send_corrections(self):
        """What came in time but was recorded later: those whom a step had reached are told."""
        for row in self._corrected:
            reached = User.objects.filter(
                notifications__deadline=row, notifications__fired_step__planned_at__gt=row.met_at
            ).distinct()
            inbox.tell(
                reached,
                kind=Notification.Kind.CORRECTION,
                title=f"更正：{self.subject.number} {row.rule.name} 已于先前完成",
                text="补录的报告在步骤触发之前已到达；已触发的步骤照旧留存。",
                clause=row.rule.clause,
                at=self.now,
                deadline=row,
                **inbox.about(self.subject),
            )

    # — rows —

    def _rules(self, level: int) -> list[Rule]:
        """The rules of a level; of a merged incident only its firm's debts run on (domain §3)."""
        rules = self.plan.rules_at(level)
        return [rule for rule in rules if rule.runs_from_knowing] if self.subject.merged_into_id else rules

    def _answerable(self) -> list[Deadline]:
        return [row for row in self.rows if row.is_answerable]

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
        fired = self._fired(row)
        for successor in self._successors(row):
            fired |= self._fired(successor)
            self._revived[successor.pk] = row
        self._retime(row, fired)
        self._say("deadline.revived", row, f"{row.rule.code} {row.rule.name} 恢复追办")

    def _successors(self, row: Deadline) -> list[Deadline]:
        """The rows that stood in its place meanwhile, one after another."""
        found = []
        while row := next((r for r in self.rows if r.pk and r.replaces_id == row.pk), None):
            found.append(row)
        return found

    def _same_debtor(self, row: Deadline) -> bool:
        return not row.rule.runs_from_knowing or row.debtor_id == self.subject.enterprise_id

    def _predecessor(self, rule: Rule) -> Deadline | None:
        """The standing row of the same kind that no other stands in place of."""
        replaced = {row.replaces_id for row in self.rows if row.replaces_id and row.stands}
        old = [
            row for row in self.rows if slot(row.rule) == slot(rule) and row.stands and row.pk not in replaced
        ]
        return old[-1] if old else None

    def _paced(self, length: timedelta) -> timedelta:
        """A length of time of the plan's, as long as it is here: in a drill, divided by its speed."""
        return length / self.pace

    def _overdue(self, row: Deadline) -> bool:
        return self.now >= row.due_at + DUE_SECOND

    def _firm_clock_runs(self) -> bool:
        return bool(self.subject.enterprise_id and self.subject.known_at)

    def _open_from_clock(self, rule: Rule):
        if self._standing(rule) or (rule.runs_from_knowing and not self._firm_clock_runs()):
            return
        starts = self.subject.known_at if rule.runs_from_knowing else self.subject.received_at
        self._open(rule, starts_at=starts, due_at=starts + self._paced(rule.limit))

    def _open(
        self,
        rule: Rule,
        *,
        starts_at: datetime,
        due_at: datetime,
        replaces: Deadline | None = None,
        bodies: dict[str, Organization] | None = None,
        interval: timedelta | None = None,
        **matter,
    ) -> Deadline:
        bodies = self._bodies() | (bodies or {})
        debtor = bodies[rule.debtor]
        kept_by_office = debtor in [bodies[name] for name in KEPT_BY_OFFICE]
        row = made(
            Deadline,
            **self.about,
            **matter,
            rule=rule,
            debtor=debtor,
            desk=bodies[Rule.Debtor.OFFICE] if kept_by_office else debtor,
            creditor=bodies[rule.creditor],
            created_at=self.now,
            starts_at=starts_at,
            due_at=due_at.replace(microsecond=0),
            interval=interval,
            pace=self.pace,
            yields=self.subject.is_drill,
            rolls_on=rule.recurs != Rule.Recurs.ONCE,
        )
        counts_on = rule.recurs or row.undertaking_id or rule.clock == Rule.Clock.OVER
        row.round = max((r.round + 1 for r in self.rows if counts_on and r.series == row.series), default=0)
        if replaces:
            row.replaces = replaces
            row.counted = not replaces.met_at and not self._takes_over(row)
        self._add(row)
        if answer := self._answer_on_record(row):
            self._meet(row, *answer)
        elif self._takes_over(row):
            self._retime(row, self._fired(replaces))
        return row

    def _open_next(self, row: Deadline, after: datetime):
        """The row behind this one of a recurring debt: the next always exists."""
        if following := rounds.successor(row, after=after, now=self.now):
            self._add(following)

    def _add(self, row: Deadline):
        self.rows.append(row)
        self._new.append(row)
        self._retime(row)
        self._say(
            "deadline.opened",
            row,
            f"起算 {row.rule.code} {row.rule.name}",
            starts_at=row.starts_at,
            due_at=row.due_at,
        )

    def _retime(self, row: Deadline, fired: set[timedelta] | None = None):
        """When its ladder goes on; `fired`: the offsets of the steps behind it."""
        steps = self.plan.ladder(row.rule.kind, self.subject.standing_level)
        row.next_step_at = next_step_at(row, steps, self._fired(row) if fired is None else fired)
        self._touch(row)

    def _takes_over(self, row: Deadline) -> bool:
        """Whether the row goes on where an overdue one stood: with its due time and its fired steps."""
        old = row.replaces
        return bool(old and old.pk and old.is_unsettled and self._overdue(old))

    def _answer_on_record(self, row: Deadline) -> tuple[datetime, Report | None] | None:
        """The earliest word already on record that answers this debt; what an act starts, only a later word meets."""
        rule = row.rule
        if not rule.runs_by_level:
            return None
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
        reports = self.subject.reports.filter(
            informant=Report.Informant.ENTERPRISE, reporter__in=_with_superiors(self.subject.enterprise)
        )
        for report in reports.select_related("oral_claim"):
            word.append((report.kind, None, 1, report.arrived_at, report))
            claim = getattr(report, "oral_claim", None)
            if claim and claim.confirmed_at:
                word.append((Rule.Act.ORAL, None, 1, claim.told_at, report))
        for told in UpwardReport.objects.filter(**self.about):
            act = Rule.Act.PROPOSAL if told.is_proposal else Rule.Act.REPORT_UP
            word.append((act, told.to_id, told.level_told, told.at, None))
        sent = Addressee.objects.filter(brief__incident=self.subject, brief__status="sent")
        for to, level_told, at in sent.values_list("body", "brief__level_told", "brief__sent_at"):
            word.append((Rule.Act.REPORT_UP, to, level_told, at, None))
        return word

    def _bodies(self) -> dict[str, object]:
        office = self.subject.office
        headquarters = office.parent
        city = headquarters.parent
        return {
            "ENTERPRISE": self.subject.enterprise,
            "OFFICE": office,
            "BUREAU": office.host,
            "HEADQUARTERS": headquarters,
            "CITY_GOVERNMENT": city,
            "PROVINCE": city.parent,
        }

    def _fired(self, row: Deadline) -> set[timedelta]:
        if not row.pk:
            return set()
        return set(FiredStep.objects.filter(deadline=row).values_list("step__offset", flat=True))

    def _meet(self, row: Deadline, at: datetime, report: Report | None = None):
        row.met_at, row.met_by, row.next_step_at, row.rolls_on = at, report, None, False
        if row.pk and at < self.now and FiredStep.objects.filter(deadline=row, planned_at__gt=at).exists():
            self._corrected.append(row)
        self._touch(row)
        late = at - row.due_at
        words = f"超时完成（迟 {span(row.lasts(late))}）" if at >= row.due_at + DUE_SECOND else "按时完成"
        self._say("deadline.met", row, f"{row.rule.code} {row.rule.name} {words}", met_at=at)

    def _retire(self, row: Deadline, why: str):
        if self._overdue(row):
            row.relieved_at, row.next_step_at, row.rolls_on = self.now, None, False
            self._touch(row)
            self._say("deadline.relieved", row, f"{row.rule.code} {row.rule.name} 仍记超时，不再追办：{why}")
        else:
            self._void(row, why)

    def _void(self, row: Deadline, why: str):
        row.voided_at, row.next_step_at, row.rolls_on = self.now, None, False
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
                for_firm=row.is_for_the_firm,
            )
        )


KEPT_BY_OFFICE = {Rule.Debtor.OFFICE, Rule.Debtor.BUREAU, Rule.Debtor.HEADQUARTERS}
"""Bodies whose desk the office keeps (§5.3)."""


def slot(rule: Rule) -> tuple[str, str]:
    """Rules of one slot take over from each other when the level changes."""
    return (rule.kind, rule.creditor)


def _with_superiors(firm: Organization | None) -> list[Organization]:
    """Whose word is the firm's own: its, and its superior units' (§5.2.1); not that of one named by mistake."""
    found = []
    while firm:
        found.append(firm)
        firm = firm.superior_unit
    return found
