"""JSON Schema (2020-12) in few words."""

PLACE = "#/components/schemas/"


def text(words: str = "", **more) -> dict:
    return {"type": "string", "description": words, **more}


def time(words: str) -> dict:
    """An answer's time: in the city's zone, to the second."""
    return {"type": "string", "format": "date-time", "description": words}


def count(words: str, **more) -> dict:
    return {"type": "integer", "description": words, **more}


def number(words: str) -> dict:
    return {"type": "number", "description": words}


def flag(words: str) -> dict:
    return {"type": "boolean", "description": words}


def choice(words: str, *values: str) -> dict:
    return {"type": "string", "enum": list(values), "description": words}


def or_null(schema: dict) -> dict:
    if "$ref" in schema:
        return {"oneOf": [schema, {"type": "null"}]}
    more = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return schema | {"type": [schema["type"], "null"]} | more


def many(of: dict, words: str = "", **more) -> dict:
    return {"type": "array", "items": of, "description": words, **more}


def shape(about: str = "", /, *, may_lack: tuple[str, ...] = (), **properties: dict) -> dict:
    """An object that has all of `properties`, but for what it `may_lack`.

    Others may be added one day, so a client ignores what it does not know.
    """
    required = [name for name in properties if name not in may_lack]
    described = {"description": about} if about else {}
    return {"type": "object", **described, "properties": properties, "required": required}


def a(name: str) -> dict:
    """The component of that name."""
    return {"$ref": PLACE + name}


def page_of(name: str) -> dict:
    """A page of a list."""
    return shape(
        results=many(a(name), "The rows of this page."),
        next=or_null(
            text("The next page, as a URL to be followed as it is; null on the last.", format="uri")
        ),
        sync=text("A token of where this list stands."),
    )
