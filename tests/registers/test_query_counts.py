"""How often the registers' pages ask the database: pinned, and the same for one entry and for several."""

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents.services.register import inspecting
from tests import cast as people
from tests.query_counts import pinned
from tests.registers.stage import being_rectified, in_days
from tests.screens.stage import sign_in

pytestmark = pytest.mark.django_db


def test_the_registers_ask_as_often_for_one_entry_as_for_several():
    cast, client = people.assemble(), None
    for rows in (1, 4):
        for _ in range(rows):
            being_rectified(cast)
        held = inspecting.record(
            actor=cast.duty_officer,
            body=cast.firm,
            held_on=timezone.localdate(),
            place="网点",
            inspectors="检查员",
            scope="消防",
            findings=[inspecting.Found("通道堵塞", in_days(1)) for _ in range(rows)],
            now=timezone.now(),
        )
        client = client or sign_in(cast.duty_officer)
        paths = {name: reverse(name) for name in ("hazards", "inspections", "filed-plans", "safety-firms")}
        paths["inspection"] = reverse("inspection", args=[held.number])
        for name, path in paths.items():
            client.get(path)
            with pinned(f"screen:{name}"):
                assert client.get(path).status_code == 200
