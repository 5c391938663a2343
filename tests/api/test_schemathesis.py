"""Schemathesis calls the API as its description says, and as it says not to: no 5xx, no undocumented status or content,
nothing wrong accepted, and nothing right refused without a code that only words can say.

Every check is on. A longer run: `ZMD_SCHEMATHESIS_EXAMPLES=500 python3 manage.py test tests/api/test_schemathesis.py -n 2`
makes up so many requests for each operation, and others every time.
"""

import os
from contextlib import contextmanager

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup, as_reported_failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.pytest.lazy import get_all_tests
from schemathesis.specs.openapi import checks

from incidents.api.description.codes import BY_RULE, PROBLEMS
from incidents.services.report.contents import NEVER_UNKNOWN, NULL_MEANS, WRITTEN_CONTENTS
from tests.api.conftest import BASE, firm_of
from tests.api.stage import Stage
from tests.cast import FIRM
from zmd_emergency.wsgi import application

pytestmark = pytest.mark.django_db

SAID_BY_THE_SCHEMA = {"not_an_object", "unsupported_media_type", "if_match_needed", "malformed_json"}
LONG_RUN = int(os.environ.get("ZMD_SCHEMATHESIS_EXAMPLES", 0))
course = settings(
    max_examples=LONG_RUN or 2,
    derandomize=not LONG_RUN,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
at_the_door = settings(course, max_examples=LONG_RUN or 1)


def described(**phases: dict):
    config = {
        "generation": {"deterministic": not LONG_RUN, "no-shrink": True},
        "analysis": {
            "constants": {"enabled": bool(LONG_RUN)}
        },  # read out of our code anew for each operation
        # Any refusal will do: what exists and its state are looked at before the body (404, 403, 409, 412, 422)
        "checks": {
            "negative_data_rejection": {"expected-statuses": ["4xx"]},
            "missing_required_header": {"expected-statuses": ["4xx"]},
        },
        "phases": phases,
    }
    return schemathesis.openapi.from_wsgi(
        f"{BASE}schema/", application, config=SchemathesisConfig.from_dict(config)
    )


schema = described()
schema_at_the_door = described(coverage={"enabled": False})  # nothing comes as far as to be looked at
load_all_checks()


each_operation = pytest.mark.parametrize(
    "operation", [each.ok().label for each in schema.get_all_operations()]
)


def try_all(description, operation: str, call) -> None:
    """With all that Schemathesis makes up for this operation: only now, for `schema.parametrize` does it for all operations
    at collection, again in each of the parallel test processes."""
    ((_, test),) = (
        each.ok()
        for each in get_all_tests(
            schema=description.include(name=operation), test_func=call, settings=None, given_kwargs=None
        )
    )
    try:
        test()
    except FailureGroup as failures:
        raise as_reported_failure(failures) from None


def positive_data_acceptance(context, response, case):
    """Schemathesis' own, but for refusals whose documented code says what no schema can."""
    if response.status_code >= 400 and said_by_words(response.json()):
        return
    checks.positive_data_acceptance(context, response, case)


def said_by_words(problem: dict) -> bool:
    if problem["code"] == "invalid":
        return any(error["code"] in BY_RULE or of_its_kind(error) for error in problem["errors"])
    return problem["code"] in PROBLEMS[problem["status"]] and problem["code"] not in SAID_BY_THE_SCHEMA


def of_its_kind(error: dict) -> bool:
    """What a channel's address holds, its kind says."""
    return error["pointer"].startswith("/address/")


def call_and_validate(case, **options):
    with one_connection():
        case.call_and_validate(
            excluded_checks=[checks.positive_data_acceptance],
            additional_checks=[positive_data_acceptance],
            **options,
        )


@contextmanager
def one_connection():
    """A real server may take a new one when a request is over; ours is the test's, with its transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def stage(request, cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return Stage(cast, firm_of(FIRM, is_test="/sandbox/" in request.node.name))


@each_operation
def test_with_a_key(operation, stage, leads_to):
    @course
    def call(case):
        if fits(case, ParameterLocation.PATH):
            case.path_parameters.update(leads_to(case.operation.path))
        if fits(case, ParameterLocation.BODY):
            complete(case.body)
        call_and_validate(case, headers=stage.firm.headers({}))

    try_all(schema, operation, call)


@each_operation
def test_without_a_key(operation):
    @at_the_door
    def call(case):
        call_and_validate(case)

    try_all(schema_at_the_door, operation, call)


@pytest.fixture
def leads_to(stage):
    """Made once per test: what its path leads to."""
    made = {}

    def found(path: str) -> dict:
        if path not in made:
            made[path] = stage.path(path.removeprefix(BASE))
        return made[path]

    return found


def fits(case, location: ParameterLocation) -> bool:
    """What was generated for this part of the request is as the schema says."""
    part = case.meta.components.get(location)
    return part is not None and part.mode.is_positive


def complete(body):
    """Names what a generated report lacks as `unknown`, as §5.2.1 asks; else hardly one would ever be filed."""
    report = body.get("report", body) if isinstance(body, dict) else None
    if isinstance(report, dict) and report.get("kind") in ("written", "brief"):
        stated = {
            name for name, value in (body | report).items() if value not in (None, "") or name in NULL_MEANS
        }
        report["unknown"] = sorted({*WRITTEN_CONTENTS} - {*NEVER_UNKNOWN} - stated)
