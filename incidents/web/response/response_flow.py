"""An open response as the plan's own flow: its steps with their times and clauses, the present one lit (§5.3–5.5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from incidents.models import Incident, LedgerEntry, Level, Response

Status = Response.Status
THREE = (
    (Status.PROPOSED, "建议", "5.4.1"),
    (Status.APPROVED, "市政府批准", "5.4.1"),
    (Status.ACTIVE, "启动", "5.4.1"),
    (Status.ENDING_PROPOSED, "建议结束", "5.4.5"),
    (Status.ENDED, "宣布结束", "5.4.5"),
)
AT_ONCE = ((Status.ACTIVE, "指挥部启动", "5.3"), (Status.ENDED, "按上级命令结束", "5.3"))
FIRMS_OWN = ((Status.ACTIVE, "企业启动", "5.5"), (Status.ENDED, "企业结束", "5.5"))
STEPS = {Level.I: AT_ONCE, Level.II: AT_ONCE, Level.III: THREE, Level.IV: FIRMS_OWN}


@dataclass(frozen=True)
class Step:
    label: str
    clause: str
    state: str
    at: datetime | None


@dataclass(frozen=True)
class Flow:
    incident: Incident
    response: Response
    steps: list[Step]

    @property
    def waits_for(self) -> str:
        """Who has the next word."""
        if self.response.status == Status.PROPOSED:
            return "待市政府批准"
        if self.response.status in (Status.APPROVED, Status.ENDING_PROPOSED):
            return "待指挥部决定"
        return ""


def flows_of(incidents: Iterable[Incident]) -> list[Flow]:
    """The responses that run or are being decided, the severest first. Asks once, for when an end was proposed."""
    under_way = [
        (incident, response)
        for incident in incidents
        for response in incident.all_responses
        if response.is_running or response.is_being_decided
    ]
    ending = [i.pk for i, response in under_way if response.status == Status.ENDING_PROPOSED]
    proposals = LedgerEntry.objects.filter(incident__in=ending, action="response.end_proposed")
    ends = dict(proposals.values_list("incident").annotate(at=Max("at")))
    flows = [Flow(i, response, _steps(response, ends.get(i.pk))) for i, response in under_way]
    return sorted(flows, key=lambda flow: (flow.response.level, flow.response.created_at))


def _steps(response: Response, end_proposed_at: datetime | None) -> list[Step]:
    times = {
        Status.PROPOSED: response.created_at,
        Status.APPROVED: response.decided_at,
        Status.ACTIVE: response.started_at,
        Status.ENDING_PROPOSED: end_proposed_at,
        Status.ENDED: response.ended_at,
    }
    steps = STEPS[response.level]
    present = [status for status, *_ in steps].index(response.status)
    return [
        Step(label, clause, _state(n, present), times[status] if n <= present else None)
        for n, (status, label, clause) in enumerate(steps)
    ]


def _state(n: int, present: int) -> str:
    return "present" if n == present else "passed" if n < present else "ahead"
