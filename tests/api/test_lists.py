"""Lists: pages that nothing new can shift, filters that are never silently lost."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.api.conftest import BASE, errors, iso

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
    ],
)
def test_wrong_parameters_are_refused_by_name(firm, query, code):
    (found,) = errors(firm.get(f"incidents/?{query}")).items()
    assert found == (f"?{query.split('=')[0]}", code)


def test_incidents_are_filtered_by_status_and_by_news(firm, cast):
    from incidents.services import grading

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
    since = iso(start + timedelta(minutes=30)).replace("+", "%2B")
    assert numbers(f"updated_since={since}") == [first]


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
        every = owed("limit=200")
        first = firm.get("deadlines/?limit=3").json()
        rest = firm.get(first["next"].split(BASE)[1]).json()
    assert len(every) == 4 and len(first["results"]) == 3 and len(rest["results"]) == 1
    assert rest["next"] is None
