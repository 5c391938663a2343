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

from django.db import connection
from django.db.models import Expression, Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.expressions import RawSQL
from django.db.models.query import ModelIterable

from incidents.prepared import Prepared, execute

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
        update_wrapper(self, build)

    def __call__(self, *values) -> list:
        """What the queryset would answer: model instances, or tuples of a `values_list`."""
        statement, read = self._built
        with connection.cursor() as cursor:
            execute(cursor, (statement, values))
            return list(read(cursor.fetchall(), cursor.db.alias))

    def first(self, *values):
        return next(iter(self(*values)), None)

    @cached_property
    def _built(self) -> tuple[Prepared, Callable]:
        queryset = self.build(*(StandIn(number + 1) for number in range(len(self.types))))
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        values = _values(compiler)
        statement = Prepared(self.build.__name__, sql, self.types, params)
        return statement, _instances(compiler, values) if _makes_instances(queryset) else values


kept = Kept


def _makes_instances(queryset: QuerySet) -> bool:
    return queryset._iterable_class is ModelIterable


def _values(compiler) -> Callable:
    """What columns hold, as their fields read it."""
    converters = compiler.get_converters([column for column, *_ in compiler.select[: compiler.col_count]])
    return lambda rows, alias: map(tuple, compiler.apply_converters(rows, converters)) if converters else rows


def _instances(compiler, values: Callable) -> Callable:
    """As Django's `ModelIterable` makes them, but for its signals."""
    make = _maker(compiler.klass_info, compiler.select)
    annotated = compiler.annotation_col_map.items()

    def read(rows, alias: str) -> Iterator[Model]:
        for row in values(rows, alias):
            instance = make(row, alias)
            for name, position in annotated:
                setattr(instance, name, row[position])
            yield instance

    return read


def _maker(info: dict, select: list) -> Callable:
    """What makes an instance of its share of a row, and those that it refers to."""
    model, positions = info["model"], info["select_fields"]
    names = [select[position][0].target.attname for position in positions]
    own = slice(positions[0], positions[-1] + 1)
    key = positions[names.index(model._meta.pk.attname)]
    related = [
        (below["local_setter"], below["remote_setter"], _maker(below, select))
        for below in info.get("related_klass_infos", ())
    ]

    def make(row, alias: str) -> Model | None:
        if row[key] is None:
            return None
        instance = model.__new__(model)
        instance.__dict__.update(zip(names, row[own], strict=True))
        instance._state = ModelState()
        instance._state.adding, instance._state.db = False, alias
        for refer, refer_back, make_other in related:
            other = make_other(row, alias)
            refer(instance, other)
            if other is not None:
                refer_back(other, instance)
        return instance

    return make
