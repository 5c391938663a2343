"""Indexes for references that few rows have: the others cost nothing when they are written."""

from django.db.models import Index, Q


def where_given(prefix: str, *names: str) -> list[Index]:
    """In place of the index of each of these foreign keys, which then have `db_index=False`: without the empty ones. What
    looks for a value finds them by it all the same."""
    return [
        Index(fields=[name], name=f"{prefix}_{name}", condition=Q(**{f"{name}__isnull": False}))
        for name in names
    ]
