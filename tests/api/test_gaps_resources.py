"""A firm's own system keeps the register of what it could lend (§2.2.2(4), 5.4.3)."""

import pytest
from django.utils import timezone

from incidents.api.description.of_command import TENTS
from incidents.models import Resource
from incidents.services.call_up import resources
from tests.api.conftest import errors, problem
from tests.api.test_gaps_duty import send

pytestmark = pytest.mark.django_db


@pytest.mark.clause("5.4.3")
def test_a_resource_is_entered_read_and_replaced(cast, firm, other):
    needed = ("kind", "name", "total", "unit", "place", "custodian", "phone")
    assert errors(firm.post("resources/", {})).keys() == {f"/{name}" for name in needed}
    for change, found in (
        ({"total": 1.234}, {"/total": "too_many_decimals"}),
        ({"total": -1}, {"/total": "not_a_quantity"}),
        ({"county": "没有"}, {"/county": "not_found"}),
        ({"longitude": 114.0}, {"/latitude": "required"}),
        ({"kind": "people"}, {"/expires_on": "not_for_teams"}),
        ({"expires_on": "1999-01-01"}, {"/expires_on": "out_of_range"}),
        ({"body": "express-b"}, {"/body": "not_found"}),
        ({"name": "长" * 101}, {"/name": "too_long"}),
    ):
        assert errors(firm.post("resources/", TENTS | change)) == found
    made = firm.post("resources/", TENTS | {"longitude": 114.02, "latitude": 32.98}, idempotency="r")
    card = made.json()
    assert made.status_code == 201 and made["Location"].endswith(f"/{card['id']}/")
    assert (card["body"], card["in_hand"], card["state"]) == ("express-a", 20, "normal")
    assert errors(firm.post("resources/", TENTS)) == {"/name": "already_there"}
    (listed,) = firm.get("resources/?kind=supplies").json()["results"]
    assert listed == card and firm.get("resources/?kind=people").json()["results"] == []
    path = f"resources/{card['id']}/"
    assert firm.get(path).json() == card and firm.get(path)["ETag"] == made["ETag"]
    for method in ("get", "put"):
        problem(send(other, method, path), 404, "not_found")
    assert other.get("resources/").json()["results"] == []

    problem(send(firm, "put", path, TENTS), 428, "if_match_needed")
    problem(send(firm, "put", path, TENTS, **{"If-Match": '"x"'}), 412, "moved_on")
    current = {"If-Match": made["ETag"]}
    assert errors(send(firm, "put", path, TENTS | {"total": None}, **current)) == {"/total": "required"}
    token = firm.get("resources/").json()["sync"]
    changed = send(firm, "put", path, TENTS | {"total": 25, "is_active": False}, **current)
    assert changed.status_code == 200 and changed["ETag"] != made["ETag"]
    assert (changed.json()["total"], changed.json()["longitude"]) == (25, None)
    (news,) = firm.get(f"resources/?sync={token}").json()["results"]
    assert news == changed.json()
    assert resources.history(Resource.objects.get())[0].key_id == firm.key.pk

    sister = resources.keep(actor=cast.other_enterprise, now=timezone.now(), **_card(TENTS))
    problem(firm.get(f"resources/{sister.pk}/"), 404, "not_found")


def _card(said: dict) -> dict:
    return said | {"expires_on": None}
