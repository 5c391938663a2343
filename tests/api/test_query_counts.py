"""How often the API asks the database: pinned, and the same for one row as for a dozen."""

import pytest

from tests.api.conftest import filing, report
from tests.query_counts import pinned

pytestmark = pytest.mark.django_db


@pytest.fixture
def warm(firm):
    """The plan is in memory and the key's use is noted, as in a server that has been running."""
    firm.files()
    return firm


def test_a_filed_report(warm):
    with pinned("api:POST incidents/"):
        assert warm.post("incidents/", filing()).status_code == 201
    body = filing()
    with pinned("api:POST incidents/ with Idempotency-Key"):
        assert warm.post("incidents/", body, idempotency="k").status_code == 201
    with pinned("api:POST incidents/ replayed"):
        assert warm.post("incidents/", body, idempotency="k")["Idempotent-Replayed"] == "true"


def test_a_further_report(warm):
    number = warm.files()
    path = f"incidents/{number}/reports/"
    with pinned("api:POST reports/"):
        assert warm.post(path, report()).status_code == 201
    for _ in range(8):
        warm.post(path, report())
    with pinned("api:POST reports/"):
        assert warm.post(path, report()).status_code == 201


@pytest.mark.parametrize("rows", [1, 12])
def test_lists_ask_as_often_for_one_row_as_for_a_dozen(warm, rows):
    for _ in range(rows - 1):
        warm.files(enterprise="express-a-hub")
    for path in ("incidents/", "deadlines/"):
        with pinned(f"api:GET {path}"):
            assert len(warm.get(path).json()["results"]) >= rows


@pytest.mark.parametrize("rows", [1, 12])
def test_one_incident_asks_as_often_for_one_report_as_for_a_dozen(warm, rows):
    number = warm.files()
    for _ in range(rows - 1):
        warm.post(f"incidents/{number}/reports/", {"kind": "follow_up", "development": "继续处置"})
    for path in ("", "reports/", "timeline/"):
        with pinned(f"api:GET incidents/{{number}}/{path}"):
            assert warm.get(f"incidents/{number}/{path}").status_code == 200
