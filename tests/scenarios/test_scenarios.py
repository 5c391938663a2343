"""The worked examples of the plan's arithmetic (`--scenarios FILE` for another file of the same form)."""

import json
from pathlib import Path

import pytest

from incidents.models import PlanVersion, plan_parts
from tests.scenarios.replayed import Replayed
from tests.scenarios.runner import NotBuiltYet

FILE = Path(__file__).with_name("scenarios.json")


def pytest_generate_tests(metafunc):
    path = Path(metafunc.config.getoption("--scenarios") or FILE)
    scenarios = json.loads(path.read_text(encoding="utf-8"))
    metafunc.parametrize(
        "scenario",
        [
            pytest.param(
                scenario, id=scenario["id"], marks=[pytest.mark.clause(c) for c in scenario["clauses"]]
            )
            for scenario in scenarios
        ],
    )


def test_scenario(as_product, scenario, cast):
    rules = {rule.code for rule in plan_parts(PlanVersion.in_force().pk).rules}
    if later := {e["debt"] for e in scenario["expect"] if "debt" in e} - rules:
        pytest.skip(f"rules of a later issue: {', '.join(sorted(later))}")
    play = Replayed(scenario, cast)
    try:
        play.run()
    except NotBuiltYet as part:
        pytest.skip(f"comes with a later issue: {part}")
    assert play.compare() or not play.seen, "each moment is replayed as it was"
