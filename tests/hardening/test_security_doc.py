"""docs/security.md says which test holds each defence: each that is named exists."""

import ast
import re

from zmd_emergency.supervisor import HERE

TEXT = (HERE / "docs" / "security.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", TEXT)))


def defined_in(path: str) -> set[str]:
    tree = ast.parse((HERE / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_test_that_is_named_exists():
    missing = [
        f"{path}::{name}"
        for path, name in NAMED
        if not (HERE / path).exists() or name not in {"", *defined_in(path)}
    ]
    assert len(NAMED) > 40 and not missing


def test_every_defence_names_its_test_or_says_that_it_has_none():
    body = TEXT[TEXT.index("## What is defended") : TEXT.index("## What is not defended")]
    rows = [
        line
        for line in body.splitlines()
        if line.startswith("| ") and not line.startswith(("| ---", "| against"))
    ]
    assert len(rows) > 35
    assert [row for row in rows if not re.search(r"`tests/[^`]+`|\| – \|$", row)] == []
