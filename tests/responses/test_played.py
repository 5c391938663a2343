"""Longer courses of responses, orders and requests, worked out by hand and played like the worked examples."""

import json
from pathlib import Path

import pytest

from tests.scenarios.runner import Play

PLAYED = json.loads(Path(__file__).with_name("played.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "scenario",
    [pytest.param(s, id=s["id"], marks=[pytest.mark.clause(c) for c in s["clauses"]]) for s in PLAYED],
)
def test_played(scenario, cast):
    Play(scenario, cast).run()
