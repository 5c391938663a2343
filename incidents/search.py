"""Chinese search by pairs of neighbouring characters, in a `tsvector` under GIN.

The pairs are made by the database's own function `char_pairs` for what is stored and for what is
sought, so that both can only agree; `char_pairs_query` makes a prefix of a single character.
"""

from django.db import models
from django.db.models.expressions import RawSQL


def pairs_of(sql: str) -> RawSQL:
    """The stored column: the character pairs of an SQL text expression."""
    return RawSQL(f"array_to_tsvector(char_pairs({sql}))", [])


def matches(table: str, words: str) -> RawSQL:
    """A condition: every word of `words` occurs in the row's search column."""
    return RawSQL(f"{table}.search @@ char_pairs_query(%s)", [words], output_field=models.BooleanField())
