"""Lists: a page at a time, found again by a cursor that no new row can shift; then what has changed since."""

import json
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from incidents import changes
from incidents.api import fields, sync
from incidents.api.parsers import UNSTORABLE
from incidents.api.sync import MALFORMED, Token
from incidents.changes import Moment, Since
from incidents.refusals import FieldError, Invalid

USUAL, MOST = 50, 200
PAGING = ("limit", "cursor")
NEWS = ("sync", "updated_since")


class Query:
    """The query's parameters, each checked; an unknown one is refused, so that no filter is silently lost."""

    def __init__(self, request, *names: str):
        self.given = request.query_params
        for name in self.given:
            if name not in (*PAGING, *NEWS, *names):
                self.refuse(name, "unknown_parameter", f"没有参数 {name[:50]}。")
            if len(self.given.getlist(name)) > 1:
                self.refuse(name, "repeated", "每个参数只能给一次，几个值以逗号分隔。")

    def refuse(self, name: str, code: str, detail: str):
        raise Invalid(FieldError(f"?{name[:50]}", code, detail))

    @property
    def asks_for_news(self) -> bool:
        return any(name in self.given for name in NEWS)

    def choices(self, name: str, known: list[str]) -> list[str]:
        """Several, parted by commas; none if not asked for."""
        chosen = [word for word in self.given.get(name, "").split(",") if word]
        if any(word not in known for word in chosen):
            self.refuse(name, "not_a_choice", f"须为其中之一或几个（以逗号分隔）：{'、'.join(known)}。")
        return chosen

    def words(self, name: str) -> list[str]:
        """Codes, numbers or names, parted by commas; what there is not finds nothing."""
        text = self.given.get(name, "")
        if len(text) > 1000 or UNSTORABLE.search(text):
            self.refuse(name, "not_a_text", "须为一个或几个（以逗号分隔）代码、编号或名称。")
        return [word for word in text.split(",") if word]

    def time(self, name: str) -> datetime | None:
        if name not in self.given:
            return None
        try:
            return fields.Time().to_internal_value(self.given[name])
        except ValidationError as error:
            self.refuse(name, error.detail[0].code, str(error.detail[0]))

    @property
    def limit(self) -> int:
        text = self.given.get("limit", str(USUAL))
        if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MOST):
            self.refuse("limit", "out_of_range", f"limit 须为 1 至 {MOST} 的整数。")
        return int(text)

    def wanted(self, **filters: list) -> Q:
        """Rows of which each of these fields is one of what was asked for; what was not asked for does not count."""
        return Q(**{f"{field}__in": values for field, values in filters.items() if values})

    def between(self, field: str, name: str) -> Q:
        """Rows whose time lies from `{name}_since` on, and before `{name}_before`."""
        bounds = {"gte": self.time(f"{name}_since"), "lt": self.time(f"{name}_before")}
        return Q(**{f"{field}__{way}": at for way, at in bounds.items() if at})


def answer(
    request,
    query: Query,
    rows: QuerySet,
    order: tuple[str, ...],
    show: Callable,
    changed: Callable[[Since], Q],
) -> Response:
    """One page of `rows` in `order` (field names, "-" for descending; the last one unique).

    `changed`: which rows of the list have changed since (see `changed.py`).
    """
    page = Page(request, query, order)
    rows = page.with_news(rows, changed)
    found = list(page.ahead(rows).order_by(*order)[: query.limit + 1])
    following = None
    if len(found) > query.limit:
        found.pop()
        parameters = query.given.dict() | {"cursor": page.cursor_behind(found[-1])}
        following = f"{request.build_absolute_uri(request.path)}?{urlencode(parameters)}"
    return Response({"results": [show(row) for row in found], "next": following, "sync": page.sync})


class Page:
    """Where a list is read on from, and the token that all its pages carry: the first one's, so that whatever changes
    while a client walks through them is news afterwards."""

    def __init__(self, request, query: Query, order: tuple[str, ...]):
        self.query, self.order = query, order
        self.now = request.parser_context["view"].now
        self.place = sync.place_of(request.path, request.auth)
        self.behind, self.sync = self._read_cursor() if "cursor" in query.given else (None, None)

    @cached_property
    def moment(self) -> Moment:
        return changes.moment()

    def with_news(self, rows: QuerySet, changed: Callable[[Since], Q]) -> QuerySet:
        """Reads the moment before any row is read."""
        moment = self.moment
        if self.sync is None:
            self.sync = str(Token.of(moment, self.now, self.place))
        elif not Token.read(self.sync).is_of(moment, self.place):
            self._refuse_cursor()
        if "sync" in self.query.given:
            rows = rows.filter(changed(self._token().since(moment)))
        if at := self.query.time("updated_since"):
            rows = rows.filter(changed(Since(changes.first_xid_from(at), moment.xmax, at)))
        return rows

    def _token(self) -> Token:
        try:
            token = Token.read(self.query.given["sync"])
        except MALFORMED:
            self.query.refuse("sync", "bad_sync", "sync 须取自此列表先前的答复。")
        if not token.is_of(self.moment, self.place) or token.is_overtaken(self.moment):
            self.query.refuse("sync", "sync_expired", "此 sync 已不能续用，请不带 sync 从头读取。")
        return token

    def ahead(self, rows: QuerySet) -> QuerySet:
        return rows if self.behind is None else rows.filter(_after(self.order, self.behind))

    def cursor_behind(self, row) -> str:
        values = [getattr(row, name.removeprefix("-")) for name in self.order]
        texts = [value.isoformat() if isinstance(value, datetime) else value for value in values]
        return sync.packed(json.dumps([self.place, self.sync, texts]))

    def _read_cursor(self) -> tuple[list, str]:
        try:
            place, token, values = json.loads(sync.unpacked(self.query.given["cursor"]))
            read = [
                datetime.fromisoformat(value) if name.endswith("_at") else int(value)
                for name, value in zip(self.order, values, strict=True)
            ]
            if place != self.place or any(
                not v.tzinfo if isinstance(v, datetime) else abs(v) > 2**62 for v in read
            ):
                raise ValueError
            Token.read(token)
            return read, token
        except (*MALFORMED, TypeError, AttributeError, RecursionError):
            self._refuse_cursor()

    def _refuse_cursor(self):
        self.query.refuse("cursor", "bad_cursor", "cursor 须取自上一页的 next。")


def _after(order: tuple[str, ...], values: list) -> Q:
    condition, equal = Q(), {}
    for name, value in zip(order, values, strict=True):
        field, way = name.removeprefix("-"), "lt" if name.startswith("-") else "gt"
        condition |= Q(**equal, **{f"{field}__{way}": value})
        equal[field] = value
    return condition
