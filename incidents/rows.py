"""Rows in one statement, for where the ORM's price per row shows: the sweep, the ledger, the intake.

Constraints and triggers hold as ever; what a row holds is what its instance holds.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import cache
from io import StringIO
from operator import attrgetter
from typing import TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import CharField, Field, JSONField, Model, TextField
from django.db.models.base import ModelState
from django.db.models.expressions import DatabaseDefault
from django.utils.duration import duration_iso_string

from incidents.prepared import Prepared, execute

Row = TypeVar("Row", bound=Model)

MANY = 50
"""From how many rows on COPY pays."""
NULL = "\\N"
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def made(model: type[Row], **values) -> Row:
    """As `model(**values)`, for where many rows are made: without signals, nor a question to each of its fields."""
    fields, constants, fresh = _blank(model)
    columns, related = dict(constants), {}
    for name, make in fresh:
        columns[name] = make()
    for name, value in values.items():
        field = fields[name]
        if field.is_relation and name != field.attname:
            related[name], value = value, value and value.pk
        columns[field.attname] = value
    row = model.__new__(model)
    row.__dict__.update(columns)
    row._state = ModelState()
    row._state.fields_cache = related
    return row


@cache
def _blank(model: type) -> tuple[dict[str, Field], dict, list[tuple[str, Callable]]]:
    """Its fields by their names and those of their columns; what columns hold by default, constant or made for each row."""
    written = _written(model)
    fields = {name: field for field in written for name in (field.name, field.attname)}
    fresh = [
        (field.attname, field.default) for field in written if field.has_default() and callable(field.default)
    ]
    known = {name for name, _ in fresh}
    return fields, {f.attname: f.get_default() for f in written if f.attname not in known}, fresh


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
    for instance in instances:
        instance._state.adding, instance._state.db = False, DEFAULT_DB_ALIAS
    return instances


def _insert_few(instances: Sequence[Model]):
    """In one statement. Rows that have no key yet get theirs from the database."""
    pk = type(instances[0])._meta.pk
    draws_keys = pk.db_returning and instances[0].pk is None
    with connection.cursor() as cursor:
        execute(cursor, _insertion(instances, draws_keys=draws_keys))
        if draws_keys:
            for instance, (key,) in zip(instances, cursor.fetchall(), strict=True):
                instance.pk = key


def _insertion(instances: Sequence[Model], *, draws_keys: bool = False) -> tuple[Prepared, list[str]]:
    """The statement that writes these rows, and its value: they in JSON, which is read by the table's own types."""
    names, read, statement = _inserting(type(instances[0]), draws_keys)
    rows = [dict(zip(names, read(instance), strict=True)) for instance in instances]
    return statement, [_in_json(rows)]


@cache
def _inserting(model: type, draws_keys: bool) -> tuple[list[str], Callable, Prepared]:
    """The columns of its rows, how they are read off an instance, and the statement that writes them."""
    pk = model._meta.pk
    fields = [field for field in _written(model) if not (draws_keys and field is pk)]
    names = [field.column for field in fields]
    table, columns = model._meta.db_table, ", ".join(f'"{name}"' for name in names)
    rows = f'json_populate_recordset(NULL::"{table}", $1)'
    sql = f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM {rows}'  # nosec B608 # names of our own columns
    if draws_keys:
        sql += f' RETURNING "{pk.column}"'
    return names, attrgetter(*(field.attname for field in fields)), Prepared(table, sql, ["json"])


def _plain(value) -> object:
    """What JSON has no word for, as PostgreSQL reads it."""
    match value:
        case datetime():
            return value.isoformat()
        case timedelta():
            return duration_iso_string(value)
        case DatabaseDefault():
            return value.expression.value
    return str(value)


_in_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode


class Batch:
    """Rows of several tables that go to the database at once, and before anything else is asked of it."""

    def __init__(self):
        self.calls: list[tuple[Prepared, list[str]]] = []
        self.expected: dict[type, int] = {}
        self.keys: dict[type, list[int]] = {}

    def add(self, instances: Sequence[Model]):
        model = type(instances[0])
        if model._meta.pk.db_returning and instances[0].pk is None:
            for instance, key in zip(instances, self._keys(model, len(instances)), strict=True):
                instance.pk = key
        self.calls.append(_insertion(instances))

    def _keys(self, model: type, number: int) -> list[int]:
        if len(self.keys.get(model, ())) < number:
            self.keys |= _drawn(self.expected | {model: max(number, self.expected.get(model, 0))})
            self.expected = {}
        keys = self.keys[model]
        self.keys[model] = keys[number:]
        return keys[:number]

    def send(self):
        calls, self.calls = self.calls, []
        if calls:
            with connection.cursor() as cursor:
                execute(cursor, *calls)

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


def one_number(question: Prepared, values: Sequence) -> int:
    """The one number that a statement answers. Within `together` the expected keys are drawn on the same way."""
    batch = _batch.get() or Batch()
    expected, batch.expected = batch.expected, {}
    with connection.cursor() as cursor:
        execute(cursor, (_with_keys(question, tuple(expected)), [*values, *expected.values()]))
        number, *drawn = cursor.fetchone()
    batch.keys |= zip(expected, drawn, strict=True)
    return number


def _drawn(numbers: dict[type, int]) -> dict[type, list[int]]:
    """So many keys for rows of each of these models."""
    with connection.cursor() as cursor:
        execute(cursor, (_drawing(tuple(numbers)), list(numbers.values())))
        return dict(zip(numbers, cursor.fetchone(), strict=True))


@cache
def _drawing(models: tuple[type, ...]) -> Prepared:
    return Prepared("keys", f"SELECT {', '.join(_draws(models, 1))}", ["int"] * len(models))


@cache
def _with_keys(question: Prepared, models: tuple[type, ...]) -> Prepared:
    asked = ", ".join(["answer.*", *_draws(models, 1 + len(question.types))])
    sql = f"WITH answer AS ({question.sql}) SELECT {asked} FROM answer"  # nosec B608 # statements of our own
    return Prepared(question.label, sql, [*question.types, *["int"] * len(models)])


def _draws(models: tuple[type, ...], first: int) -> list[str]:
    """Arrays of keys, of as many as this model's parameter says; `first`: the first model's. The sequence is named as
    PostgreSQL names that of an identity column."""
    one = "ARRAY(SELECT nextval('\"{}_{}_seq\"'::regclass) FROM generate_series(1, ${}))"
    return [
        one.format(model._meta.db_table, model._meta.pk.column, first + which)
        for which, model in enumerate(models)
    ]


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
