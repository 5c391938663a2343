"""A firm's own system states the drills that it held by itself (§8.3)."""

import pytest
from django.utils import timezone

from incidents.models import HeldDrill
from incidents.services.drill import drill_dues
from tests.api.conftest import firm_of
from tests.cast import OTHER_FIRM
from tests.registers.stage import in_days

pytestmark = [pytest.mark.django_db, pytest.mark.clause("8.3")]


def test_a_firm_states_its_drills_and_reads_them(cast, firm):
    said = {
        "title": "夜间积压演练",
        "held_on": timezone.localdate().isoformat(),
        "kind": "single",
        "contents": ["backlog_damage", "channel_interruption"],
        "people": 40,
        "result": "按预案分流，四小时清空。",
    }
    made = firm.post("held-drills/", said, idempotency="one")
    assert made.status_code == 201 and made.json()["contents"] == said["contents"]
    assert firm.post("held-drills/", said, idempotency="one").json() == made.json()
    assert HeldDrill.objects.get().recorded_key is not None
    (due,) = drill_dues.dues([cast.firm], timezone.now())
    assert not due.is_owed
    below = firm.post("held-drills/", said | {"enterprise": "express-a-hub"}).json()
    assert below["enterprise"] == "express-a-hub"
    listed = firm.get("held-drills/?enterprise=express-a").json()["results"]
    assert [row["id"] for row in listed] == [made.json()["id"]]
    assert firm_of(OTHER_FIRM).get("held-drills/").json()["results"] == []
    wrong = {"held_on": in_days(1).isoformat(), "contents": ["dance"], "people": 0, "enterprise": OTHER_FIRM}
    errors = {
        error["pointer"]: error["code"] for error in firm.post("held-drills/", said | wrong).json()["errors"]
    }
    assert errors == {
        "/held_on": "out_of_range",
        "/contents": "not_a_choice",
        "/people": "out_of_range",
        "/enterprise": "not_a_choice",
    }
    assert firm.post("held-drills/", said).status_code == 422
