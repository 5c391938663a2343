"""How often the main pages ask the database: pinned, and the same at one row and at a dozen."""

import pytest

from tests.cast import call_in, report
from tests.query_counts import pinned
from tests.screens.stage import many_incidents, phone_call, sign_in


@pytest.mark.parametrize("rows", [1, 12])
@pytest.mark.parametrize("path", ["/desk/", "/desk/rows/"])
def test_the_desk_asks_as_often_for_one_incident_as_for_a_dozen(cast, path, rows):
    many_incidents(cast, rows)
    client = sign_in(cast.duty_officer)
    client.get(path)
    with pinned(f"screen:{path.strip('/')}"):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("rows", [1, 12])
@pytest.mark.parametrize("who", ["duty_officer", "enterprise"])
def test_an_incident_asks_as_often_for_one_report_as_for_a_dozen(cast, who, rows):
    incident = call_in(cast)
    for n in range(rows):
        report(cast, incident, "FOLLOW_UP", development=f"续报{n}")
    client = sign_in(getattr(cast, who))
    client.get(f"/incidents/{incident.number}/")
    with pinned(f"screen:incident as {who}"):
        assert client.get(f"/incidents/{incident.number}/").status_code == 200


def test_a_call_filed_at_the_desk(cast):
    client = sign_in(cast.duty_officer)
    client.get("/intake/")
    with pinned("screen:intake filed"):
        assert client.post("/intake/", phone_call()).status_code == 302
