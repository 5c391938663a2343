"""What happened, who acts and what they decide: facts, constraints and transitions."""

from .access import ApiKey, IdempotentAnswer
from .aftermath import Evaluation, Investigation
from .incident import Incident, NumberSeries, OpenItem, Origin, Status
from .ledger import LedgerEntry, LedgerHead, PersonalValue
from .notice import Notice, NoticeAddressee
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
from .release import PublicRelease
from .report import IntakeDraft, OralClaim, Report, UpwardReport
from .response import Response, ResponseBody
from .support import SupportRequest
from .task_order import OrderProgress, TaskOrder

__all__ = [
    "ApiKey",
    "Clause",
    "Contact",
    "Criterion",
    "DeadlineRule",
    "EscalationStep",
    "Evaluation",
    "EventClass",
    "IdempotentAnswer",
    "Incident",
    "IntakeDraft",
    "Investigation",
    "LedgerEntry",
    "LedgerHead",
    "Level",
    "Measure",
    "NetworkScope",
    "Notice",
    "NoticeAddressee",
    "NumberSeries",
    "OpenItem",
    "OralClaim",
    "OrderProgress",
    "Organization",
    "Origin",
    "PersonalValue",
    "PlanVersion",
    "Post",
    "PublicRelease",
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
