"""统计分析 (§4.1): an office counts what it sees, a firm and a county what is theirs; the report is the office's and 指挥部's.

Members and 市政府 see single incidents that concern them, of which a figure would say nothing.
"""

from incidents.models.people import Role

from .act import COMMAND, OFFICE, Act

READERS = OFFICE | COMMAND | {Role.AUDITOR, Role.ENTERPRISE, Role.COUNTY}

ACTS = (
    Act("statistics.read", "查看统计", READERS, "4.1", is_never_drilled=True),
    Act("statistics.report", "起草统计报告", OFFICE | COMMAND, "4.1", is_never_drilled=True),
)
