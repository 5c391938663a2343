"""Rows in one statement, for where the ORM's price per row shows: the sweep, the ledger, the intake.

Constraints and triggers hold as ever; what a row holds is what its instance holds.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from io import StringIO
from itertools import compress
from operator import attrgetter

from django.db import connection
from django.db.backends.postgresql.psycopg_any import Jsonb
from django.db.models import CharField, Field, JSONField, Model, TextField
from django.db.models.expressions import DatabaseDefault

MANY = 50
"""From how many rows on COPY pays."""
NULL = "\\N"
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def insert(instances: Sequence[Model]) -> Sequence[Model]:
    """As `bulk_create`; many by COPY, with keys drawn beforehand, so that the instances have them afterwards."""
    if not instances:
        return instances
    if len(instances) >= MANY:
        _copy(instances)
    elif batch := _batch.get():
        batch.add(instances)
    else:
        _insert_few(instances)
    alias = connection.alias
    for instance in instances:
        instance._state.adding, instance._state.db = False, alias
    return instances


def _insert_few(instances: Sequence[Model]):
    """In one statement. Rows that have no key yet get theirs from the database."""
    pk = type(instances[0])._meta.pk
    draws_keys = pk.db_returning and instances[0].pk is None
    sql, values = _statement(instances, but=pk if draws_keys else None)
    with connection.cursor() as cursor:
        if not draws_keys:
            cursor.execute(sql, values)
            return
        cursor.execute(f'{sql} RETURNING "{pk.column}"', values)
        for instance, (key,) in zip(instances, cursor.fetchall(), strict=True):
            instance.pk = key


def _statement(instances: Sequence[Model], *, but: Field | None = None) -> tuple[str, list]:
    written = _written_by(type(instances[0]), but)
    values, marks = [], []
    for instance in instances:
        row = list(written.read(instance))
        for index in written.json:
            row[index] = None if row[index] is None else Jsonb(row[index])
        if any(isinstance(row[index], DatabaseDefault) for index in written.defaults):
            given = [not isinstance(value, DatabaseDefault) for value in row]
            marks.append("(" + ", ".join("%s" if each else "DEFAULT" for each in given) + ")")
            row = list(compress(row, given))
        else:
            marks.append(written.marks)
        values += row
    return f"{written.into} VALUES {', '.join(marks)}", values


@dataclass(frozen=True)
class Written:
    """How rows of a model are written. `json`, `defaults`: which columns hold JSON, or may be left to the database."""

    into: str
    marks: str
    read: Callable[[Model], tuple]
    json: list[int]
    defaults: list[int]


@cache
def _written_by(model: type, but: Field | None) -> Written:
    fields = [field for field in _written(model) if field is not but]
    names = ", ".join(f'"{field.column}"' for field in fields)
    return Written(
        f'INSERT INTO "{model._meta.db_table}" ({names})',
        "(" + ", ".join(["%s"] * len(fields)) + ")",
        attrgetter(*(field.attname for field in fields)),
        [index for index, field in enumerate(fields) if isinstance(field, JSONField)],
        [index for index, field in enumerate(fields) if field.has_db_default()],
    )


class Batch:
    """Rows of several tables that go to the database at once, and before anything else is asked of it."""

    def __init__(self):
        self.statements, self.values = [], []
        self.expected: dict[type, int] = {}
        self.keys: dict[type, list[int]] = {}

    def add(self, instances: Sequence[Model]):
        model = type(instances[0])
        if model._meta.pk.db_returning and instances[0].pk is None:
            for instance, key in zip(instances, self._keys(model, len(instances)), strict=True):
                instance.pk = key
        sql, values = _statement(instances)
        self.statements.append(sql)
        self.values += values

    def _keys(self, model: type, number: int) -> list[int]:
        if len(self.keys.get(model, ())) < number:
            self.keys |= _drawn(self.expected | {model: max(number, self.expected.get(model, 0))})
            self.expected = {}
        keys = self.keys[model]
        self.keys[model] = keys[number:]
        return keys[:number]

    def send(self):
        statements, values = self.statements, self.values
        self.statements, self.values = [], []
        if statements:
            with connection.cursor() as cursor:
                cursor.execute(";\n".join(statements), values)

    def send_first(self, execute, *query):
        self.send()
        return execute(*query)


_batch: ContextVar[Batch | None] = ContextVar("batch", default=None)


@contextmanager
def together(expected: dict[type, int] | None = None):
    """What is inserted by `insert` in this block goes to the database in one round trip: at the block's end, or before
    the next query in it, which may ask for it. Such a block within another is part of that.

    The rows have their keys at once; so that these come in one round trip too, `expected` says how many rows of each
    kind there may be (keys left over are lost, more are drawn where they are needed).
    """
    if outer := _batch.get():
        outer.expected |= expected or {}
        yield
        return
    batch = Batch()
    batch.expected |= expected or {}
    with connection.execute_wrapper(batch.send_first):
        token = _batch.set(batch)
        try:
            yield
        finally:
            _batch.reset(token)
        batch.send()


def _drawn(numbers: dict[type, int]) -> dict[type, list[int]]:
    """So many keys for rows of each of these models."""
    one = "SELECT %s, nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
    drawn = {model: [] for model in numbers}
    models = list(numbers)
    asked = [
        (which, model._meta.db_table, model._meta.pk.column, numbers[model])
        for which, model in enumerate(models)
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([one] * len(models)), [each for one in asked for each in one])
        for which, key in cursor:
            drawn[models[which]].append(key)
    return drawn


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
    for instance, key in zip(instances, _drawn({model: len(instances)})[model], strict=True):
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
            f"FROM unnest({arrays}) AS new ({', '.join(columns)}) WHERE old.{columns[0]} = new.{columns[0]}",  # nosec B608 # our own names
            [[getattr(instance, field.attname) for instance in instances] for field in fields],
        )


@cache
def _columns(model: type) -> list[tuple[str, Callable]]:
    """What is written of an instance, and how."""
    return [(field.attname, _writer(field)) for field in _written(model)]


@cache
def _written(model: type) -> list[Field]:
    return [field for field in model._meta.concrete_fields if not field.generated]


def _writer(field: Field) -> Callable:
    if isinstance(field, JSONField):
        return lambda value: _escaped(json.dumps(value, ensure_ascii=False))
    return _escaped if isinstance(field, CharField | TextField) else str


def _escaped(value: str) -> str:
    return value if value.isprintable() and "\\" not in value else value.translate(ESCAPES)
