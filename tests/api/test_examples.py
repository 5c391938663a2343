"""The examples of the API's description fit its schemas, and are accepted as they stand there."""

import json

import jsonschema_rs
import pytest
from django.db import transaction

from incidents.api.description.openapi import BASE, OPERATIONS, description
from tests.api.conftest import firm_of
from tests.api.described import closed
from tests.api.stage import Stage
from tests.cast import FIRM

pytestmark = pytest.mark.django_db

WITH_A_BODY = {name: row for name, row in OPERATIONS.items() if isinstance(row.body, type)}
NOT_SENT = (
    "own-plans",
    "guide-steps",
    "instructions",
    "call-ups",
    "evaluation-inputs",
    "improvements",
    "lay/",
    "carry-out/",
    "hazards/{number}/plan/",
)
"""Only the office, or the administrator, can make what these are about (or a second thing is needed): `test_gaps_*` goes that
way with such bodies. Until when a hazard is rectified lies within days of today: `test_registers`."""
SENT = [name for name in WITH_A_BODY if not any(word in name for word in NOT_SENT)]


def test_every_body_has_an_example_that_fits_its_schema():
    schemas = description()["components"]
    for path, methods in description()["paths"].items():
        for method, operation in methods.items():
            name = f"{method.upper()} {path.removeprefix(BASE)}"
            if name in WITH_A_BODY:
                content = operation["requestBody"]["content"]["application/json"]
                schema = {"allOf": [content["schema"]], "components": schemas}
                jsonschema_rs.Draft202012Validator(schema).validate(content["example"])


NEVER = ("Problem405", "Problem500")
"""What no operation that there is answers with."""


def test_every_operation_and_refusal_shows_a_real_answer_that_fits_its_schema():
    components = closed({"schemas": description()["components"]["schemas"]})
    for path, methods in description()["paths"].items():
        for method, operation in methods.items():
            name = f"{method.upper()} {path.removeprefix(BASE)}"
            (answer,) = (each for status, each in operation["responses"].items() if status.startswith("2"))
            content = answer.get("content", {}).get("application/json")
            assert content is None or "example" in content, name
            assert_fits(content, components)
    for name, answer in description()["components"]["responses"].items():
        assert name in NEVER or "example" in answer["content"]["application/problem+json"], name
        assert_fits(answer["content"]["application/problem+json"], components)


def assert_fits(content: dict | None, components: dict):
    if content and "example" in content:
        schema = {"allOf": [closed(content["schema"])], "components": components}
        jsonschema_rs.Draft202012Validator(schema).validate(content["example"])


def test_the_examples_are_accepted(cast):
    for name in SENT:
        with transaction.atomic():
            assert_accepted(name, cast)
            transaction.set_rollback(True)


def assert_accepted(name: str, cast):
    row, firm = WITH_A_BODY[name], firm_of(FIRM, is_test="sandbox/" in name)
    method, template = name.split(" ")
    path = template.format(**Stage(cast, firm).path(template))
    headers = {} if method == "POST" else {"If-Match": firm.get(path)["ETag"]}
    body = json.dumps(row.example)
    answer = firm.client.generic(
        method, BASE + path, body, content_type="application/json", headers=firm.headers(headers)
    )
    assert answer.status_code == row.status, (name, answer.content.decode())
