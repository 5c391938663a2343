"""Search by two Chinese characters, by number and by firm, and only what the searcher may see."""

import pytest
from django.db import connection

from incidents.models import Incident, Organization
from incidents.search import matches
from tests.cast import OTHER_FIRM, call_in


def found(words):
    return list(Incident.objects.filter(matches("incidents_incident", words)).order_by("serial"))


@pytest.fixture
def incidents(cast):
    return [
        call_in(cast, title="驿城区分拨中心起火", place="示范路1号"),
        call_in(cast, firm=OTHER_FIRM, title="面单系统泄露用户信息", place="科技路6号"),
    ]


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("起火", [0]),
        ("分拨中心", [0]),
        ("用户 泄露", [1]),
        ("火", [0]),
        ("科技路6号", [1]),
        ("0002", [1]),
        ("zmd", [0, 1]),
        ("拨中 泄露", []),
        ("起水", []),
        ("' | & ! :* \\", []),
        ("  ", []),
    ],
)
def test_pairs_of_characters_find_it(incidents, words, hits):
    assert found(words) == [incidents[i] for i in hits]


def test_the_index_serves_the_search(incidents):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT id FROM incidents_incident WHERE search @@ char_pairs_query('起火')")
        assert "incident_search" in "".join(line for (line,) in cursor.fetchall())


@pytest.mark.django_db
def test_bodies_are_found_by_name_and_code():
    assert "驿城区" in [body.short_name for body in Organization.objects.matching("驿城")]
    assert Organization.objects.matching(OTHER_FIRM).exists()
