"""Rows in one statement, for where the ORM's price per row shows: the sweep, the ledger, the intake.

Constraints and triggers hold as ever; what a row holds is what its instance holds.
"""

import json
from collections.abc import Callable, Sequence
from functools import cache
from io import StringIO

from django.db import connection
from django.db.models import CharField, Field, JSONField, Model, TextField
from django.db.models.expressions import DatabaseDefault

MANY = 50
"""From how many rows on COPY pays."""
NULL = "\\N"
DEFAULT = object()
"""The column's own, in the database."""
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def insert(instances: Sequence[Model]) -> Sequence[Model]:
    """As `bulk_create`; many by COPY, with keys drawn beforehand, so that the instances have them afterwards."""
    if not instances:
        return instances
    (_insert_few if len(instances) < MANY else _copy)(instances)
    for instance in instances:
        instance._state.adding, instance._state.db = False, connection.alias
    return instances


def _insert_few(instances: Sequence[Model]):
    """In one statement. Rows that have no key yet get theirs from the database."""
    meta = type(instances[0])._meta
    draws_keys = meta.pk.db_returning and instances[0].pk is None
    fields = [field for field in _written(type(instances[0])) if not (draws_keys and field is meta.pk)]
    names = ", ".join(f'"{field.column}"' for field in fields)
    values, marks = [], []
    for instance in instances:
        row = [_sent(field, getattr(instance, field.attname)) for field in fields]
        marks.append("(" + ", ".join("DEFAULT" if value is DEFAULT else "%s" for value in row) + ")")
        values += [value for value in row if value is not DEFAULT]
    back = f' RETURNING "{meta.pk.column}"' if draws_keys else ""
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{meta.db_table}" ({names}) VALUES {", ".join(marks)}{back}', values)
        if draws_keys:
            for instance, (key,) in zip(instances, cursor.fetchall(), strict=True):
                instance.pk = key


def _copy(instances: Sequence[Model]):
    model = type(instances[0])
    draw_keys(instances)
    columns = _columns(model)
    lines = StringIO()
    for instance in instances:
        values = (
            NULL if (value := getattr(instance, name)) is None else write(value) for name, write in columns
        )
        lines.write("\t".join(values) + "\n")
    lines.seek(0)
    names = ", ".join(f'"{model._meta.get_field(name).column}"' for name, _ in columns)
    with connection.cursor() as cursor:
        cursor.copy_expert(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN', lines)


def draw_keys(instances: Sequence[Model]):
    model = type(instances[0])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, len(instances)],
        )
        for instance, (key,) in zip(instances, cursor.fetchall(), strict=True):
            instance.pk = key


def update(instances: Sequence[Model], *names: str):
    """As `bulk_update`: one statement over arrays."""
    if not instances:
        return
    meta = type(instances[0])._meta
    fields = [meta.pk, *map(meta.get_field, names)]
    arrays = ", ".join(f"%s::{field.cast_db_type(connection)}[]" for field in fields)
    columns = [f'"{field.column}"' for field in fields]
    changes = ", ".join(f"{column} = new.{column}" for column in columns[1:])
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{meta.db_table}" old SET {changes} '
            f"FROM unnest({arrays}) AS new ({', '.join(columns)}) WHERE old.{columns[0]} = new.{columns[0]}",
            [[getattr(instance, field.attname) for instance in instances] for field in fields],
        )


@cache
def _columns(model: type) -> list[tuple[str, Callable]]:
    """What is written of an instance, and how."""
    return [(field.attname, _writer(field)) for field in _written(model)]


@cache
def _written(model: type) -> list[Field]:
    return [field for field in model._meta.concrete_fields if not field.generated]


def _sent(field: Field, value):
    """As psycopg2 takes it: Python's own types as they are."""
    if isinstance(value, DatabaseDefault):
        return DEFAULT
    return connection.ops.adapt_json_value(value, None) if isinstance(field, JSONField) else value


def _writer(field: Field) -> Callable:
    if isinstance(field, JSONField):
        return lambda value: _escaped(json.dumps(value, ensure_ascii=False))
    return _escaped if isinstance(field, CharField | TextField) else str


def _escaped(value: str) -> str:
    return value if value.isprintable() and "\\" not in value else value.translate(ESCAPES)
