"""What must be noticed in time."""

from .channel import Attempt, Channel, Delivery
from .chase import Chase
from .deadline import Deadline, FiredStep, State
from .notification import Heartbeat, Notification
from .warning import Warning

__all__ = [
    "Attempt",
    "Channel",
    "Chase",
    "Deadline",
    "Delivery",
    "FiredStep",
    "Heartbeat",
    "Notification",
    "State",
    "Warning",
]
