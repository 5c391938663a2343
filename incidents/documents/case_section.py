"""What a part of a case file is made of: a heading, facts and tables."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from incidents.models import Incident

Row = tuple[str, ...]


@dataclass
class Table:
    header: Row
    rows: list[Row]
    widths: tuple[int, ...] = ()


@dataclass
class Section:
    """A heading, and under it facts (名称：内容) and tables, each with its own small title. Empty: the part says so."""

    title: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    tables: list[tuple[str, Table]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.facts and not any(table.rows for _, table in self.tables)


Part = Callable[[Incident, datetime], Section]
