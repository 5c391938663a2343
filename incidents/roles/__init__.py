"""The role table (domain §5) and whoever stands before it. A new part of the plan adds a module `of_…` to the table."""

from .act import COMMAND, NAMED, OFFICE, ON_ROSTERS, RECEIVERS, UNDER_WAY, Act
from .caller import SYSTEM, Actor, Caller, Offer, is_of, require, why_not_now
from .table import TABLE

__all__ = [
    "COMMAND",
    "NAMED",
    "OFFICE",
    "ON_ROSTERS",
    "RECEIVERS",
    "SYSTEM",
    "TABLE",
    "UNDER_WAY",
    "Act",
    "Actor",
    "Caller",
    "Offer",
    "is_of",
    "require",
    "why_not_now",
]
