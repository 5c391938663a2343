"""What must be noticed in time."""

from .brief import Addressee, SituationBrief
from .bulletin import Bulletin, BulletinDocument, BulletinReceipt, NoticeReceipt, WarningNotice
from .cap_message import CapMessage, FeedItem
from .channel import Attempt, Channel, Delivery
from .chase import Chase
from .deadline import Deadline, FiredStep, State
from .duty import CalendarFeed, GapNotice, HandOver, Seat, Shift, Swap, Training
from .duty_log import DutyLogEntry, ImportantMark
from .duty_pattern import DayKind, PatternSegment, ShiftPattern
from .instruction import Instruction, InstructionAddressee, InstructionAnswer, InstructionOrder
from .notification import Heartbeat, Notification
from .undertaking import Undertaking
from .warning import Warning
from .warning_records import DailyReport, WarningItem, WarningMeasure, WarningUpwardReport
from .webhook import DeliveryState, Webhook, WebhookAttempt, WebhookDelivery, WebhookEvent

__all__ = [
    "Addressee",
    "Attempt",
    "Bulletin",
    "BulletinDocument",
    "BulletinReceipt",
    "CalendarFeed",
    "CapMessage",
    "Channel",
    "Chase",
    "DailyReport",
    "DayKind",
    "Deadline",
    "Delivery",
    "DeliveryState",
    "DutyLogEntry",
    "FeedItem",
    "FiredStep",
    "GapNotice",
    "HandOver",
    "Heartbeat",
    "ImportantMark",
    "Instruction",
    "InstructionAddressee",
    "InstructionAnswer",
    "InstructionOrder",
    "NoticeReceipt",
    "Notification",
    "PatternSegment",
    "Seat",
    "Shift",
    "ShiftPattern",
    "SituationBrief",
    "State",
    "Swap",
    "Training",
    "Undertaking",
    "Warning",
    "WarningItem",
    "WarningMeasure",
    "WarningNotice",
    "WarningUpwardReport",
    "Webhook",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEvent",
]
