"""docs/api/README.md stays true: its JSON is valid, and its example is accepted as written."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tests.api.conftest import iso

DOC = Path(__file__).parents[2] / "docs" / "api" / "README.md"


@pytest.mark.clause("5.2.1")
def test_the_example_of_filing_is_accepted(firm):
    body = re.search(r"Idempotency-Key: fire[^{]*(\{.*?\n\})'", DOC.read_text("utf-8"), re.S).group(1)
    for ago in (20, 10):
        shell = f"'\"$(date -Is -d '-{ago} minutes')\"'"
        assert shell in body
        body = body.replace(shell, iso(timezone.now() - timedelta(minutes=ago)))
    answer = firm.post("incidents/", json.loads(body))
    assert answer.status_code == 201, answer.content.decode()


def test_every_block_of_json_is_json():
    blocks = re.findall(r"```json\n(.*?)```", DOC.read_text("utf-8"), re.S)
    assert blocks and all(json.loads(block) for block in blocks)
