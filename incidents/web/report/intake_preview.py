"""What a half-typed call would mean: the level that its figures propose, and the debts it would open. Stores nothing."""

from dataclasses import dataclass
from datetime import datetime

from incidents import drill_clock
from incidents.models import DeadlineRule, EventClass, Level, PlanVersion, Report, plan_parts
from incidents.services.report import figures
from incidents.web.report.intake_form import FIGURES, IntakeForm


@dataclass(frozen=True)
class ExpectedDebt:
    rule: DeadlineRule
    due_at: datetime | None
    """None while the clock waits for a firm, or for when it knew."""
    answered: bool
    """This very report would answer it."""

    def is_late(self, now: datetime) -> bool:
        return bool(self.due_at and not self.answered and self.due_at < now)


@dataclass(frozen=True)
class Preview:
    event_class: EventClass | None
    level: Level
    because: list
    debts: list[ExpectedDebt]
    times: list[tuple[str, datetime]]
    now: datetime

    @property
    def waits(self) -> bool:
        return any(debt.due_at is None for debt in self.debts)


def preview_of(form: IntakeForm, now: datetime) -> Preview:
    """From whatever fields of the form hold by now; wrong ones are simply not there yet."""
    form.is_valid()
    data = form.cleaned_data
    stated = {name: data.get(name) for name in FIGURES}
    stated["network_scope"] = form.contents().get("network_scope") if "network_scope" in data else None
    arrived_at = min(data.get("arrived_at") or now, now)
    parts = plan_parts(PlanVersion.in_force(arrived_at).pk)
    report = Report(informant=data.get("informant") or "", arrived_at=arrived_at, **stated)
    proposal = figures.propose(parts.criteria, figures.latest_figures([report]))
    return Preview(
        event_class=form.classes.get(data.get("event_class")),
        level=proposal.level,
        because=proposal.because,
        debts=[_expected(rule, form, arrived_at) for rule in parts.rules_at(proposal.level)],
        times=[
            (form.fields[name].label, data[name])
            for name in ("arrived_at", "occurred_at", "known_at", "superior_at")
            if data.get(name)
        ],
        now=now,
    )


def _expected(rule: DeadlineRule, form: IntakeForm, arrived_at: datetime) -> ExpectedDebt:
    data = form.cleaned_data
    own_word = bool(data.get("enterprise")) and data.get("informant") == Report.Informant.ENTERPRISE
    if rule.clock == DeadlineRule.Clock.KNOWN:
        known_at = data.get("known_at")
        starts = min(known_at, arrived_at) if data.get("enterprise") and known_at else None
    else:
        starts = arrived_at
    answered = own_word and starts is not None and form.kind in rule.answers
    return ExpectedDebt(rule, starts and starts + rule.limit / drill_clock.speed(), answered)
