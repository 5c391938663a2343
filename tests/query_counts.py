"""Pinned query counts: `tests/query_counts.json` holds a ceiling per name, so that a loop that asks the
database row by row is noticed when it is written. To pin anew: `ZMD_PIN_QUERIES=1`, then look at the diff.
"""

import json
import os
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.templatetags.emergency import is_clause

FILE = Path(__file__).with_suffix(".json")
BOOKKEEPING = ("SAVEPOINT", "RELEASE", "ROLLBACK TO")
"""Of a transaction in a transaction; in the product the outer one is a BEGIN that is no query of its own."""


@contextmanager
def pinned(name: str):
    """The block asks the database no more often than the ceiling of this name; gives a list, in the end of what was asked."""
    queries = []
    is_clause("")  # the clauses' numbers are in memory, as in a server that has been running
    with CaptureQueriesContext(connection) as captured:
        yield queries
    queries += [q["sql"] for q in captured.captured_queries if not q["sql"].startswith(BOOKKEEPING)]
    ceilings = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    if os.environ.get("ZMD_PIN_QUERIES"):
        ceilings[name] = len(queries)
        FILE.write_text(json.dumps(ceilings, ensure_ascii=False, indent=2, sort_keys=True) + "\n", "utf-8")
    assert name in ceilings, f"{name} asks {len(queries)} times: pin it in {FILE.name}"
    assert len(queries) <= ceilings[name], "\n".join(
        [f"{name} asks {len(queries)} times, pinned at {ceilings[name]}:", *(sql[:160] for sql in queries)]
    )
