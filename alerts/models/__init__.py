"""What must be noticed in time."""

from .channel import Attempt, Channel, Delivery
from .chase import Chase
from .deadline import Deadline, FiredStep, State
from .duty import CalendarFeed, GapNotice, HandOver, Seat, Shift, Swap, Training
from .duty_log import DutyLogEntry, ImportantMark
from .duty_pattern import DayKind, PatternSegment, ShiftPattern
from .notification import Heartbeat, Notification
from .warning import Warning

__all__ = [
    "Attempt",
    "CalendarFeed",
    "Channel",
    "Chase",
    "DayKind",
    "Deadline",
    "Delivery",
    "DutyLogEntry",
    "FiredStep",
    "GapNotice",
    "HandOver",
    "Heartbeat",
    "ImportantMark",
    "Notification",
    "PatternSegment",
    "Seat",
    "Shift",
    "ShiftPattern",
    "State",
    "Swap",
    "Training",
    "Warning",
]
