"""The rows of a plan version that the services ask all the time, kept in memory."""

from dataclasses import dataclass, field
from functools import lru_cache

from .plan import EventClass, PlanVersion
from .plan_criteria import Criterion
from .plan_rules import DeadlineRule, EscalationStep


@dataclass(frozen=True)
class PlanParts:
    """The rows of a version that the services ask all the time."""

    number: int
    """The version's."""
    rules: tuple[DeadlineRule, ...]
    steps: tuple[EscalationStep, ...]
    criteria: tuple[Criterion, ...]
    event_classes: dict[str, EventClass]
    """By their codes."""
    _ladders: dict = field(default_factory=dict)

    def rules_at(self, level: int) -> list[DeadlineRule]:
        """The rules that the incident's level opens."""
        return [rule for rule in self.rules if rule.runs_by_level and rule.applies_at(level)]

    def rules_of(self, clock: str, level: int) -> list[DeadlineRule]:
        """The rules that this clock opens at this level."""
        return [rule for rule in self.rules if rule.clock == clock and rule.applies_at(level)]

    def ladder(self, kind: str, level: int) -> list[EscalationStep]:
        """The steps of the narrowest ladder for this kind of debt at this level, in their order."""
        if (kind, level) not in self._ladders:
            fitting = [
                step
                for step in self.steps
                if step.kind in ("", kind) and step.severest <= level <= step.mildest
            ]
            scope = min((step.scope for step in fitting), key=_width, default=None)
            self._ladders[kind, level] = [step for step in fitting if step.scope == scope]
        return self._ladders[kind, level]


def _width(scope: tuple[str, int, int]) -> tuple:
    kind, severest, mildest = scope
    return (not kind, mildest - severest, severest)


@lru_cache(maxsize=32)
def plan_parts(version_id: int) -> PlanParts:
    """Kept in memory: a version that an incident has been opened under can never change again."""
    return PlanParts(
        number=PlanVersion.objects.values_list("number", flat=True).get(pk=version_id),
        rules=tuple(DeadlineRule.objects.filter(version=version_id).order_by("order")),
        steps=tuple(EscalationStep.objects.filter(version=version_id).order_by("offset")),
        criteria=tuple(Criterion.objects.filter(version=version_id).order_by("measure", "level")),
        event_classes={row.code: row for row in EventClass.objects.filter(version=version_id)},
    )
