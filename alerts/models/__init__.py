"""What must be noticed in time."""

from .deadline import Deadline, FiredStep, State
from .notification import Chase, Heartbeat, Notification

__all__ = ["Chase", "Deadline", "FiredStep", "Heartbeat", "Notification", "State"]
