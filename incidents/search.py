"""Chinese search by pairs of neighbouring characters, in a `tsvector` under GIN.

The pairs are made by the database's own functions for what is stored and for what is sought, so that both can
only agree. The pairs find the rows; `holds_words` then sees that the words really stand there.
"""

from django.db import models
from django.db.models.expressions import RawSQL

SEARCHED = {
    "incidents_incident": ("number", "title", "place"),
    "incidents_organization": ("name", "short_name", "code"),
}
"""The columns that are searched, by table."""


def pairs_of(table: str) -> RawSQL:
    """The stored column: the character pairs of all that is searched."""
    return RawSQL(f"array_to_tsvector(char_pairs({_text(SEARCHED[table])}))", [])  # nosec B611 # names of our own columns


def matches(table: str, words: str) -> RawSQL:
    """A condition: every word of `words` stands in the searched columns."""
    text = _text(f"{table}.{column}" for column in SEARCHED[table])
    return RawSQL(
        f"{table}.search @@ char_pairs_query(%s) AND holds_words({text}, %s)",
        [words, words],
        output_field=models.BooleanField(),
    )  # nosec B611 # names of our own columns; words are parameters


def _text(columns) -> str:
    return " || ' ' || ".join(columns)
