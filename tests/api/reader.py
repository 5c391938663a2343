"""A firm's program that has read a list once and from then on asks for what is new."""

from collections.abc import Callable

from django.db import connection
from django.test import Client

from tests.api.conftest import BASE
from zmd_emergency.processes import wait_for


class Reader:
    """Keeps its own copy of a list: `rows` by what names a row there. `told`: the rows that came last.

    More may come than is new: another test's transaction, open meanwhile, holds back what counts as over.
    """

    def __init__(self, get: Callable, path: str, *, limit: int = 3):
        self.get, self.path, self.limit = get, path, limit
        self.rows, self.told, self.sync = {}, set(), None
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (self.begun,) = cursor.fetchone()
        self.news()

    def news(self) -> set:
        """Reads what has changed, all pages of it; names the rows that are new or not as they were."""
        before, self.told = self.rows, set()
        self.rows = dict(before)
        url = f"{self.path}?limit={self.limit}" + (f"&sync={self.sync}" if self.sync else "")
        while url:
            answer = self.get(url)
            assert answer.status_code == 200, answer.content.decode()
            page = answer.json()
            for row in page["results"]:
                name = row.get("id") or row.get("number") or row["seq"]
                self.rows[name] = row
                self.told.add(name)
            url = page["next"] and page["next"].split(BASE)[1]
            self.sync = page["sync"]
            assert self.sync
        return {name for name in self.told if before.get(name) != self.rows[name]}

    def tells_nothing(self) -> bool:
        self.news()
        return not self.told

    def has_no_old_news(self) -> bool:
        """Unless another test's transaction, begun before this reader, is open to the end of the wait."""
        return wait_for(self.tells_nothing, 10) or self._is_held_back()

    def _is_held_back(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT EXISTS (SELECT FROM pg_stat_activity
                WHERE datname <> current_database() AND backend_xid IS NOT NULL AND xact_start < %s)""",
                [self.begun],
            )
            return cursor.fetchone()[0]


def desk_of(actor) -> Callable:
    """GET with a person's session."""
    client = Client(raise_request_exception=False)
    client.force_login(actor.person)
    return lambda path: client.get(BASE + path)
