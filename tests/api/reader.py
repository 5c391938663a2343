"""A firm's program that has read a list once and from then on asks for what is new."""

from collections.abc import Callable

from django.test import Client

from tests.api.conftest import BASE


class Reader:
    """Keeps its own copy of a list: `rows` by what names a row there."""

    def __init__(self, get: Callable, path: str, *, limit: int = 3):
        self.get, self.path, self.limit = get, path, limit
        self.rows, self.sync = {}, None
        self.news()

    def news(self) -> set:
        """Reads what has changed, all pages of it; the names of those rows."""
        told, url = set(), f"{self.path}?limit={self.limit}" + (f"&sync={self.sync}" if self.sync else "")
        while url:
            answer = self.get(url)
            assert answer.status_code == 200, answer.content.decode()
            page = answer.json()
            for row in page["results"]:
                name = name_of(row)
                self.rows[name] = row
                told.add(name)
            url = page["next"] and page["next"].split(BASE)[1]
            self.sync = page["sync"]
            assert self.sync
        return told


def name_of(row: dict):
    return row.get("id") or row.get("number") or row["seq"]


def desk_of(actor) -> Callable:
    """GET with a person's session."""
    client = Client(raise_request_exception=False)
    client.force_login(actor.person)
    return lambda path: client.get(BASE + path)
