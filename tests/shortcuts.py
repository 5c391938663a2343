"""What Django and WhiteNoise work out anew for each query and each client, and what comes out alike: in tests at less cost."""

from functools import cached_property

from django.db.models.expressions import Col
from whitenoise.middleware import WhiteNoiseMiddleware


def take() -> None:
    _know_a_column_by_its_name()
    _list_static_files_once()


def _know_a_column_by_its_name() -> None:
    """An ordered query compares all its columns, by what `inspect` says of the arguments each was made with."""

    def identity(column: Col) -> tuple:
        return Col, column.alias, *map(Col._identity, (column.target, column.output_field))

    Col.identity = cached_property(identity)
    Col.identity.__set_name__(Col, "identity")


def _list_static_files_once() -> None:
    """Each client has middleware of its own, which looks for every static file at the first request."""
    look, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def listed(middleware: WhiteNoiseMiddleware) -> None:
        if not found:
            look(middleware)
            found.update(middleware.files)
        middleware.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = listed
