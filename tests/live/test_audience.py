"""An event reaches exactly those who may see the incident: every role against every kind of incident (domain §5)."""

from itertools import chain, combinations

import pytest
from django.utils import timezone

from incidents.audiences import audiences_for_families, audiences_of
from incidents.models import Incident, Organization, Response, Role
from incidents.querysets import visible_incidents
from incidents.services.response import merging
from tests import cast as people
from tests.screens.stage import by_others

OUTLET = "express-a-hub"
"""A firm below `people.FIRM` in the tree."""


@pytest.fixture
def actors(cast):
    """Everybody of the cast, and those whom the tree or the place makes a difference for."""
    province = Organization.objects.get(kind=Organization.Kind.PROVINCE)
    return {
        **vars(cast),
        "outlet": people.appoint("outlet", OUTLET, Role.ENTERPRISE, "网点值班员"),
        "far_county": people.appoint("far", _county("新蔡县").code, Role.COUNTY, "外县值班员"),
        "province_auditor": people.appoint("above", province.code, Role.AUDITOR, "省审计员"),
        "lower_auditor": people.appoint("below", people.FIRM, Role.AUDITOR, "企业审计员"),
    }


@pytest.fixture
def incidents(cast):
    made = {
        "the firm's": people.call_in(cast),
        "the other firm's": people.call_in(cast, firm=people.OTHER_FIRM, county="西平县"),
        "an outlet's": people.call_in(cast, firm=OUTLET, county="上蔡县"),
        "nobody's yet": by_others(cast),
        "affecting another county": people.call_in(
            cast, county="西平县", counties_affected=["新蔡县", "驿城区"]
        ),
        "proposed Ⅲ": people.call_in(cast, firm=people.OTHER_FIRM, county="泌阳县"),
        "running Ⅳ": people.call_in(cast, county="平舆县"),
        "merged": people.call_in(cast, county="汝南县"),
    }
    now = timezone.now()
    for name, level in (("proposed Ⅲ", 3), ("running Ⅳ", 4)):
        status = "proposed" if level == 3 else "active"
        Response.objects.create(
            incident=made[name], level=level, status=status, body=cast.firm, created_at=now
        )
    merging.merge(
        actor=cast.office_director,
        number=made["merged"].number,
        into=made["the other firm's"].number,
        reason="同一起",
        now=now,
    )
    return made


def _county(name: str) -> Organization:
    return Organization.objects.get(kind=Organization.Kind.COUNTY, short_name=name)


@pytest.mark.clause("2.1")
def test_an_event_reaches_exactly_those_who_may_see_the_incident(actors, incidents):
    told = dict(audiences_for_families([incident.pk for incident in incidents.values()]))
    assert set(told) == {incident.number for incident in incidents.values()}
    singles = [(name, [actor]) for name, actor in actors.items()]
    pairs = [(f"{a} and {b}", [actors[a], actors[b]]) for a, b in combinations(actors, 2)]
    seen_by_somebody = set()
    for who, posts in chain(singles, pairs, [("nobody", [])]):
        sees = set(visible_incidents(posts).values_list("number", flat=True))
        hears = {number for number, audiences in told.items() if audiences & audiences_of(posts)}
        assert hears == sees, who
        seen_by_somebody |= {(who, number) for number in sees}
    assert len({number for _, number in seen_by_somebody}) == len(incidents)
    assert {who for who, _ in seen_by_somebody} >= {
        "outlet",
        "far_county",
        "province_auditor",
        "approver",
        "member",
    }


def test_one_incident_is_asked_about_in_as_many_queries_as_eight(incidents, django_assert_num_queries):
    every = list(Incident.objects.values_list("pk", flat=True))
    for asked in (every[:1], every):
        with django_assert_num_queries(3):
            audiences_for_families(asked)
