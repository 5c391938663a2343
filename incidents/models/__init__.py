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
from .attachment import Attachment, RegisterFile
from .call_up import CallUp, CallUpReturn, CallUpStep
from .display import DisplayLink
from .drill import Drillable, RealManager, of_drills
from .exercise import Drill, DrillParticipant, Inject
from .exercise_after import DrillEvaluation, HeldDrill
from .expert import Expert, ExpertAdvice, ExpertCall, ExpertMember
from .figure_wording import FigureWording
from .filed_plan import FiledPlan
from .guide import Guide, GuideStep, GuideTick, OpenedGuide
from .hazard import Hazard, HazardStep, RiskGrade
from .incident import Incident, NumberSeries, OpenItem, Origin, Status
from .inspection import Finding, FindingStep, Inspection
from .key_period import KeyPeriod, KeyPeriodChange, KeyPeriodMove, RollAnswer, RollCall, ZeroReport
from .ledger import LedgerEntry, LedgerHead, PersonalValue
from .meeting import Attendance, Meeting, MeetingDecision
from .notice import Notice, NoticeAddressee
from .organization import Contact, Organization
from .own_plan import OwnPlan
from .people import MUST_HAVE_SECOND_FACTOR, Post, Role, User
from .personal import LegalHold
from .plan import Clause, EventClass, GroupTemplate, Level, PlanVersion, ever_in_force, in_force_at
from .plan_criteria import Criterion, Measure, NetworkScope
from .plan_in_memory import plan_parts
from .plan_rules import DeadlineRule, EscalationStep
from .publicity import Publicity
from .reading import ClauseReading
from .release import PublicRelease
from .report import IntakeDraft, OralClaim, Report, UpwardReport
from .resource import Resource, ResourceDraw
from .response import Response, ResponseBody
from .revision import Assessment, AssessmentAsked, AssessmentOpinion, PlanEdit, PlanSubmission
from .safety import CheckInterval, SafetyCheck, SafetyRule
from .scheme import Scheme, SchemeVersion
from .second_factor import AuthenticatorApp, RecoverySheet
from .signed_in import SignedInSession
from .support import SupportRequest
from .tally import IncidentCell, IncidentMoment, IncidentMove, IncidentTally, Standing
from .task_order import OrderProgress, TaskOrder
from .training import Course, CourseAttendance, PlannedCourse, WorkforceStatement
from .working_group import OnSceneCommand, WorkingGroup

__all__ = [
    "ZeroReport",
    "RollCall",
    "RollAnswer",
    "KeyPeriod",
    "KeyPeriodChange",
    "KeyPeriodMove",
    "MUST_HAVE_SECOND_FACTOR",
    "Accountability",
    "ApiKey",
    "Assessment",
    "AssessmentAsked",
    "AssessmentOpinion",
    "Attachment",
    "Attendance",
    "AuthenticatorApp",
    "CallUp",
    "CallUpReturn",
    "CallUpStep",
    "Clause",
    "ClauseReading",
    "Commendation",
    "Contact",
    "Course",
    "CourseAttendance",
    "Criterion",
    "DeadlineRule",
    "DisplayLink",
    "Drill",
    "DrillEvaluation",
    "HeldDrill",
    "DrillParticipant",
    "Drillable",
    "EscalationStep",
    "Evaluation",
    "EvaluationInput",
    "EventClass",
    "Expert",
    "ExpertAdvice",
    "ExpertCall",
    "ExpertMember",
    "FigureWording",
    "GroupTemplate",
    "Guide",
    "GuideStep",
    "GuideTick",
    "IdempotentAnswer",
    "Improvement",
    "Incident",
    "IncidentMoment",
    "IncidentMove",
    "IncidentCell",
    "IncidentTally",
    "Inject",
    "IntakeDraft",
    "Investigation",
    "KeyState",
    "LedgerEntry",
    "LedgerHead",
    "LegalHold",
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
    "PlanEdit",
    "PlanSubmission",
    "PlanVersion",
    "PlannedCourse",
    "Post",
    "PublicRelease",
    "RealManager",
    "RecoveryItem",
    "RecoverySheet",
    "PublicRelease",
    "Publicity",
    "Report",
    "Resource",
    "ResourceDraw",
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
    "WorkforceStatement",
    "WorkingGroup",
    "ever_in_force",
    "in_force_at",
    "of_drills",
    "plan_parts",
    "RegisterFile",
    "FiledPlan",
    "Hazard",
    "HazardStep",
    "RiskGrade",
    "Finding",
    "FindingStep",
    "Inspection",
    "CheckInterval",
    "SafetyCheck",
    "SafetyRule",
]
