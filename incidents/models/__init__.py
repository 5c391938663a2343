"""What happened, who acts and what they decide: facts, constraints and transitions."""

from .access import ApiKey, IdempotentAnswer
from .aftermath import Evaluation, Investigation
from .attachment import Attachment
from .display import DisplayLink
from .figure_wording import FigureWording
from .guide import Guide, GuideStep, GuideTick, OpenedGuide
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
    "ApiKey",
    "Attachment",
    "Clause",
    "Contact",
    "Criterion",
    "DeadlineRule",
    "DisplayLink",
    "EscalationStep",
    "Evaluation",
    "EventClass",
    "Guide",
    "GuideStep",
    "GuideTick",
    "FigureWording",
    "IdempotentAnswer",
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
    "OpenedGuide",
    "OralClaim",
    "OrderProgress",
    "Organization",
    "Origin",
    "PersonalValue",
    "PlanVersion",
    "Post",
    "Report",
    "Response",
    "ResponseBody",
    "Role",
    "Status",
    "SupportRequest",
    "TaskOrder",
    "UpwardReport",
    "User",
    "plan_parts",
]
