"""What one path and method is, in a row; all that follows from its kind is worked out here."""

from dataclasses import KW_ONLY, dataclass

from incidents.api.description.codes import BY_RULE, BY_SCHEMA, PROBLEMS, table
from incidents.api.description.examples import REFUSALS
from incidents.api.description.shapes import a, choice, count, text
from incidents.api.fields import Body
from incidents.api.idempotency import KEPT_REFUSALS
from incidents.api.lists import MOST, USUAL


@dataclass(frozen=True)
class Operation:
    tag: str
    summary: str
    answer: str | dict | None
    """The component that a success answers with; by media type, what it hands out; None for nothing."""
    words: str = ""
    """What it does, with the clause behind each rule; where empty, the view's own docstring says it."""
    _: KW_ONLY
    status: int = 200
    body: type[Body] | dict | None = None
    form: dict | None = None
    """The same body as `multipart/form-data`, with a file."""
    parameters: tuple = ()
    versioned: bool = False
    """Answers with an `ETag`."""
    if_match: bool | None = None
    """An `If-Match` counts; None: where it answers with an `ETag`."""
    example: dict | None = None
    """A body that is accepted (`tests/api/test_examples.py` sends it)."""
    also: tuple[int, ...] = ()
    """Further statuses that can occur."""

    def heeds_match(self, method: str) -> bool:
        return method != "GET" and (self.versioned if self.if_match is None else self.if_match)


def parameter(name: str, schema: dict, words: str, *, where: str = "query", **more) -> dict:
    return {"name": name, "in": where, "description": words, "schema": schema, **more}


def several(name: str, words: str, values: list[str]) -> dict:
    """A filter that takes one or more values, parted by commas."""
    schema = {"type": "array", "items": choice("", *values)}
    return parameter(name, schema, words, style="form", explode=False)


def yes_or_no(name: str, words: str) -> dict:
    return several(name, words, ["true", "false"])


def filter_by(name: str, words: str) -> dict:
    """A filter that takes codes, numbers or names, parted by commas; what there is not finds nothing."""
    return parameter(name, text(maxLength=1000), words)


def moment(name: str, words: str) -> dict:
    return parameter(name, text(format="date-time", pattern=r"([Zz]|[+-]\d\d:?\d\d)$"), words)


LIST = (
    parameter("limit", count("", minimum=1, maximum=MOST, default=USUAL), "How many rows a page may have."),
    parameter("cursor", text(), "Where the page begins. Do not build one: follow `next`."),
    parameter(
        "sync", text(), "A token that this list gave: only what has changed since, and nothing is missed."
    ),
    moment("updated_since", "Only what has changed since then. A start; go on with `sync`."),
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
    "number": "Its number.",
    "asked": "The number of the request for support.",
    "attachment": "The number of the attachment.",
}
LONGEST_NUMBER = {"incidents": 30, "warnings": 30}
"""Others have 40 characters."""

ETAG = "The version read; send it back as `If-Match`."
HEADERS = {
    "ETag": text(ETAG),
    "Location": text("Where what was made is read.", format="uri-reference"),
    "Idempotent-Replayed": choice("The first answer to this `Idempotency-Key`, again.", "true"),
    "RateLimit": text('What is left of the budget, and seconds until it is renewed: `"read";r=599;t=41`.'),
    "RateLimit-Policy": text('The budget, and its seconds: `"read";q=600;w=60`.'),
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


def path_parameter(name: str, path: str) -> dict:
    if name in NUMBERS:
        longest = (
            LONGEST_NUMBER.get(path.split("/{number}")[0].split("/")[-1], 40) if name == "number" else 40
        )
        schema, words = text(minLength=1, maxLength=longest, pattern="^[^/]+$"), NUMBERS[name]
    else:
        schema, words = count("", minimum=0, maximum=10**15 - 1), "Its `id`."
    return parameter(name, schema, words, where="path", required=True)


def parameters(row: Operation, method: str, path: str) -> list[dict]:
    found = [path_parameter(name, path) for name in names(path)] + list(row.parameters)
    if method == "POST":
        found.append(IDEMPOTENCY_KEY)
    if row.heeds_match(method):
        found.append(IF_MATCH | {"required": True} if method in NEEDS_MATCH else IF_MATCH)
    return found


def names(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


NEEDS_MATCH = ("PUT", "PATCH", "DELETE")


def refusals(row: Operation, method: str, path: str) -> list[int]:
    """Every status beside success that can occur, by what the operation is."""
    can = {400, 401, 403, 429, 503, *row.also}
    if names(path):
        can.add(404)
    if any(each["in"] == "query" for each in row.parameters):
        can.add(422)
    if method in ("POST", "PUT", "PATCH"):
        can |= {413, 415, 422}
    if method == "POST":
        can.add(409)
    if row.heeds_match(method):
        can.add(412)
    if method in NEEDS_MATCH:
        can.add(428)
    return sorted(can)


DONE = {201: "Made.", 202: "On its way.", 204: "Gone."}


def success(row: Operation, method: str) -> dict:
    found = {"description": DONE.get(row.status) or ("As it now is." if method == "GET" else "Done.")}
    if isinstance(row.answer, str):
        found["content"] = {"application/json": {"schema": a(row.answer)}}
    elif row.answer:
        found["content"] = {kind: {"schema": schema} for kind, schema in row.answer.items()}
    told = ["ETag"] if row.versioned else []
    told += ["Location"] if row.status in (201, 202) else []
    told += ["Idempotent-Replayed"] if method == "POST" else []
    return found | {"headers": headers(*told, *RATE)}


RATE = ("RateLimit", "RateLimit-Policy")


OF_FIELDS = f"""

`errors[].code` that the schema says as well:

{table(BY_SCHEMA)}

and what only words can say:

{table(BY_RULE)}"""


def problem_responses() -> dict:
    """The components of all refusals, one per status, each with its codes."""
    found = {}
    for status, codes in PROBLEMS.items():
        narrowed = {"properties": {"status": {"const": status}, "code": {"enum": list(codes)}}}
        content = {"schema": {"allOf": [a("Problem"), narrowed]}}
        if str(status) in REFUSALS:
            content["example"] = REFUSALS[str(status)]
        found[f"Problem{status}"] = {
            "description": table(codes) + (OF_FIELDS if status == 422 else ""),
            "content": {"application/problem+json": content},
            "headers": headers(*OF_STATUS.get(status, ()), *RATE),
        }
    return found
