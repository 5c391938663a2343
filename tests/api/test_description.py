"""The API's description of itself: whole, open to all, and true in its codes."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from incidents.api.description import bodies, codes
from incidents.api.description.openapi import BASE, OPERATIONS, SCHEMAS, description
from tests.api.conftest import filing, problem

HERE = Path(__file__).parents[2]


@pytest.mark.parametrize("path", ["schema/", "schema"])
def test_everyone_may_read_it_as_json_or_yaml(client, path):
    answer = client.get(BASE + path)
    assert answer.status_code == 200 and answer["Content-Type"].startswith("application/json")
    assert "public" in answer["Cache-Control"]
    told = answer.json()
    assert (
        told["openapi"].startswith("3.1")
        and told == client.get(BASE + path, headers={"Accept": "x/y"}).json()
    )
    for asked in ({"query_params": {"format": "yaml"}}, {"headers": {"Accept": "application/yaml"}}):
        assert yaml.safe_load(client.get(BASE + path, **asked).content) == told
    problem(client.post(BASE + path), 405, "method_not_allowed")


def test_the_page_has_no_inline_script_or_style_and_a_strict_policy(client):
    for path in ("docs/", "docs"):
        page = client.get(BASE + path)
        text = page.content.decode()
        assert page.status_code == 200 and "default-src 'self'" in page["Content-Security-Policy"]
        assert not re.search(r"<style|style=|<script(?![^>]*\bsrc=)|https?://", text)
        script = client.get(re.search(r'src="(/api/v1/docs/?\?script=[^"]*)"', text)[1])
        assert (
            script["Content-Type"].startswith("application/javascript")
            and b"/api/v1/schema/" in script.content
        )


def test_every_row_is_a_path_and_every_component_is_used():
    told = {
        f"{method.upper()} {path.removeprefix(BASE)}"
        for path, methods in description()["paths"].items()
        for method in methods
    }
    assert told == OPERATIONS.keys()
    used = set(re.findall(r"#/components/schemas/(\w+)", str(description())))
    assert used >= SCHEMAS.keys(), SCHEMAS.keys() - used
    tags = {tag["name"] for tag in description()["tags"]}
    assert {row.tag for row in OPERATIONS.values()} == tags


def test_every_operation_and_every_field_of_every_body_has_words():
    for path, methods in description()["paths"].items():
        assert all(each["summary"] and each["description"] for each in methods.values()), path
    for name, schema in description()["components"]["schemas"].items():
        if "additionalProperties" in schema:
            assert all(each["description"] for each in schema.get("properties", {}).values()), name


def test_it_names_no_host():
    assert set(re.findall(r"https?://([\w.]*)", str(description()))) <= {"", "example.com"}


@pytest.mark.django_db
@pytest.mark.clause("5.2.1")
def test_what_is_always_needed_is_refused_when_it_lacks(firm):
    bare = [filing(report_changes={name: None}) for name in bodies.NEEDED["FirstReport"] if name != "kind"]
    bare += [filing(**{name: None}) for name in bodies.NEEDED["Filing"]]
    for body in bare:
        assert problem(firm.post("incidents/", body), 422, "invalid")


# Codes -------------------------------------------------------------------------------------------

RAISE = {
    "wrong",
    "Problem",
    "NotFound",
    "NotAllowed",
    "WrongState",
    "ParseError",
    "FieldError",
    "refuse",
    "document",
}
RAISE |= {"AuthenticationFailed", "PermissionDenied", "Refusal"}
CODE = re.compile(r"[a-z]+(_[a-z]+)*")
NOT_OVER_THE_API = {
    "already_asked",
    "before_receipt",
    "both",
    "not_a_level",
    "not_an_amount",
}
NOT_OVER_THE_API |= {"not_in_force", "open_items", "own_proposal", "recovery_open", "response_pending"}
NOT_OVER_THE_API |= {"same_level", "team_missing", "unknown_level", "not_a_team", "not_the_register"}
NOT_OVER_THE_API |= {"not_a_teacher", "two_teachers", "not_an_expert", "withdrawn"}
NOT_OVER_THE_API |= {"already_over", "nobody_owes"}
NOT_OVER_THE_API |= {
    "columns",
    "drill_over",
    "merged_cells",
    "no_days",
    "not_begun",
    "not_changed",
    "not_a_sheet",
    "several_pages",
    "still_running",
    "in_script",
    "not_director",
    "not_eligible",
    "nothing_to_copy",
    "takes_no_part",
    "too_early",
}
"""Codes of acts of the office, in modules that the API shares."""


def modules_of_the_api() -> set[Path]:
    """Everything of ours that the API's modules import, and what that imports."""
    found, waiting = set(), set((HERE / "incidents/api").rglob("*.py"))
    while waiting:
        path = waiting.pop()
        found.add(path)
        waiting |= imported(path) - found
    return found


def imported(path: Path) -> set[Path]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            parts = path.relative_to(HERE).parts[: -node.level] if node.level else ()
            base = HERE.joinpath(*parts, *(node.module or "").split("."))
            for stem in (base, *(base / alias.name for alias in node.names)):
                found |= {each for each in (stem.with_suffix(".py"), stem / "__init__.py") if each.is_file()}
    return {each for each in found if each.relative_to(HERE).parts[0] in ("incidents", "alerts")}


def codes_raised(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in RAISE:
                values = [*node.args, *(each.value for each in node.keywords if each.arg == "code")]
                texts = [
                    leaf for value in values for leaf in ast.walk(value) if isinstance(leaf, ast.Constant)
                ]
                found |= {
                    leaf.value for leaf in texts if isinstance(leaf.value, str) and CODE.fullmatch(leaf.value)
                }
    return found


PARAMETERS = {"clause", "cursor", "end", "limit", "sync"}
"""What stands in such calls and is no code."""


def test_every_code_that_can_be_raised_is_in_the_table():
    known = codes.FIELDS.keys() | {code for of_status in codes.PROBLEMS.values() for code in of_status}
    raised = {code: path.name for path in modules_of_the_api() for code in codes_raised(path)}
    unknown = {
        code: where for code, where in raised.items() if code not in known | NOT_OVER_THE_API | PARAMETERS
    }
    assert unknown == {}
