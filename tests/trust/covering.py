"""An instrument: which tables the product wrote in each of its transactions, and what it wrote to the ledger with it.

In a test that rolls back, a transaction of the product is the outermost `atomic` that the product's own code enters (the
demo's one, in which it tells a long story, is looked through). What tests write themselves is none of the product's.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from unittest.mock import patch

from django.apps import apps
from django.db import connection
from django.db.transaction import Atomic

from incidents import ledger
from tests.trust.covered import NOT_TOLD, QUIETLY, TOLD_BY

WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM|COPY) (?:ONLY )?"?((?:incidents|alerts)_\w+)"?')
PRODUCT, TELLERS = ("incidents.", "alerts."), ("incidents.services.demo_city.",)
PASSED_THROUGH = (
    "django.",
    "contextlib",
    "tests.trust.covering",
    "incidents.rows",
    "incidents.services.transaction",
)


@dataclass
class Unit:
    """One transaction of the product's."""

    origin: str
    tables: set[str] = field(default_factory=set)
    actions: set[str] = field(default_factory=set)


@dataclass
class Watch:
    units: list[Unit] = field(default_factory=list)
    _open: Unit | None = None

    def execute(self, execute, sql, params, many, context):
        done = execute(sql, params, many, context)
        text = str(sql)
        tables = set() if text.startswith("SELECT") else set(WRITES.findall(text))
        touched = context["cursor"].cursor.rowcount != 0 or len(tables) > 1
        if tables and touched and (unit := self._open or self._alone()):
            unit.tables |= tables
        return done

    def _alone(self) -> Unit | None:
        """A statement outside any transaction of the product's is one of its own, if the product runs by itself: a
        test that calls something within a use case writes what the use case would have told of."""
        origin = _origin()
        if not origin.startswith(PRODUCT) or origin.startswith(TELLERS) or not _runs_by_itself():
            return None
        self.units.append(Unit(origin))
        return self.units[-1]

    def enter(self, atomic, enter):
        if self._open is None:
            origin = _origin()
            if origin.startswith(PRODUCT) and not origin.startswith(TELLERS):
                self._open = atomic._watched = Unit(origin)
        return enter(atomic)

    def leave(self, atomic, leave, *exc):
        try:
            return leave(atomic, *exc)
        finally:
            if self._open is not None and getattr(atomic, "_watched", None) is self._open:
                if exc[0] is None:
                    self.units.append(self._open)
                self._open = atomic._watched = None

    def holes(self) -> list[str]:
        """Changes of which the ledger does not tell, or tells by none of the acts that stand in `covered.py`."""
        found = set()
        for unit in self.units:
            if unit.origin.startswith(tuple(QUIETLY)):
                continue
            for model in sorted(models_of(unit.tables) - NOT_TOLD.keys()):
                if not any(action.startswith(TOLD_BY.get(model, ())) for action in unit.actions):
                    found.add(
                        f"{unit.origin} changes {model}; in the ledger: {sorted(unit.actions) or 'nothing'}"
                    )
        return sorted(found)


@cache
def _models() -> dict[str, str]:
    """Of both packages, by their tables; those between two models too."""
    configs = [apps.get_app_config(label) for label in ("incidents", "alerts")]
    models = [model for config in configs for model in config.get_models(include_auto_created=True)]
    return {model._meta.db_table: model._meta.label for model in models}


def models_of(tables: set[str]) -> set[str]:
    return {_models()[table] for table in tables}


def every_model() -> set[str]:
    return set(_models().values())


def _runs_by_itself() -> bool:
    """A request, a task or a command is at work."""
    frame = sys._getframe(2)
    while frame:
        module = frame.f_globals.get("__name__", "")
        if (
            module.startswith("django.core.handlers")
            or ".management.commands" in module
            or module.endswith(".tasks")
        ):
            return True
        frame = frame.f_back
    return False


def _origin() -> str:
    """The module and function that began it: the nearest that is not in between."""
    frame = sys._getframe(2)
    while frame:
        if "func" in frame.f_locals and frame.f_code.co_name == "inner":
            function = frame.f_locals["func"]
            if not function.__module__.startswith(PASSED_THROUGH):
                return f"{function.__module__}.{function.__name__}"
        if "function" in frame.f_locals and frame.f_code.co_name == "run":
            function = frame.f_locals["function"]
            return f"{function.__module__}.{function.__name__}"
        module = frame.f_globals.get("__name__", "")
        if not module.startswith(PASSED_THROUGH):
            return f"{module}.{frame.f_code.co_name}"
        frame = frame.f_back
    return ""


@contextmanager
def watching() -> Iterator[Watch]:
    watch = Watch()
    enter, leave, append_all = Atomic.__enter__, Atomic.__exit__, ledger.append_all

    def noted(rows, **how):
        rows = list(rows)
        if watch._open:
            watch._open.actions |= {entry.action for _, _, entry in rows}
        return append_all(rows, **how)

    with (
        connection.execute_wrapper(watch.execute),
        patch.object(Atomic, "__enter__", lambda atomic: watch.enter(atomic, enter)),
        patch.object(Atomic, "__exit__", lambda atomic, *exc: watch.leave(atomic, leave, *exc)),
        patch.object(ledger, "append_all", noted),
    ):
        yield watch
