"""The examples of the API's description are accepted as they stand there."""

import json

import pytest

from incidents.api.description.openapi import BASE, OPERATIONS
from tests.api.stage import Stage

pytestmark = pytest.mark.django_db

WITH_A_BODY = {name: row for name, row in OPERATIONS.items() if isinstance(row.body, type)}


def test_every_operation_with_a_body_has_an_example():
    assert [name for name, row in WITH_A_BODY.items() if row.example is None] == []


@pytest.mark.parametrize("name", WITH_A_BODY)
def test_an_example_is_accepted(name, cast, firm):
    row = WITH_A_BODY[name]
    method, template = name.split(" ")
    path = BASE + template.format(**Stage(cast, firm).path(template))
    headers = {}
    if method in ("PUT", "PATCH"):
        headers["If-Match"] = firm.get(path.removeprefix(BASE))["ETag"]
    answer = firm.client.generic(
        method, path, json.dumps(row.example), content_type="application/json", headers=firm.headers(headers)
    )
    assert answer.status_code == row.status, answer.content.decode()
