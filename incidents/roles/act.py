"""One row of the role table, and the posts and states that its rows speak of (domain §5)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from incidents.models.incident import Status
from incidents.models.people import Role

DUTY, DIRECTOR, COMMANDER = Role.DUTY_OFFICER, Role.OFFICE_DIRECTOR, Role.COMMANDER
OFFICE = frozenset({DUTY, DIRECTOR})
ON_ROSTERS = OFFICE | {Role.MEMBER, Role.COUNTY, Role.ENTERPRISE}
"""Who keeps a desk, and so can be on its roster (§5.2.3(2), 5.4.2(1))."""
FIRM = frozenset({Role.ENTERPRISE})
NAMED = frozenset({Role.MEMBER, Role.COUNTY})
RECEIVERS = FIRM | NAMED
APPROVER = frozenset({Role.APPROVER})
UNDER_WAY = frozenset({Status.REPORTED, Status.GRADED, Status.RESPONDING})
UNGRADED = frozenset({Status.REPORTED})
GRADED = frozenset({Status.GRADED, Status.RESPONDING})
COMMAND = frozenset({COMMANDER})
TOLD = frozenset({Role.ENTERPRISE, Role.MEMBER, Role.COUNTY})

Condition = Callable[[Any], str | None]


@dataclass(frozen=True)
class Act:
    """One row of the table. `states` None: the act does not depend on a state. `on`: the model that it is done on;
    `tab`: the page of the incident that offers it, where that is not the first."""

    code: str
    name: str
    roles: frozenset
    clause: str
    states: frozenset | None = None
    conditions: tuple[Condition, ...] = ()
    on: str = "incident"
    tab: str = ""
    is_never_drilled: bool = False
    """What it changes is real whoever does it: nobody does it in a drill."""

    @property
    def role_names(self) -> str:
        return "、".join(role.label for role in Role if role in self.roles)
