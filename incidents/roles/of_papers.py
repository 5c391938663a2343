"""On an incident's whole file (事件档案, §6)."""

from incidents.models.people import Role

from .act import COMMAND, OFFICE, Act

ACTS = (Act("file.export", "导出档案", OFFICE | COMMAND | {Role.AUDITOR}, "6.4"),)
