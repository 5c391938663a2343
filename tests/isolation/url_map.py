"""Every route of the product, read from the URL resolver, as a path with its parameters in angle brackets."""

import re
from collections.abc import Callable

from django.urls import URLPattern, get_resolver

CHANGING = ("PUT", "PATCH", "DELETE")


def routes() -> dict[str, Callable]:
    """`incidents/<number>/act/<code>/`, `api/v1/orders/<number>/done/`, …, each with what answers it."""
    return dict(_walk(get_resolver().url_patterns, ""))


def changing(view: Callable) -> set[str]:
    """Which of PUT, PATCH and DELETE a resource of the API knows."""
    return {method for method in CHANGING if hasattr(getattr(view, "cls", None), method.lower())}


def _walk(patterns, before: str):
    for each in patterns:
        path = before + _readable(str(each.pattern))
        if isinstance(each, URLPattern):
            yield path, each.callback
        else:
            yield from _walk(each.url_patterns, path)


def _readable(pattern: str) -> str:
    pattern = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", pattern)
    pattern = re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", pattern)
    return pattern.replace("(?:/|$)", "/").replace(r"/?\Z", "/").replace("^", "").removesuffix("$")


def filled(route: str, values: list[str]) -> str:
    """The route with these values in the place of its parameters, in order."""
    parts = re.split(r"<\w+>", route)
    assert len(parts) == len(values) + 1, f"{route}: {values}"
    return "/" + "".join(part + str(value) for part, value in zip(parts, [*values, ""], strict=True))
