"""Lists: a page at a time, found again by a cursor that no new row can shift."""

import base64
import json
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from incidents.api import fields
from incidents.refusals import FieldError, Invalid

USUAL, MOST = 50, 200


class Query:
    """The query's parameters, each checked; an unknown one is refused, so that no filter is silently lost."""

    def __init__(self, request, *names: str):
        self.given = request.query_params
        for name in self.given:
            if name not in ("limit", "cursor", *names):
                self.refuse(name, "unknown_parameter", f"没有参数 {name[:50]}。")

    def refuse(self, name: str, code: str, detail: str):
        raise Invalid(FieldError(f"?{name[:50]}", code, detail))

    def choices(self, name: str, known: list[str]) -> list[str]:
        """Several, parted by commas; none if not asked for."""
        chosen = [word for word in self.given.get(name, "").split(",") if word]
        if any(word not in known for word in chosen):
            self.refuse(name, "not_a_choice", f"须为其中之一或几个（以逗号分隔）：{'、'.join(known)}。")
        return chosen

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


def answer(request, query: Query, rows: QuerySet, order: tuple[str, ...], show) -> Response:
    """One page of `rows` in `order` (field names, "-" for descending; the last one unique)."""
    if "cursor" in query.given:
        rows = rows.filter(_after(order, _read_cursor(query, order)))
    limit = query.limit
    found = list(rows.order_by(*order)[: limit + 1])
    following = None
    if len(found) > limit:
        found.pop()
        parameters = query.given.dict() | {"cursor": _cursor(order, found[-1])}
        following = f"{request.build_absolute_uri(request.path)}?{urlencode(parameters)}"
    # `sync` comes with the hardening: until it misses nothing under concurrent commits, it says nothing
    return Response({"results": [show(row) for row in found], "next": following, "sync": None})


def _after(order: tuple[str, ...], values: list) -> Q:
    condition, equal = Q(), {}
    for name, value in zip(order, values, strict=True):
        field, way = name.removeprefix("-"), "lt" if name.startswith("-") else "gt"
        condition |= Q(**equal, **{f"{field}__{way}": value})
        equal[field] = value
    return condition


def _cursor(order: tuple[str, ...], row) -> str:
    values = [getattr(row, name.removeprefix("-")) for name in order]
    text = json.dumps([value.isoformat() if isinstance(value, datetime) else value for value in values])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(query: Query, order: tuple[str, ...]) -> list:
    text = query.given["cursor"]
    try:
        values = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
        read = [
            datetime.fromisoformat(value) if name.endswith("_at") else int(value)
            for name, value in zip(order, values, strict=True)
        ]
        if any(not v.tzinfo if isinstance(v, datetime) else abs(v) > 2**62 for v in read):
            raise ValueError
        return read
    except (ValueError, TypeError, RecursionError, OverflowError):
        query.refuse("cursor", "bad_cursor", "cursor 须取自上一页的 next。")
