"""What must be noticed in time."""

from .chase import Chase
from .deadline import Deadline, FiredStep, State
from .notification import Heartbeat, Notification
from .warning import Warning

__all__ = ["Chase", "Deadline", "FiredStep", "Heartbeat", "Notification", "State", "Warning"]
