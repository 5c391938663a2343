"""Lists: pages that nothing new can shift, filters that are never silently lost."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.api.conftest import BASE, errors, iso
from tests.cast import FIRM, issue
from tests.responses.stage import graded, order

pytestmark = pytest.mark.django_db


def test_incidents_come_newest_first_in_pages(firm):
    numbers = [firm.files() for _ in range(5)]
    seen, path = [], "incidents/?limit=2"
    while path:
        page = firm.get(path).json()
        assert set(page) == {"results", "next", "sync"}
        seen.append([row["number"] for row in page["results"]])
        path = page["next"] and page["next"].split(BASE)[1]
        if path:
            firm.files()  # what comes in meanwhile shifts no page
    assert seen == [numbers[:2:-1], numbers[2:0:-1], numbers[:1]]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", "out_of_range"),
        ("limit=201", "out_of_range"),
        ("limit=-1", "out_of_range"),
        ("limit=٣", "out_of_range"),
        ("limit=abc", "out_of_range"),
        ("cursor=abc", "bad_cursor"),
        ("cursor=WyJ4Il0", "bad_cursor"),
        ("cursor=W10", "bad_cursor"),
        ("cursor=WzllOTldOw", "bad_cursor"),
        ("cursor=" + "W1" * 3000, "bad_cursor"),
        ("status=lost", "not_a_choice"),
        ("stauts=ended", "unknown_parameter"),
        ("updated_since=2026-03-02T02:25:00", "offset_required"),
        ("occurred_before=2026-03-02", "not_a_time"),
        ("level=V", "not_a_choice"),
        ("enterprise=%00", "not_a_text"),
        ("status=graded&status=ended", "repeated"),
    ],
)
def test_wrong_parameters_are_refused_by_name(firm, query, code):
    (found,) = errors(firm.get(f"incidents/?{query}")).items()
    assert found == (f"?{query.split('=')[0]}", code)


def test_incidents_are_filtered_by_what_they_are(firm, cast):
    from incidents.services.response import grading

    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        first, second = firm.files(), firm.files()
        clock.shift(timedelta(hours=1))
        grading.grade(actor=cast.office_director, number=first, level=4, now=timezone.now())

    def numbers(query):
        answer = firm.get(f"incidents/?{query}")
        assert answer.status_code == 200, answer.content.decode()
        return [row["number"] for row in answer.json()["results"]]

    assert numbers("status=graded") == [first]
    assert numbers("status=reported,graded") == [second, first]
    assert numbers("status=ended") == []
    assert numbers("level=IV,III") == [first] and numbers("level=none") == [second]
    assert numbers("level=none,IV") == [second, first]
    assert numbers("event_class=fire") == [second, first] and numbers("event_class=flood,odd") == []
    assert numbers("county=驿城区&enterprise=express-a") == [second, first]
    assert numbers("enterprise=express-a-hub") == [] == numbers("county=西平县")
    noon = iso(start).replace("+", "%2B")
    assert numbers(f"received_since={noon}") == [second, first] and numbers(f"received_before={noon}") == []
    assert numbers(f"occurred_since={noon}") == [] and len(numbers(f"occurred_before={noon}")) == 2


def test_deadlines_are_paged_by_due_time_and_filtered_by_state(firm):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        late = firm.files(known_at=iso(timezone.now() - timedelta(hours=3)))
        clock.shift(timedelta(seconds=1))
        fresh = firm.files()

        def owed(query):
            page = firm.get(f"deadlines/?{query}").json()
            return [(debt["incident"], debt["rule"], debt["state"]) for debt in page["results"]]

        assert owed("state=open,breached") == [(late, "R3", "breached"), (fresh, "R3", "open")]
        assert owed("state=met_late") == [(late, "R4", "met_late")]
        assert owed(f"incident={late}&rule=R3") == [(late, "R3", "breached")]
        every = owed("limit=200")
        first = firm.get("deadlines/?limit=3").json()
        rest = firm.get(first["next"].split(BASE)[1]).json()
    assert len(every) == 4 and len(first["results"]) == 3 and len(rest["results"]) == 1
    assert rest["next"] is None


def test_a_cursor_is_of_one_list_and_of_one_caller(firm, other):
    """It stands where it was given; ties and what comes in meanwhile shift nothing (see also test_sync)."""
    for _ in range(2):
        firm.files(), other.files()
    cursor = firm.get("incidents/?limit=1").json()["next"].split("cursor=")[1]
    assert len(firm.get(f"incidents/?limit=1&cursor={cursor}").json()["results"]) == 1
    for who, path in ((other, "incidents/"), (firm, "deadlines/"), (firm, "notices/")):
        assert errors(who.get(f"{path}?cursor={cursor}")) == {"?cursor": "bad_cursor"}


def test_lists_of_matters_are_filtered(firm, cast):
    number = firm.files()
    asked = firm.post(
        f"incidents/{number}/support-requests/", {"needs": "吊车", "why": "无", "place": "分拨"}
    )
    assert asked.status_code == 201
    elsewhere = graded(cast, firm=cast.other_firm.code)
    ordered = order(cast, elsewhere).number
    warning = issue(cast, addressees=[FIRM]).number

    def found(path):
        answer = firm.get(path)
        assert answer.status_code == 200, answer.content.decode()
        return [row["number"] for row in answer.json()["results"]]

    at = f"incidents/{number}"
    assert found(f"{at}/support-requests/?status=raised,granted") == [asked.json()["number"]]
    assert found(f"{at}/support-requests/?status=granted") == []
    assert (
        found(f"{at}/reports/?kind=written") == [f"{number}-R1"] and found(f"{at}/reports/?kind=final") == []
    )
    assert found(f"{at}/attachments/?kind=photo,pdf") == []
    assert (
        found(f"orders/?incident={elsewhere.number}") == [ordered]
        and found(f"orders/?incident={number}") == []
    )
    assert found("warnings/?level=III&county=驿城区") == [warning]
    assert found("warnings/?level=I") == [] == found("warnings/?county=西平县")
