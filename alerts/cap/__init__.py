"""The Common Alerting Protocol 1.2 (OASIS): our warnings going out, other services' coming in (§4.2, §4.4).

Pure functions over bytes and frozen dataclasses: nothing here fetches, stores or asks the database.
"""

from .compose import compose, feed
from .message import CATEGORIES, GRADES, Area, Info, Message, Reference, warning_info
from .parse import Link, Received, Unreadable, parse

__all__ = [
    "CATEGORIES",
    "GRADES",
    "Area",
    "Info",
    "Link",
    "Message",
    "Received",
    "Reference",
    "Unreadable",
    "compose",
    "feed",
    "parse",
    "warning_info",
]
