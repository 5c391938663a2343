"""Holds every answer that a test of the API gets against the API's description of itself."""

import copy
import json
import re
from functools import cache

import jsonschema_rs

from incidents.api.description.openapi import BASE, description
from tests.api import recording


def assert_described(method: str, path: str, answer):
    """The status is among those described for this path and method, and the content is as its schema says, with
    nothing left out of the description."""
    found = operation(method, path)
    if found is None:
        return
    name, described = found
    responses = described["responses"]
    assert str(answer.status_code) in responses, f"{name} does not describe {answer.status_code}"
    response = resolved(responses[str(answer.status_code)])
    for header in ("ETag", "Location", "Idempotent-Replayed", "Retry-After"):
        assert header not in answer or header in response.get("headers", {}), f"{name}: {header}"
    media_type = answer.get("Content-Type", "").split(";")[0]
    if "content" not in response:
        assert not answer.content, f"{name} does not describe what it tells"
        return
    if "*/*" in response["content"]:
        return
    assert media_type in response["content"], f"{name} does not describe {media_type}"
    told = json.loads(answer.content)
    errors = list(validator(json.dumps(response["content"][media_type]["schema"])).iter_errors(told))
    assert not errors, (
        f"{name} {answer.status_code}: {errors[0].message} at {errors[0].instance_path}\n{told}"
    )
    if recording.IS_ON:
        recording.note(name, answer.status_code, told)


def operation(method: str, path: str) -> tuple[str, dict] | None:
    """None for a path or method that there is not."""
    path = path.split("?")[0].removesuffix("/") + "/"
    for template, methods in description()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and method.lower() in methods:
            return f"{method} {template.removeprefix(BASE)}", methods[method.lower()]
    return None


def resolved(response: dict) -> dict:
    if "$ref" in response:
        return description()["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    return response


@cache
def validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    schema = {"allOf": [json.loads(schema)], "components": {"schemas": closed_schemas()}}
    return jsonschema_rs.Draft202012Validator(closed(schema), validate_formats=True)


@cache
def closed_schemas() -> dict:
    return closed(copy.deepcopy(description()["components"]["schemas"]))


def closed(schema):
    """A client ignores what it does not know; here, what is told must be described."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    shut = (
        {"additionalProperties": False} if schema.get("type") == "object" and "properties" in schema else {}
    )
    return {name: closed(value) for name, value in schema.items()} | shut
