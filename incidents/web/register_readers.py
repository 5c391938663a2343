"""Who opens the firms' registers (§4.1)."""

from incidents.models import Role
from incidents.roles import OFFICE

READERS = OFFICE | {Role.COMMANDER, Role.AUDITOR, Role.COUNTY, Role.ENTERPRISE}
