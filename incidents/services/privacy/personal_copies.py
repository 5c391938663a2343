"""Copies of personal values that the system itself made, outside the ledger: in messages, drafts, kept answers.

Webhooks tell no person's name, so their payloads hold none (a test erases and then looks everywhere).
"""

import json
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from alerts.models import Notification, Warning
from incidents.models import IdempotentAnswer, Incident, IntakeDraft, OpenItem

SHORTEST = 2
"""A single character stands in too many words."""


def replace(values: Iterable[str], subject: Incident | Warning, mark: str, *, until: datetime) -> int:
    """Puts the mark where a value stands; returns in how many rows. `until`: when the subject was over; a form begun since
    is of something else."""
    values = sorted((value for value in values if len(value) >= SHORTEST), key=len, reverse=True)
    if not values:
        return 0
    about = "incident" if isinstance(subject, Incident) else "warning"
    messages = Notification.objects.filter(**{about: subject})
    told = _texts(messages, ("title", "text"), values, mark)
    if isinstance(subject, Incident):
        told += _texts(OpenItem.objects.filter(incident=subject), ("words",), values, mark)
    answers = IdempotentAnswer.objects.filter(
        Q(path__contains=subject.number) | Q(body__contains=subject.number)
    )
    return told + _texts(answers, ("body",), values, mark) + _drafts(values, mark, until)


def _texts(rows, columns: tuple[str, ...], values: list[str], mark: str) -> int:
    changed = 0
    for row in rows.filter(_any(columns, [*values, *map(_escaped, values)])).select_for_update():
        for column in columns:
            text = getattr(row, column)
            for value in values:
                text = text.replace(value, mark).replace(_escaped(value), mark)
            longest = row._meta.get_field(column).max_length
            setattr(row, column, text[:longest])
        row.save(update_fields=columns)
        changed += 1
    return changed


def _drafts(values: list[str], mark: str, until: datetime) -> int:
    """A half-typed form may hold the value too; what else is typed stays."""
    changed = 0
    for draft in IntakeDraft.objects.filter(saved_at__lte=until).select_for_update():
        if any(value in json.dumps(draft.fields, ensure_ascii=False) for value in values):
            draft.fields = _within(draft.fields, values, mark)
            draft.save(update_fields=["fields"])
            changed += 1
    return changed


def _within(found, values: list[str], mark: str):
    if isinstance(found, dict):
        return {name: _within(each, values, mark) for name, each in found.items()}
    if isinstance(found, list):
        return [_within(each, values, mark) for each in found]
    if isinstance(found, str):
        for value in values:
            found = found.replace(value, mark)
    return found


def _any(columns: tuple[str, ...], values: list[str]) -> Q:
    found = Q(pk__in=[])
    for column in columns:
        for value in values:
            found |= Q(**{f"{column}__contains": value})
    return found


def _escaped(value: str) -> str:
    """As JSON writes it in ASCII."""
    return json.dumps(value)[1:-1]
