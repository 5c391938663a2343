"""The rows of a subject's debts, under one lock: opened, met, voided in memory, then written at once."""

from datetime import datetime, timedelta

from django.utils.functional import cached_property

from alerts.models import Deadline, Undertaking, Warning
from alerts.models.deadline import DUE_SECOND
from alerts.services import fired_steps, on_record
from alerts.services.ladder import next_step_at
from incidents.ledger import Entry
from incidents.models import DeadlineRule, Incident, Organization, Report, plan_parts
from incidents.rows import insert, made
from incidents.spans import span

Rule = DeadlineRule
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
        fired_steps.inherit({row.replaces_id: row for row in fresh if self._takes_over(row)})
        fired_steps.inherit(self._revived)
        for row in self._corrected:
            fired_steps.correct(row, self.subject, self.now)
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

    # — rows —

    def _answerable(self) -> list[Deadline]:
        return [row for row in self.rows if row.is_answerable]

    def _same_debtor(self, row: Deadline) -> bool:
        return not row.rule.runs_from_knowing or row.debtor_id == self.subject.enterprise_id

    def _paced(self, length: timedelta) -> timedelta:
        """A length of time of the plan's, as long as it is here: in a drill, divided by its speed."""
        return length / self.pace

    def _overdue(self, row: Deadline) -> bool:
        return self.now >= row.due_at + DUE_SECOND

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
            self._retime(row, fired_steps.offsets(replaces))
        return row

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
        row.next_step_at = next_step_at(row, steps, fired_steps.offsets(row) if fired is None else fired)
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
            (word.at, word.report)
            for word in self._on_record
            if word.act in rule.answers
            and word.to_id in (None, row.creditor_id)
            and word.level_told <= rule.mildest
        ]
        return min(answers, key=lambda answer: answer[0], default=None)

    @cached_property
    def _on_record(self) -> list[on_record.Word]:
        return [] if self.is_new else on_record.words_on(self.subject)

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

    def _meet(self, row: Deadline, at: datetime, report: Report | None = None):
        row.met_at, row.met_by, row.next_step_at, row.rolls_on = at, report, None, False
        if row.pk and at < self.now and fired_steps.any_after(row, at):
            self._corrected.append(row)
        self._touch(row)
        late = at - row.due_at
        words = f"超时完成（迟 {span(row.lasts(late))}）" if at >= row.due_at + DUE_SECOND else "按时完成"
        self._say("deadline.met", row, f"{row.rule.code} {row.rule.name} {words}", met_at=at)

    def _move(self, row: Deadline, starts_at: datetime, due_at: datetime):
        if due_at == row.due_at:
            return
        row.starts_at, row.due_at = starts_at, due_at
        if row.is_answerable:
            self._retime(row)
        self._touch(row)
        self._say("deadline.moved", row, f"{row.rule.code} {row.rule.name} 到期时间变更", due_at=due_at)

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
