"""Queries that are built once, and planned once per connection: both cost several times what the answer costs.

    @kept
    def offices_of(city: int):
        return Organization.objects.select_related("host").filter(kind=Kind.OFFICE, parent__parent=city)

    offices_of(county.parent_id)

The function is called once, with stand-ins for its arguments; each call then sends its own values to the statement
that the connection has prepared. So it may only put its arguments into filters (many values of one argument by `among`),
and not look at them; their annotations say what they are.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property, update_wrapper
from inspect import signature
from weakref import WeakSet

from django.db import connection
from django.db.models import Expression, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.query import ModelIterable, get_related_populators

TYPES = {str: "text", int: "bigint", datetime: "timestamptz", list: "bigint[]"}


class StandIn(Expression):
    """For the value that a call will bring: the parameter of this number (from one)."""

    def __init__(self, number: int):
        super().__init__()
        self.number = number

    def as_sql(self, compiler, connection):
        return "%s", [self]

    def getquoted(self) -> bytes:
        """As psycopg2 writes it into the statement."""
        return b"$%d" % self.number

    def __conform__(self, protocol):
        return self


def among(ids) -> RawSQL:
    """`filter(pk__in=among(ids))`: of any number of ids."""
    return RawSQL("SELECT unnest(%s::bigint[])", [ids])


class Kept:
    """A function that makes a queryset, as a function that answers what it finds."""

    def __init__(self, build: Callable[..., QuerySet]):
        parameters = signature(build).parameters.values()
        self.build, self.types = build, [TYPES[each.annotation] for each in parameters]
        self.name = f"{build.__module__}.{build.__name__}"
        self.prepared_on = WeakSet()
        update_wrapper(self, build)

    def __call__(self, *values) -> list:
        """What the queryset would answer: model instances, or tuples of a `values_list`."""
        sql, params, read = self._built
        marks = f"({', '.join(['%s'] * len(values))})" if values else ""
        with connection.cursor() as cursor:
            session = connection.connection
            if session not in self.prepared_on:
                types = f"({', '.join(self.types)})" if self.types else ""
                cursor.execute(f'PREPARE "{self.name}"{types} AS {sql}', params)
                self.prepared_on.add(session)
            cursor.execute(f'EXECUTE "{self.name}"{marks}', values)
            return list(read(cursor.fetchall(), connection.alias))

    def first(self, *values):
        return next(iter(self(*values)), None)

    @cached_property
    def _built(self) -> tuple[str, tuple, Callable]:
        queryset = self.build(*(StandIn(number + 1) for number in range(len(self.types))))
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        values = _values(compiler)
        return sql, params, _instances(compiler, values) if _makes_instances(queryset) else values


kept = Kept


def _makes_instances(queryset: QuerySet) -> bool:
    return queryset._iterable_class is ModelIterable


def _values(compiler) -> Callable:
    """What columns hold, as their fields read it."""
    converters = compiler.get_converters([column for column, *_ in compiler.select[: compiler.col_count]])
    return lambda rows, alias: map(tuple, compiler.apply_converters(rows, converters)) if converters else rows


def _instances(compiler, values: Callable) -> Callable:
    """As Django's `ModelIterable` makes them."""
    info, select = compiler.klass_info, compiler.select
    model, fields = info["model"], info["select_fields"]
    own = slice(fields[0], fields[-1] + 1)
    names = [column.target.attname for column, *_ in select[own]]
    populators = get_related_populators(info, select, connection.alias)

    def read(rows, alias) -> Iterator:
        for row in values(rows, alias):
            instance = model.from_db(alias, names, row[own])
            for populator in populators:
                populator.populate(row, instance)
            yield instance

    return read
