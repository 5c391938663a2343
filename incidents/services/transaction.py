"""A use case is one transaction: what it refuses half-way leaves nothing behind.

Within another transaction that takes a savepoint, unless the caller undoes refused work himself (the API does, who
keeps the refusal as an answer): then it would be two round trips more for nothing.
"""

from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps

from django.db import transaction

_caller_undoes: ContextVar[bool] = ContextVar("caller_undoes", default=False)


def use_case(function: Callable) -> Callable:
    @wraps(function)
    def run(*args, **kwargs):
        with transaction.atomic(savepoint=not _caller_undoes.get()):
            return function(*args, **kwargs)

    return run


@contextmanager
def undone_by_caller():
    """In this block; whoever opens it rolls back what a use case in it had done before it refused."""
    token = _caller_undoes.set(True)
    try:
        yield
    finally:
        _caller_undoes.reset(token)
