"""What happened, who acts and what they decide: facts, constraints and transitions."""

from .access import ApiKey, IdempotentAnswer
from .aftermath import (
    Accountability,
    Commendation,
    Evaluation,
    EvaluationInput,
    Improvement,
    Investigation,
    RecoveryItem,
    TeamMember,
)
from .call_up import CallUp, CallUpStep
from .incident import Incident, NumberSeries, OpenItem, Origin, Status
from .ledger import LedgerEntry, LedgerHead, PersonalValue
from .organization import Contact, Organization
from .people import Post, Role, User
from .plan import (
    Clause,
    Criterion,
    DeadlineRule,
    EscalationStep,
    EventClass,
    Level,
    Measure,
    NetworkScope,
    PlanVersion,
    plan_parts,
)
from .report import IntakeDraft, OralClaim, Report, UpwardReport
from .response import Response, ResponseBody
from .support import SupportRequest
from .task_order import OrderProgress, TaskOrder

__all__ = [
    "Accountability",
    "ApiKey",
    "CallUp",
    "CallUpStep",
    "Clause",
    "Commendation",
    "Contact",
    "Criterion",
    "DeadlineRule",
    "EscalationStep",
    "Evaluation",
    "EvaluationInput",
    "EventClass",
    "IdempotentAnswer",
    "Improvement",
    "Incident",
    "IntakeDraft",
    "Investigation",
    "LedgerEntry",
    "LedgerHead",
    "Level",
    "Measure",
    "NetworkScope",
    "NumberSeries",
    "OpenItem",
    "OralClaim",
    "OrderProgress",
    "Organization",
    "Origin",
    "PersonalValue",
    "PlanVersion",
    "Post",
    "RecoveryItem",
    "Report",
    "Response",
    "ResponseBody",
    "Role",
    "Status",
    "SupportRequest",
    "TaskOrder",
    "TeamMember",
    "UpwardReport",
    "User",
    "plan_parts",
]
