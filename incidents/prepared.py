"""Statements that a connection prepares when it first needs them: parsed and planned once, not each time.

EARLIER = Prepared("earlier", "SELECT last FROM series WHERE prefix = $1", ["text"])

with connection.cursor() as cursor:
    execute(cursor, (EARLIER, ["ZMD"]))
"""

from collections.abc import Sequence
from itertools import count
from weakref import WeakKeyDictionary


class Prepared:
    """`sql` with `$1`, `$2` … for the values that each call brings, of these `types`. `params`: what of it never changes."""

    def __init__(self, label: str, sql: str, types: Sequence[str] = (), params: Sequence = ()):
        self.label, self.sql, self.types, self.params = label, sql, types, params
        self.head = f"({', '.join(types)}) AS {sql}" if types else f" AS {sql}"
        self.marks = f"({', '.join(['%s'] * len(types))})" if types else ""


_names: WeakKeyDictionary[object, dict[Prepared, str]] = WeakKeyDictionary()
"""Under which name each connection knows what it has prepared."""
_attempts = count(1)


def execute(cursor, *calls: tuple[Prepared | str, Sequence]):
    """These statements with their values in one round trip; what the last one answers is the cursor's.

    What is new to the connection is prepared on the way. Should the round trip fail, it is not known whether it still
    got there, so the next attempt takes another name.
    """
    known = _names.setdefault(cursor.db.connection, {})
    fresh, statements, params = {}, [], []
    for statement, values in calls:
        if isinstance(statement, Prepared):
            name = known.get(statement) or fresh.get(statement)
            if name is None:
                name = fresh[statement] = f"{statement.label} {next(_attempts)}"
                statements.append(f'PREPARE "{name}"{statement.head}')
                params += statement.params
            statement = f'EXECUTE "{name}"{statement.marks}'
        statements.append(statement)
        params += values
    cursor.execute(";\n".join(statements), params)
    known |= fresh
