"""What one path and method is, in a row; all that follows from its kind is worked out here."""

from dataclasses import dataclass

from incidents.api.description.codes import PROBLEMS, table
from incidents.api.description.shapes import a, choice, count, text
from incidents.api.fields import Body
from incidents.api.idempotency import KEPT_REFUSALS
from incidents.api.lists import MOST, USUAL
from incidents.models.access import Scope

Words = str | None


@dataclass(frozen=True, kw_only=True)
class Operation:
    tag: str
    summary: str
    words: str
    """What it does, with the clause behind each rule."""
    answer: str | dict
    """The component that a success answers with; or, by media type, what it hands out."""
    status: int = 200
    body: type[Body] | dict | None = None
    parameters: tuple = ()
    scope: Scope | None = None
    versioned: bool = False
    """Answers with an `ETag`; a POST then honours an `If-Match`."""
    if_match: bool = False
    """A POST that honours `If-Match` without answering an `ETag` of its own."""
    example: dict | None = None
    """A body that is accepted (`tests/api/test_examples.py` sends it)."""
    also: tuple[int, ...] = ()
    """Further statuses that can occur."""


def parameter(name: str, schema: dict, words: str, *, where: str = "query", **more) -> dict:
    return {"name": name, "in": where, "description": words, "schema": schema, **more}


def several(name: str, words: str, values: list[str]) -> dict:
    """A filter that takes one or more values, parted by commas."""
    schema = {"type": "array", "items": choice("", *values)}
    return parameter(name, schema, words, style="form", explode=False)


PAGING = (
    parameter("limit", count("", minimum=1, maximum=MOST, default=USUAL), "How many rows a page may have."),
    parameter("cursor", text(), "Where the page begins. Do not build one: follow `next`."),
)
IDEMPOTENCY_KEY = parameter(
    "Idempotency-Key",
    text(minLength=1, maxLength=200, pattern=r"^[\x21-\x7e]([\x20-\x7e]{0,198}[\x21-\x7e])?$"),
    "Any name of yours for this one request, best a new UUID. Sent again with the same body, the request has one "
    "effect and you get the first answer, with `Idempotent-Replayed: true`; kept for 24 hours.",
    where="header",
)
IF_MATCH = parameter(
    "If-Match",
    text(),
    "The `ETag` that you last read: refused with 412 if things moved on since.",
    where="header",
)
NUMBERS = {
    "number": "The number of the incident, order or warning.",
    "asked": "The number of the request for support.",
    "attachment": "The number of the attachment.",
    "id": "The `id` of the list.",
}

ETAG = "The version read; send it back as `If-Match`."
HEADERS = {
    "ETag": text(ETAG),
    "Location": text("Where what was made is read.", format="uri-reference"),
    "Idempotent-Replayed": choice("The first answer to this `Idempotency-Key`, again.", "true"),
    "Retry-After": text("Seconds to wait.", pattern=r"^\d+$"),
    "WWW-Authenticate": text("How to authenticate: `Bearer`."),
}


OF_STATUS = {
    **dict.fromkeys(KEPT_REFUSALS, ("Idempotent-Replayed",)),
    401: ("WWW-Authenticate",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}


def headers(*names: str) -> dict:
    described = {}
    for name in names:
        schema = dict(HEADERS[name])
        described[name] = {"description": schema.pop("description"), "schema": schema}
    return described


def path_parameter(name: str) -> dict:
    if name == "id":
        schema = count("", minimum=0, maximum=10**15 - 1)
    else:
        schema = text(minLength=1, maxLength=30 if name == "number" else 40, pattern="^[^/]+$")
    return parameter(name, schema, NUMBERS[name], where="path", required=True)


def parameters(row: Operation, method: str, names: list[str]) -> list[dict]:
    found = [path_parameter(name) for name in names] + list(row.parameters)
    if method == "POST":
        found.append(IDEMPOTENCY_KEY)
    if method != "GET" and (row.versioned or row.if_match):
        found.append(IF_MATCH | {"required": True} if method in NEEDS_MATCH else IF_MATCH)
    return found


NEEDS_MATCH = ("PUT", "PATCH", "DELETE")


def refusals(row: Operation, method: str, names: list[str]) -> list[int]:
    """Every status beside success that can occur, by what the operation is."""
    can = {400, 401, 403, 429, 503, *row.also}
    if names:
        can.add(404)
    if row.parameters:
        can.add(422)
    if method in ("POST", "PUT", "PATCH"):
        can |= {413, 415, 422}
    if method == "POST":
        can.add(409)
    if method != "GET" and (row.versioned or row.if_match):
        can.add(412)
    if method in NEEDS_MATCH:
        can.add(428)
    return sorted(can)


def success(row: Operation, method: str) -> dict:
    if isinstance(row.answer, str):
        content = {"application/json": {"schema": a(row.answer)}}
    else:
        content = {kind: {"schema": schema} for kind, schema in row.answer.items()}
    names = ["ETag"] if row.versioned else []
    names += ["Location"] if row.status == 201 else []
    names += ["Idempotent-Replayed"] if method == "POST" else []
    words = "Made." if row.status == 201 else "Done." if method != "GET" else "As it now is."
    return {"description": words, "content": content} | ({"headers": headers(*names)} if names else {})


def problem_responses() -> dict:
    """The components of all refusals, one per status, each with its codes."""
    found = {}
    for status, codes in PROBLEMS.items():
        names = OF_STATUS.get(status, ())
        narrowed = {"properties": {"status": {"const": status}, "code": {"enum": list(codes)}}}
        schema = {"allOf": [a("Problem"), narrowed]}
        found[f"Problem{status}"] = {
            "description": table(codes),
            "content": {"application/problem+json": {"schema": schema}},
        } | ({"headers": headers(*names)} if names else {})
    return found
