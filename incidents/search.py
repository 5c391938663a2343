"""Chinese search by pairs of neighbouring characters, in a `tsvector` under GIN.

The pairs are made by the database's own functions for what is stored and for what is sought, so that both can
only agree. The pairs find the rows; then it is seen that the words really stand there.
"""

import re
from collections.abc import Iterable

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import (
    BigIntegerField,
    BooleanField,
    F,
    Func,
    IntegerField,
    Q,
    Subquery,
    TextField,
    Value,
)
from django.db.models.expressions import RawSQL

SEARCHED = {
    "incidents_incident": ("number", "title", "place"),
    "incidents_organization": ("name", "short_name", "code"),
    "incidents_report": ("number", "place", "unit", "impact", "development", "measures"),
    "incidents_taskorder": ("number", "task", "requirements", "execution_report"),
    "incidents_notice": ("number", "title", "words"),
    "incidents_publicrelease": ("number", "title", "words"),
    "incidents_callup": ("number", "what"),
    "incidents_clause": ("title", "text"),
    "incidents_expert": ("name", "field", "body", "title"),
    "incidents_hazard": ("number", "place", "words", "measures"),
    "incidents_inspection": ("number", "place", "scope", "conclusion"),
    "incidents_finding": ("number", "words", "demand"),
    "incidents_filedplan": ("number", "name", "version", "record_no"),
    "incidents_safetycheck": ("number", "what", "problems"),
    "incidents_resource": ("name", "place", "notes"),
    "incidents_drill": ("number", "title"),
    "incidents_course": ("name", "place"),
    "incidents_publicity": ("topic", "audience", "place", "materials"),
    "alerts_warning": ("number", "title", "place", "risk", "may_follow", "measures_taken"),
    "alerts_bulletin": ("area", "caution", "measures", "note"),
    "alerts_instruction": ("number", "words"),
    "alerts_situationbrief": ("number", "document_no", "title", "place", "unit", "happened", "request"),
}
"""The columns that are searched, by table. Of none that holds a private person's name (`incidents.personal`), but for the
expert pool's, which whoever may search it reads in clear."""
STORED = {"incidents_incident", "incidents_organization"}
"""Tables that keep the pairs in a column; of the others an index keeps them."""
SMALL = {
    "alerts_bulletin",
    *(
        f"incidents_{name}"
        for name in (
            "clause",
            "course",
            "drill",
            "expert",
            "filedplan",
            "finding",
            "hazard",
            "inspection",
            "publicity",
            "resource",
            "safetycheck",
        )
    ),
}
"""Tables that are read through."""

APART = re.compile(r"[\]\[\s_.,;:!?/()，。、；：！？（）《》〔〕“”·-]+")
"""What parts words: the same characters as in the function `char_words`."""
SHORTEST, MOST_WORDS = 2, 8


def words_of(text: str) -> list[str]:
    """What is sought, word by word, each without what parts words and in small letters."""
    found = dict.fromkeys(word for word in APART.split(text.lower()) if word)
    return list(found)[:MOST_WORDS]


def pairs_of(table: str) -> RawSQL:
    """The stored column: the character pairs of all that is searched."""
    return RawSQL(f"array_to_tsvector(char_pairs({_text(SEARCHED[table])}))", [])  # nosec B611 # names of our own columns


def index_of(table: str) -> GinIndex:
    """What keeps the pairs of a table that stores them in no column: rows that are there need not be written anew for it."""
    return GinIndex(pairs_of(table), name=f"{table.partition('_')[2]}_words")


def matches(table: str, text: str, *, shown: Iterable[str] = ()) -> Q:
    """A condition: every word of `text` stands in the searched columns, or only in those of them that are `shown` to the
    searcher. Nothing matches no words."""
    words = words_of(text)
    if not words:
        return Q(pk__in=[])
    searched = _joined(SEARCHED[table])
    readable = _joined(shown) if shown else searched
    found = Q()
    if long := " ".join(word for word in words if len(word) >= SHORTEST and table not in SMALL):
        kept = Func(
            searched, template="array_to_tsvector(char_pairs(%(expressions)s))", output_field=TextField()
        )
        pairs = F("search") if table in STORED else kept
        found &= Q(_is_so("%(expressions)s)", " @@ char_pairs_query(", pairs, Value(long)))
    for word in words:
        found &= Q(_is_so("strpos(lower(%(expressions)s) > 0", "), ", readable, Value(word)))
    return found


def _joined(columns: Iterable[str]) -> Func:
    them = [F(column) for column in columns]
    return Func(*them, template="%(expressions)s", arg_joiner=" || ' ' || ", output_field=TextField())


def _is_so(template: str, between: str, *expressions) -> Func:
    return Func(*expressions, template=template, arg_joiner=between, output_field=BooleanField())


def _text(columns: Iterable[str]) -> str:
    return " || ' ' || ".join(columns)


class CountOf(Subquery):
    """How many rows a query gives; of a sliced one never more than its slice."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def behind_newest(model: type[models.Model], many: int) -> RawSQL:
    """The key of a row so far back in the table: what is newer is read through in a time that does not grow."""
    newest = f"(SELECT max(id) - %s FROM {model._meta.db_table})"  # nosec B608 # our own table's name
    return RawSQL(newest, [many], output_field=BigIntegerField())  # nosec B611 # our own table's name
