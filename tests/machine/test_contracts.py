"""The import contracts only hold what they name, so everything must be named."""

import re
import tomllib

import pytest

from zmd_emergency.supervisor import HERE

WITHOUT_A_LAYER = {"__init__", "apps", "migrations"}


@pytest.mark.parametrize("package", ["incidents", "alerts"])
def test_every_module_stands_in_a_layer(package):
    contracts = tomllib.loads((HERE / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    named = set(re.findall(rf"\b{package}\.(\w+)", " ".join(contracts[0]["layers"])))
    found = {path.stem for path in (HERE / package).iterdir() if path.suffix == ".py"}
    found |= {path.parent.name for path in (HERE / package).glob("*/__init__.py")}
    assert found - named - WITHOUT_A_LAYER == set()
