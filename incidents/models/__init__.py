"""What happened, who acts and what they decide: facts, constraints and transitions."""

from .access import ApiKey, IdempotentAnswer, KeyState, Scope, SignatureNonce
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
from .attachment import Attachment
from .call_up import CallUp, CallUpStep
from .display import DisplayLink
from .drill import Drillable, RealManager, of_drills
from .expert import Expert, ExpertAdvice, ExpertCall, ExpertMember
from .figure_wording import FigureWording
from .guide import Guide, GuideStep, GuideTick, OpenedGuide
from .incident import Incident, NumberSeries, OpenItem, Origin, Status
from .ledger import LedgerEntry, LedgerHead, PersonalValue
from .meeting import Attendance, Meeting, MeetingDecision
from .notice import Notice, NoticeAddressee
from .organization import Contact, Organization
from .own_plan import OwnPlan
from .people import MUST_HAVE_SECOND_FACTOR, Post, Role, User
from .personal import LegalHold
from .plan import (
    Clause,
    Criterion,
    DeadlineRule,
    EscalationStep,
    EventClass,
    GroupTemplate,
    Level,
    Measure,
    NetworkScope,
    PlanVersion,
    plan_parts,
)
from .release import PublicRelease
from .report import IntakeDraft, OralClaim, Report, UpwardReport
from .response import Response, ResponseBody
from .scheme import Scheme, SchemeVersion
from .second_factor import AuthenticatorApp, RecoverySheet
from .signed_in import SignedInSession
from .support import SupportRequest
from .tally import IncidentMoment, IncidentMove, IncidentTally, Standing
from .task_order import OrderProgress, TaskOrder
from .working_group import OnSceneCommand, WorkingGroup

__all__ = [
    "MUST_HAVE_SECOND_FACTOR",
    "Accountability",
    "ApiKey",
    "Attachment",
    "Attendance",
    "AuthenticatorApp",
    "CallUp",
    "CallUpStep",
    "Clause",
    "Commendation",
    "Contact",
    "Criterion",
    "DeadlineRule",
    "DisplayLink",
    "Drillable",
    "EscalationStep",
    "Evaluation",
    "EvaluationInput",
    "EventClass",
    "Guide",
    "GuideStep",
    "GuideTick",
    "FigureWording",
    "Expert",
    "ExpertAdvice",
    "ExpertCall",
    "ExpertMember",
    "GroupTemplate",
    "IdempotentAnswer",
    "Improvement",
    "Incident",
    "IncidentMoment",
    "IncidentMove",
    "IncidentTally",
    "IntakeDraft",
    "Investigation",
    "LedgerEntry",
    "LedgerHead",
    "LegalHold",
    "KeyState",
    "Level",
    "Measure",
    "Meeting",
    "MeetingDecision",
    "NetworkScope",
    "Notice",
    "NoticeAddressee",
    "NumberSeries",
    "OnSceneCommand",
    "OpenItem",
    "OpenedGuide",
    "OralClaim",
    "OrderProgress",
    "Organization",
    "Origin",
    "OwnPlan",
    "PersonalValue",
    "PlanVersion",
    "Post",
    "RealManager",
    "RecoveryItem",
    "RecoverySheet",
    "PublicRelease",
    "Report",
    "Response",
    "ResponseBody",
    "Role",
    "Scheme",
    "SchemeVersion",
    "Scope",
    "SignatureNonce",
    "SignedInSession",
    "Standing",
    "Status",
    "SupportRequest",
    "TaskOrder",
    "TeamMember",
    "UpwardReport",
    "User",
    "WorkingGroup",
    "of_drills",
    "plan_parts",
]
